// The guard lets right programs through and puts wrong ones back.

#include "server/passes/guard.h"

#include <string>

#include "gtest/gtest.h"
#include "server/passes/expand.h"
#include "server/passes/rules.h"
#include "tests/unit/passes/passes_helpers.h"

namespace formulary::passes {
namespace {

Comparison Compared(const std::string& original, const std::string& rewritten,
                    const Arguments& arguments = {Known("x", {}), Known("y", {})}) {
  return Compare(Expand(ProgramOf({original}, expr::Numerics::kStable, arguments)),
                 Expand(ProgramOf({rewritten}, expr::Numerics::kStable, arguments)));
}

TEST(GuardTest, EqualRealsAgree) {
  const BeforeAfter table[] = {
      {"exp(x) - 1", "expm1(x)"},
      {"sqrt(x**2 + 1) - sqrt(x**2)", "1/(sqrt(x**2 + 1) + Abs(x))"},
      {"(x + y)**3", "x**3 + 3*x**2*y + 3*x*y**2 + y**3"},
      {"Piecewise((x, x < y), (y, True))", "Min(x, y)"},
      {"gamma(Abs(x) + 1)", "Abs(x)*gamma(Abs(x))"},
      {"floor(x) + x", "x + floor(x)"},
      {"x < y", "y > x"},
  };
  for (const BeforeAfter& row : table) {
    const Comparison comparison = Compared(row.before, row.after);
    EXPECT_EQ(comparison.agreement, Agreement::kAgrees) << row.before;
    EXPECT_GT(comparison.points, 0u) << row.before;
  }
}

TEST(GuardTest, WrongFormsDiffer) {
  const BeforeAfter table[] = {
      {"exp(x) - 1", "exp(x)"},     {"sin(x + y)", "sin(x)*cos(y) - cos(x)*sin(y)"},
      {"sqrt(x**2)", "x"},          {"x - y", "y - x"},
      {"Abs(x)", "log(-1 - x**2)"}, {"x < y", "y < x"},
      {"x + 1e-9*y", "x"},
  };
  for (const BeforeAfter& row : table)
    EXPECT_EQ(Compared(row.before, row.after).agreement, Agreement::kDiffers) << row.before;
}

// What rounding alone makes of both says nothing against either.
TEST(GuardTest, RoundingIsNoDifference) {
  EXPECT_NE(Compared("(1 + x/10**15) - 1", "x/10**15").agreement, Agreement::kDiffers);
  // atan rounds across the pole of tan.
  EXPECT_NE(Compared("tan(atan(1e30*x))", "1e30*x").agreement, Agreement::kDiffers);
  EXPECT_NE(Compared("exp(x)**40", "exp(40*x)").agreement, Agreement::kDiffers);
}

TEST(GuardTest, PointsKeepToTheAssumptions) {
  const Arguments positive = {Known("x", {.positive = true}), Known("y", {.lower = 3, .upper = 4})};
  EXPECT_EQ(Compared("sqrt(x**2)", "x", positive).agreement, Agreement::kAgrees);
  EXPECT_EQ(Compared("Max(y, 3) + Min(y, 4)", "2*y", positive).agreement, Agreement::kAgrees);
  const Arguments integer = {Known("x", {.integer = true}), Known("y", {})};
  EXPECT_EQ(Compared("floor(x) + y", "x + y", integer).agreement, Agreement::kAgrees);
}

TEST(GuardTest, AWrongRuleIsUndoneAndTold) {
  static constexpr expr::Identity kWrong = {"wrong", "exp(a)", "1 + a", expr::kRealModes, ""};
  const expr::Program original = ProgramOf({"exp(x) + heaviside(x)"});
  Rule rule;
  rule.identity = &kWrong;
  Simplified state;
  state.program = ProgramOf({"1 + x + Piecewise((0, x < 0), (1/2, Eq(x, 0)), (1, True))"});
  const expr::NodeId root = state.program.outputs[0].node;
  state.applications = {{&rule, 1, root, root}};
  Guard(original, &state);
  EXPECT_EQ(state.stop_reason, StopReason::kGuard);
  EXPECT_EQ(TextOf(state.program), TextOf(Expand(original)));
  ASSERT_EQ(state.applications.size(), 1u);
  EXPECT_LT(state.applications[0].before.value, state.program.graph.size());
}

TEST(GuardTest, LongProgramsAreNotCompared) {
  std::string text = "x";
  for (int i = 0; i < 8'000; ++i) text = "sin(" + text + ")";
  EXPECT_EQ(Compared(text, text).agreement, Agreement::kNotCompared);
}

TEST(GuardTest, OptimizeComparesWhatItRewrote) {
  EXPECT_GT(Optimize(ProgramOf({"sqrt(x + 1) - sqrt(x)"}), {}).guard_points, 0u);
  EXPECT_EQ(Optimize(ProgramOf({"exp(x)"}, expr::Numerics::kStrict), {}).guard_points, 0u);
}

}  // namespace
}  // namespace formulary::passes
