#ifndef FORMULARY_SERVER_EXPR_ROWS_POLYNOMIAL_H_
#define FORMULARY_SERVER_EXPR_ROWS_POLYNOMIAL_H_

// Rows: orthogonal polynomials. Included by catalogue.cc only. Sources of the definitions: DLMF
// 18.3, 14.3; of the derivatives: DLMF 18.9(iii), 14.10.5; of the amplitudes: the leading terms of
// DLMF 18.15.

#include <acb_hypgeom.h>
#include <arb_hypgeom.h>

#include "server/expr/ball.h"
#include "server/expr/rows/routines.h"

namespace formulary::expr::rows {

inline void LegendreBall(arb_t result, const arb_struct* x, slong precision) {
  arb_t order;
  arb_init(order);
  arb_hypgeom_legendre_p(result, x, order, x + 1, 0, precision);
  arb_clear(order);
}

inline void AssocLegendreBall(arb_t result, const arb_struct* x, slong precision) {
  arb_hypgeom_legendre_p(result, x, x + 1, x + 2, 0, precision);
}

// By cosines, also between whole degrees: cos(n t), sin((n + 1) t)/sin(t) with x = cos(t).
template <bool kSecondKind>
void ChebyshevBall(arb_t result, const arb_struct* x, slong precision) {
  acb_t angle, degree;
  acb_init(angle);
  acb_init(degree);
  acb_set_arb(degree, x);
  acb_set_arb(angle, x + 1);
  if (kSecondKind) {
    acb_hypgeom_chebyshev_u(angle, degree, angle, precision);
  } else {
    acb_hypgeom_chebyshev_t(angle, degree, angle, precision);
  }
  if (arb_contains_zero(acb_imagref(angle))) {
    arb_set(result, acb_realref(angle));
  } else {
    arb_indeterminate(result);
  }
  acb_clear(angle);
  acb_clear(degree);
}

// He_n(x) = 2^(-n/2) H_n(x/sqrt(2)).
inline void HermiteProbBall(arb_t result, const arb_struct* x, slong precision) {
  arb_t root, power;
  arb_init(root);
  arb_init(power);
  arb_sqrt_ui(root, 2, precision);
  arb_pow(power, root, x, precision);
  arb_div(root, x + 1, root, precision);
  arb_hypgeom_hermite_h(result, x, root, precision);
  arb_div(result, result, power, precision);
  arb_clear(root);
  arb_clear(power);
}

inline void HermiteBall(arb_t result, const arb_struct* x, slong precision) {
  arb_hypgeom_hermite_h(result, x, x + 1, precision);
}

inline void LaguerreBall(arb_t result, const arb_struct* x, slong precision) {
  arb_t order;
  arb_init(order);
  arb_hypgeom_laguerre_l(result, x, order, x + 1, precision);
  arb_clear(order);
}

inline void AssocLaguerreBall(arb_t result, const arb_struct* x, slong precision) {
  arb_hypgeom_laguerre_l(result, x, x + 1, x + 2, precision);
}

inline void GegenbauerBall(arb_t result, const arb_struct* x, slong precision) {
  arb_hypgeom_gegenbauer_c(result, x, x + 1, x + 2, precision);
}

inline void JacobiPolynomialBall(arb_t result, const arb_struct* x, slong precision) {
  arb_hypgeom_jacobi_p(result, x, x + 1, x + 2, x + 3, precision);
}

// clang-format off
inline constexpr auto kPolynomial = std::to_array<FunctionRow>({
  {.name = "legendre", .group = "polynomials", .doc = "Legendre polynomial P_n(x) of integral degree n up to 100000, P_(-n-1) = P_n; NaN for other degrees.",
   .sympy = "legendre", .numpy = "eval_legendre", .latex = "P_{{0}}\\left({1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "Eq(a, floor(a)) & (a >= 0) & (a <= 100000)",
   .partials = {kNone, "gegenbauer(a - 1, 3/2, b)"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("legendre"),
   .reference = &BallReference<&LegendreBall, 2>, .region = "a <= 300",
   .amplitude = "Piecewise((Min(1, sqrt(2/(pi*(a + 1/2)*sqrt(1 - b**2)))), Abs(b) < 1), (1, True))", .nanoseconds = 1,
   .example = "legendre(10, 1/2)", .example_value = -0.18822860717773438},
  {.name = "assoc_legendre", .group = "polynomials", .doc = "Associated Legendre function P_n^m(x) with the Condon-Shortley phase, of integral degree n up to 100000 and order m, negative too; 0 for |m| > n, NaN where it is not real.",
   .sympy = "assoc_legendre", .latex = "P_{{0}}^{{1}}\\left({2}\\right)",
   .min_arity = 3, .max_arity = 3, .domain = "Eq(a, floor(a)) & (a >= 0) & (a <= 100000) & Eq(b, floor(b)) & (Abs(b) <= a) & (Abs(c) < 1)",
   .partials = {kNone, kNone, "(a*c*r - (a + b)*assoc_legendre(a - 1, b, c))/(c**2 - 1)"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("assoc_legendre"),
   .reference = &BallReference<&AssocLegendreBall, 3>, .region = "a <= 300",
   .amplitude = "Piecewise((sqrt(2/(pi*(a + 1/2)*sqrt(1 - c**2)))*exp((lgamma(a + b + 1) - lgamma(a - b + 1))/2), (1 - c**2)*(a + 1/2)**2 > b**2), (0, True))", .nanoseconds = 3,
   .example = "assoc_legendre(3, 1, 1/2)", .example_value = -0.3247595264191645},
  {.name = "chebyshevt", .group = "polynomials", .doc = "Chebyshev polynomial of the first kind T_n(x); between integral degrees cos(n*acos(x)), NaN there for x < -1.",
   .sympy = "chebyshevt", .numpy = "eval_chebyt", .latex = "T_{{0}}\\left({1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "(Abs(b) <= 1) | (b >= 1) | Eq(a, floor(a))",
   .partials = {"Piecewise((acosh(b)*sinh(a*acosh(b)), b >= 1), (-acos(b)*sin(a*acos(b)), True))", "a*chebyshevu(a - 1, b)"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("chebyshevt"),
   .reference = &BallReference<&ChebyshevBall<false>, 2>, .region = "Abs(a) <= 300", .amplitude = "1", .nanoseconds = 1,
   .example = "chebyshevt(10, 1/3)", .example_value = 0.967213670002879},
  {.name = "chebyshevu", .group = "polynomials", .doc = "Chebyshev polynomial of the second kind U_n(x); between integral degrees sin((n + 1)*t)/sin(t) with x = cos(t), NaN there for x <= -1.",
   .sympy = "chebyshevu", .numpy = "eval_chebyu", .latex = "U_{{0}}\\left({1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "(Abs(b) < 1) | (b >= 1) | Eq(a, floor(a))",
   .partials = {"Piecewise((1, Eq(b, 1)), (acosh(b)*chebyshevt(a + 1, b)/sqrt(b**2 - 1), b > 1), (acos(b)*chebyshevt(a + 1, b)/sqrt(1 - b**2), True))", "Piecewise((2*gegenbauer(a - 1, 2, b), Eq(a, floor(a)) & (a >= 0)), (((a + 1)*chebyshevt(a + 1, b) - b*r)/(b**2 - 1), True))"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("chebyshevu"),
   .reference = &BallReference<&ChebyshevBall<true>, 2>, .region = "(Abs(a) <= 300) & (Eq(a, floor(a)) | (b > -0.99))",
   .amplitude = "Piecewise((Min(Abs(a + 1), 1/sqrt(1 - b**2)), Abs(b) < 1), (0, True))", .nanoseconds = 1,
   .example = "chebyshevu(10, 1/3)", .example_value = 0.8774238344425815},
  {.name = "hermite", .group = "polynomials", .doc = "Physicists' Hermite polynomial H_n(x) of integral degree n from 0 to 100000; NaN for other degrees.",
   .sympy = "hermite", .numpy = "eval_hermite", .latex = "H_{{0}}\\left({1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "Eq(a, floor(a)) & (a >= 0) & (a <= 100000)",
   .partials = {kNone, "Piecewise((0, a < 1), (2*a*hermite(a - 1, b), True))"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("hermite"),
   .reference = &BallReference<&HermiteBall, 2>, .region = "a <= 300",
   .amplitude = "Piecewise((2**a*gamma((a + 1)/2)/sqrt(pi)*exp(b**2/2), b**2 < 2*a + 1), (0, True))", .nanoseconds = 1,
   .example = "hermite(5, 1/2)", .example_value = 41},
  {.name = "hermite_prob", .group = "polynomials", .doc = "Probabilists' Hermite polynomial He_n(x) of integral degree n from 0 to 100000; NaN for other degrees.",
   .sympy = "hermite_prob", .numpy = "eval_hermitenorm", .latex = "He_{{0}}\\left({1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "Eq(a, floor(a)) & (a >= 0) & (a <= 100000)",
   .partials = {kNone, "Piecewise((0, a < 1), (a*hermite_prob(a - 1, b), True))"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("hermite_prob"),
   .reference = &BallReference<&HermiteProbBall, 2>, .region = "a <= 300",
   .amplitude = "Piecewise((2**(a/2)*gamma((a + 1)/2)/sqrt(pi)*exp(b**2/4), b**2 < 4*a + 2), (0, True))", .nanoseconds = 1,
   .example = "hermite_prob(5, 1/2)", .example_value = 6.28125},
  {.name = "laguerre", .group = "polynomials", .doc = "Laguerre polynomial L_n(x) of integral degree n from 0 to 100000; NaN for other degrees.",
   .sympy = "laguerre", .numpy = "eval_laguerre", .latex = "L_{{0}}\\left({1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "Eq(a, floor(a)) & (a >= 0) & (a <= 100000)",
   .partials = {kNone, "Piecewise((0, a < 1), (-assoc_laguerre(a - 1, 1, b), True))"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("laguerre"),
   .reference = &BallReference<&LaguerreBall, 2>, .region = "a <= 300",
   .amplitude = "Piecewise((exp(b/2)*Min(1, 1/sqrt(pi*sqrt((a + 1/2)*b))), (b > 0) & (b < 4*a + 2)), (0, True))", .nanoseconds = 2,
   .example = "laguerre(5, 1/2)", .example_value = -0.44557291666666665},
  {.name = "assoc_laguerre", .group = "polynomials", .doc = "Generalised Laguerre polynomial L_n^(alpha)(x) of integral degree n from 0 to 100000 and any alpha; NaN for other degrees.",
   .sympy = "assoc_laguerre", .numpy = "eval_genlaguerre", .latex = "L_{{0}}^{({1})}\\left({2}\\right)",
   .min_arity = 3, .max_arity = 3, .domain = "Eq(a, floor(a)) & (a >= 0) & (a <= 100000)",
   .partials = {kNone, kNone, "Piecewise((0, a < 1), (-assoc_laguerre(a - 1, b + 1, c), True))"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("assoc_laguerre"),
   .reference = &BallReference<&AssocLaguerreBall, 3>, .region = "(a <= 300) & (b > -1)",
   .amplitude = "Piecewise((exp(c/2)*(a + (b + 1)/2)**(b/2)*c**(-b/2)*Min(1, 1/sqrt(pi*sqrt((a + (b + 1)/2)*c))), (c > 0) & (c < 4*a + 2*b + 2) & (4*c*(a + (b + 1)/2) > b**2)), (0, True))", .nanoseconds = 3,
   .example = "assoc_laguerre(5, 2, 1/2)", .example_value = 7.45546875},
  {.name = "gegenbauer", .group = "polynomials", .doc = "Gegenbauer (ultraspherical) polynomial C_n^(alpha)(x) of integral degree n up to 100000; 0 for negative degrees, NaN for others.",
   .sympy = "gegenbauer", .numpy = "eval_gegenbauer", .latex = "C_{{0}}^{({1})}\\left({2}\\right)",
   .min_arity = 3, .max_arity = 3, .domain = "Eq(a, floor(a)) & (a >= 0) & (a <= 100000)",
   .partials = {kNone, kNone, "2*b*gegenbauer(a - 1, b + 1, c)"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("gegenbauer"),
   .reference = &BallReference<&GegenbauerBall, 3>, .region = "(a <= 300) & (b > 0)",
   .amplitude = "Piecewise((2*(2*sqrt(1 - c**2))**(-b)*exp(lgamma(a + 2*b) - lgamma(b) - lgamma(a + b + 1)), (Abs(c) < 1) & (1 - c**2 > (b/(a + b))**2)), (0, True))", .nanoseconds = 2,
   .example = "gegenbauer(5, 3/2, 1/2)", .example_value = -0.57421875},
  {.name = "jacobi", .group = "polynomials", .doc = "Jacobi polynomial P_n^(a,b)(x) of integral degree n from 0 to 100000, for parameters above -1; NaN for other degrees.",
   .sympy = "jacobi", .numpy = "eval_jacobi", .latex = "P_{{0}}^{({1}, {2})}\\left({3}\\right)",
   .min_arity = 4, .max_arity = 4, .domain = "Eq(a, floor(a)) & (a >= 0) & (a <= 100000) & (b > -1) & (c > -1)",
   .partials = {kNone, kNone, kNone, "Piecewise((0, a < 1), ((a + b + c + 1)/2*jacobi(a - 1, b + 1, c + 1, d), True))"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("jacobi"),
   .reference = &BallReference<&JacobiPolynomialBall, 4>, .region = "a <= 300",
   .amplitude = "Piecewise((1/(sqrt(pi*(a + (b + c + 1)/2))*((1 - d)/2)**(b/2 + 1/4)*((1 + d)/2)**(c/2 + 1/4)), (Abs(d) < 1) & ((1 - d)*(a + (b + c + 1)/2)**2 > b**2) & ((1 + d)*(a + (b + c + 1)/2)**2 > c**2)), (0, True))", .nanoseconds = 3,
   .example = "jacobi(5, 1/2, 2, 1/2)", .example_value = 0.3769111633300781},
});
// clang-format on

}  // namespace formulary::expr::rows

#endif  // FORMULARY_SERVER_EXPR_ROWS_POLYNOMIAL_H_
