#ifndef FORMULARY_SERVER_EXPR_ROWS_INTEGRAL_H_
#define FORMULARY_SERVER_EXPR_ROWS_INTEGRAL_H_

// Rows: exponential, logarithmic, sine and cosine integrals, and Lambert's W. Included by
// catalogue.cc only. Sources of the definitions: DLMF 6.2, 8.19, 4.13.

#include <arb_hypgeom.h>

#include "server/expr/ball.h"
#include "server/expr/rows/routines.h"

namespace formulary::expr::rows {

// -Ei(-x) for x > 0.
inline void E1Ball(arb_t result, const arb_struct* x, slong precision) {
  if (!arb_is_positive(x)) {
    arb_indeterminate(result);
    return;
  }
  arb_neg(result, x);
  arb_hypgeom_ei(result, result, precision);
  arb_neg(result, result);
}

inline void ExpintBall(arb_t result, const arb_struct* x, slong precision) {
  if (!arb_is_positive(x + 1)) {
    arb_indeterminate(result);
    return;
  }
  arb_hypgeom_expint(result, x, x + 1, precision);
}

// The function on x > 0 only.
template <void (*kFunction)(arb_t, const arb_t, slong)>
void PositiveBall(arb_t result, const arb_struct* x, slong precision) {
  if (arb_is_positive(x)) {
    kFunction(result, x, precision);
  } else {
    arb_indeterminate(result);
  }
}

// li, or with kOffset li(x) - li(2).
template <int kOffset>
void LiBall(arb_t result, const arb_struct* x, slong precision) {
  if (arb_is_negative(x)) {
    arb_indeterminate(result);
  } else {
    arb_hypgeom_li(result, x, kOffset, precision);
  }
}

// The double next to -1/e, which is a little below it, counts as -1/e.
template <int kBranch>
void LambertBall(arb_t result, const arb_struct* x, slong precision) {
  constexpr double kBranchPoint = -0x1.78b56362cef38p-2;
  if (arb_is_exact(x) && arf_cmp_d(arb_midref(x), kBranchPoint) == 0) {
    arb_set_si(result, -1);
  } else {
    arb_lambertw(result, x, kBranch == 0 ? 0 : 1, precision);
  }
}

// clang-format off
inline constexpr auto kIntegral = std::to_array<FunctionRow>({
  {.name = "expi", .group = "integral", .doc = "Exponential integral Ei, the principal value of the integral of exp(t)/t from -oo to a; -oo at 0.",
   .sympy = "Ei", .numpy = "expi", .c = "expint", .latex = "\\operatorname{Ei}\\left({0}\\right)",
   .domain = "Ne(a, 0)", .partials = {"exp(a)/a"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("expi"),
   .reference = &BallReference<&Ball<arb_hypgeom_ei>, 1>, .nanoseconds = 16,
   .example = "expi(1)", .example_value = 1.8951178163559368},
  {.name = "e1", .group = "integral", .doc = "Exponential integral E1, the integral of exp(-t)/t from a to oo; oo at 0, NaN below.",
   .sympy = "E1", .numpy = "exp1", .latex = "\\operatorname{E}_1\\left({0}\\right)",
   .domain = "a > 0", .range = Range::kPositive, .partials = {"-exp(-a)/a"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("e1"),
   .reference = &BallReference<&E1Ball, 1>, .nanoseconds = 3,
   .example = "e1(1)", .example_value = 0.21938393439552029},
  {.name = "expint", .group = "integral", .doc = "Generalised exponential integral E_a(b), the integral of exp(-b*t)/t**a from 1 to oo, real a, b > 0; NaN for b < 0.",
   .sympy = "expint", .numpy = "expn", .latex = "\\operatorname{E}_{{0}}\\left({1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "b > 0", .range = Range::kPositive,
   .partials = {"expint_dn(a, b)", "-expint(a - 1, b)"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("expint"),
   .reference = &BallReference<&ExpintBall, 2>, .region = "abs(a) <= 1000", .nanoseconds = 15,
   .example = "expint(2, 1)", .example_value = 0.14849550677592205},
  {.name = "li", .group = "integral", .doc = "Logarithmic integral, the principal value of the integral of 1/log(t) from 0 to a; -oo at 1, NaN below 0.",
   .sympy = "li", .latex = "\\operatorname{li}\\left({0}\\right)",
   .domain = "(a >= 0) & Ne(a, 1)", .partials = {"1/log(a)"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("li"),
   .reference = &BallReference<&LiBall<0>, 1>, .nanoseconds = 105,
   .example = "li(10)", .example_value = 6.1655995047872976},
  {.name = "li2", .group = "integral", .doc = "Offset logarithmic integral li(a) - li(2), accurate next to 2; -oo at 1, NaN below 0.",
   .sympy = "Li", .latex = "\\operatorname{Li}\\left({0}\\right)",
   .domain = "(a >= 0) & Ne(a, 1)", .partials = {"1/log(a)"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("li2"),
   .reference = &BallReference<&LiBall<1>, 1>, .nanoseconds = 65,
   .example = "li2(10)", .example_value = 5.1204357246698056},
  {.name = "sinint", .group = "integral", .doc = "Sine integral, the integral of sin(t)/t from 0 to a.",
   .sympy = "Si", .latex = "\\operatorname{Si}\\left({0}\\right)",
   .domain = "True", .range = Range::kSameSign, .partials = {"sinc(a)"},
   .identities = {{{"sinint_odd", "sinint(-a)", "-sinint(a)", kAllModes, ""}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("sinint"),
   .reference = &BallReference<&Ball<arb_hypgeom_si>, 1>, .nanoseconds = 30,
   .example = "sinint(2)", .example_value = 1.6054129768026948},
  {.name = "cosint", .group = "integral", .doc = "Cosine integral EulerGamma + log(a) + the integral of (cos(t) - 1)/t from 0 to a; -oo at 0, NaN below.",
   .sympy = "Ci", .latex = "\\operatorname{Ci}\\left({0}\\right)",
   .domain = "a > 0", .partials = {"cos(a)/a"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("cosint"),
   .reference = &BallReference<&PositiveBall<arb_hypgeom_ci>, 1>,
   .amplitude = "Piecewise((1/a, a > 4.25), (0, True))", .nanoseconds = 30,
   .example = "cosint(2)", .example_value = 0.42298082877486498},
  {.name = "sinhint", .group = "integral", .doc = "Hyperbolic sine integral, the integral of sinh(t)/t from 0 to a.",
   .sympy = "Shi", .latex = "\\operatorname{Shi}\\left({0}\\right)",
   .domain = "True", .range = Range::kSameSign, .partials = {"Piecewise((sinh(a)/a, Ne(a, 0)), (1, True))"},
   .identities = {{{"sinhint_odd", "sinhint(-a)", "-sinhint(a)", kAllModes, ""}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("sinhint"),
   .reference = &BallReference<&Ball<arb_hypgeom_shi>, 1>, .nanoseconds = 22,
   .example = "sinhint(1)", .example_value = 1.0572508753757286},
  {.name = "coshint", .group = "integral", .doc = "Hyperbolic cosine integral EulerGamma + log(a) + the integral of (cosh(t) - 1)/t from 0 to a; -oo at 0, NaN below.",
   .sympy = "Chi", .latex = "\\operatorname{Chi}\\left({0}\\right)",
   .domain = "a > 0", .partials = {"cosh(a)/a"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("coshint"),
   .reference = &BallReference<&PositiveBall<arb_hypgeom_chi>, 1>, .nanoseconds = 25,
   .example = "coshint(1)", .example_value = 0.8378669409802082},
  {.name = "lambertw", .group = "integral", .doc = "Lambert's W, principal branch: w*exp(w) = a with w >= -1; -1 at the double next to -1/e, NaN below.",
   .sympy = "LambertW", .numpy = "lambertw", .latex = "W\\left({0}\\right)",
   .domain = "a >= -exp(-1)", .range = Range::kSameSign, .partials = {"exp(-r)/(1 + r)"},
   .identities = {{{"lambertw_inverse", "lambertw(a)*exp(lambertw(a))", "a", kRealModes, "nonnegative(a)"}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("lambertw"),
   .reference = &BallReference<&LambertBall<0>, 1>, .nanoseconds = 7,
   .example = "lambertw(1)", .example_value = 0.56714329040978384},
  {.name = "lambertw_m1", .group = "integral", .doc = "Lambert's W, branch -1: w*exp(w) = a with w <= -1, for -1/e <= a < 0; -oo at 0, NaN elsewhere.",
   .latex = "W_{-1}\\left({0}\\right)",
   .domain = "(a >= -exp(-1)) & (a < 0)", .partials = {"exp(-r)/(1 + r)"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("lambertw_m1"),
   .reference = &BallReference<&LambertBall<-1>, 1>, .nanoseconds = 9,
   .example = "lambertw_m1(-1/5)", .example_value = -2.5426413577735265},
  {.name = "lambertw_branch", .group = "integral", .doc = "Lambert's W, branch b: 0 and -1 are real; NaN for other b.",
   .sympy = "LambertW", .numpy = "lambertw", .latex = "W_{{1}}\\left({0}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "(a >= -exp(-1)) & (Eq(b, 0) | (Eq(b, -1) & (a < 0)))",
   .partials = {"exp(-r)/(1 + r)", kNone}, .lowering = Lowering::kExpansion,
   .expansion = "Piecewise((lambertw(a), Eq(b, 0)), (lambertw_m1(a), Eq(b, -1)), (nan, True))", .nanoseconds = 16,
   .example = "lambertw_branch(-1/5, -1)", .example_value = -2.5426413577735265},
});
// clang-format on

}  // namespace formulary::expr::rows

#endif  // FORMULARY_SERVER_EXPR_ROWS_INTEGRAL_H_
