#ifndef FORMULARY_SERVER_EXPR_ROWS_SPECIAL_H_
#define FORMULARY_SERVER_EXPR_ROWS_SPECIAL_H_

// Rows: error and gamma functions. Included by catalogue.cc only. Sources of the definitions: DLMF
// 5 (gamma), DLMF 7 (error functions).

#include "server/expr/rows/elementary_balls.h"
#include "server/expr/rows/routines.h"

namespace formulary::expr::rows {

// log|gamma|; MPFR also gives the sign, which is not wanted here.
inline void ReferenceLgamma(mpfr_ptr result, const mpfr_ptr* operands) {
  int sign = 0;
  mpfr_lgamma(result, &sign, operands[0], MPFR_RNDN);
}

// gamma, NaN at its poles.
inline void ReferenceGamma(mpfr_ptr result, const mpfr_ptr* operands) {
  mpfr_gamma(result, operands[0], MPFR_RNDN);
}

// log(gamma) for positive operands.
inline void ReferenceLoggamma(mpfr_ptr result, const mpfr_ptr* operands) {
  if (mpfr_sgn(operands[0]) < 0) {
    mpfr_set_nan(result);
    return;
  }
  ReferenceLgamma(result, operands);
}

// clang-format off
inline constexpr auto kSpecial = std::to_array<FunctionRow>({
  {.name = "erf", .group = "special", .doc = "Error function, 2/sqrt(pi) times the integral of exp(-t**2) from 0 to a.",
   .sympy = "erf", .numpy = "erf", .c = "erf", .fpcore = "erf", .latex = "\\operatorname{erf}\\left({0}\\right)",
   .domain = "True", .range = Range::kSameSign, .monotone = Monotone::kRising, .least = -1, .greatest = 1, .partials = {"2*exp(-a**2)/sqrt(pi)"},
   .identities = {{{"erf_odd", "erf(-a)", "-erf(a)", kAllModes, ""}}},
   .lowering = Lowering::kVectorCall, .routine = RoutineOf("erf"),
   .reference = &Reference<mpfr_erf>, .enclosure = &EnclosesNear<&Ball<arb_hypgeom_erf>>, .nanoseconds = 1.3,
   .example = "erf(1)", .example_value = 0.8427007929497149},
  {.name = "erfc", .group = "special", .doc = "Complementary error function 1 - erf(a), accurate in the tail.",
   .sympy = "erfc", .numpy = "erfc", .c = "erfc", .fpcore = "erfc", .latex = "\\operatorname{erfc}\\left({0}\\right)",
   .domain = "True", .range = Range::kPositive, .monotone = Monotone::kFalling, .least = 0, .greatest = 2, .partials = {"-2*exp(-a**2)/sqrt(pi)"},
   .identities = {{{"one_minus_erf", "1 - erf(a)", "erfc(a)", kRealModes, ""},
                   {"one_plus_erf", "1 + erf(a)", "erfc(-a)", kRealModes, ""}}},
   .lowering = Lowering::kVectorCall, .routine = RoutineOf("erfc"),
   .reference = &Reference<mpfr_erfc>, .enclosure = &EnclosesNear<&Ball<arb_hypgeom_erfc>>, .nanoseconds = 1.4,
   .example = "erfc(1)", .example_value = 0.15729920705028513},
  {.name = "gamma", .group = "special", .doc = "Gamma function; NaN at 0, -1, -2, ...",
   .sympy = "gamma", .numpy = "gamma", .c = "tgamma", .fpcore = "tgamma", .latex = "\\Gamma\\left({0}\\right)",
   .domain = "(a > 0) | Ne(a, floor(a))", .partials = {"r*digamma(a)"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("gamma"),
   .reference = &ReferenceGamma, .enclosure = &EnclosesNear<&Ball<arb_gamma>>, .nanoseconds = 2.5,
   .example = "gamma(1/2)", .example_value = 1.772453850905516},
  {.name = "loggamma", .group = "special", .doc = "log(gamma(a)) for a > 0; NaN below 0.",
   .sympy = "loggamma", .latex = "\\log\\Gamma\\left({0}\\right)",
   .domain = "a > 0", .partials = {"digamma(a)"},
   .identities = {{{"exp_loggamma", "exp(loggamma(a))", "gamma(a)", kRealModes, "positive(a)"},
                   {"exp_loggamma_of_any", "exp(loggamma(a))", "Piecewise((gamma(a), a > 0), (oo, Eq(a, 0)), (nan, True))", kRealModes, ""},
                   {"log_gamma_of_any", "log(gamma(a))", "Piecewise((lgamma(a), (a >= 0) | (Eq(Mod(floor(a), 2), 0) & Ne(a, floor(a)))), (nan, True))", kRealModes, ""},
                   {"loggamma_difference", "loggamma(a) - loggamma(b)", "lgamma_ratio(a, b)", kRealModes, ""}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("loggamma"),
   .reference = &ReferenceLoggamma, .enclosure = &EnclosesNear<&LoggammaBall>, .nanoseconds = 1.4,
   .example = "loggamma(10)", .example_value = 12.801827480081469},
  {.name = "lgamma", .group = "special", .doc = "log|gamma(a)|; infinite at 0, -1, -2, ...",
   .numpy = "gammaln", .c = "lgamma", .fpcore = "lgamma", .latex = "\\log\\left|\\Gamma\\left({0}\\right)\\right|",
   .domain = "(a > 0) | Ne(a, floor(a))", .partials = {"digamma(a)"},
   .identities = {{{"lgamma_positive", "lgamma(a)", "loggamma(a)", kRealModes, "positive(a)"}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("lgamma"),
   .reference = &ReferenceLgamma, .enclosure = &EnclosesNear<&LgammaBall>, .nanoseconds = 1.4,
   .example = "lgamma(-1/2)", .example_value = 1.2655121234846454},
  {.name = "factorial", .group = "special", .doc = "gamma(a + 1): a! for natural a.",
   .sympy = "factorial", .numpy = "factorial", .latex = "{0}!",
   .domain = "(a > -1) | Ne(a, floor(a))", .partials = {"r*digamma(a + 1)"},
   .lowering = Lowering::kExpansion, .expansion = "gamma(a + 1)", .nanoseconds = 2.5,
   .example = "factorial(5)", .example_value = 120},
});
// clang-format on

}  // namespace formulary::expr::rows

#endif  // FORMULARY_SERVER_EXPR_ROWS_SPECIAL_H_
