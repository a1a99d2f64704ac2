#ifndef FORMULARY_SERVER_EXPR_ROWS_ELLIPTIC_H_
#define FORMULARY_SERVER_EXPR_ROWS_ELLIPTIC_H_

// Rows: elliptic integrals and functions. Included by catalogue.cc only. m is the parameter, k^2.
// Sources of the definitions: DLMF 19.2, 19.16, 22.2; of the derivatives: DLMF 19.4, 19.18, 22.13.

#include <acb_elliptic.h>
#include <acb_modular.h>

#include "server/expr/ball.h"
#include "server/expr/rows/routines.h"

namespace formulary::expr::rows {

// Complex balls for one evaluation: x[i] are the operands, y the result, t[i] scratch.
class EllipticBalls {
 public:
  EllipticBalls(const arb_struct* operands, size_t count) {
    acb_init(y);
    for (acb_struct& ball : x) acb_init(&ball);
    for (acb_struct& ball : t) acb_init(&ball);
    for (size_t i = 0; i < count; ++i) acb_set_arb(&x[i], operands + i);
  }
  EllipticBalls(const EllipticBalls&) = delete;
  EllipticBalls& operator=(const EllipticBalls&) = delete;
  ~EllipticBalls() {
    acb_clear(y);
    for (acb_struct& ball : x) acb_clear(&ball);
    for (acb_struct& ball : t) acb_clear(&ball);
  }
  // The result where it is real.
  void Real(arb_t result) const {
    if (acb_is_finite(y) && arb_contains_zero(acb_imagref(y))) {
      arb_set(result, acb_realref(y));
    } else {
      arb_indeterminate(result);
    }
  }

  acb_t y;
  acb_struct x[4];
  acb_struct t[8];
};

template <void (*kFunction)(acb_t, const acb_t, slong)>
void CompleteBall(arb_t result, const arb_struct* x, slong precision) {
  EllipticBalls balls(x, 1);
  kFunction(balls.y, &balls.x[0], precision);
  balls.Real(result);
}

// K(1 - p) = pi/(2 agm(1, sqrt(p))): DLMF 19.8.5.
inline void EllipticKm1Ball(arb_t result, const arb_struct* x, slong precision) {
  arb_t one;
  arb_init(one);
  arb_one(one);
  arb_sqrt(result, x, precision);
  arb_agm(result, one, result, precision);
  arb_const_pi(one, precision);
  arb_mul_2exp_si(one, one, -1);
  arb_div(result, one, result, precision);
  arb_clear(one);
}

template <void (*kFunction)(acb_t, const acb_t, const acb_t, int, slong)>
void IncompleteBall(arb_t result, const arb_struct* x, slong precision) {
  EllipticBalls balls(x, 2);
  kFunction(balls.y, &balls.x[0], &balls.x[1], 0, precision);
  balls.Real(result);
}

inline void EllipticPiBall(arb_t result, const arb_struct* x, slong precision) {
  EllipticBalls balls(x, 2);
  acb_elliptic_pi(balls.y, &balls.x[0], &balls.x[1], precision);
  balls.Real(result);
}

inline void EllipticPiIncBall(arb_t result, const arb_struct* x, slong precision) {
  EllipticBalls balls(x, 3);
  acb_elliptic_pi_inc(balls.y, &balls.x[0], &balls.x[1], &balls.x[2], 0, precision);
  balls.Real(result);
}

// D(m) = R_D(0, 1 - m, 1)/3: DLMF 19.25.1.
inline void EllipticDBall(arb_t result, const arb_struct* x, slong precision) {
  EllipticBalls balls(x, 1);
  acb_sub_ui(&balls.t[0], &balls.x[0], 1, precision);
  acb_neg(&balls.t[0], &balls.t[0]);
  acb_one(&balls.t[1]);
  acb_elliptic_rj(balls.y, &balls.t[2], &balls.t[0], &balls.t[1], &balls.t[1], 0, precision);
  acb_div_ui(balls.y, balls.y, 3, precision);
  balls.Real(result);
}

// D(phi, m) = (F - E)/m.
inline void EllipticDIncBall(arb_t result, const arb_struct* x, slong precision) {
  if (arb_is_zero(x + 1)) {  // (phi - sin(phi) cos(phi))/2
    arb_t twice;
    arb_init(twice);
    arb_mul_2exp_si(twice, x, 1);
    arb_sin(result, twice, precision);
    arb_sub(result, twice, result, precision);
    arb_mul_2exp_si(result, result, -2);
    arb_clear(twice);
    return;
  }
  EllipticBalls balls(x, 2);
  acb_elliptic_f(&balls.t[0], &balls.x[0], &balls.x[1], 0, precision);
  acb_elliptic_e_inc(&balls.t[1], &balls.x[0], &balls.x[1], 0, precision);
  acb_sub(balls.y, &balls.t[0], &balls.t[1], precision);
  acb_div(balls.y, balls.y, &balls.x[1], precision);
  balls.Real(result);
}

// R_C(x, y) = R_F(x, y, y), and R_D(x, y, z) = R_J(x, y, z, z).
template <size_t kLast>
void CarlsonFBall(arb_t result, const arb_struct* x, slong precision) {
  EllipticBalls balls(x, kLast + 1);
  acb_elliptic_rf(balls.y, &balls.x[0], &balls.x[1], &balls.x[kLast], 0, precision);
  balls.Real(result);
}
template <size_t kLast>
void CarlsonJBall(arb_t result, const arb_struct* x, slong precision) {
  if (arb_is_negative(x + kLast)) {  // Arb continues it; the principal value is not its part
    arb_indeterminate(result);
    return;
  }
  EllipticBalls balls(x, kLast + 1);
  acb_elliptic_rj(balls.y, &balls.x[0], &balls.x[1], &balls.x[2], &balls.x[kLast], 0, precision);
  balls.Real(result);
}
inline void CarlsonGBall(arb_t result, const arb_struct* x, slong precision) {
  EllipticBalls balls(x, 3);
  acb_elliptic_rg(balls.y, &balls.x[0], &balls.x[1], &balls.x[2], 0, precision);
  balls.Real(result);
}

// sn, cn, dn as quotients of theta functions (DLMF 22.2.4 to 22.2.6) for m < 1, m != 0; others are
// led there (DLMF 22.17, 22.5).
enum class JacobiKind { kSn, kCn, kDn };
inline void JacobiBelowOne(EllipticBalls* balls, JacobiKind kind, slong precision) {
  acb_struct* t = balls->t;
  acb_elliptic_k(&t[0], &balls->x[1], precision);
  acb_sub_ui(&t[1], &balls->x[1], 1, precision);
  acb_neg(&t[1], &t[1]);
  acb_elliptic_k(&t[1], &t[1], precision);
  acb_div(&t[1], &t[1], &t[0], precision);
  acb_mul_onei(&t[1], &t[1]);  // tau
  acb_div(&t[0], &balls->x[0], &t[0], precision);
  acb_mul_2exp_si(&t[0], &t[0], -1);  // u/(2 K)
  acb_modular_theta(&t[2], &t[3], &t[4], &t[5], &t[0], &t[1], precision);
  acb_struct* of = kind == JacobiKind::kSn ? &t[2] : kind == JacobiKind::kCn ? &t[3] : &t[4];
  acb_div(balls->y, of, &t[5], precision);
  acb_zero(&t[0]);
  acb_modular_theta(&t[2], &t[3], &t[4], &t[5], &t[0], &t[1], precision);
  acb_mul(balls->y, balls->y, kind == JacobiKind::kSn ? &t[4] : &t[5], precision);
  acb_div(balls->y, balls->y, kind == JacobiKind::kDn ? &t[4] : &t[3], precision);
}
template <JacobiKind kKind>
void JacobiBall(arb_t result, const arb_struct* x, slong precision) {
  EllipticBalls balls(x, 2);
  arb_struct* u = acb_realref(&balls.x[0]);
  arb_struct* m = acb_realref(&balls.x[1]);
  if (arb_is_zero(m)) {
    if (kKind == JacobiKind::kSn) arb_sin(result, u, precision);
    if (kKind == JacobiKind::kCn) arb_cos(result, u, precision);
    if (kKind == JacobiKind::kDn) arb_one(result);
    return;
  }
  if (arb_is_one(m)) {
    if (kKind == JacobiKind::kSn) arb_tanh(result, u, precision);
    if (kKind != JacobiKind::kSn) arb_sech(result, u, precision);
    return;
  }
  arb_struct* one_less = acb_realref(&balls.t[7]);
  arb_sub_ui(one_less, m, 1, precision);
  JacobiKind kind = kKind;
  const bool above = arb_is_positive(one_less);
  if (above) {
    arb_sqrt(acb_realref(&balls.t[6]), m, precision);  // k
    arb_mul(u, u, acb_realref(&balls.t[6]), precision);
    arb_inv(m, m, precision);
    if (kKind == JacobiKind::kCn) kind = JacobiKind::kDn;
    if (kKind == JacobiKind::kDn) kind = JacobiKind::kCn;
  }
  JacobiBelowOne(&balls, kind, precision);
  if (above && kKind == JacobiKind::kSn) acb_div(balls.y, balls.y, &balls.t[6], precision);
  balls.Real(result);
}

// am(u, m): the angle of (cn, sn), in the turn of pi u/(2 K); for m > 1 the arc sine of sn.
inline void JacobiAmBall(arb_t result, const arb_struct* x, slong precision) {
  arb_t sine, cosine, mean, turns;
  arb_init(sine);
  arb_init(cosine);
  arb_init(mean);
  arb_init(turns);
  JacobiBall<JacobiKind::kSn>(sine, x, precision);
  JacobiBall<JacobiKind::kCn>(cosine, x, precision);
  arb_atan2(result, sine, cosine, precision);
  arb_sub_ui(mean, x + 1, 1, precision);
  if (arb_is_positive(mean)) {
    arb_asin(result, sine, precision);
  } else if (!arb_is_zero(mean)) {
    arb_neg(mean, mean);
    EllipticKm1Ball(turns, mean, precision);  // K
    arb_div(mean, x, turns, precision);
    arb_mul_2exp_si(mean, mean, -2);  // in turns
    arb_const_pi(turns, precision);
    arb_mul_2exp_si(turns, turns, 1);
    arb_div(sine, result, turns, precision);
    arb_sub(mean, mean, sine, precision);
    arf_t half;
    arf_init(half);
    arf_set_d(half, 0.5);
    arf_add(half, half, arb_midref(mean), precision, ARF_RND_NEAR);
    arf_floor(half, half);
    arb_addmul_arf(result, turns, half, precision);
    arf_clear(half);
  }
  arb_clear(sine);
  arb_clear(cosine);
  arb_clear(mean);
  arb_clear(turns);
}

// clang-format off
inline constexpr auto kElliptic = std::to_array<FunctionRow>({
  {.name = "elliptic_k", .group = "elliptic", .doc = "Complete elliptic integral of the first kind K(m) of the parameter m = k**2, negative too; infinite at 1, NaN above.",
   .sympy = "elliptic_k", .numpy = "ellipk", .latex = "K\\left({0}\\right)",
   .domain = "a < 1", .range = Range::kPositive, .partials = {"(r - elliptic_d(a))/(2*(1 - a))"},
   .identities = {{{"elliptic_k_one_less", "elliptic_k(1 - a)", "elliptic_km1(a)", kRealModes, ""}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("elliptic_k"),
   .reference = &BallReference<&CompleteBall<acb_elliptic_k>, 1>, .nanoseconds = 1.6,
   .example = "elliptic_k(1/2)", .example_value = 1.8540746773013719},
  {.name = "elliptic_km1", .group = "elliptic", .doc = "Complete elliptic integral K(1 - p), accurate for p near 0, where it is infinite; NaN below.",
   .numpy = "ellipkm1", .latex = "K\\left(1 - {0}\\right)",
   .domain = "a > 0", .range = Range::kPositive, .partials = {"(elliptic_d(1 - a) - r)/(2*a)"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("elliptic_km1"),
   .reference = &BallReference<&EllipticKm1Ball, 1>, .nanoseconds = 1.5,
   .example = "elliptic_km1(1/2)", .example_value = 1.8540746773013719},
  {.name = "elliptic_e", .group = "elliptic", .doc = "Complete elliptic integral of the second kind E(m) of the parameter m = k**2, negative too; NaN above 1.",
   .sympy = "elliptic_e", .numpy = "ellipe", .latex = "E\\left({0}\\right)",
   .domain = "a <= 1", .range = Range::kPositive, .partials = {"-elliptic_d(a)/2"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("elliptic_e"),
   .reference = &BallReference<&CompleteBall<acb_elliptic_e>, 1>, .nanoseconds = 1.6,
   .example = "elliptic_e(1/2)", .example_value = 1.3506438810476755},
  {.name = "elliptic_d", .group = "elliptic", .doc = "Complete elliptic integral D(m) = (K(m) - E(m))/m without cancellation, pi/4 at 0; infinite at 1, NaN above.",
   .latex = "D\\left({0}\\right)",
   .domain = "a < 1", .range = Range::kPositive, .partials = {"(elliptic_k(a) - (2 - a)*r)/(2*a*(1 - a))"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("elliptic_d"),
   .reference = &BallReference<&EllipticDBall, 1>, .nanoseconds = 98,
   .example = "elliptic_d(1/2)", .example_value = 1.006861592507393},
  {.name = "elliptic_f", .group = "elliptic", .doc = "Elliptic integral of the first kind F(phi, m): integral of 1/sqrt(1 - m*sin(t)**2) from 0 to phi, any phi; NaN where m*sin(t)**2 exceeds 1.",
   .sympy = "elliptic_f", .numpy = "ellipkinc", .latex = "F\\left({0}\\middle| {1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "(b < 1) | ((Abs(a) < pi/2) & (b*sin(a)**2 < 1))", .range = Range::kUnknown,
   .partials = {"1/sqrt(1 - b*sin(a)**2)", "(r - elliptic_d_inc(a, b) - sin(a)*cos(a)/sqrt(1 - b*sin(a)**2))/(2*(1 - b))"},
   .identities = {{{"elliptic_f_odd", "elliptic_f(-a, b)", "-elliptic_f(a, b)", kRealModes, ""}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("elliptic_f"),
   .reference = &BallReference<&IncompleteBall<acb_elliptic_f>, 2>, .region = "b <= 1", .nanoseconds = 51,
   .example = "elliptic_f(1, 1/2)", .example_value = 1.0832167728451687},
  {.name = "elliptic_e_inc", .group = "elliptic", .doc = "Elliptic integral of the second kind E(phi, m): integral of sqrt(1 - m*sin(t)**2) from 0 to phi, any phi; NaN where m*sin(t)**2 exceeds 1.",
   .sympy = "elliptic_e", .numpy = "ellipeinc", .latex = "E\\left({0}\\middle| {1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "(b <= 1) | ((Abs(a) < pi/2) & (b*sin(a)**2 <= 1))",
   .partials = {"sqrt(1 - b*sin(a)**2)", "-elliptic_d_inc(a, b)/2"},
   .identities = {{{"elliptic_e_odd", "elliptic_e_inc(-a, b)", "-elliptic_e_inc(a, b)", kRealModes, ""}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("elliptic_e_inc"),
   .reference = &BallReference<&IncompleteBall<acb_elliptic_e_inc>, 2>, .region = "b <= 1", .nanoseconds = 86,
   .example = "elliptic_e(1, 1/2)", .example_value = 0.92732988362444},
  {.name = "elliptic_d_inc", .group = "elliptic", .doc = "Elliptic integral D(phi, m) = (F(phi, m) - E(phi, m))/m without cancellation: integral of sin(t)**2/sqrt(1 - m*sin(t)**2) from 0 to phi.",
   .latex = "D\\left({0}\\middle| {1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "(b < 1) | ((Abs(a) < pi/2) & (b*sin(a)**2 < 1))",
   .partials = {"sin(a)**2/sqrt(1 - b*sin(a)**2)", "((elliptic_f(a, b) - r - sin(a)*cos(a)/sqrt(1 - b*sin(a)**2))/(1 - b) - r)/(2*b)"},
   .identities = {{{"elliptic_d_odd", "elliptic_d_inc(-a, b)", "-elliptic_d_inc(a, b)", kRealModes, ""}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("elliptic_d_inc"),
   .reference = &BallReference<&EllipticDIncBall, 2>, .region = "b <= 1", .nanoseconds = 87,
   .example = "elliptic_d_inc(1, 1/2)", .example_value = 0.31177377844145737},
  {.name = "elliptic_pi", .group = "elliptic", .doc = "Complete elliptic integral of the third kind Pi(n, m); for n > 1 the principal value; NaN for m > 1.",
   .sympy = "elliptic_pi", .latex = "\\Pi\\left({0}\\middle| {1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "(a < 1) & (b < 1)", .range = Range::kPositive,
   .partials = {"(elliptic_e(b) + (b - a)*elliptic_k(b)/a + (a**2 - b)*r/a)/(2*(b - a)*(a - 1))", "(elliptic_e(b)/(b - 1) + r)/(2*(a - b))"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("elliptic_pi"),
   .reference = &BallReference<&EllipticPiBall, 2>, .nanoseconds = 190,
   .example = "elliptic_pi(1/2, 1/4)", .example_value = 2.4136715042011945},
  {.name = "elliptic_pi_inc", .group = "elliptic", .doc = "Elliptic integral of the third kind Pi(n, phi, m): integral of 1/((1 - n*sin(t)**2)*sqrt(1 - m*sin(t)**2)) from 0 to phi, any phi; beyond a pole the principal value.",
   .sympy = "elliptic_pi", .latex = "\\Pi\\left({0}; {1}\\middle| {2}\\right)",
   .min_arity = 3, .max_arity = 3, .domain = "(a < 1) & (c < 1)",
   .partials = {"(elliptic_e_inc(b, c) + (c - a)*elliptic_f(b, c)/a + (a**2 - c)*r/a - a*sqrt(1 - c*sin(b)**2)*sin(2*b)/(2*(1 - a*sin(b)**2)))/(2*(c - a)*(a - 1))",
                "1/((1 - a*sin(b)**2)*sqrt(1 - c*sin(b)**2))",
                "(elliptic_e_inc(b, c)/(c - 1) + r - c*sin(2*b)/(2*(c - 1)*sqrt(1 - c*sin(b)**2)))/(2*(a - c))"},
   .identities = {{{"elliptic_pi_odd", "elliptic_pi_inc(a, -b, c)", "-elliptic_pi_inc(a, b, c)", kRealModes, ""}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("elliptic_pi_inc"),
   .reference = &BallReference<&EllipticPiIncBall, 3>, .nanoseconds = 150,
   .example = "elliptic_pi(1/2, 1, 1/4)", .example_value = 1.2280144143162206},
  {.name = "carlson_rc", .group = "elliptic", .doc = "Carlson's degenerate integral R_C(x, y) = R_F(x, y, y), x >= 0; for y < 0 the principal value.",
   .numpy = "elliprc", .latex = "R_C\\left({0}, {1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "(a >= 0) & (b > 0)", .range = Range::kPositive,
   .partials = {"-carlson_rd(b, b, a)/6", "-carlson_rd(a, b, b)/3"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("carlson_rc"),
   .reference = &BallReference<&CarlsonFBall<1>, 2>, .nanoseconds = 21,
   .example = "carlson_rc(1, 2)", .example_value = 0.7853981633974483},
  {.name = "carlson_rf", .group = "elliptic", .doc = "Carlson's symmetric integral R_F(x, y, z) of operands >= 0, at most one of them 0.",
   .numpy = "elliprf", .latex = "R_F\\left({0}, {1}, {2}\\right)",
   .min_arity = 3, .max_arity = 3, .domain = "(a >= 0) & (b >= 0) & (c >= 0) & (a + b > 0) & (a + c > 0) & (b + c > 0)", .range = Range::kPositive,
   .partials = {"-carlson_rd(b, c, a)/6", "-carlson_rd(a, c, b)/6", "-carlson_rd(a, b, c)/6"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("carlson_rf"),
   .reference = &BallReference<&CarlsonFBall<2>, 3>, .nanoseconds = 51,
   .example = "carlson_rf(1, 2, 3)", .example_value = 0.7269459354689082},
  {.name = "carlson_rd", .group = "elliptic", .doc = "Carlson's integral R_D(x, y, z) = R_J(x, y, z, z) of x, y >= 0, not both 0, and z > 0.",
   .numpy = "elliprd", .latex = "R_D\\left({0}, {1}, {2}\\right)",
   .min_arity = 3, .max_arity = 3, .domain = "(a >= 0) & (b >= 0) & (c > 0) & (a + b > 0)", .range = Range::kPositive,
   .partials = {"(carlson_rd(b, c, a) - r)/(2*(a - c))", "(carlson_rd(a, c, b) - r)/(2*(b - c))",
                "-(3*r + a*(carlson_rd(b, c, a) - r)/(a - c) + b*(carlson_rd(a, c, b) - r)/(b - c))/(2*c)"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("carlson_rd"),
   .reference = &BallReference<&CarlsonJBall<2>, 3>, .nanoseconds = 86,
   .example = "carlson_rd(1, 2, 3)", .example_value = 0.29046028102899063},
  {.name = "carlson_rg", .group = "elliptic", .doc = "Carlson's symmetric integral of the second kind R_G(x, y, z) of operands >= 0.",
   .numpy = "elliprg", .latex = "R_G\\left({0}, {1}, {2}\\right)",
   .min_arity = 3, .max_arity = 3, .domain = "(a >= 0) & (b >= 0) & (c >= 0)", .range = Range::kNonnegative,
   .partials = {"(3*carlson_rf(a, b, c) - a*carlson_rd(b, c, a))/12", "(3*carlson_rf(a, b, c) - b*carlson_rd(a, c, b))/12",
                "(3*carlson_rf(a, b, c) - c*carlson_rd(a, b, c))/12"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("carlson_rg"),
   .reference = &BallReference<&CarlsonGBall, 3>, .nanoseconds = 92,
   .example = "carlson_rg(1, 2, 3)", .example_value = 1.4018470999908952},
  {.name = "carlson_rj", .group = "elliptic", .doc = "Carlson's symmetric integral of the third kind R_J(x, y, z, p) of x, y, z >= 0, at most one of them 0; for p < 0 the principal value.",
   .numpy = "elliprj", .latex = "R_J\\left({0}, {1}, {2}, {3}\\right)",
   .min_arity = 4, .max_arity = 4, .domain = "(a >= 0) & (b >= 0) & (c >= 0) & (d > 0) & (a + b > 0) & (a + c > 0) & (b + c > 0)", .range = Range::kPositive,
   .partials = {"(r - carlson_rd(b, c, a))/(2*(d - a))", "(r - carlson_rd(a, c, b))/(2*(d - b))", "(r - carlson_rd(a, b, c))/(2*(d - c))",
                "-(3*r + a*(r - carlson_rd(b, c, a))/(d - a) + b*(r - carlson_rd(a, c, b))/(d - b) + c*(r - carlson_rd(a, b, c))/(d - c))/(2*d)"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("carlson_rj"),
   .reference = &BallReference<&CarlsonJBall<3>, 4>, .nanoseconds = 112,
   .example = "carlson_rj(1, 2, 3, 4)", .example_value = 0.23984809974956775},
  {.name = "jacobi_sn", .group = "elliptic", .doc = "Jacobi's elliptic function sn(u, m) of any real parameter m = k**2.",
   .latex = "\\operatorname{sn}\\left({0}\\middle| {1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "True",
   .partials = {"jacobi_cn(a, b)*jacobi_dn(a, b)",
                "-jacobi_cn(a, b)*(jacobi_dn(a, b)*(a - jacobi_d(a, b)) - r*jacobi_cn(a, b))/(2*(1 - b))"},
   .identities = {{{"jacobi_sn_odd", "jacobi_sn(-a, b)", "-jacobi_sn(a, b)", kRealModes, ""}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("jacobi_sn"),
   .reference = &BallReference<&JacobiBall<JacobiKind::kSn>, 2>, .region = "(Abs(a) <= 20) & (Abs(b) <= 100)", .amplitude = "1", .nanoseconds = 95,
   .example = "jacobi_sn(1, 1/2)", .example_value = 0.8030018248956439},
  {.name = "jacobi_cn", .group = "elliptic", .doc = "Jacobi's elliptic function cn(u, m) of any real parameter m = k**2.",
   .latex = "\\operatorname{cn}\\left({0}\\middle| {1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "True",
   .partials = {"-jacobi_sn(a, b)*jacobi_dn(a, b)",
                "jacobi_sn(a, b)*(jacobi_dn(a, b)*(a - jacobi_d(a, b)) - r*jacobi_sn(a, b))/(2*(1 - b))"},
   .identities = {{{"jacobi_cn_even", "jacobi_cn(-a, b)", "jacobi_cn(a, b)", kRealModes, ""}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("jacobi_cn"),
   .reference = &BallReference<&JacobiBall<JacobiKind::kCn>, 2>, .region = "(Abs(a) <= 20) & (Abs(b) <= 100)", .amplitude = "1", .nanoseconds = 95,
   .example = "jacobi_cn(1, 1/2)", .example_value = 0.5959765676721407},
  {.name = "jacobi_dn", .group = "elliptic", .doc = "Jacobi's elliptic function dn(u, m) of any real parameter m = k**2.",
   .latex = "\\operatorname{dn}\\left({0}\\middle| {1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "True",
   .partials = {"-b*jacobi_sn(a, b)*jacobi_cn(a, b)",
                "-jacobi_sn(a, b)**2/(2*r) + b*jacobi_sn(a, b)*jacobi_cn(a, b)*(r*(a - jacobi_d(a, b)) - jacobi_sn(a, b)*jacobi_cn(a, b))/(2*(1 - b)*r)"},
   .identities = {{{"jacobi_dn_even", "jacobi_dn(-a, b)", "jacobi_dn(a, b)", kRealModes, ""}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("jacobi_dn"),
   .reference = &BallReference<&JacobiBall<JacobiKind::kDn>, 2>, .region = "(Abs(a) <= 20) & (Abs(b) <= 100)", .amplitude = "1", .nanoseconds = 95,
   .example = "jacobi_dn(1, 1/2)", .example_value = 0.8231610016315962},
  {.name = "jacobi_am", .group = "elliptic", .doc = "Jacobi's amplitude am(u, m), the inverse of elliptic_f in its first operand for m < 1.",
   .latex = "\\operatorname{am}\\left({0}\\middle| {1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "True",
   .partials = {"jacobi_dn(a, b)",
                "-(jacobi_dn(a, b)*(a - jacobi_d(a, b)) - jacobi_sn(a, b)*jacobi_cn(a, b))/(2*(1 - b))"},
   .identities = {{{"jacobi_am_odd", "jacobi_am(-a, b)", "-jacobi_am(a, b)", kRealModes, ""}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("jacobi_am"),
   .reference = &BallReference<&JacobiAmBall, 2>, .region = "(Abs(a) <= 20) & (Abs(b) <= 100)", .amplitude = "1", .nanoseconds = 132,
   .example = "jacobi_am(1, 1/2)", .example_value = 0.9323150798838539},
  {.name = "jacobi_d", .group = "elliptic", .doc = "Integral of jacobi_sn(t, m)**2 from 0 to u: elliptic_d_inc of the amplitude.",
   .latex = "\\mathcal{D}\\left({0}\\middle| {1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "Ne(b, 1)",
   .partials = {"jacobi_sn(a, b)**2",
                "((a - r - jacobi_sn(a, b)*jacobi_cn(a, b)/jacobi_dn(a, b))/(1 - b) - r)/(2*b) - jacobi_sn(a, b)**2*(a - r - jacobi_sn(a, b)*jacobi_cn(a, b)/jacobi_dn(a, b))/(2*(1 - b))"},
   .lowering = Lowering::kExpansion,
   .expansion = "Piecewise((elliptic_d_inc(jacobi_am(a*sqrt(b), 1/b), 1/b)/(b*sqrt(b)), b > 1), (elliptic_d_inc(jacobi_am(a, b), b), True))", .nanoseconds = 220,
   .example = "jacobi_d(1, 1/2)", .example_value = 0.2554494459572705},
});
// clang-format on

}  // namespace formulary::expr::rows

#endif  // FORMULARY_SERVER_EXPR_ROWS_ELLIPTIC_H_
