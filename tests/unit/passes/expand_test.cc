// Expansion alone: functions without a routine go, everything else stays.

#include "server/passes/expand.h"

#include "gtest/gtest.h"
#include "server/expr/catalogue.h"
#include "tests/unit/passes/passes_helpers.h"

namespace formulary::passes {
namespace {

TEST(ExpandTest, FollowsTheRows) {
  const BeforeAfter table[] = {
      {"factorial(n)", "gamma(n + 1)"},
      {"root(x, 3)", "x**((1)/3)"},
      {"fract(x)", "x - floor(x)"},
      {"log(x, y)", "log(x)/log(y)"},
      {"logistic(x)", "1/(1 + exp(-x))"},
      // expansions inside expansions
      {"factorial(fract(x))", "gamma(x - floor(x) + 1)"},
      // nothing to do: not even what could be simplified
      {"x + 0*y - sin(-x)", "x + 0*y - sin(-x)"},
  };
  for (const BeforeAfter& row : table)
    EXPECT_EQ(TextOf(Expand(ProgramOf({row.before}))), row.after) << row.before;
}

TEST(ExpandTest, NoRowIsLeftThatComputesByExpansion) {
  for (const expr::FunctionRow& row : expr::Rows()) {
    const expr::Program expanded = Expand(ProgramOf({std::string(row.example)}));
    for (uint32_t i = 0; i < expanded.graph.size(); ++i) {
      if (expanded.graph[expr::NodeId{i}].kind != expr::NodeKind::kCall) continue;
      EXPECT_NE(Row(expanded.graph[expr::NodeId{i}].function).lowering, expr::Lowering::kExpansion)
          << row.name;
    }
  }
}

TEST(ExpandTest, KeepsSharing) {
  const expr::Program expanded = Expand(ProgramOf({"factorial(x)*factorial(x)", "factorial(x)"}));
  int gammas = 0;
  for (uint32_t i = 0; i < expanded.graph.size(); ++i) {
    gammas += expanded.graph.IsCall(expr::NodeId{i}, expr::IdOf("gamma"));
  }
  EXPECT_EQ(gammas, 1);
}

}  // namespace
}  // namespace formulary::passes
