// Choosing between forms keeps what simplification promises, on random arithmetic over families of
// functions that are forms of one another: values within the bound, the same bytes twice, never
// dearer, neither at the first time nor at the second.

#include <algorithm>
#include <cmath>
#include <iostream>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "server/expr/infer.h"
#include "server/expr/serialize.h"
#include "server/expr/text/print.h"
#include "server/passes/choice_rules.h"
#include "server/passes/cost.h"
#include "server/passes/pipeline.h"
#include "tests/property/exact.h"
#include "tests/property/execute.h"
#include "tests/property/generate.h"
#include "tests/support/engine_harness.h"

namespace formulary::testing {
namespace {

using expr::Numerics;

constexpr uint64_t kSeed = 808;
constexpr size_t kPoints = 24;
constexpr size_t kShownBytes = 400;

const std::vector<std::string>& Atoms() {
  static const std::vector<std::string>* const kAtoms =
      new std::vector<std::string>{"x",
                                   "y",
                                   "exp(x)",
                                   "exp(-x)",
                                   "exp(2*x)",
                                   "exp(3*x)",
                                   "exp(y)",
                                   "exp(x + y)",
                                   "sin(x)",
                                   "cos(x)",
                                   "tan(x)",
                                   "sin(2*x)",
                                   "log(y*y + 1)",
                                   "log2(y*y + 1)",
                                   "sqrt(x*x + y*y)",
                                   "sinh(y)",
                                   "cosh(y)",
                                   "1/sqrt(x*x + 1)",
                                   "(x*x + 1)**(-3/2)",
                                   "1/(x*x + 1)",
                                   "abs(x)**2",
                                   "y**1.7",
                                   "y**2.7",
                                   "sqrt(exp(y))",
                                   "cos(asin(y/9))",
                                   "sin(x)**2",
                                   "cos(x)**2",
                                   "Max(x, y)",
                                   "Min(x, y)",
                                   "sign(x)"};
  return *kAtoms;
}

expr::Program RandomFamilies(uint64_t seed, Numerics numerics) {
  Random random(seed);
  std::vector<std::string> texts;
  for (int k = 0; k < 3; ++k) {
    std::string text;
    const size_t terms = 1 + random.Below(4);
    for (size_t t = 0; t < terms; ++t) {
      if (t > 0) text += random.OneIn(3) ? " - " : " + ";
      if (random.OneIn(4)) text += std::to_string(2 + random.Below(3)) + "*";
      text += Atoms()[random.Below(Atoms().size())];
      while (random.OneIn(2))
        text += (random.OneIn(4) ? "/(" : "*(") + Atoms()[random.Below(Atoms().size())] + ")";
    }
    texts.push_back(text);
  }
  absl::StatusOr<expr::Program> program = ParseProgram(texts, numerics);
  EXPECT_TRUE(program.ok()) << texts[0];
  if (!program.ok()) return {};
  EXPECT_TRUE(MakeConversionsExplicit(&*program).ok());
  return *std::move(program);
}

std::string TextOf(const expr::Program& program) {
  const absl::StatusOr<std::string> text = PrintProgram(program);
  return text.ok() ? text->substr(0, kShownBytes) : text.status().ToString();
}

class ChoicesLawsTest : public ::testing::TestWithParam<Numerics> {};

TEST_P(ChoicesLawsTest, AreStableAndNeverDearer) {
  const auto programs = static_cast<uint64_t>(ProgramsToTry(1'000));
  int failures = 0, chosen = 0, cheaper = 0;
  for (uint64_t seed = kSeed; seed < kSeed + programs && failures < 5; ++seed) {
    const expr::Program program = RandomFamilies(seed, GetParam());
    const passes::Simplified once = passes::Optimize(program, {});
    EXPECT_EQ(EncodeProgram(once.program, expr::WithNames::kYes),
              EncodeProgram(passes::Optimize(program, {}).program, expr::WithNames::kYes));
    const passes::RuleSet& rules = passes::ChoiceRulesFor(GetParam());
    bool accuracy = false;
    for (const passes::Application& application : once.applications) {
      chosen += rules.Has(*application.rule) ? 1 : 0;
      accuracy = accuracy || (application.rule->dearer && !rules.Has(*application.rule));
      EXPECT_LT(application.before.value, once.program.graph.size());
      EXPECT_LT(application.after.value, once.program.graph.size());
    }
    const double before = passes::ModelledNanoseconds(program);
    const double after = passes::ModelledNanoseconds(once.program);
    EXPECT_TRUE(accuracy || after <= before * (1 + 1e-9)) << TextOf(program);
    const expr::Program twice = passes::Optimize(once.program, {}).program;
    // What was chosen may let terms be collected that were not before.
    const double again = passes::ModelledNanoseconds(twice);
    cheaper += again < after * (1 - 1e-9) ? 1 : 0;
    if (again <= after * (1 + 1e-9)) continue;
    ++failures;
    ADD_FAILURE() << "seed " << seed << "\nas sent " << TextOf(program) << "\nonce (" << after
                  << ") " << TextOf(once.program) << "\ntwice (" << again << ") " << TextOf(twice);
  }
  std::cout << chosen << " choices in " << programs << " programs, " << cheaper
            << " cheaper still at the second time\n";
  EXPECT_GT(chosen, GetParam() == Numerics::kStrict ? -1 : 100);
  EXPECT_LT(cheaper, programs / 10);
}

INSTANTIATE_TEST_SUITE_P(Modes, ChoicesLawsTest,
                         ::testing::Values(Numerics::kStrict, Numerics::kStable, Numerics::kFast));

TEST(ChoicesValuesTest, StableKeepsValuesWithinItsPromise) {
  const auto programs = static_cast<uint64_t>(ProgramsToTry(400));
  int points = 0, failures = 0;
  for (uint64_t seed = kSeed; seed < kSeed + programs; ++seed) {
    const expr::Program program = RandomFamilies(seed, Numerics::kStable);
    const expr::Program simplified = passes::Optimize(program, {}).program;
    const expr::Program as_written = AsWritten(program);
    Random random(seed);
    std::vector<Column> arguments;
    for (size_t k = 0; k < program.arguments.size(); ++k) {
      std::vector<double> values;
      for (size_t i = 0; i < kPoints; ++i) values.push_back(random.Moderate());
      arguments.push_back(Column::Of(expr::DType::kFloat64, values));
    }
    if (arguments.empty()) continue;
    const std::vector<Column> got = RunLowered(LowerFor(simplified, arguments), arguments);
    for (size_t i = 0; i < kPoints; ++i) {
      std::vector<double> x;
      for (const Column& argument : arguments) x.push_back(argument.at(i).ToDouble());
      const std::vector<Exact> exact = EvaluateExactly(as_written, x);
      for (size_t k = 0; k < exact.size(); ++k) {
        if (!exact[k].sure || !exact[k].in_range || !std::isfinite(exact[k].error)) continue;
        const double ulp = UlpOf(exact[k].value.ToDouble());
        if (exact[k].error > 4096 * ulp) continue;
        const double bound = std::max(2 * exact[k].error / ulp, 4.0) + 0.5;
        const double off = UlpsOff(got[k].at(i).ToDouble(), exact[k].value);
        ++points;
        if (off <= bound || ++failures > 5) continue;
        ADD_FAILURE() << "seed " << seed << " output " << k << "\nas sent    "
                      << TextOf(OnlyOutput(program, k)) << "\nsimplified "
                      << TextOf(OnlyOutput(simplified, k)) << "\nat " << x[0] << ": off by " << off
                      << " ulp, bound " << bound;
      }
    }
  }
  EXPECT_GT(points, 10'000);
  EXPECT_EQ(failures, 0) << "of " << points;
}

}  // namespace
}  // namespace formulary::testing
