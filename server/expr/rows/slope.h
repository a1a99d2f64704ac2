#ifndef FORMULARY_SERVER_EXPR_ROWS_SLOPE_H_
#define FORMULARY_SERVER_EXPR_ROWS_SLOPE_H_

// Rows: derivatives of special functions by their parameters, for the partials of other rows.
// Included by catalogue.cc only.

#include <arb_hypgeom.h>

#include <algorithm>

#include "server/expr/ball.h"
#include "server/expr/rows/bessel.h"
#include "server/expr/rows/gamma.h"
#include "server/expr/rows/incomplete.h"
#include "server/expr/rows/integral.h"
#include "server/expr/rows/routines.h"

namespace formulary::expr::rows {

// The derivative by an operand, by central differences so close that their error, of the order of
// the step squared, is below the precision.
template <BallFunction kFunction, int kOperand>
void SlopeBall(arb_t result, const arb_struct* x, slong precision) {
  const slong bits = precision / 2 + 40;
  const slong work = precision + bits + 64;
  IncompleteTerm step;
  IncompleteTerm moved;
  arb_one(step.get());
  if (!arb_is_zero(x + kOperand)) arb_abs(step.get(), x + kOperand);
  arb_mul_2exp_si(step.get(), step.get(), -bits);
  arb_struct operands[kMaxRowOperands];  // shallow: only read
  std::copy_n(x, kMaxRowOperands, operands);
  IncompleteTerm below;
  arb_sub(moved.get(), x + kOperand, step.get(), ARF_PREC_EXACT);
  operands[kOperand] = *moved.get();
  kFunction(below.get(), operands, work);
  arb_add(moved.get(), x + kOperand, step.get(), ARF_PREC_EXACT);
  operands[kOperand] = *moved.get();
  kFunction(result, operands, work);
  arb_sub(result, result, below.get(), work);
  arb_mul_2exp_si(step.get(), step.get(), 1);
  arb_div(result, result, step.get(), precision);
}

// The logarithm of its size.
template <BallFunction kFunction, int kOperand>
void LogSlopeBall(arb_t result, const arb_struct* x, slong precision) {
  SlopeBall<kFunction, kOperand>(result, x, precision);
  arb_abs(result, result);
  arb_log(result, result, precision);
}

// Of the smaller tail: the derivatives of both are opposite.
inline void EitherGammaTailBall(arb_t result, const arb_struct* x, slong precision) {
  // In double, so that differences are of one tail.
  if (arf_get_d(arb_midref(x + 1), ARF_RND_NEAR) < arf_get_d(arb_midref(x), ARF_RND_NEAR)) {
    GammaTailBall<Tail::kLower>(result, x, precision);
  } else {
    GammaTailBall<Tail::kUpper>(result, x, precision);
    arb_neg(result, result);
  }
}

// clang-format off
inline constexpr auto kSlope = std::to_array<FunctionRow>({
  {.name = "gammainc_da", .group = "slope", .doc = "Derivative of gammainc(a, b) by a, for a > 0, b >= 0.",
   .latex = "\\frac{\\partial P}{\\partial a}\\left({0}, {1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "(a > 0) & (b >= 0)",
   .partials = {kNone, "Piecewise((gammainc_dx(a, b)*(log(b) - digamma(a)), b > 0), (0, True))"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("gammainc_da"),
   .reference = &BallReference<&SlopeBall<&EitherGammaTailBall, 0>, 2>, .nanoseconds = 800,
   .example = "gammainc_da(2, 3)", .example_value = -0.19742541957920248},
  {.name = "log_gammainc_da", .group = "slope", .doc = "log(-gammainc_da(a, b)), right where that underflows, for a > 0, b >= 0.",
   .latex = "\\log \\left|\\frac{\\partial P}{\\partial a}\\right|\\left({0}, {1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "(a > 0) & (b > 0)",
   .partials = {kNone, "exp(log_gammainc_dx(a, b) - r)*(digamma(a) - log(b))"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("log_gammainc_da"),
   .reference = &BallReference<&LogSlopeBall<&EitherGammaTailBall, 0>, 2>, .amplitude = "1", .nanoseconds = 800,
   .example = "log_gammainc_da(20, 2)", .example_value = -29.526221847027966},
  {.name = "betainc_da", .group = "slope", .doc = "Derivative of betainc(a, b, c) by a, for a, b > 0, 0 <= c <= 1.",
   .latex = "\\frac{\\partial I}{\\partial a}\\left({0}, {1}, {2}\\right)",
   .min_arity = 3, .max_arity = 3, .domain = "(a > 0) & (b > 0) & (c >= 0) & (c <= 1)",
   .partials = {kNone, kNone, "Piecewise((betainc_dx(a, b, c)*(log(c) - digamma(a) + digamma(a + b)), c > 0), (0, True))"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("betainc_da"),
   .reference = &BallReference<&SlopeBall<&BetaTailBall<Tail::kLower>, 0>, 3>, .nanoseconds = 850,
   .example = "betainc_da(2, 3, 1/4)", .example_value = -0.22805360232434638},
  {.name = "betainc_db", .group = "slope", .doc = "Derivative of betainc(a, b, c) by b, for a, b > 0, 0 <= c <= 1.",
   .latex = "\\frac{\\partial I}{\\partial b}\\left({0}, {1}, {2}\\right)",
   .min_arity = 3, .max_arity = 3, .domain = "(a > 0) & (b > 0) & (c >= 0) & (c <= 1)",
   .partials = {kNone, kNone, "Piecewise((betainc_dx(a, b, c)*(log1p(-c) - digamma(b) + digamma(a + b)), c < 1), (0, True))"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("betainc_db"),
   .reference = &BallReference<&SlopeBall<&BetaTailBall<Tail::kLower>, 1>, 3>, .nanoseconds = 850,
   .example = "betainc_db(2, 3, 1/4)", .example_value = 0.1069215300522914},
  {.name = "log_betainc_da", .group = "slope", .doc = "log(-betainc_da(a, b, c)), right where that underflows, for a, b > 0, 0 < c < 1.",
   .latex = "\\log \\left|\\frac{\\partial I}{\\partial a}\\right|\\left({0}, {1}, {2}\\right)",
   .min_arity = 3, .max_arity = 3, .domain = "(a > 0) & (b > 0) & (c > 0) & (c < 1)",
   .partials = {kNone, kNone, "exp(log_betainc_dx(a, b, c) - r)*(digamma(a) - digamma(a + b) - log(c))"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("log_betainc_da"),
   .reference = &BallReference<&LogSlopeBall<&BetaTailBall<Tail::kLower>, 0>, 3>, .amplitude = "1", .nanoseconds = 860,
   .example = "log_betainc_da(20, 3, 1/8)", .example_value = -35.7132414253543},
  {.name = "log_betainc_db", .group = "slope", .doc = "log(betainc_db(a, b, c)), right where that underflows, for a, b > 0, 0 < c < 1.",
   .latex = "\\log \\frac{\\partial I}{\\partial b}\\left({0}, {1}, {2}\\right)",
   .min_arity = 3, .max_arity = 3, .domain = "(a > 0) & (b > 0) & (c > 0) & (c < 1)",
   .partials = {kNone, kNone, "exp(log_betainc_dx(a, b, c) - r)*(log1p(-c) - digamma(b) + digamma(a + b))"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("log_betainc_db"),
   .reference = &BallReference<&LogSlopeBall<&BetaTailBall<Tail::kLower>, 1>, 3>, .amplitude = "1", .nanoseconds = 860,
   .example = "log_betainc_db(20, 3, 1/8)", .example_value = -35.67516913241596},
  {.name = "expint_dn", .group = "slope", .doc = "Derivative of expint(a, b) by the order a, for b > 0; NaN below.",
   .latex = "\\frac{\\partial \\operatorname{E}}{\\partial n}\\left({0}, {1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "b > 0",
   .partials = {kNone, "-expint_dn(a - 1, b)"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("expint_dn"),
   .reference = &BallReference<&SlopeBall<&ExpintBall, 0>, 2>, .region = "(a >= -10) & (a <= 100)", .nanoseconds = 1100,
   .example = "expint_dn(2, 1)", .example_value = -0.05065230955925187},
  {.name = "besselj_dv", .group = "slope", .doc = "Derivative of besselj(a, b) by the order a, |a| <= 1e5, for b > 0; NaN for b < 0.",
   .latex = "\\frac{\\partial J}{\\partial \\nu}\\left({0}, {1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "b > 0",
   .partials = {kNone, "(besselj_dv(a - 1, b) - besselj_dv(a + 1, b))/2"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("besselj_dv"),
   .reference = &BallReference<&SlopeBall<&OrderBall<&arb_hypgeom_bessel_j>, 0>, 2>,
   .region = "(a >= 0) & (a <= 60) & (b <= 10000)",
   .amplitude = "Piecewise((0, (b < a) | (b < 1/2)), (sqrt(2/(pi*b)), True))", .nanoseconds = 3300,
   .example = "besselj_dv(5/2, 3)", .example_value = -0.19203804272791766},
  {.name = "bessely_dv", .group = "slope", .doc = "Derivative of bessely(a, b) by the order a, |a| <= 1e5, for b > 0; NaN for b < 0.",
   .latex = "\\frac{\\partial Y}{\\partial \\nu}\\left({0}, {1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "b > 0",
   .partials = {kNone, "(bessely_dv(a - 1, b) - bessely_dv(a + 1, b))/2"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("bessely_dv"),
   .reference = &BallReference<&SlopeBall<&OrderBall<&arb_hypgeom_bessel_y>, 0>, 2>,
   .region = "(a >= 0) & (a <= 60) & (b <= 10000)",
   .amplitude = "Piecewise((0, (b < a) & (a > 1/2)), (sqrt(2/(pi*b)), True))", .nanoseconds = 3600,
   .example = "bessely_dv(5/2, 3)", .example_value = -0.37166191403795357},
  {.name = "besseli_dv", .group = "slope", .doc = "Derivative of besseli(a, b) by the order a, |a| <= 1e5, for b > 0; NaN for b < 0.",
   .latex = "\\frac{\\partial I}{\\partial \\nu}\\left({0}, {1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "b > 0",
   .partials = {kNone, "(besseli_dv(a - 1, b) + besseli_dv(a + 1, b))/2"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("besseli_dv"),
   .reference = &BallReference<&SlopeBall<&OrderBall<&arb_hypgeom_bessel_i>, 0>, 2>,
   .region = "(a >= 0) & (a <= 100)", .amplitude = "besseli(a, b)", .nanoseconds = 930,
   .example = "besseli_dv(5/2, 3)", .example_value = -1.2911854433404761},
  {.name = "besselk_dv", .group = "slope", .doc = "Derivative of besselk(a, b) by the order a, |a| <= 1e5, for b > 0; NaN for b < 0.",
   .latex = "\\frac{\\partial K}{\\partial \\nu}\\left({0}, {1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "b > 0", .range = Range::kUnknown,
   .partials = {kNone, "-(besselk_dv(a - 1, b) + besselk_dv(a + 1, b))/2"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("besselk_dv"),
   .reference = &BallReference<&SlopeBall<&OrderBall<&arb_hypgeom_bessel_k>, 0>, 2>,
   .region = "abs(a) <= 60", .nanoseconds = 1070,
   .example = "besselk_dv(5/2, 3)", .example_value = 0.057784891133047155},
  {.name = "log_besseli_dv", .group = "slope", .doc = "Derivative of log_besseli(a, b) by the order a, for 0 <= a <= 1e5, b > 0; NaN for others.",
   .latex = "\\frac{\\partial \\log I}{\\partial \\nu}\\left({0}, {1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "(a >= 0) & (b > 0)",
   .partials = {kNone, "exp(log_besseli(a + 1, b) - log_besseli(a, b))*(log_besseli_dv(a + 1, b) - r) + 1/b"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("log_besseli_dv"),
   .reference = &BallReference<&SlopeBall<&OrderBall<&LogBall<&arb_hypgeom_bessel_i>>, 0>, 2>,
   .region = "a <= 1000", .amplitude = "1", .nanoseconds = 810,
   .example = "log_besseli_dv(5/2, 1000)", .example_value = -0.002501248744364491},
  {.name = "log_besselk_dv", .group = "slope", .doc = "Derivative of log_besselk(a, b) by the order a, for b > 0; NaN below.",
   .latex = "\\frac{\\partial \\log K}{\\partial \\nu}\\left({0}, {1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "b > 0", .range = Range::kSameSign,
   .partials = {kNone, "-exp(log_besselk(a - 1, b) - log_besselk(a, b))*(log_besselk_dv(a - 1, b) - r) - 1/b"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("log_besselk_dv"),
   .reference = &BallReference<&SlopeBall<&OrderBall<&LogBall<&arb_hypgeom_bessel_k>>, 0>, 2>,
   .region = "abs(a) <= 1000", .nanoseconds = 840,
   .example = "log_besselk_dv(5/2, 1000)", .example_value = 0.002498748755614509},
  {.name = "zeta_ds", .group = "slope", .doc = "Derivative of zeta(a); NaN at 1.",
   .latex = "\\zeta'\\left({0}\\right)",
   .domain = "Ne(a, 1)", .partials = {kNone},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("zeta_ds"),
   .reference = &BallReference<&SlopeBall<&Ball<arb_zeta>, 0>, 1>,
   .region = "a >= -150", .amplitude = "Piecewise(((2*pi)**(a - 1)*gamma(1 - a)*log(4 - a), a < 0), (0, True))", .nanoseconds = 1000,
   .example = "zeta_ds(2)", .example_value = -0.9375482543158438},
  {.name = "hurwitz_zeta_ds", .group = "slope", .doc = "Derivative of hurwitz_zeta(a, b) by a, for a >= -4 but 1, b > 0; NaN for others.",
   .latex = "\\zeta'\\left({0}, {1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "(a >= -4) & Ne(a, 1) & (b > 0)",
   .partials = {kNone, "-hurwitz_zeta(a + 1, b) - a*hurwitz_zeta_ds(a + 1, b)"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("hurwitz_zeta_ds"),
   .reference = &BallReference<&SlopeBall<&HurwitzBall, 0>, 2>, .region = "a > 1", .amplitude = "hurwitz_zeta(a, b)", .nanoseconds = 970,
   .example = "hurwitz_zeta_ds(2, 1/2)", .example_value = 1.7480808796238798},
});
// clang-format on

}  // namespace formulary::expr::rows

#endif  // FORMULARY_SERVER_EXPR_ROWS_SLOPE_H_
