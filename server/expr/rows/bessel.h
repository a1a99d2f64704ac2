#ifndef FORMULARY_SERVER_EXPR_ROWS_BESSEL_H_
#define FORMULARY_SERVER_EXPR_ROWS_BESSEL_H_

// Rows: Bessel functions. Included by catalogue.cc only. Sources of the definitions: DLMF 9 (Airy),
// 10 (Bessel), 11 (Struve).

#include <arb_hypgeom.h>

#include "server/expr/ball.h"
#include "server/expr/rows/routines.h"

namespace formulary::expr::rows {

// Order first, as in the rows.
template <void (*kFunction)(arb_t, const arb_t, const arb_t, slong)>
void OrderBall(arb_t result, const arb_struct* x, slong precision) {
  kFunction(result, x, x + 1, precision);
}

// Of fixed order.
template <void (*kFunction)(arb_t, const arb_t, const arb_t, slong), int kOrder>
void FixedOrderBall(arb_t result, const arb_struct* x, slong precision) {
  arb_t order;
  arb_init(order);
  arb_set_si(order, kOrder);
  kFunction(result, order, x, precision);
  arb_clear(order);
}

// I exp(-|x|).
inline void ScaledIBall(arb_t result, const arb_t order, const arb_t x, slong precision) {
  arb_t factor;
  arb_init(factor);
  arb_hypgeom_bessel_i(result, order, x, precision);
  arb_abs(factor, x);
  arb_neg(factor, factor);
  arb_exp(factor, factor, precision);
  arb_mul(result, result, factor, precision);
  arb_clear(factor);
}

template <void (*kFunction)(arb_t, const arb_t, const arb_t, slong)>
void LogBall(arb_t result, const arb_t order, const arb_t x, slong precision) {
  kFunction(result, order, x, precision);
  arb_log(result, result, precision);
}

// sqrt(J^2 + Y^2).
inline void ModulusBall(arb_t result, const arb_t order, const arb_t x, slong precision) {
  arb_t y;
  arb_init(y);
  arb_hypgeom_bessel_jy(result, y, order, x, precision);
  arb_mul(result, result, result, precision);
  arb_addmul(result, y, y, precision);
  arb_sqrt(result, result, precision);
  arb_clear(y);
}

// sqrt(pi/(2 |x|)) f(n + 1/2, |x|), with the sign of a negative x: (-1)^(n + kOdd).
template <void (*kFunction)(arb_t, const arb_t, const arb_t, slong), int kOdd>
void SphericalBall(arb_t result, const arb_t order, const arb_t x, slong precision) {
  arb_t size, half;
  arb_init(size);
  arb_init(half);
  arb_set_d(half, 0.5);
  arb_add(half, half, order, precision);
  arb_abs(size, x);
  kFunction(result, half, size, precision);
  arb_const_pi(half, precision);
  arb_div(half, half, size, precision);
  arb_mul_2exp_si(half, half, -1);
  arb_sqrt(half, half, precision);
  arb_mul(result, result, half, precision);
  if (arb_is_negative(x)) {
    arb_add_si(size, order, kOdd, precision);
    arb_mul_2exp_si(size, size, -1);
    if (!arb_is_int(size)) arb_neg(result, result);
  }
  arb_clear(size);
  arb_clear(half);
}
// K is not defined for a negative x.
inline void SphericalKBall(arb_t result, const arb_t order, const arb_t x, slong precision) {
  if (arb_is_positive(x)) {
    SphericalBall<&arb_hypgeom_bessel_k, 0>(result, order, x, precision);
  } else {
    arb_indeterminate(result);
  }
}

// kWhich: 0 Ai, 1 Ai', 2 Bi, 3 Bi'.
template <int kWhich>
void AiryBall(arb_t result, const arb_struct* x, slong precision) {
  arb_hypgeom_airy(kWhich == 0 ? result : nullptr, kWhich == 1 ? result : nullptr,
                   kWhich == 2 ? result : nullptr, kWhich == 3 ? result : nullptr, x, precision);
}

// Times exp(+-2/3 x^(3/2)).
template <int kWhich>
void ScaledAiryBall(arb_t result, const arb_struct* x, slong precision) {
  arb_t zeta;
  arb_init(zeta);
  arb_sqrt(zeta, x, precision);
  arb_mul(zeta, zeta, x, precision);
  arb_mul_si(zeta, zeta, kWhich == 0 ? 2 : -2, precision);
  arb_div_ui(zeta, zeta, 3, precision);
  arb_exp(zeta, zeta, precision);
  AiryBall<kWhich>(result, x, precision);
  arb_mul(result, result, zeta, precision);
  arb_clear(zeta);
}

// (x/2)^(v + 1) 1F2(1; 3/2, v + 3/2; kSign x^2/4), regularised (DLMF 11.2.1, 11.2.2).
template <int kSign>
void StruveBall(arb_t result, const arb_t order, const arb_t x, slong precision) {
  arb_struct upper[1], lower[2];
  arb_t z, half;
  arb_init(upper);
  arb_init(lower);
  arb_init(lower + 1);
  arb_init(z);
  arb_init(half);
  arb_one(upper);
  arb_set_d(lower, 1.5);
  arb_add(lower + 1, order, lower, precision);
  arb_mul_2exp_si(half, x, -1);
  arb_mul(z, half, half, precision);
  arb_mul_si(z, z, kSign, precision);
  arb_hypgeom_pfq(result, upper, 1, lower, 2, z, 1, precision);
  arb_add_ui(z, order, 1, precision);
  arb_pow(z, half, z, precision);
  arb_mul(result, result, z, precision);
  arb_clear(upper);
  arb_clear(lower);
  arb_clear(lower + 1);
  arb_clear(z);
  arb_clear(half);
}

// clang-format off
inline constexpr auto kBessel = std::to_array<FunctionRow>({
  {.name = "j0", .group = "bessel", .doc = "Bessel function of the first kind of order 0.",
   .numpy = "j0", .c = "j0", .latex = "J_0\\left({0}\\right)",
   .domain = "True",
   .partials = {"-j1(a)"},
   .identities = {{{"j0_parity", "j0(-a)", "j0(a)", kAllModes, ""}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("j0"),
   .reference = &BallReference<&FixedOrderBall<&arb_hypgeom_bessel_j, 0>, 1>,
   .region = "abs(a) <= 1000000",
   .amplitude = "Piecewise((0, abs(a) < 1/2), (sqrt(2/(pi*abs(a))), True))",
   .nanoseconds = 2.5,
   .example = "j0(1)", .example_value = 0.7651976865579666},
  {.name = "j1", .group = "bessel", .doc = "Bessel function of the first kind of order 1.",
   .numpy = "j1", .c = "j1", .latex = "J_1\\left({0}\\right)",
   .domain = "True",
   .partials = {"(j0(a) - besselj(2, a))/2"},
   .identities = {{{"j1_parity", "j1(-a)", "-j1(a)", kAllModes, ""}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("j1"),
   .reference = &BallReference<&FixedOrderBall<&arb_hypgeom_bessel_j, 1>, 1>,
   .region = "abs(a) <= 1000000",
   .amplitude = "Piecewise((0, abs(a) < 1/2), (sqrt(2/(pi*abs(a))), True))",
   .nanoseconds = 2.8,
   .example = "j1(1)", .example_value = 0.4400505857449335},
  {.name = "y0", .group = "bessel", .doc = "Bessel function of the second kind of order 0, for a > 0; -infinity at 0, NaN below.",
   .numpy = "y0", .c = "y0", .latex = "Y_0\\left({0}\\right)",
   .domain = "a > 0",
   .partials = {"-y1(a)"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("y0"),
   .reference = &BallReference<&FixedOrderBall<&arb_hypgeom_bessel_y, 0>, 1>,
   .region = "a <= 1000000",
   .amplitude = "Piecewise((0, abs(a) < 1/2), (sqrt(2/(pi*abs(a))), True))",
   .nanoseconds = 4.5,
   .example = "y0(1)", .example_value = 0.08825696421567696},
  {.name = "y1", .group = "bessel", .doc = "Bessel function of the second kind of order 1, for a > 0; -infinity at 0, NaN below.",
   .numpy = "y1", .c = "y1", .latex = "Y_1\\left({0}\\right)",
   .domain = "a > 0",
   .partials = {"y0(a) - y1(a)/a"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("y1"),
   .reference = &BallReference<&FixedOrderBall<&arb_hypgeom_bessel_y, 1>, 1>,
   .region = "a <= 1000000",
   .amplitude = "Piecewise((0, abs(a) < 1/2), (sqrt(2/(pi*abs(a))), True))",
   .nanoseconds = 4.5,
   .example = "y1(1)", .example_value = -0.7812128213002887},
  {.name = "i0", .group = "bessel", .doc = "Modified Bessel function of the first kind of order 0.",
   .numpy = "i0", .latex = "I_0\\left({0}\\right)",
   .domain = "True", .range = Range::kPositive,
   .partials = {"i1(a)"},
   .identities = {{{"i0_parity", "i0(-a)", "i0(a)", kAllModes, ""},
                   {"exp_i0", "exp(-a)*i0(a)", "i0e(a)*exp(Abs(a) - a)", kRealModes, ""},
                   {"log_i0", "log(i0(a))", "log(i0e(a)) + Abs(a)", kRealModes, ""}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("i0"),
   .reference = &BallReference<&FixedOrderBall<&arb_hypgeom_bessel_i, 0>, 1>,
   .nanoseconds = 1.7,
   .example = "i0(1)", .example_value = 1.2660658777520084},
  {.name = "i1", .group = "bessel", .doc = "Modified Bessel function of the first kind of order 1.",
   .numpy = "i1", .latex = "I_1\\left({0}\\right)",
   .domain = "True", .range = Range::kSameSign,
   .partials = {"(i0(a) + besseli(2, a))/2"},
   .identities = {{{"i1_parity", "i1(-a)", "-i1(a)", kAllModes, ""},
                   {"exp_i1", "exp(-a)*i1(a)", "i1e(a)*exp(Abs(a) - a)", kRealModes, ""},
                   {"log_i1", "log(i1(a))", "log(i1e(a)) + Abs(a)", kRealModes, ""}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("i1"),
   .reference = &BallReference<&FixedOrderBall<&arb_hypgeom_bessel_i, 1>, 1>,
   .nanoseconds = 1.7,
   .example = "i1(1)", .example_value = 0.565159103992485},
  {.name = "k0", .group = "bessel", .doc = "Modified Bessel function of the second kind of order 0, for a > 0; infinity at 0, NaN below.",
   .numpy = "k0", .latex = "K_0\\left({0}\\right)",
   .domain = "a > 0", .range = Range::kPositive,
   .partials = {"-k1(a)"},
   .identities = {{{"exp_k0", "exp(a)*k0(a)", "k0e(a)", kRealModes, ""},
                   {"log_k0", "log(k0(a))", "log(k0e(a)) - a", kRealModes, ""}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("k0"),
   .reference = &BallReference<&FixedOrderBall<&arb_hypgeom_bessel_k, 0>, 1>,
   .nanoseconds = 2.2,
   .example = "k0(1)", .example_value = 0.42102443824070834},
  {.name = "k1", .group = "bessel", .doc = "Modified Bessel function of the second kind of order 1, for a > 0; infinity at 0, NaN below.",
   .numpy = "k1", .latex = "K_1\\left({0}\\right)",
   .domain = "a > 0", .range = Range::kPositive,
   .partials = {"-k0(a) - k1(a)/a"},
   .identities = {{{"exp_k1", "exp(a)*k1(a)", "k1e(a)", kRealModes, ""},
                   {"log_k1", "log(k1(a))", "log(k1e(a)) - a", kRealModes, ""}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("k1"),
   .reference = &BallReference<&FixedOrderBall<&arb_hypgeom_bessel_k, 1>, 1>,
   .nanoseconds = 2.2,
   .example = "k1(1)", .example_value = 0.6019072301972346},
  {.name = "i0e", .group = "bessel", .doc = "exp(-|a|)*i0(a), which does not overflow.",
   .numpy = "i0e", .latex = "e^{-\\left|{0}\\right|} I_0\\left({0}\\right)",
   .domain = "True", .range = Range::kPositive,
   .partials = {"i1e(a) - sign(a)*r"},
   .identities = {{{"i0e_parity", "i0e(-a)", "i0e(a)", kAllModes, ""}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("i0e"),
   .reference = &BallReference<&FixedOrderBall<&ScaledIBall, 0>, 1>,
   .nanoseconds = 1,
   .example = "i0e(10)", .example_value = 0.1278333371634286},
  {.name = "i1e", .group = "bessel", .doc = "exp(-|a|)*i1(a), which does not overflow.",
   .numpy = "i1e", .latex = "e^{-\\left|{0}\\right|} I_1\\left({0}\\right)",
   .domain = "True", .range = Range::kSameSign,
   .partials = {"(i0e(a) + besseli_scaled(2, a))/2 - sign(a)*r"},
   .identities = {{{"i1e_parity", "i1e(-a)", "-i1e(a)", kAllModes, ""}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("i1e"),
   .reference = &BallReference<&FixedOrderBall<&ScaledIBall, 1>, 1>,
   .nanoseconds = 1,
   .example = "i1e(10)", .example_value = 0.12126268138445552},
  {.name = "k0e", .group = "bessel", .doc = "exp(a)*k0(a), for a > 0, which does not underflow; infinity at 0, NaN below.",
   .numpy = "k0e", .latex = "e^{{0}} K_0\\left({0}\\right)",
   .domain = "a > 0", .range = Range::kPositive,
   .partials = {"r - k1e(a)"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("k0e"),
   .reference = &BallReference<&FixedOrderBall<&arb_hypgeom_bessel_k_scaled, 0>, 1>,
   .nanoseconds = 1.4,
   .example = "k0e(10)", .example_value = 0.39163193443659866},
  {.name = "k1e", .group = "bessel", .doc = "exp(a)*k1(a), for a > 0, which does not underflow; infinity at 0, NaN below.",
   .numpy = "k1e", .latex = "e^{{0}} K_1\\left({0}\\right)",
   .domain = "a > 0", .range = Range::kPositive,
   .partials = {"r - k0e(a) - r/a"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("k1e"),
   .reference = &BallReference<&FixedOrderBall<&arb_hypgeom_bessel_k_scaled, 1>, 1>,
   .nanoseconds = 1.4,
   .example = "k1e(10)", .example_value = 0.41076657059578875},
  {.name = "besselj", .group = "bessel", .doc = "Bessel function of the first kind of real order a, |a| <= 1e5; for b < 0 integer orders only, else NaN.",
   .sympy = "besselj", .numpy = "jv", .c = "cyl_bessel_j", .latex = "J_{{0}}\\left({1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "(b > 0) | Eq(a, floor(a))",
   .partials = {"besselj_dv(a, b)", "(besselj(a - 1, b) - besselj(a + 1, b))/2"},
   .identities = {{{"besselj_0", "besselj(0, a)", "j0(a)", kRealModes, ""},
                   {"besselj_1", "besselj(1, a)", "j1(a)", kRealModes, ""}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("besselj"),
   .reference = &BallReference<&OrderBall<&arb_hypgeom_bessel_j>, 2>,
   .region = "(a >= 0) & (a <= 60) & (abs(b) <= 10000)",
   .amplitude = "Piecewise((0, (abs(b) < abs(a)) | (abs(b) < 1/2)), (sqrt(2/(pi*abs(b))), True))",
   .nanoseconds = 570,
   .example = "besselj(5/2, 3)", .example_value = 0.41271003220971597},
  {.name = "bessely", .group = "bessel", .doc = "Bessel function of the second kind of real order a, |a| <= 1e5, for b > 0; NaN for b < 0.",
   .sympy = "bessely", .numpy = "yv", .c = "cyl_neumann", .latex = "Y_{{0}}\\left({1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "b > 0",
   .partials = {"bessely_dv(a, b)", "(bessely(a - 1, b) - bessely(a + 1, b))/2"},
   .identities = {{{"bessely_0", "bessely(0, a)", "y0(a)", kRealModes, ""},
                   {"bessely_1", "bessely(1, a)", "y1(a)", kRealModes, ""}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("bessely"),
   .reference = &BallReference<&OrderBall<&arb_hypgeom_bessel_y>, 2>,
   .region = "(a >= 0) & (a <= 60) & (b <= 10000)",
   .amplitude = "Piecewise((0, (abs(b) < abs(a)) | (abs(b) < 1/2)), (sqrt(2/(pi*abs(b))), True))",
   .nanoseconds = 670,
   .example = "bessely(5/2, 3)", .example_value = -0.3690407300737979},
  {.name = "besseli", .group = "bessel", .doc = "Modified Bessel function of the first kind of real order a, |a| <= 1e5; for b < 0 integer orders only, else NaN.",
   .sympy = "besseli", .numpy = "iv", .c = "cyl_bessel_i", .latex = "I_{{0}}\\left({1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "(b > 0) | Eq(a, floor(a))",
   .partials = {"besseli_dv(a, b)", "(besseli(a - 1, b) + besseli(a + 1, b))/2"},
   .identities = {{{"besseli_0", "besseli(0, a)", "i0(a)", kRealModes, ""},
                   {"besseli_1", "besseli(1, a)", "i1(a)", kRealModes, ""},
                   {"exp_besseli", "exp(-b)*besseli(a, b)", "besseli_scaled(a, b)*exp(Abs(b) - b)", kRealModes, ""},
                   {"log_of_besseli", "log(besseli(a, b))", "log_besseli(a, b)", kRealModes, ""}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("besseli"),
   .reference = &BallReference<&OrderBall<&arb_hypgeom_bessel_i>, 2>,
   .region = "(a >= 0) & (a <= 100)",
   .nanoseconds = 125,
   .example = "besseli(5/2, 3)", .example_value = 1.5153394466819652},
  {.name = "besselk", .group = "bessel", .doc = "Modified Bessel function of the second kind of real order a, |a| <= 1e5, for b > 0; NaN for b < 0.",
   .sympy = "besselk", .numpy = "kv", .c = "cyl_bessel_k", .latex = "K_{{0}}\\left({1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "b > 0", .range = Range::kPositive,
   .partials = {"besselk_dv(a, b)", "-(besselk(a - 1, b) + besselk(a + 1, b))/2"},
   .identities = {{{"besselk_0", "besselk(0, a)", "k0(a)", kRealModes, ""},
                   {"besselk_1", "besselk(1, a)", "k1(a)", kRealModes, ""},
                   {"exp_besselk", "exp(b)*besselk(a, b)", "besselk_scaled(a, b)", kRealModes, ""},
                   {"log_of_besselk", "log(besselk(a, b))", "log_besselk(a, b)", kRealModes, ""}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("besselk"),
   .reference = &BallReference<&OrderBall<&arb_hypgeom_bessel_k>, 2>,
   .region = "abs(a) <= 60",
   .nanoseconds = 180,
   .example = "besselk(5/2, 3)", .example_value = 0.08406063197411738},
  {.name = "besseli_scaled", .group = "bessel", .doc = "exp(-|b|)*besseli(a, b), which does not overflow.",
   .numpy = "ive", .latex = "e^{-\\left|{1}\\right|} I_{{0}}\\left({1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "(b > 0) | Eq(a, floor(a))",
   .partials = {"Piecewise((r*log_besseli_dv(a, b), a >= 0), (besseli_dv(a, b)*exp(-b), True))", "(besseli_scaled(a - 1, b) + besseli_scaled(a + 1, b))/2 - sign(b)*r"},
   .identities = {{{"besseli_scaled_0", "besseli_scaled(0, a)", "i0e(a)", kRealModes, ""},
                   {"besseli_scaled_1", "besseli_scaled(1, a)", "i1e(a)", kRealModes, ""}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("besseli_scaled"),
   .reference = &BallReference<&OrderBall<&ScaledIBall>, 2>,
   .region = "(a >= 0) & (a <= 100)",
   .nanoseconds = 125,
   .example = "besseli_scaled(5/2, 1000)", .example_value = 0.012577853469258328},
  {.name = "besselk_scaled", .group = "bessel", .doc = "exp(b)*besselk(a, b), for b > 0, which does not underflow; NaN for b < 0.",
   .numpy = "kve", .latex = "e^{{1}} K_{{0}}\\left({1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "b > 0", .range = Range::kPositive,
   .partials = {"r*log_besselk_dv(a, b)", "r - (besselk_scaled(a - 1, b) + besselk_scaled(a + 1, b))/2"},
   .identities = {{{"besselk_scaled_0", "besselk_scaled(0, a)", "k0e(a)", kRealModes, ""},
                   {"besselk_scaled_1", "besselk_scaled(1, a)", "k1e(a)", kRealModes, ""}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("besselk_scaled"),
   .reference = &BallReference<&OrderBall<&arb_hypgeom_bessel_k_scaled>, 2>,
   .region = "abs(a) <= 60",
   .nanoseconds = 180,
   .example = "besselk_scaled(5/2, 1000)", .example_value = 0.03975229169480722},
  {.name = "log_besseli", .group = "bessel", .doc = "log(besseli(a, b)), also where besseli over- or underflows; NaN where it is negative.",
   .latex = "\\log I_{{0}}\\left({1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "(a >= 0) & (b > 0)",
   .partials = {"log_besseli_dv(a, b)", "exp(log_besseli(a + 1, b) - r) + a/b"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("log_besseli"),
   .reference = &BallReference<&OrderBall<&LogBall<&arb_hypgeom_bessel_i>>, 2>,
   .region = "(a >= 0) & (a <= 1000) & (b > 0)",
   .amplitude = "1",
   .nanoseconds = 125,
   .example = "log_besseli(5/2, 1000)", .example_value = 995.6241823273065},
  {.name = "log_besselk", .group = "bessel", .doc = "log(besselk(a, b)) for b > 0, also where besselk over- or underflows; NaN below.",
   .latex = "\\log K_{{0}}\\left({1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "b > 0",
   .partials = {"log_besselk_dv(a, b)", "-exp(log_besselk(a - 1, b) - r) - a/b"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("log_besselk"),
   .reference = &BallReference<&OrderBall<&LogBall<&arb_hypgeom_bessel_k>>, 2>,
   .region = "abs(a) <= 1000",
   .amplitude = "1",
   .nanoseconds = 180,
   .example = "log_besselk(5/2, 1000)", .example_value = -1003.2250877868441},
  {.name = "hankel_modulus", .group = "bessel", .doc = "sqrt(besselj(a, b)**2 + bessely(a, b)**2), the modulus of the Hankel functions, for b > 0; NaN for b < 0.",
   .latex = "\\left|H_{{0}}\\left({1}\\right)\\right|",
   .min_arity = 2, .max_arity = 2, .domain = "b > 0", .range = Range::kPositive,
   .partials = {"besselj(a, b)/r*besselj_dv(a, b) + bessely(a, b)/r*bessely_dv(a, b)", "(besselj(a, b)*(besselj(a - 1, b) - besselj(a + 1, b)) + bessely(a, b)*(bessely(a - 1, b) - bessely(a + 1, b)))/(2*r)"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("hankel_modulus"),
   .reference = &BallReference<&OrderBall<&ModulusBall>, 2>,
   .region = "(abs(a) <= 60) & (b <= 10000)",
   .nanoseconds = 1200,
   .example = "hankel_modulus(5/2, 3)", .example_value = 0.5536430539074311},
  {.name = "spherical_jn", .group = "bessel", .doc = "Spherical Bessel function of the first kind of integral order a >= 0, a <= 1e5; NaN for other orders.",
   .sympy = "jn", .numpy = "spherical_jn", .c = "sph_bessel", .latex = "j_{{0}}\\left({1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "(a >= 0) & Eq(a, floor(a))",
   .partials = {kNone, "Piecewise((-spherical_jn(1, b), Eq(a, 0)), ((a*spherical_jn(a - 1, b) - (a + 1)*spherical_jn(a + 1, b))/(2*a + 1), True))"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("spherical_jn"),
   .reference = &BallReference<&OrderBall<&SphericalBall<&arb_hypgeom_bessel_j, 0>>, 2>,
   .region = "(a <= 60) & (abs(b) <= 10000)",
   .amplitude = "Piecewise((0, (abs(b) < a) | (abs(b) < 1/2)), (1/abs(b), True))",
   .nanoseconds = 6,
   .example = "spherical_jn(2, 3)", .example_value = 0.29863749707573356},
  {.name = "spherical_yn", .group = "bessel", .doc = "Spherical Bessel function of the second kind of integral order a >= 0, a <= 1e5; NaN for other orders, -infinity at b = 0.",
   .sympy = "yn", .numpy = "spherical_yn", .c = "sph_neumann", .latex = "y_{{0}}\\left({1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "(a >= 0) & Eq(a, floor(a)) & Ne(b, 0)",
   .partials = {kNone, "Piecewise((-spherical_yn(1, b), Eq(a, 0)), ((a*spherical_yn(a - 1, b) - (a + 1)*spherical_yn(a + 1, b))/(2*a + 1), True))"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("spherical_yn"),
   .reference = &BallReference<&OrderBall<&SphericalBall<&arb_hypgeom_bessel_y, 1>>, 2>,
   .region = "(a <= 60) & (abs(b) <= 10000)",
   .amplitude = "Piecewise((0, (abs(b) < a) | (abs(b) < 1/2)), (1/abs(b), True))",
   .nanoseconds = 5,
   .example = "spherical_yn(2, 3)", .example_value = -0.26703833526449916},
  {.name = "spherical_in", .group = "bessel", .doc = "Modified spherical Bessel function of the first kind of integral order a >= 0, a <= 1e5; NaN for other orders.",
   .numpy = "spherical_in", .latex = "i_{{0}}\\left({1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "(a >= 0) & Eq(a, floor(a))",
   .partials = {kNone, "Piecewise((spherical_in(1, b), Eq(a, 0)), ((a*spherical_in(a - 1, b) + (a + 1)*spherical_in(a + 1, b))/(2*a + 1), True))"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("spherical_in"),
   .reference = &BallReference<&OrderBall<&SphericalBall<&arb_hypgeom_bessel_i, 0>>, 2>,
   .region = "a <= 60",
   .nanoseconds = 5,
   .example = "spherical_in(2, 3)", .example_value = 1.096501524700701},
  {.name = "spherical_kn", .group = "bessel", .doc = "Modified spherical Bessel function of the second kind, sqrt(pi/(2*b))*besselk(a + 1/2, b), of integral order a >= 0, a <= 1e5, for b > 0; NaN for other orders and b < 0.",
   .numpy = "spherical_kn", .latex = "k_{{0}}\\left({1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "(a >= 0) & Eq(a, floor(a)) & (b > 0)", .range = Range::kPositive,
   .partials = {kNone, "Piecewise((-spherical_kn(1, b), Eq(a, 0)), (-(a*spherical_kn(a - 1, b) + (a + 1)*spherical_kn(a + 1, b))/(2*a + 1), True))"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("spherical_kn"),
   .reference = &BallReference<&OrderBall<&SphericalKBall>, 2>,
   .region = "a <= 60",
   .nanoseconds = 19,
   .example = "spherical_kn(2, 3)", .example_value = 0.06082637875543217},
  {.name = "airyai", .group = "bessel", .doc = "Airy function Ai; NaN below -1e10.",
   .sympy = "airyai", .latex = "\\operatorname{Ai}\\left({0}\\right)",
   .domain = "True",
   .partials = {"airyaiprime(a)"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("airyai"),
   .reference = &BallReference<&AiryBall<0>, 1>,
   .region = "a >= -100",
   .amplitude = "Piecewise((0, a > -1), (1/(sqrt(pi)*abs(a)**(1/4)), True))",
   .nanoseconds = 28,
   .example = "airyai(1)", .example_value = 0.13529241631288141},
  {.name = "airybi", .group = "bessel", .doc = "Airy function Bi; NaN below -1e10.",
   .sympy = "airybi", .latex = "\\operatorname{Bi}\\left({0}\\right)",
   .domain = "True",
   .partials = {"airybiprime(a)"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("airybi"),
   .reference = &BallReference<&AiryBall<2>, 1>,
   .region = "a >= -100",
   .amplitude = "Piecewise((0, a > -1), (1/(sqrt(pi)*abs(a)**(1/4)), True))",
   .nanoseconds = 28,
   .example = "airybi(1)", .example_value = 1.2074235949528713},
  {.name = "airyaiprime", .group = "bessel", .doc = "Derivative of the Airy function Ai; NaN below -1e10.",
   .sympy = "airyaiprime", .latex = "\\operatorname{Ai}'\\left({0}\\right)",
   .domain = "True",
   .partials = {"a*airyai(a)"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("airyaiprime"),
   .reference = &BallReference<&AiryBall<1>, 1>,
   .region = "a >= -100",
   .amplitude = "Piecewise((0, a > -1), (abs(a)**(1/4)/sqrt(pi), True))",
   .nanoseconds = 28,
   .example = "airyaiprime(1)", .example_value = -0.1591474412967932},
  {.name = "airybiprime", .group = "bessel", .doc = "Derivative of the Airy function Bi; NaN below -1e10.",
   .sympy = "airybiprime", .latex = "\\operatorname{Bi}'\\left({0}\\right)",
   .domain = "True",
   .partials = {"a*airybi(a)"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("airybiprime"),
   .reference = &BallReference<&AiryBall<3>, 1>,
   .region = "a >= -100",
   .amplitude = "Piecewise((0, a > -1), (abs(a)**(1/4)/sqrt(pi), True))",
   .nanoseconds = 28,
   .example = "airybiprime(1)", .example_value = 0.9324359333927756},
  {.name = "airyai_scaled", .group = "bessel", .doc = "exp(2/3*a**(3/2))*airyai(a) for a >= 0; NaN below.",
   .latex = "e^{\\zeta} \\operatorname{Ai}\\left({0}\\right)",
   .domain = "a >= 0", .range = Range::kPositive,
   .partials = {"sqrt(a)*r - a*besselk_scaled(2/3, 2*a*sqrt(a)/3)/(pi*sqrt(3))"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("airyai_scaled"),
   .reference = &BallReference<&ScaledAiryBall<0>, 1>,
   .nanoseconds = 15,
   .example = "airyai_scaled(100)", .example_value = 0.08919692093633041},
  {.name = "airybi_scaled", .group = "bessel", .doc = "exp(-2/3*a**(3/2))*airybi(a) for a >= 0; NaN below.",
   .latex = "e^{-\\zeta} \\operatorname{Bi}\\left({0}\\right)",
   .domain = "a >= 0", .range = Range::kPositive,
   .partials = {"a*(besseli_scaled(-2/3, 2*a*sqrt(a)/3) + besseli_scaled(2/3, 2*a*sqrt(a)/3))/sqrt(3) - sqrt(a)*r"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("airybi_scaled"),
   .reference = &BallReference<&ScaledAiryBall<2>, 1>,
   .nanoseconds = 15,
   .example = "airybi_scaled(100)", .example_value = 0.1784310111708354},
  {.name = "struveh", .group = "bessel", .doc = "Struve function H of real order a, |a| <= 1000; for b < 0 integer orders only, else NaN.",
   .numpy = "struve", .latex = "\\mathbf{H}_{{0}}\\left({1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "(b > 0) | Eq(a, floor(a))",
   .partials = {kNone, "(struveh(a - 1, b) - struveh(a + 1, b) + (b/2)**a/(sqrt(pi)*gamma(a + 3/2)))/2"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("struveh"),
   .reference = &BallReference<&OrderBall<&StruveBall<-1>>, 2>,
   .region = "(a >= 0) & (a <= 20) & (b <= 200)",
   .amplitude = "Piecewise((0, (abs(b) < abs(a)) | (abs(b) < 1/2)), (sqrt(2/(pi*abs(b))), True))",
   .nanoseconds = 6000,
   .example = "struveh(5/2, 3)", .example_value = 0.5330828824346892},
  {.name = "struvel", .group = "bessel", .doc = "Modified Struve function L of real order a, |a| <= 1000; for b < 0 integer orders only, else NaN.",
   .numpy = "modstruve", .latex = "\\mathbf{L}_{{0}}\\left({1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "(b > 0) | Eq(a, floor(a))",
   .partials = {kNone, "(struvel(a - 1, b) + struvel(a + 1, b) + (b/2)**a/(sqrt(pi)*gamma(a + 3/2)))/2"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("struvel"),
   .reference = &BallReference<&OrderBall<&StruveBall<1>>, 2>,
   .region = "(a >= 0) & (a <= 20) & (b <= 300)",
   .nanoseconds = 1000,
   .example = "struvel(5/2, 3)", .example_value = 1.1273893605276963},
});
// clang-format on

}  // namespace formulary::expr::rows

#endif  // FORMULARY_SERVER_EXPR_ROWS_BESSEL_H_
