#ifndef FORMULARY_SERVER_EXPR_ROWS_GAMMA_H_
#define FORMULARY_SERVER_EXPR_ROWS_GAMMA_H_

// Rows: the gamma family. Included by catalogue.cc only. Sources of the definitions: DLMF 5 (gamma,
// beta, digamma, polygamma), DLMF 25 (zeta), DLMF 1.2 (binomial); the values at integers, where a
// limit has to be chosen, are SymPy's.

#include <acb.h>
#include <arb_hypgeom.h>

#include "server/expr/ball.h"
#include "server/expr/rows/routines.h"

namespace formulary::expr::rows {

// Sums of exact operands are exact with so many bits more.
inline constexpr slong kGammaExactBits = 2200;

// RAII, as the balls below need many.
class GammaTemp {
 public:
  GammaTemp() { arb_init(value_); }
  GammaTemp(const GammaTemp&) = delete;
  GammaTemp& operator=(const GammaTemp&) = delete;
  ~GammaTemp() { arb_clear(value_); }
  operator arb_ptr() { return value_; }  // NOLINT: that Arb takes it as its own is the point

 private:
  arb_t value_;
};

inline bool IsGammaPoleBall(const arb_t x) { return arb_is_int(x) && !arb_is_positive(x); }

// result times gamma(x), or over it.
inline void TimesGamma(arb_t result, const arb_t x, slong precision) {
  GammaTemp factor;
  arb_gamma(factor, x, precision);
  arb_mul(result, result, factor, precision);
}
inline void OverGamma(arb_t result, const arb_t x, slong precision) {
  GammaTemp factor;
  arb_rgamma(factor, x, precision);
  arb_mul(result, result, factor, precision);
}
inline void PlusLogGamma(arb_t result, const arb_t x, int sign, slong precision) {
  GammaTemp term;
  arb_lgamma(term, x, precision);
  arb_addmul_si(result, term, sign, precision);
}

inline void PolygammaBall(arb_t result, const arb_struct* x, slong precision) {
  acb_t order, operand, value;
  acb_init(order);
  acb_init(operand);
  acb_init(value);
  acb_set_arb(order, x);
  acb_set_arb(operand, x + 1);
  acb_polygamma(value, order, operand, precision);
  acb_get_real(result, value);
  if (!arb_is_int(x) || arb_is_negative(x)) arb_indeterminate(result);
  acb_clear(order);
  acb_clear(operand);
  acb_clear(value);
}

inline void TrigammaBall(arb_t result, const arb_struct* x, slong precision) {
  arb_struct operands[2];
  arb_init(&operands[0]);
  arb_one(&operands[0]);
  operands[1] = *x;  // borrowed
  PolygammaBall(result, operands, precision);
  arb_clear(&operands[0]);
}

inline void BetaBall(arb_t result, const arb_struct* x, slong precision) {
  GammaTemp sum;
  arb_add(sum, x, x + 1, kGammaExactBits);
  arb_one(result);
  TimesGamma(result, x, precision);
  TimesGamma(result, x + 1, precision);
  OverGamma(result, sum, precision);
}

inline void LbetaBall(arb_t result, const arb_struct* x, slong precision) {
  GammaTemp sum;
  arb_add(sum, x, x + 1, kGammaExactBits);
  arb_zero(result);
  PlusLogGamma(result, x, 1, precision);
  PlusLogGamma(result, x + 1, 1, precision);
  PlusLogGamma(result, sum, -1, precision);
}

inline void GammaRatioBall(arb_t result, const arb_struct* x, slong precision) {
  arb_one(result);
  TimesGamma(result, x, precision);
  OverGamma(result, x + 1, precision);
}

inline void LgammaRatioBall(arb_t result, const arb_struct* x, slong precision) {
  arb_zero(result);
  PlusLogGamma(result, x, 1, precision);
  PlusLogGamma(result, x + 1, -1, precision);
}

// gamma(top)/gamma(bottom); the limit along n where both are poles, their distance a constant.
inline void GammaQuotientBall(arb_t result, const arb_t top, const arb_t bottom, slong precision) {
  arb_one(result);
  if (!IsGammaPoleBall(top) || !IsGammaPoleBall(bottom)) {
    TimesGamma(result, top, precision);
    OverGamma(result, bottom, precision);
    return;
  }
  GammaTemp mirror, distance;
  arb_sub_ui(mirror, bottom, 1, kGammaExactBits);
  arb_neg(mirror, mirror);
  TimesGamma(result, mirror, precision);
  arb_sub_ui(mirror, top, 1, kGammaExactBits);
  arb_neg(mirror, mirror);
  OverGamma(result, mirror, precision);
  arb_sub(distance, top, bottom, kGammaExactBits);
  arb_mul_2exp_si(distance, distance, -1);
  if (!arb_is_int(distance)) arb_neg(result, result);
}

inline void RisingBall(arb_t result, const arb_struct* x, slong precision) {
  GammaTemp top;
  arb_add(top, x, x + 1, kGammaExactBits);
  GammaQuotientBall(result, top, x, precision);
}

inline void FallingBall(arb_t result, const arb_struct* x, slong precision) {
  GammaTemp top, bottom;
  arb_add_ui(top, x, 1, kGammaExactBits);
  arb_sub(bottom, top, x + 1, kGammaExactBits);
  GammaQuotientBall(result, top, bottom, precision);
}

inline void BinomialBall(arb_t result, const arb_struct* x, slong precision) {
  GammaTemp below;
  FallingBall(result, x, precision);
  arb_add_ui(below, x + 1, 1, kGammaExactBits);
  OverGamma(result, below, precision);
}

inline void LbinomialBall(arb_t result, const arb_struct* x, slong precision) {
  GammaTemp top, rest, below;
  arb_add_ui(top, x, 1, kGammaExactBits);
  arb_sub(rest, top, x + 1, kGammaExactBits);
  arb_add_ui(below, x + 1, 1, kGammaExactBits);
  arb_zero(result);
  PlusLogGamma(result, top, 1, precision);
  PlusLogGamma(result, rest, -1, precision);
  PlusLogGamma(result, below, -1, precision);
}

inline void HurwitzBall(arb_t result, const arb_struct* x, slong precision) {
  arb_hurwitz_zeta(result, x, x + 1, precision);
}

inline void EtaBall(arb_t result, const arb_struct* x, slong precision) {
  if (arb_is_one(x)) {
    arb_const_log2(result, precision);
    return;
  }
  GammaTemp factor, exponent;
  arb_sub_ui(exponent, x, 1, kGammaExactBits);
  arb_neg(exponent, exponent);
  arb_set_ui(factor, 2);
  arb_pow(factor, factor, exponent, precision);
  arb_sub_ui(factor, factor, 1, precision);
  arb_neg(factor, factor);
  arb_zeta(result, x, precision);
  arb_mul(result, result, factor, precision);
}

// clang-format off
inline constexpr auto kGamma = std::to_array<FunctionRow>({
  {.name = "digamma", .group = "gamma", .doc = "Derivative of loggamma; NaN at -1, -2, ... and infinite at 0.",
   .sympy = "digamma", .numpy = "digamma psi", .c = "digamma", .latex = "\\psi\\left({0}\\right)",
   .domain = "(a > 0) | Ne(a, floor(a))", .partials = {"trigamma(a)"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("digamma"),
   .reference = &BallReference<&Ball<arb_digamma>, 1>,
   .amplitude = "Piecewise((log(1 - a), a < 0), (0, True))", .nanoseconds = 1.8,
   .example = "digamma(1)", .example_value = -0.5772156649015329},
  {.name = "trigamma", .group = "gamma", .doc = "Second derivative of loggamma; infinite at 0, -1, -2, ...",
   .sympy = "trigamma", .c = "trigamma", .latex = "\\psi^{(1)}\\left({0}\\right)",
   .domain = "(a > 0) | Ne(a, floor(a))", .range = Range::kPositive, .partials = {"polygamma(2, a)"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("trigamma"),
   .reference = &BallReference<&TrigammaBall, 1>, .nanoseconds = 1.2,
   .example = "trigamma(1)", .example_value = 1.6449340668482264},
  {.name = "polygamma", .group = "gamma", .doc = "Derivative of digamma of order a, for natural a; NaN for others.",
   .sympy = "polygamma", .numpy = "polygamma", .c = "polygamma", .latex = "\\psi^{({0})}\\left({1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "(a >= 0) & Eq(a, floor(a)) & ((b > 0) | Ne(b, floor(b)))",
   .partials = {kNone, "polygamma(a + 1, b)"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("polygamma"),
   .reference = &BallReference<&PolygammaBall, 2>,
   .amplitude = "Piecewise((gamma(a + 1)*2**(a + 1), b < 0), (0, True))", .nanoseconds = 220,
   .example = "polygamma(2, 1)", .example_value = -2.4041138063191886},
  {.name = "beta", .group = "gamma", .doc = "Beta function gamma(a)*gamma(b)/gamma(a + b); NaN at the poles of gamma(a) and gamma(b).",
   .sympy = "beta", .numpy = "beta", .c = "beta", .latex = "\\operatorname{B}\\left({0}, {1}\\right)",
   .min_arity = 2, .max_arity = 2,
   .domain = "((a > 0) | Ne(a, floor(a))) & ((b > 0) | Ne(b, floor(b))) & ((a + b > 0) | Ne(a + b, floor(a + b)))",
   .partials = {"r*(digamma(a) - digamma(a + b))", "r*(digamma(b) - digamma(a + b))"},
   .identities = {{{"log_beta", "log(beta(a, b))", "lbeta(a, b)", kRealModes, ""},
                   {"gamma_ratio_beta", "gamma(a)*gamma_ratio(b, a + b)", "beta(a, b)", kRealModes, "positive(a), positive(b)"}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("beta"),
   .reference = &BallReference<&BetaBall, 2>, .region = "(a > 0) & (b > 0)", .nanoseconds = 5.5,
   .example = "beta(100, 100)", .example_value = 2.2087606931995024e-61},
  {.name = "lbeta", .group = "gamma", .doc = "log(beta(a, b)), also where beta over- or underflows; NaN where it is negative.",
   .numpy = "betaln", .c = "lbeta", .latex = "\\log\\operatorname{B}\\left({0}, {1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "(a > 0) & (b > 0)",
   .partials = {"digamma(a) - digamma(a + b)", "digamma(b) - digamma(a + b)"},
   .identities = {{{"exp_lbeta", "exp(lbeta(a, b))", "beta(a, b)", kRealModes, "positive(a), positive(b)"},
                   {"loggammas_lbeta", "loggamma(a) + lgamma_ratio(b, a + b)", "lbeta(a, b)", kRealModes, ""}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("lbeta"),
   .reference = &BallReference<&LbetaBall, 2>, .region = "(a > 0) & (b > 0)", .amplitude = "1/4", .nanoseconds = 5,
   .example = "lbeta(1000, 2000)", .example_value = -1911.8746142144516},
  {.name = "rgamma", .group = "gamma", .doc = "1/gamma(a), 0 at 0, -1, -2, ...",
   .numpy = "rgamma", .c = "rgamma", .latex = "\\frac{1}{\\Gamma\\left({0}\\right)}",
   .domain = "(a > 0) | Ne(a, floor(a))", .partials = {"-r*digamma(a)"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("rgamma"),
   .reference = &BallReference<&Ball<arb_rgamma>, 1>, .nanoseconds = 2.8,
   .example = "rgamma(1/2)", .example_value = 0.5641895835477563},
  {.name = "gamma_ratio", .group = "gamma", .doc = "gamma(a)/gamma(b) without overflow on the way; 0 at the poles of gamma(b), NaN at those of gamma(a).",
   .c = "gamma_ratio", .latex = "\\frac{\\Gamma\\left({0}\\right)}{\\Gamma\\left({1}\\right)}",
   .min_arity = 2, .max_arity = 2, .domain = "((a > 0) | Ne(a, floor(a))) & ((b > 0) | Ne(b, floor(b)))",
   .partials = {"r*digamma(a)", "-r*digamma(b)"},
   .identities = {{{"gamma_over_gamma", "gamma(a)/gamma(b)", "gamma_ratio(a, b)", kRealModes, ""},
                   {"log_gamma_ratio", "log(gamma_ratio(a, b))", "lgamma_ratio(a, b)", kRealModes, "positive(a), positive(b)"}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("gamma_ratio"),
   .reference = &BallReference<&GammaRatioBall, 2>, .nanoseconds = 4.4,
   .example = "gamma_ratio(401/2, 200)", .example_value = 14.133299559727925},
  {.name = "lgamma_ratio", .group = "gamma", .doc = "loggamma(a) - loggamma(b) without cancellation, for positive operands; NaN for others.",
   .c = "lgamma_ratio", .latex = "\\log\\frac{\\Gamma\\left({0}\\right)}{\\Gamma\\left({1}\\right)}",
   .min_arity = 2, .max_arity = 2, .domain = "(a > 0) & (b > 0)",
   .partials = {"digamma(a)", "-digamma(b)"},
   .identities = {{{"exp_lgamma_ratio", "exp(lgamma_ratio(a, b))", "gamma_ratio(a, b)", kRealModes, "positive(a), positive(b)"}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("lgamma_ratio"),
   .reference = &BallReference<&LgammaRatioBall, 2>, .amplitude = "1/4", .nanoseconds = 4,
   .example = "lgamma_ratio(1000, 999)", .example_value = 6.906754778648554},
  {.name = "binomial", .group = "gamma", .doc = "Binomial coefficient, of real operands by gamma; 0 where b is a negative integer, NaN where only a is one.",
   .sympy = "binomial", .numpy = "binom", .c = "binomial", .latex = "\\binom{{0}}{{1}}",
   .min_arity = 2, .max_arity = 2, .domain = "(a > -1) | Ne(a, floor(a))",
   .partials = {"Piecewise((r*(digamma(a + 1) - digamma(a - b + 1)), (a - b > -1) | Ne(a - b, floor(a - b))), "
                "((-1)**(b - a - 1)*gamma(a + 1)*gamma(b - a)*rgamma(b + 1), True))",
                "Piecewise((-(-1)**(b - a - 1)*gamma(a + 1)*gamma(b - a)*rgamma(b + 1), (a - b <= -1) & Eq(a - b, floor(a - b))), "
                "((-1)**(-b - 1)*gamma(a + 1)*gamma(-b)*rgamma(a - b + 1), (b <= -1) & Eq(b, floor(b))), "
                "(r*(digamma(a - b + 1) - digamma(b + 1)), True))"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("binomial"),
   .reference = &BallReference<&BinomialBall, 2>, .nanoseconds = 6.5,
   .example = "binomial(200, 2)", .example_value = 19900},
  {.name = "lbinomial", .group = "gamma", .doc = "log(binomial(a, b)) for a > -1, b > -1, a - b > -1; NaN for others.",
   .c = "lbinomial", .latex = "\\log\\binom{{0}}{{1}}",
   .min_arity = 2, .max_arity = 2, .domain = "(a > -1) & (b > -1) & (a - b > -1)",
   .partials = {"digamma(a + 1) - digamma(a - b + 1)", "digamma(a - b + 1) - digamma(b + 1)"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("lbinomial"),
   .reference = &BallReference<&LbinomialBall, 2>, .amplitude = "1/4", .nanoseconds = 6,
   .example = "lbinomial(2000, 1000)", .example_value = 1382.2679935374802},
  {.name = "rf", .group = "gamma", .doc = "Rising factorial gamma(a + b)/gamma(a), for integers b as a product; NaN where that has a pole.",
   .sympy = "rf RisingFactorial", .numpy = "poch", .c = "pochhammer", .latex = "{\\left({0}\\right)}^{\\left({1}\\right)}",
   .min_arity = 2, .max_arity = 2,
   .domain = "(a + b > 0) | Ne(a + b, floor(a + b)) | ((a <= 0) & Eq(a, floor(a)))",
   .partials = {"Piecewise((r*(digamma(a + b) - digamma(a)), (a > 0) | Ne(a, floor(a))), "
                "((-1)**a*gamma(a + b)*gamma(1 - a), (a + b > 0) | Ne(a + b, floor(a + b))), "
                "(r*(digamma(1 - a - b) - digamma(1 - a)), True))",
                "Piecewise((r*digamma(a + b), (a + b > 0) | Ne(a + b, floor(a + b))), (0, True))"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("rf"),
   .reference = &BallReference<&RisingBall, 2>, .nanoseconds = 4.8,
   .example = "rf(200, 2)", .example_value = 40200},
  {.name = "ff", .group = "gamma", .doc = "Falling factorial gamma(a + 1)/gamma(a - b + 1), for integers b as a product; NaN where that has a pole.",
   .sympy = "ff FallingFactorial", .latex = "{\\left({0}\\right)}_{{1}}",
   .min_arity = 2, .max_arity = 2,
   .domain = "(a > -1) | Ne(a, floor(a)) | ((a - b < 0) & Eq(b, floor(b)))",
   .partials = {"Piecewise((r*(digamma(a + 1) - digamma(a - b + 1)), (a - b > -1) | Ne(a - b, floor(a - b))), "
                "((-1)**(b - a - 1)*gamma(a + 1)*gamma(b - a), (a > -1) | Ne(a, floor(a))), "
                "(r*(digamma(-a) - digamma(b - a)), True))",
                "Piecewise((r*digamma(a - b + 1), (a - b > -1) | Ne(a - b, floor(a - b))), "
                "(-(-1)**(b - a - 1)*gamma(a + 1)*gamma(b - a), (a > -1) | Ne(a, floor(a))), (0, True))"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("ff"),
   .reference = &BallReference<&FallingBall, 2>, .nanoseconds = 6,
   .example = "ff(7, 3)", .example_value = 210},
  {.name = "zeta", .group = "gamma", .doc = "Riemann's zeta function, of negative operands, too; NaN at 1.",
   .sympy = "zeta", .numpy = "zeta", .c = "riemann_zeta", .latex = "\\zeta\\left({0}\\right)",
   .domain = "Ne(a, 1)", .partials = {"zeta_ds(a)"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("zeta"),
   .reference = &BallReference<&Ball<arb_zeta>, 1>, .nanoseconds = 1.7,
   .example = "zeta(2)", .example_value = 1.6449340668482264},
  {.name = "hurwitz_zeta", .group = "gamma", .doc = "Sum of (b + k)**-a over natural k for b > 0, continued to -100 <= a < 1 (b <= 1000 below -7); NaN for others.",
   .sympy = "zeta", .numpy = "zeta", .latex = "\\zeta\\left({0}, {1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "(a >= -7) & Ne(a, 1) & (b > 0)",
   .partials = {"hurwitz_zeta_ds(a, b)", "-a*hurwitz_zeta(a + 1, b)"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("hurwitz_zeta"),
   .reference = &BallReference<&HurwitzBall, 2>, .region = "a > 1", .nanoseconds = 27,
   .example = "hurwitz_zeta(2, 1/2)", .example_value = 4.934802200544679},
  {.name = "dirichlet_eta", .group = "gamma", .doc = "Alternating zeta function (1 - 2**(1 - a))*zeta(a), log(2) at 1.",
   .sympy = "dirichlet_eta", .latex = "\\eta\\left({0}\\right)",
   .domain = "True", .partials = {"Piecewise((log(2)*(EulerGamma - log(2)/2), Eq(a, 1)), (2**(1 - a)*log(2)*zeta(a) - expm1((1 - a)*log(2))*zeta_ds(a), True))"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("dirichlet_eta"),
   .reference = &BallReference<&EtaBall, 1>, .nanoseconds = 40,
   .example = "dirichlet_eta(1)", .example_value = 0.6931471805599453},
});
// clang-format on

}  // namespace formulary::expr::rows

#endif  // FORMULARY_SERVER_EXPR_ROWS_GAMMA_H_
