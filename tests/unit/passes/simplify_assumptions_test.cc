// Rules that need to know something of an argument fire when it is known, and only then.

#include "gtest/gtest.h"
#include "tests/unit/passes/passes_helpers.h"

namespace formulary::passes {
namespace {

using expr::Numerics;

TEST(SimplifyAssumptionsTest, NothingKnownNothingDone) {
  ExpectSimplified({
      {"exp(log(x))", "exp(log(x))"},
      {"abs(x)", "abs(x)"},
      {"floor(x)", "floor(x)"},
      {"sign(x)", "sign(x)"},
      {"sqrt(x)*sqrt(x)", "sqrt(x)*sqrt(x)"},
      {"(x**3)**(1/5)", "(x**3)**(1/5)"},
  });
}

TEST(SimplifyAssumptionsTest, Positive) {
  ExpectSimplified(
      {
          {"exp(log(x))", "x"},
          {"abs(x)", "x"},
          {"sign(x)", "1"},
          {"sqrt(x**2)", "x"},
          {"log(gamma(x))", "loggamma(x)"},
          {"exp(loggamma(x))", "gamma(x)"},
          {"lgamma(x)", "loggamma(x)"},
          {"sqrt(x)**2", "x"},
          {"(x**3)**(1/3)", "x"},
          {"x**2/x", "x"},
      },
      Numerics::kStable, {Known("x", {.positive = true})});
}

TEST(SimplifyAssumptionsTest, Integer) {
  const Arguments integer = {Known("n", {.integer = true})};
  ExpectSimplified({{"floor(n)", "n"},
                    {"ceiling(n)", "n"},
                    {"round(n)", "n"},
                    {"trunc(n)", "n"},
                    {"floor(n + 3)", "n + 3"},
                    {"floor(n/2)", "floor(n/2)"}},
                   Numerics::kStable, integer);
}

TEST(SimplifyAssumptionsTest, BoundsSayAsMuch) {
  ExpectSimplified({{"abs(x)", "x"}, {"sqrt(x**2)", "x"}, {"x - x", "0"}}, Numerics::kStable,
                   {Known("x", {.lower = 0.5, .upper = 4})});
  ExpectSimplified({{"abs(x)", "abs(x)"}, {"x - x", "x - x"}}, Numerics::kStable,
                   {Known("x", {.upper = 4})});
}

TEST(SimplifyAssumptionsTest, RootsOfSquaresThatMayOverflow) {
  const Arguments large = {Known("x", {.lower = -1e200, .upper = 1e200})};
  ExpectSimplified({{"sqrt(x**2 + y**2)", "hypot(x, y)"}, {"sqrt(y**2 + x**2)", "hypot(y, x)"}},
                   Numerics::kStable, large);
  ExpectSimplified({{"sqrt(x**2 + y**2)", "sqrt(x**2 + y**2)"}}, Numerics::kStable,
                   {Known("x", {.lower = -1e9, .upper = 1e9})});
  ExpectSimplified({{"sqrt(x**2 + y**2)", "sqrt(x**2 + y**2)"}});
}

// A quotient that an infinite argument makes NaN stands aside unless the argument is finite.
TEST(SimplifyAssumptionsTest, RootsLessOneAtInfinity) {
  ExpectSimplified({
      {"sqrt(1 + x) - 1", "Piecewise((x/(sqrt(x + 1) + 1), x < oo), (x, True))"},
      {"cbrt(1 + x) - 1",
       "Piecewise((x/(cbrt(x + 1) + cbrt(x + 1)**2 + 1), abs(x) < oo), (x, True))"},
      {"1/(1 + x) - 1", "Piecewise((-x/(x + 1), abs(x) != oo), (-1, True))"},
  });
  ExpectSimplified({{"sqrt(1 + x) - 1", "x/(sqrt(x + 1) + 1)"},
                    {"cbrt(1 + x) - 1", "x/(cbrt(x + 1) + cbrt(x + 1)**2 + 1)"},
                    {"1/(1 + x) - 1", "-x/(x + 1)"}},
                   Numerics::kStable, {Known("x", {.finite = true})});
}

TEST(SimplifyAssumptionsTest, FactsOfPartsMakeFactsOfTheWhole) {
  const Arguments positive = {Known("x", {.positive = true}), Known("y", {.positive = true})};
  ExpectSimplified({{"abs(x*y + 1)", "x*y + 1"},
                    {"exp(log(x + y))", "x + y"},
                    {"abs(exp(z))", "exp(z)"},
                    {"abs(x - y)", "abs(x - y)"},
                    {"abs(z**2)", "z**2"}},
                   Numerics::kStable, positive);
}

TEST(SimplifyAssumptionsTest, StrictDoesNotListen) {
  ExpectSimplified({{"exp(log(x))", "exp(log(x))"}, {"sqrt(x*x)", "sqrt(x*x)"}}, Numerics::kStrict,
                   {Known("x", {.positive = true})});
}

}  // namespace
}  // namespace formulary::passes
