// Derivatives of the corpora's formulas, by every argument, at the corpora's own points: in 200
// bits and in binary64, against central differences in 200 bits; and of More, Garbow and
// Hillstrom's problems against the gradients that come with them. Read in place from
// ../shared/corpora; skipped where that is not there.

#include <cmath>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "server/base/error.h"
#include "server/expr/infer.h"
#include "server/passes/differentiate.h"
#include "server/passes/pipeline.h"
#include "server/passes/split_complex.h"
#include "tests/conformance/corpora.h"
#include "tests/property/differences.h"
#include "tests/property/exact.h"
#include "tests/property/execute.h"
#include "tests/support/engine_harness.h"
#include "tests/support/status_matchers.h"

namespace formulary::testing {
namespace {

using expr::Numerics;

constexpr size_t kPoints = 3;  // of a case
// Ball arithmetic and sums take long at each of the points that differences want.
constexpr double kSlow = 9'000;

absl::StatusOr<expr::Program> ProgramOf(const Json& one, const std::string& text) {
  const std::vector<expr::Argument> arguments = ArgumentsOf(one);
  absl::StatusOr<expr::Program> program = ParseProgram({text}, Numerics::kStable, arguments);
  if (program.ok() && program->arguments.size() != arguments.size())
    return absl::NotFoundError("symbols that the case has no values for");
  return program;
}

bool IsSlow(const expr::Program& program) {
  const expr::Program written = AsWritten(program);
  for (uint32_t i = 0; i < written.graph.size(); ++i) {
    const expr::Node& node = written.graph[expr::NodeId{i}];
    if (node.kind == expr::NodeKind::kCall && Row(node.function).nanoseconds > kSlow) return true;
  }
  return false;
}

// Arguments by which every function on the way can be differentiated.
std::vector<uint32_t> Differentiable(const expr::Program& program, int* without) {
  expr::Program typed = program;
  std::vector<uint32_t> wrt;
  if (!MakeConversionsExplicit(&typed).ok()) return wrt;
  for (uint32_t k = 0; k < program.arguments.size(); ++k) {
    const auto derived = passes::Differentiate(typed, {.wrt = {k}}, {}, passes::Budget{});
    if (derived.ok()) {
      wrt.push_back(k);
      continue;
    }
    EXPECT_EQ(base::GetErrorDetail(derived.status())->reason, "NO_DERIVATIVE")
        << derived.status().ToString();
    ++*without;
  }
  return wrt;
}

class DerivativesTest : public ::testing::TestWithParam<std::string> {};

TEST_P(DerivativesTest, OfEveryFormulaAreTheSlopes) {
  const Json cases = LoadCases(GetParam());
  if (cases.empty())
    GTEST_SKIP() << "no ../shared/corpora/" << GetParam() << ".json beside the source tree";
  const std::string key = GetParam() == "sympy" ? "str" : "sympy";
  DerivativeTally tally;
  int formulas = 0, unknown = 0, without = 0, slow = 0;
  for (const Json& one : cases) {
    if (!one.contains(key) || !one[key].is_string()) continue;
    const absl::StatusOr<expr::Program> program = ProgramOf(one, one[key]);
    if (!program.ok() || !passes::IsReal(*program)) {
      ++unknown;
      continue;
    }
    if (IsSlow(*program)) {
      ++slow;
      continue;
    }
    std::vector<std::vector<double>> points;
    for (size_t i = 0; i < one["points"].size() && points.size() < kPoints; ++i) {
      const Json& point = one["points"][i];
      if (point.contains("flow")) continue;
      points.emplace_back();
      for (const Json& value : point["in"]) points.back().push_back(NumberOf(value));
    }
    ++formulas;
    CompareGradient(*program, Differentiable(*program, &without), points, one["id"], &tally);
  }
  std::cout << GetParam() << ": " << formulas << " formulas, " << unknown
            << " not read or complex, " << slow << " too slow, " << without
            << " arguments without a derivative in the catalogue; " << tally.compared
            << " derivatives compared, " << tally.rough << " at kinks or ends of domains, "
            << tally.undefined << " not finite as derived, " << tally.outside
            << " beyond a routine's domain or the range of binary64; " << tally.machine
            << " well conditioned, worst relative error " << tally.worst << "; " << tally.failures
            << " failures\n";
  for (const std::string& text : tally.shown) std::cout << text << "\n";
  EXPECT_EQ(tally.failures, 0);
  EXPECT_GT(tally.machine, formulas);
  EXPECT_LE(tally.undefined, tally.compared / 100);
}

std::string NameOf(const ::testing::TestParamInfo<std::string>& corpus) { return corpus.param; }

INSTANTIATE_TEST_SUITE_P(Corpora, DerivativesTest,
                         ::testing::Values("fpbench", "herbie", "feynman", "sr", "stats", "sympy"),
                         NameOf);

// The gradient that came with the problem, at its points, to 30 digits; or, where the corpus wrote
// constants of the function and of its gradient rounded each for itself, within what that does.
TEST(MghGradientsTest, AreThoseOfTheProblems) {
  const Json cases = LoadCases("mgh");
  if (cases.empty()) GTEST_SKIP() << "no ../shared/corpora/mgh.json beside the source tree";
  std::map<std::string, const Json*> functions;
  for (const Json& one : cases) {
    if (one["output"] == "f") functions[one["name"]] = &one;
  }
  int gradients = 0, points = 0, exact_points = 0, machine = 0;
  double worst = 0;
  for (const Json& one : cases) {
    const std::string output = one["output"];
    if (output[0] != 'g') continue;
    ASSERT_OK_AND_ASSIGN(expr::Program program,
                         ProgramOf(one, (*functions.at(one["name"]))["sympy"]));
    ASSERT_EQ(one["args"], (*functions.at(one["name"]))["args"]);
    const auto k = static_cast<uint32_t>(std::atoi(output.c_str() + 1) - 1);
    ASSERT_OK(MakeConversionsExplicit(&program));
    ASSERT_OK_AND_ASSIGN(passes::Differentiated derived,
                         passes::Differentiate(program, {.wrt = {k}}, {}, passes::Budget{}));
    ASSERT_OK(MakeConversionsExplicit(&derived.program));
    const expr::Program written = AsWritten(derived.program);
    const expr::Program simplified = passes::Optimize(derived.program, {}).program;
    ++gradients;
    for (const Json& point : one["points"]) {
      std::vector<double> x;
      std::vector<Column> columns;
      for (const Json& value : point["in"]) {
        x.push_back(NumberOf(value));
        columns.push_back(Column::Of(expr::DType::kFloat64, {x.back()}));
      }
      const Exact exact = EvaluateExactly(written, x)[0];
      Real want;
      mpfr_set_str(want.get(), point["dec"].get<std::string>().c_str(), 10, MPFR_RNDN);
      Real difference;
      mpfr_sub(difference.get(), exact.value.get(), want.get(), MPFR_RNDN);
      const double size = std::abs(want.ToDouble());
      const double off = std::abs(difference.ToDouble());
      exact_points += off <= 1e-30 * size ? 1 : 0;
      EXPECT_LE(off, std::max(1e-30 * size, exact.error)) << one["id"] << " " << point["in"];
      ++points;
      if (exact.error > 1e-12 * size) continue;
      const double got = RunLowered(LowerFor(simplified, columns), columns)[0].at(0).ToDouble();
      worst = std::max(worst, std::abs(got - want.ToDouble()) / size);
      EXPECT_LE(std::abs(got - want.ToDouble()), 1e-10 * size) << one["id"] << " " << point["in"];
      ++machine;
    }
  }
  std::cout << functions.size() << " problems, " << gradients << " partial derivatives, " << points
            << " points, " << exact_points << " exact to 30 digits; " << machine
            << " well conditioned, worst relative error in binary64 " << worst << "\n";
}

}  // namespace
}  // namespace formulary::testing
