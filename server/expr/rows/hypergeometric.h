#ifndef FORMULARY_SERVER_EXPR_ROWS_HYPERGEOMETRIC_H_
#define FORMULARY_SERVER_EXPR_ROWS_HYPERGEOMETRIC_H_

// Rows: hypergeometric functions. Included by catalogue.cc only. Sources of the definitions: DLMF
// 13.2, 15.2, 16.2.

#include <arb_hypgeom.h>

#include "server/expr/ball.h"
#include "server/expr/rows/routines.h"

namespace formulary::expr::rows {

inline constexpr long kMaxPolynomialDegree = 20000;

// n where x is -n and so a series may end; -1 otherwise.
inline long PolynomialDegree(const arb_struct* x) {
  if (!arb_is_int(x) || arb_is_positive(x) ||
      arf_cmpabs_ui(arb_midref(x), kMaxPolynomialDegree) > 0) {
    return -1;
  }
  return -arf_get_si(arb_midref(x), ARF_RND_NEAR);
}

// The terms 0 to n of the series with so many upper parameters and one lower, which stand in x with
// the argument behind them. Apart from the runtime's, which it judges.
inline void PolynomialBall(arb_t result, const arb_struct* x, int upper, long n, slong precision) {
  arb_t term;
  arb_t factor;
  arb_init(term);
  arb_init(factor);
  arb_one(term);
  arb_one(result);
  for (long k = 0; k < n; ++k) {
    for (int i = 0; i < upper; ++i) {
      arb_add_si(factor, x + i, k, precision);
      arb_mul(term, term, factor, precision);
    }
    arb_add_si(factor, x + upper, k, precision);
    arb_mul_si(factor, factor, k + 1, precision);
    arb_div(term, term, factor, precision);
    arb_mul(term, term, x + upper + 1, precision);
    arb_add(result, result, term, precision);
  }
  arb_clear(term);
  arb_clear(factor);
}

inline void Hyp0f1Ball(arb_t result, const arb_struct* x, slong precision) {
  arb_hypgeom_0f1(result, x, x + 1, 0, precision);
}

inline void Hyp1f1Ball(arb_t result, const arb_struct* x, slong precision) {
  const long degree = PolynomialDegree(x);
  if (degree >= 0) {
    PolynomialBall(result, x, 1, degree, precision);
  } else {
    arb_hypgeom_1f1(result, x, x + 1, x + 2, 0, precision);
  }
}

inline void Hyp2f1Ball(arb_t result, const arb_struct* x, slong precision) {
  const long a = PolynomialDegree(x);
  const long b = PolynomialDegree(x + 1);
  const long degree = a >= 0 && (b < 0 || a < b) ? a : b;
  if (degree >= 0) {
    PolynomialBall(result, x, 2, degree, precision);
  } else if (arf_cmp_si(arb_midref(x + 3), 1) < 0) {
    arb_hypgeom_2f1(result, x, x + 1, x + 2, x + 3, 0, precision);
  } else {
    arb_indeterminate(result);
  }
}

inline void HyperuBall(arb_t result, const arb_struct* x, slong precision) {
  arb_hypgeom_u(result, x, x + 1, x + 2, precision);
}

// clang-format off
inline constexpr auto kHypergeometric = std::to_array<FunctionRow>({
  {.name = "hyp0f1", .group = "hypergeometric", .doc = "Confluent hypergeometric limit function 0F1(; a; b); NaN for a = 0, -1, -2, ...",
   .numpy = "hyp0f1", .latex = "{{}_0F_1}\\left(;{0};{1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "(a > 0) | Ne(a, floor(a))",
   .partials = {"Piecewise((0, Eq(b, 0)), (r*(digamma(a) - log(b)/2) + gamma(a)*b**((1 - a)/2)*besseli_dv(a - 1, 2*sqrt(b)), b > 0), (r*(digamma(a) - log(-b)/2) + gamma(a)*(-b)**((1 - a)/2)*besselj_dv(a - 1, 2*sqrt(-b)), True))", "hyp0f1(a + 1, b)/a"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("hyp0f1"),
   .reference = &BallReference<&Hyp0f1Ball, 2>, .region = "(abs(a) <= 1000) & (abs(b) <= 10000)", .nanoseconds = 40,
   .example = "hyp0f1(3/2, -2)", .example_value = 0.10891980905843206},
  {.name = "hyp1f1", .group = "hypergeometric", .doc = "Kummer's confluent hypergeometric function 1F1(a; b; c); for b = 0, -1, ... a polynomial where a >= b is another such number, else NaN.",
   .numpy = "hyp1f1", .latex = "{{}_1F_1}\\left({0};{1};{2}\\right)",
   .min_arity = 3, .max_arity = 3, .domain = "(b > 0) | Ne(b, floor(b))",
   .partials = {kNone, kNone, "a*hyp1f1(a + 1, b + 1, c)/b"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("hyp1f1"),
   .reference = &BallReference<&Hyp1f1Ball, 3>, .region = "(abs(a) <= 100) & (abs(b) <= 100) & (abs(c) <= 600)", .nanoseconds = 80,
   .example = "hyp1f1(3/2, 5/2, -2)", .example_value = 0.34710654256851858},
  {.name = "hyp2f1", .group = "hypergeometric", .doc = "Gauss's hypergeometric function 2F1(a, b; c; d) for d <= 1, or any d where it is a polynomial; NaN where it is complex or c = 0, -1, -2, ...",
   .numpy = "hyp2f1", .latex = "{{}_2F_1}\\left({0},{1};{2};{3}\\right)",
   .min_arity = 4, .max_arity = 4, .domain = "((c > 0) | Ne(c, floor(c))) & (d < 1)",
   .partials = {kNone, kNone, kNone, "Piecewise((0, Eq(a, 0) | Eq(b, 0)), (a*b*hyp2f1(a + 1, b + 1, c + 1, d)/c, True))"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("hyp2f1"),
   .reference = &BallReference<&Hyp2f1Ball, 4>, .region = "(abs(a) <= 100) & (abs(b) <= 100) & (abs(c) <= 100)", .nanoseconds = 90,
   .example = "hyp2f1(1/2, 1/3, 5/4, -2)", .example_value = 0.84686640797994583},
  {.name = "hyperu", .group = "hypergeometric", .doc = "Tricomi's confluent hypergeometric function U(a, b, c) for c > 0, or any c where it is a polynomial (a = 0, -1, ...); NaN elsewhere.",
   .numpy = "hyperu", .latex = "U\\left({0},{1},{2}\\right)",
   .min_arity = 3, .max_arity = 3, .domain = "c > 0",
   .partials = {kNone, kNone, "-a*hyperu(a + 1, b + 1, c)"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("hyperu"),
   .reference = &BallReference<&HyperuBall, 3>, .region = "(abs(a) <= 100) & (abs(b) <= 100) & (c >= 1e-6) & (c <= 1000)", .nanoseconds = 700,
   .example = "hyperu(3/2, 5/4, 2)", .example_value = 0.20060313978552491},
});
// clang-format on

}  // namespace formulary::expr::rows

#endif  // FORMULARY_SERVER_EXPR_ROWS_HYPERGEOMETRIC_H_
