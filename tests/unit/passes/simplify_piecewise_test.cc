// Piecewise: conditions that ranges decide, branches that are equal, nested or never taken.

#include "gtest/gtest.h"
#include "tests/unit/passes/passes_helpers.h"

namespace formulary::passes {
namespace {

TEST(SimplifyPiecewiseTest, RangesDecideConditions) {
  ExpectSimplified(
      {
          {"Piecewise((1, x < 5), (2, True))", "1"},
          {"Piecewise((1, x <= 0), (2, True))", "2"},
          {"Piecewise((1, x + y > 10), (2, True))", "2"},
          {"Piecewise((1, x*y >= 2), (2, True))", "1"},
          {"Piecewise((1, exp(x) < 1), (2, True))", "2"},
          {"Piecewise((1, 1/x < 2), (2, True))", "1"},
          {"Piecewise((1, Eq(x, 3)), (2, True))", "2"},
          {"Piecewise((1, Abs(x - 3) <= 2.5), (2, True))", "1"},
          {"Piecewise((1, x < 1.5), (2, True))", "Piecewise((1, x < 1.5), (2, True))"},
      },
      expr::Numerics::kStable,
      {Known("x", {.lower = 1, .upper = 2}), Known("y", {.lower = 3, .upper = 4})});
}

// NaN makes every comparison false: what is false whatever the number goes, what is true stays.
TEST(SimplifyPiecewiseTest, WhatMayBeNaNIsNeverTrue) {
  ExpectSimplified({
      {"Piecewise((1, sin(x) > 2), (2, True))", "2"},
      {"Piecewise((1, sin(x) < 2), (2, True))", "Piecewise((1, sin(x) < 2), (2, True))"},
      {"Piecewise((1, x**2 < 0), (2, True))", "2"},
      {"Piecewise((1, x**2 >= 0), (2, True))", "Piecewise((1, x**2 >= 0), (2, True))"},
  });
}

TEST(SimplifyPiecewiseTest, BranchesThatAreNeverTakenGo) {
  ExpectSimplified({
      {"Piecewise((1, x < 2), (3, x < 1), (4, True))", "Piecewise((1, x < 2), (4, True))"},
      {"Piecewise((1, x <= 2), (3, x < 2), (4, True))", "Piecewise((1, x <= 2), (4, True))"},
      {"Piecewise((1, x < 2), (3, x <= 2), (4, True))",
       "Piecewise((1, x < 2), (3, x <= 2), (4, True))"},
  });
}

TEST(SimplifyPiecewiseTest, EqualBranchesAreOne) {
  ExpectSimplified({
      {"Piecewise((y, x < 1), (y, x > 3), (z, True))",
       "Piecewise((y, (x < 1) | (x > 3)), (z, True))"},
      {"Piecewise((y, x < 1), (y, True))", "y"},
  });
}

TEST(SimplifyPiecewiseTest, TheOuterConditionDecidesTheInner) {
  ExpectSimplified({
      {"Piecewise((Piecewise((1, x < 2), (2, True)), x < 1), (3, True))",
       "Piecewise((1, x < 1), (3, True))"},
      {"Piecewise((Piecewise((1, x > 2), (2, True)), x < 1), (3, True))",
       "Piecewise((2, x < 1), (3, True))"},
      {"Piecewise((1, x < 1), (Piecewise((2, x < 1), (3, True)), y < 1), (4, True))",
       "Piecewise((1, x < 1), (3, y < 1), (4, True))"},
      {"Piecewise((Piecewise((1, y > 2), (2, True)), x < 1), (3, True))",
       "Piecewise((Piecewise((1, y > 2), (2, True)), x < 1), (3, True))"},
  });
}

// Deep inside a branch, and for magnitudes.
TEST(SimplifyPiecewiseTest, ConditionsAreKnownInsideTheirBranches) {
  ExpectSimplified({
      {"Piecewise((exp(y + Piecewise((x, x > 0), (z, True))), x > 1), (y, True))",
       "Piecewise((exp(y + x), x > 1), (y, True))"},
      {"Piecewise((y, x >= 0), (exp(Piecewise((x, x > 0), (z, True))), True))",
       "Piecewise((y, x >= 0), (exp(z), True))"},
      {"Piecewise((y, x >= 0), (exp(Piecewise((x, x < 0), (z, True))), True))",
       "Piecewise((y, x >= 0), (exp(Piecewise((x, x < 0), (z, True))), True))"},
      {"Piecewise((y + exp(Abs(x)), x > 2), (z, True))",
       "Piecewise((y + exp(x), x > 2), (z, True))"},
      {"Piecewise((y, x > 0), (exp(y + Abs(x)), True))",
       "Piecewise((y, x > 0), (exp(y - x), True))"},
      {"Piecewise((exp(Piecewise((y, -2*x < 0), (z, True))), x > 0), (x, True))",
       "Piecewise((exp(y), x > 0), (x, True))"},
      {"Piecewise((y, x > 1), (exp(y + Abs(x)), True))",
       "Piecewise((y, x > 1), (exp(y + abs(x)), True))"},
  });
}

}  // namespace
}  // namespace formulary::passes
