// The pass on polynomial regions, on random arithmetic: values stay within the promise of the mode,
// a second simplification changes next to nothing, and no program costs more than without the pass.

#include <algorithm>
#include <cmath>
#include <iostream>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "server/expr/catalogue.h"
#include "server/expr/infer.h"
#include "server/expr/serialize.h"
#include "server/expr/text/print.h"
#include "server/passes/cost.h"
#include "server/passes/operations.h"
#include "server/passes/pipeline.h"
#include "tests/property/exact.h"
#include "tests/property/execute.h"
#include "tests/property/generate.h"

namespace formulary::testing {
namespace {

using expr::Graph;
using expr::NodeId;
using expr::Numerics;
namespace fn = expr::fn;

constexpr uint64_t kSeed = 70'315;
constexpr size_t kPoints = 30;
// Of all programs, those that a second simplification may still change: what was shared when the
// rules saw it need not be when others are done.
constexpr int kMayChange = 8;

// Sums, products and powers of x, y, z and one function, with much in common.
expr::Program RandomArithmetic(uint64_t seed, Numerics numerics) {
  Random random(seed);
  expr::Program program;
  program.numerics = numerics;
  for (const char* name : {"x", "y", "z"}) program.arguments.push_back({.name = name});
  Graph& graph = program.graph;
  std::vector<NodeId> pool;
  for (uint32_t i = 0; i < 3; ++i) pool.push_back(graph.Argument(i));
  pool.push_back(graph.Call(fn::kExp, {pool[0]}));
  const size_t calls = 6 + random.Below(18);
  const auto any = [&] { return pool[random.Below(pool.size())]; };
  while (pool.size() < calls + 4) {
    const NodeId a = any(), b = any();
    switch (random.Below(9)) {
      case 0:
      case 1:
        pool.push_back(graph.Call(fn::kAdd, {a, b}));
        break;
      case 2:
        pool.push_back(graph.Call(fn::kSub, {a, b}));
        break;
      case 3:
      case 4:
      case 5:
        pool.push_back(graph.Call(fn::kMul, {a, b}));
        break;
      case 6:
        pool.push_back(graph.Call(fn::kPow, {any(), graph.Integer(2 + random.Below(3))}));
        break;
      case 7: {
        const auto number = static_cast<int64_t>(random.Below(9)) - 4;
        pool.push_back(graph.Call(random.OneIn(2) ? fn::kAdd : fn::kMul,
                                  {graph.Integer(number == 0 ? 7 : number), a}));
        break;
      }
      default:
        if (random.OneIn(3)) pool.push_back(graph.Call(fn::kDiv, {a, b}));
        break;
    }
  }
  for (size_t k = 0; k < 3; ++k) {
    const NodeId output = pool[pool.size() - 1 - k];
    program.outputs.push_back({"y" + std::to_string(k), output});
  }
  return program;
}

std::string TextOf(const expr::Program& program) {
  const absl::StatusOr<std::string> text = PrintProgram(program);
  return text.ok() ? *text : text.status().ToString();
}

uint32_t OperationsOf(const expr::Program& program) {
  return passes::CountOperations(program.graph, program.roots());
}

class PolynomialsTest : public ::testing::TestWithParam<Numerics> {};

TEST_P(PolynomialsTest, KeepValues) {
  int points = 0, failures = 0;
  const auto programs = static_cast<uint64_t>(ProgramsToTry(400));
  for (uint64_t seed = kSeed; seed < kSeed + programs; ++seed) {
    expr::Program program = RandomArithmetic(seed, GetParam());
    ASSERT_TRUE(MakeConversionsExplicit(&program).ok());
    const expr::Program as_written = AsWritten(program);
    const expr::Program simplified = passes::Optimize(program, {}).program;
    Random random(seed);
    std::vector<Column> arguments;
    for (size_t k = 0; k < program.arguments.size(); ++k) {
      std::vector<double> values;
      for (size_t i = 0; i < kPoints; ++i) values.push_back(random.Between(-4, 4));
      arguments.push_back(Column::Of(expr::DType::kFloat64, values));
    }
    const std::vector<Column> got = RunLowered(LowerFor(simplified, arguments), arguments);
    for (size_t i = 0; i < kPoints; ++i) {
      std::vector<double> x;
      for (const Column& argument : arguments) x.push_back(argument.at(i).ToDouble());
      const std::vector<Exact> exact = EvaluateExactly(as_written, x);
      for (size_t k = 0; k < exact.size(); ++k) {
        if (!exact[k].sure || !exact[k].in_range || !std::isfinite(exact[k].error)) continue;
        const double ulp = std::abs(exact[k].value.ToDouble()) * 0x1p-52;
        const double off = std::abs(got[k].at(i).ToDouble() - exact[k].value.ToDouble());
        const double bound = std::max(2 * exact[k].error, 4.5 * ulp);
        ++points;
        if (off <= bound || ++failures > 5) continue;
        ADD_FAILURE() << "seed " << seed << " output " << k << "\nas sent    "
                      << TextOf(OnlyOutput(program, k)) << "\nsimplified "
                      << TextOf(OnlyOutput(simplified, k)) << "\nat " << x[0] << " " << x[1] << " "
                      << x[2] << ": off by " << off / ulp << " ulp, bound " << bound / ulp;
      }
    }
  }
  EXPECT_GT(points, 10'000);
  EXPECT_EQ(failures, 0) << "of " << points;
}

TEST_P(PolynomialsTest, AreNeverDearerAndStayAsTheyAre) {
  int failures = 0;
  uint64_t before = 0, after = 0;
  const auto programs = static_cast<uint64_t>(ProgramsToTry(400));
  for (uint64_t seed = kSeed; seed < kSeed + programs; ++seed) {
    expr::Program program = RandomArithmetic(seed, GetParam());
    ASSERT_TRUE(MakeConversionsExplicit(&program).ok());
    const expr::Program rules_only = passes::Simplify(program, {}).program;
    const expr::Program once = passes::Optimize(program, {}).program;
    before += OperationsOf(rules_only);
    after += OperationsOf(once);
    EXPECT_LE(passes::ModelledNanoseconds(once),
              passes::ModelledNanoseconds(rules_only) * (1 + 1e-9))
        << TextOf(program);
    EXPECT_EQ(EncodeProgram(once, expr::WithNames::kYes),
              EncodeProgram(passes::Optimize(program, {}).program, expr::WithNames::kYes));
    const expr::Program twice = passes::Optimize(once, {}).program;
    if (TextOf(once) == TextOf(twice)) continue;
    if (++failures <= kMayChange) continue;
    ADD_FAILURE() << "seed " << seed << "\nas sent " << TextOf(program) << "\nonce    "
                  << TextOf(once) << "\ntwice   " << TextOf(twice);
  }
  std::cout << before << " operations by rules alone, " << after << " with regions rewritten\n";
  EXPECT_LT(after, before);
}

INSTANTIATE_TEST_SUITE_P(Modes, PolynomialsTest,
                         ::testing::Values(Numerics::kStable, Numerics::kFast));

}  // namespace
}  // namespace formulary::testing
