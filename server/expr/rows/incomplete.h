#ifndef FORMULARY_SERVER_EXPR_ROWS_INCOMPLETE_H_
#define FORMULARY_SERVER_EXPR_ROWS_INCOMPLETE_H_

// Rows: incomplete gamma and beta functions, their logarithms and inverses. Included by
// catalogue.cc only. Sources of the definitions: DLMF 8.2, 8.17.

#include <arb_hypgeom.h>

#include "server/expr/ball.h"
#include "server/expr/rows/routines.h"

namespace formulary::expr::rows {

// A ball to write into, freed at the end.
class IncompleteTerm {
 public:
  IncompleteTerm() { arb_init(ball_); }
  IncompleteTerm(const IncompleteTerm&) = delete;
  IncompleteTerm& operator=(const IncompleteTerm&) = delete;
  ~IncompleteTerm() { arb_clear(ball_); }
  arb_ptr get() { return ball_; }

 private:
  arb_t ball_;
};

enum class Tail { kLower, kUpper };

// The sum of 1, r(0), r(0) r(1), ... with r(n) = x (top + n)/(bottom + n), or x/(bottom + n) when
// top is null; for r(0) < 1, where all further ratios lie between r(n) and their limit.
inline void RatioSumBall(arb_t sum, const arb_t x, arb_srcptr top, const arb_t bottom,
                         slong precision) {
  constexpr int kMaxTerms = 20000;
  IncompleteTerm term;
  IncompleteTerm ratio;
  IncompleteTerm part;
  arb_one(term.get());
  arb_one(sum);
  for (ulong n = 0; n < kMaxTerms; ++n) {
    arb_add_ui(part.get(), bottom, n, precision);
    arb_div(ratio.get(), x, part.get(), precision);
    if (top != nullptr) {
      arb_add_ui(part.get(), top, n, precision);
      arb_mul(ratio.get(), ratio.get(), part.get(), precision);
    }
    arb_mul(term.get(), term.get(), ratio.get(), precision);
    arb_add(sum, sum, term.get(), precision);
    if (arf_cmpabs_2exp_si(arb_midref(term.get()), -precision) >= 0) continue;
    // The rest is below term q/(1 - q), q the greatest ratio to come.
    if (top != nullptr) arb_max(ratio.get(), ratio.get(), x, precision);
    arb_sub_ui(part.get(), ratio.get(), 1, precision);
    arb_neg(part.get(), part.get());
    if (!arb_is_positive(part.get())) continue;
    arb_div(part.get(), ratio.get(), part.get(), precision);
    arb_mul(part.get(), part.get(), term.get(), precision);
    arb_add_error(sum, part.get());
    return;
  }
  arb_indeterminate(sum);
}

// P for 0 < x < a, by its series, faster than Arb's for large a.
inline void LowerGammaSeriesBall(arb_t result, const arb_struct* x, slong precision) {
  IncompleteTerm next;
  IncompleteTerm power;
  IncompleteTerm sum;
  arb_add_ui(next.get(), x, 1, precision + 64);
  RatioSumBall(sum.get(), x + 1, nullptr, next.get(), precision);
  arb_log(power.get(), x + 1, precision + 64);
  arb_mul(power.get(), power.get(), x, precision + 64);
  arb_sub(power.get(), power.get(), x + 1, precision + 64);
  arb_lgamma(next.get(), next.get(), precision + 64);
  arb_sub(power.get(), power.get(), next.get(), precision + 64);
  arb_exp(power.get(), power.get(), precision);
  arb_mul(result, power.get(), sum.get(), precision);
}

// P or Q; not finite outside a > 0, x >= 0.
template <Tail kTail>
inline void GammaTailBall(arb_t result, const arb_struct* x, slong precision) {
  if (!arb_is_positive(x) || arb_is_negative(x + 1)) {
    arb_indeterminate(result);
    return;
  }
  Tail found = Tail::kUpper;
  if (arb_is_positive(x + 1) && arb_lt(x + 1, x)) {
    LowerGammaSeriesBall(result, x, precision);
    found = Tail::kLower;
  } else {
    arb_hypgeom_gamma_upper(result, x, x + 1, 1, precision);
  }
  if (found == kTail) return;
  arb_sub_ui(result, result, 1, precision);
  arb_neg(result, result);
}

// Their logarithms, of the smaller tail or through it.
template <Tail kTail>
inline void LogGammaTailBall(arb_t result, const arb_struct* x, slong precision) {
  constexpr Tail kOther = kTail == Tail::kLower ? Tail::kUpper : Tail::kLower;
  const bool is_small = arb_lt(x + 1, x) != 0 ? kTail == Tail::kLower : kTail == Tail::kUpper;
  if (is_small) {
    GammaTailBall<kTail>(result, x, precision);
    arb_log(result, result, precision);
  } else {
    GammaTailBall<kOther>(result, x, precision);
    arb_neg(result, result);
    arb_log1p(result, result, precision);
  }
}

// Lower for a > 0, upper also for a <= 0 < x.
template <Tail kTail>
inline void GammaPartBall(arb_t result, const arb_struct* x, slong precision) {
  const bool inside = arb_is_positive(x) ? !arb_is_negative(x + 1)
                                         : kTail == Tail::kUpper && arb_is_positive(x + 1);
  if (!inside) {
    arb_indeterminate(result);
  } else if (kTail == Tail::kLower) {
    IncompleteTerm whole;
    GammaTailBall<kTail>(result, x, precision);
    arb_gamma(whole.get(), x, precision);
    arb_mul(result, result, whole.get(), precision);
  } else {
    arb_hypgeom_gamma_upper(result, x, x + 1, 0, precision);
  }
}

// I at x = 1 - y below the mean, by DLMF 8.17.8.
inline void LowerBetaSeriesBall(arb_t result, const arb_t a, const arb_t b, const arb_t x,
                                const arb_t y, slong precision) {
  const slong work = precision + 64;
  IncompleteTerm whole;
  IncompleteTerm next;
  IncompleteTerm power;
  IncompleteTerm sum;
  arb_add(whole.get(), a, b, work);
  arb_add_ui(next.get(), a, 1, work);
  RatioSumBall(sum.get(), x, whole.get(), next.get(), precision);
  arb_lgamma(power.get(), whole.get(), work);
  arb_lgamma(next.get(), next.get(), work);
  arb_sub(power.get(), power.get(), next.get(), work);
  arb_lgamma(next.get(), b, work);
  arb_sub(power.get(), power.get(), next.get(), work);
  arb_log(next.get(), x, work);
  arb_addmul(power.get(), next.get(), a, work);
  arb_log(next.get(), y, work);
  arb_addmul(power.get(), next.get(), b, work);
  arb_exp(power.get(), power.get(), precision);
  arb_mul(result, power.get(), sum.get(), precision);
}

// I or 1 - I; not finite outside a, b > 0, 0 <= x <= 1.
template <Tail kTail>
inline void BetaTailBall(arb_t result, const arb_struct* x, slong precision) {
  IncompleteTerm rest;
  // Exact: the operands are.
  arb_sub_ui(rest.get(), x + 2, 1, ARF_PREC_EXACT);
  arb_neg(rest.get(), rest.get());
  if (!arb_is_positive(x) || !arb_is_positive(x + 1) || arb_is_negative(x + 2) ||
      arb_is_negative(rest.get())) {
    arb_indeterminate(result);
  } else if (kTail == Tail::kLower ? arb_is_zero(x + 2) : arb_is_zero(rest.get())) {
    arb_zero(result);
  } else if (kTail == Tail::kLower ? arb_is_zero(rest.get()) : arb_is_zero(x + 2)) {
    arb_one(result);
  } else {
    // The side of the mean on which the series ends soon.
    IncompleteTerm left;
    IncompleteTerm right;
    arb_mul(left.get(), x, rest.get(), precision);
    arb_mul(right.get(), x + 1, x + 2, precision);
    const Tail side = arb_lt(right.get(), left.get()) ? Tail::kLower : Tail::kUpper;
    if (side == Tail::kLower) {
      LowerBetaSeriesBall(result, x, x + 1, x + 2, rest.get(), precision);
    } else {
      LowerBetaSeriesBall(result, x + 1, x, rest.get(), x + 2, precision);
    }
    if (side == kTail) return;
    arb_sub_ui(result, result, 1, precision);
    arb_neg(result, result);
  }
}

template <Tail kTail>
inline void LogBetaTailBall(arb_t result, const arb_struct* x, slong precision) {
  constexpr Tail kOther = kTail == Tail::kLower ? Tail::kUpper : Tail::kLower;
  BetaTailBall<kTail>(result, x, precision);
  IncompleteTerm half;
  arb_set_d(half.get(), 0.5);
  if (arb_gt(result, half.get())) {
    BetaTailBall<kOther>(result, x, precision);
    arb_neg(result, result);
    arb_log1p(result, result, precision);
  } else {
    arb_log(result, result, precision);
  }
}

inline void BetaPartBall(arb_t result, const arb_struct* x, slong precision) {
  BetaTailBall<Tail::kLower>(result, x, precision);
  IncompleteTerm whole;
  IncompleteTerm one;
  arb_one(one.get());
  arb_hypgeom_beta_lower(whole.get(), x, x + 1, one.get(), 0, precision);
  arb_mul(result, result, whole.get(), precision);
}

// log(x^(a - 1) exp(-x)/gamma(a)) for x > 0.
inline void LogGammaDensityBall(arb_t result, const arb_struct* x, slong precision) {
  if (!arb_is_positive(x) || !arb_is_positive(x + 1)) {
    arb_indeterminate(result);
    return;
  }
  IncompleteTerm term;
  arb_sub_ui(term.get(), x, 1, precision);
  arb_log(result, x + 1, precision);
  arb_mul(result, result, term.get(), precision);
  arb_sub(result, result, x + 1, precision);
  arb_lgamma(term.get(), x, precision);
  arb_sub(result, result, term.get(), precision);
}

// log(x^(a - 1) (1 - x)^(b - 1)/B(a, b)) for 0 < x < 1.
inline void LogBetaDensityBall(arb_t result, const arb_struct* x, slong precision) {
  IncompleteTerm rest;
  arb_sub_ui(rest.get(), x + 2, 1, ARF_PREC_EXACT);
  arb_neg(rest.get(), rest.get());
  if (!arb_is_positive(x) || !arb_is_positive(x + 1) || !arb_is_positive(x + 2) ||
      !arb_is_positive(rest.get())) {
    arb_indeterminate(result);
    return;
  }
  IncompleteTerm shape;
  IncompleteTerm term;
  arb_add(shape.get(), x, x + 1, precision);
  arb_lgamma(result, shape.get(), precision);
  for (int i = 0; i < 2; ++i) {
    arb_sub_ui(shape.get(), x + i, 1, precision);
    arb_log(term.get(), i == 0 ? x + 2 : rest.get(), precision);
    arb_addmul(result, term.get(), shape.get(), precision);
    arb_lgamma(term.get(), x + i, precision);
    arb_sub(result, result, term.get(), precision);
  }
}

template <void (*kLogarithm)(arb_t, const arb_struct*, slong)>
void ExpOfBall(arb_t result, const arb_struct* x, slong precision) {
  kLogarithm(result, x, precision);
  arb_exp(result, result, precision);
}

inline void BetaBetweenBall(arb_t result, const arb_struct* x, slong precision) {
  IncompleteTerm from;
  BetaTailBall<Tail::kLower>(from.get(), x, precision);
  arb_struct operands[3] = {x[0], x[1], x[3]};  // shallow: only read
  BetaTailBall<Tail::kLower>(result, operands, precision);
  arb_sub(result, result, from.get(), precision);
}

// The inverse of a tail in its last operand, here probability p: bisection over t, where
// x = exp(t) or x = 1/(1 + exp(-t)), then Newton's steps on the logarithms, at last a sign on
// either side as proof. kDensity: log of dF/dx.
struct GammaPoint {
  static constexpr int kShapes = 1;
  static void At(arb_t x, const arb_t t, slong precision) { arb_exp(x, t, precision); }
  // log(dx/dt)
  static void Rate(arb_t rate, const arb_t t, const arb_t, slong) { arb_set(rate, t); }
};

struct BetaPoint {
  static constexpr int kShapes = 2;
  static void At(arb_t x, const arb_t t, slong precision) {
    arb_neg(x, t);
    arb_exp(x, x, precision);
    arb_add_ui(x, x, 1, precision);
    arb_inv(x, x, precision);
  }
  static void Rate(arb_t rate, const arb_t t, const arb_t x, slong precision) {
    arb_log(rate, x, precision);
    arb_mul_2exp_si(rate, rate, 1);
    arb_sub(rate, rate, t, precision);
  }
};

template <typename Point, Tail kTail, void (*kFunction)(arb_t, const arb_struct*, slong),
          void (*kDensity)(arb_t, const arb_struct*, slong)>
void InverseBall(arb_t result, const arb_struct* x, slong precision) {
  constexpr int kShapes = Point::kShapes;
  constexpr int kBisections = 24;
  constexpr int kNewtons = 40;
  arb_indeterminate(result);
  const arb_struct* p = x + kShapes;
  for (int i = 0; i < kShapes; ++i) {
    if (!arb_is_positive(x + i)) return;
  }
  const slong work = 2 * precision + 40;
  IncompleteTerm point;
  IncompleteTerm t;
  IncompleteTerm value;
  IncompleteTerm step;
  IncompleteTerm rate;
  arb_sub_ui(value.get(), p, 1, ARF_PREC_EXACT);
  if (!arb_is_positive(p) || !arb_is_negative(value.get())) return;
  // The sign of F - p at t, by increasing F; 2: not told.
  const auto sign = [&](const arb_t at) {
    arb_struct operands[kShapes + 1];
    for (int i = 0; i < kShapes; ++i) operands[i] = x[i];
    Point::At(point.get(), at, work);
    operands[kShapes] = *point.get();
    kFunction(value.get(), operands, work);
    arb_sub(value.get(), value.get(), p, work);
    if (kTail == Tail::kUpper) arb_neg(value.get(), value.get());
    return arb_is_positive(value.get()) ? 1 : arb_is_negative(value.get()) ? -1 : 2;
  };
  double low = -745;
  double high = kShapes == 1 ? 16 : 745;
  for (int i = 0; i < kBisections; ++i) {
    const double middle = (low + high) / 2;
    arb_set_d(t.get(), middle);
    const int side = sign(t.get());
    if (side == 2) break;
    (side > 0 ? high : low) = middle;
  }
  if (low < -740 || high > 740) return;
  arb_set_d(t.get(), (low + high) / 2);
  for (int i = 0; i < kNewtons; ++i) {
    if (sign(t.get()) == 2 && !arb_is_finite(value.get())) return;
    arb_struct operands[kShapes + 1];
    for (int k = 0; k < kShapes; ++k) operands[k] = x[k];
    operands[kShapes] = *point.get();
    kDensity(rate.get(), operands, work);
    Point::Rate(step.get(), t.get(), point.get(), work);
    arb_add(rate.get(), rate.get(), step.get(), work);
    arb_exp(rate.get(), rate.get(), work);
    arb_div(step.get(), value.get(), rate.get(), work);
    arb_sub(t.get(), t.get(), step.get(), work);
    if (!arb_is_finite(t.get())) return;
    arb_get_mid_arb(t.get(), t.get());
    arb_get_mid_arb(step.get(), step.get());
    if (arf_cmpabs_2exp_si(arb_midref(step.get()), -precision - 10) < 0) break;
  }
  IncompleteTerm edge;
  for (const int way : {-1, 1}) {
    arb_set_si(step.get(), way);
    arb_mul_2exp_si(step.get(), step.get(), -precision);
    arb_add(edge.get(), t.get(), step.get(), work);
    if (sign(edge.get()) != way) return;
  }
  arb_add_error_2exp_si(t.get(), -precision);
  Point::At(result, t.get(), work);
}

// clang-format off
inline constexpr auto kIncomplete = std::to_array<FunctionRow>({
  {.name = "gammainc", .group = "incomplete", .doc = "Regularised lower incomplete gamma function P(a, b), for a > 0, b >= 0.",
   .numpy = "gammainc gammainc_P", .latex = "P\\left({0}, {1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "(a > 0) & (b >= 0)", .partials = {"gammainc_da(a, b)", "gammainc_dx(a, b)"},
   .identities = {{{"one_minus_gammainc", "1 - gammainc(a, b)", "gammaincc(a, b)", kRealModes, ""},
                   {"log_of_gammainc", "log(gammainc(a, b))", "log_gammainc(a, b)", kRealModes, ""}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("gammainc"),
   .reference = &BallReference<&GammaTailBall<Tail::kLower>, 2>, .nanoseconds = 27,
   .example = "gammainc(2, 3)", .example_value = 0.8008517265285442},
  {.name = "gammaincc", .group = "incomplete", .doc = "Regularised upper incomplete gamma function Q(a, b) = 1 - P(a, b), for a > 0, b >= 0; accurate in the tail.",
   .numpy = "gammaincc gammainc_Q", .latex = "Q\\left({0}, {1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "(a > 0) & (b >= 0)", .partials = {"-gammainc_da(a, b)", "-gammainc_dx(a, b)"},
   .identities = {{{"one_minus_gammaincc", "1 - gammaincc(a, b)", "gammainc(a, b)", kRealModes, ""},
                   {"log_of_gammaincc", "log(gammaincc(a, b))", "log_gammaincc(a, b)", kRealModes, ""}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("gammaincc"),
   .reference = &BallReference<&GammaTailBall<Tail::kUpper>, 2>, .nanoseconds = 27,
   .example = "gammaincc(2, 3)", .example_value = 0.19914827347145578},
  {.name = "gammaincinv", .group = "incomplete", .doc = "The x with gammainc(a, x) = b, for a > 0, 0 <= b <= 1.",
   .numpy = "gammaincinv", .latex = "P^{-1}\\left({0}, {1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "(a > 0) & (b >= 0) & (b <= 1)", .partials = {"Piecewise((exp(log_gammainc_da(a, r) - log_gammainc_dx(a, r)), r > 0), (0, True))", "exp(-log_gammainc_dx(a, r))"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("gammaincinv"),
   .reference = &BallReference<&InverseBall<GammaPoint, Tail::kLower, &GammaTailBall<Tail::kLower>, &LogGammaDensityBall>, 2>, .nanoseconds = 330,
   .example = "gammaincinv(2, 1/4)", .example_value = 0.9612787631147771},
  {.name = "gammainccinv", .group = "incomplete", .doc = "The x with gammaincc(a, x) = b, for a > 0, 0 <= b <= 1.",
   .numpy = "gammainccinv", .latex = "Q^{-1}\\left({0}, {1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "(a > 0) & (b >= 0) & (b <= 1)", .partials = {"Piecewise((exp(log_gammainc_da(a, r) - log_gammainc_dx(a, r)), r > 0), (0, True))", "-exp(-log_gammainc_dx(a, r))"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("gammainccinv"),
   .reference = &BallReference<&InverseBall<GammaPoint, Tail::kUpper, &GammaTailBall<Tail::kUpper>, &LogGammaDensityBall>, 2>, .nanoseconds = 330,
   .example = "gammainccinv(2, 1/4)", .example_value = 2.6926345288896956},
  {.name = "lowergamma", .group = "incomplete", .doc = "Lower incomplete gamma function, the integral of t**(a - 1)*exp(-t) from 0 to b, for a > 0, b >= 0.",
   .sympy = "lowergamma", .latex = "\\gamma\\left({0}, {1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "(a > 0) & (b >= 0)", .partials = {"Piecewise((gamma(a)*gammainc_da(a, b) + r*digamma(a), a <= 170), (r*digamma(a) - exp(lgamma(a) + log_gammainc_da(a, b)), True))", "b**(a - 1)*exp(-b)"},
   .identities = {{{"lowergamma_regular", "lowergamma(a, b)/gamma(a)", "gammainc(a, b)", kRealModes, ""}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("lowergamma"),
   .reference = &BallReference<&GammaPartBall<Tail::kLower>, 2>, .nanoseconds = 130,
   .example = "lowergamma(2, 3)", .example_value = 0.8008517265285442},
  {.name = "uppergamma", .group = "incomplete", .doc = "Upper incomplete gamma function, the integral of t**(a - 1)*exp(-t) from b to infinity, for b > 0, or a > 0, b = 0.",
   .sympy = "uppergamma", .latex = "\\Gamma\\left({0}, {1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "(b > 0) | ((a > 0) & Eq(b, 0))", .partials = {"Piecewise((r*digamma(a) - gamma(a)*gammainc_da(a, b), (a > 0) & (a <= 170)), (r*digamma(a) + exp(lgamma(a) + log_gammainc_da(a, b)), a > 0), (r*log(b) - b**a*expint_dn(1 - a, b), True))", "-b**(a - 1)*exp(-b)"},
   .identities = {{{"uppergamma_regular", "uppergamma(a, b)/gamma(a)", "gammaincc(a, b)", kRealModes, "positive(a)"}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("uppergamma"),
   .reference = &BallReference<&GammaPartBall<Tail::kUpper>, 2>, .nanoseconds = 130,
   .example = "uppergamma(2, 3)", .example_value = 0.19914827347145578},
  {.name = "log_gammainc", .group = "incomplete", .doc = "log(gammainc(a, b)), right where that underflows, for a > 0, b >= 0.",
   .latex = "\\log P\\left({0}, {1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "(a > 0) & (b >= 0)", .partials = {"-exp(log_gammainc_da(a, b) - r)", "exp(log_gammainc_dx(a, b) - r)"},
   .identities = {{{"exp_log_gammainc", "exp(log_gammainc(a, b))", "gammainc(a, b)", kRealModes, ""}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("log_gammainc"),
   .reference = &BallReference<&LogGammaTailBall<Tail::kLower>, 2>, .nanoseconds = 130,
   .example = "log_gammainc(1000, 1)", .example_value = -5913.127178988828},
  {.name = "log_gammaincc", .group = "incomplete", .doc = "log(gammaincc(a, b)), right where that underflows, for a > 0, b >= 0.",
   .latex = "\\log Q\\left({0}, {1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "(a > 0) & (b >= 0)", .partials = {"exp(log_gammainc_da(a, b) - r)", "-exp(log_gammainc_dx(a, b) - r)"},
   .identities = {{{"exp_log_gammaincc", "exp(log_gammaincc(a, b))", "gammaincc(a, b)", kRealModes, ""}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("log_gammaincc"),
   .reference = &BallReference<&LogGammaTailBall<Tail::kUpper>, 2>, .nanoseconds = 130,
   .example = "log_gammaincc(2, 1000)", .example_value = -993.0912452206848},
  {.name = "gammainc_dx", .group = "incomplete", .doc = "Derivative b**(a - 1)*exp(-b)/gamma(a) of gammainc(a, b) by b, the gamma density, for a > 0, b >= 0.",
   .latex = "\\frac{\\partial P}{\\partial x}\\left({0}, {1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "(a > 0) & (b >= 0)", .partials = {"r*(log(b) - digamma(a))", "r*((a - 1)/b - 1)"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("gammainc_dx"),
   .reference = &BallReference<&ExpOfBall<&LogGammaDensityBall>, 2>, .nanoseconds = 80,
   .example = "gammainc_dx(20, 15)", .example_value = 0.05574707333475279},
  {.name = "log_gammainc_dx", .group = "incomplete", .doc = "log(gammainc_dx(a, b)), right where that underflows, for a > 0, b >= 0.",
   .latex = "\\log \\frac{\\partial P}{\\partial x}\\left({0}, {1}\\right)",
   .min_arity = 2, .max_arity = 2, .domain = "(a > 0) & (b >= 0)", .partials = {"log(b) - digamma(a)", "(a - 1)/b - 1"},
   .identities = {{{"exp_log_gammainc_dx", "exp(log_gammainc_dx(a, b))", "gammainc_dx(a, b)", kRealModes, ""}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("log_gammainc_dx"),
   .reference = &BallReference<&LogGammaDensityBall, 2>, .amplitude = "1", .nanoseconds = 90,
   .example = "log_gammainc_dx(20, 2000)", .example_value = -1894.9227374559},
  {.name = "betainc", .group = "incomplete", .doc = "Regularised incomplete beta function I at c with shapes a, b > 0, for 0 <= c <= 1.",
   .numpy = "betainc btdtr betainc_I", .latex = "I_{{2}}\\left({0}, {1}\\right)",
   .min_arity = 3, .max_arity = 3, .domain = "(a > 0) & (b > 0) & (c >= 0) & (c <= 1)", .partials = {"betainc_da(a, b, c)", "betainc_db(a, b, c)", "betainc_dx(a, b, c)"},
   .identities = {{{"one_minus_betainc", "1 - betainc(a, b, c)", "betaincc(a, b, c)", kRealModes, ""},
                   {"betainc_reflected", "betainc(a, b, 1 - c)", "betaincc(b, a, c)", kRealModes, ""},
                   {"log_of_betainc", "log(betainc(a, b, c))", "log_betainc(a, b, c)", kRealModes, ""}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("betainc"),
   .reference = &BallReference<&BetaTailBall<Tail::kLower>, 3>, .nanoseconds = 45,
   .example = "betainc(2, 3, 1/4)", .example_value = 0.26171875},
  {.name = "betaincc", .group = "incomplete", .doc = "1 - betainc(a, b, c), accurate in the tail, for a, b > 0, 0 <= c <= 1.",
   .numpy = "betaincc", .latex = "I^{c}_{{2}}\\left({0}, {1}\\right)",
   .min_arity = 3, .max_arity = 3, .domain = "(a > 0) & (b > 0) & (c >= 0) & (c <= 1)", .partials = {"-betainc_da(a, b, c)", "-betainc_db(a, b, c)", "-betainc_dx(a, b, c)"},
   .identities = {{{"one_minus_betaincc", "1 - betaincc(a, b, c)", "betainc(a, b, c)", kRealModes, ""},
                   {"betaincc_reflected", "betaincc(a, b, 1 - c)", "betainc(b, a, c)", kRealModes, ""},
                   {"log_of_betaincc", "log(betaincc(a, b, c))", "log_betaincc(a, b, c)", kRealModes, ""}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("betaincc"),
   .reference = &BallReference<&BetaTailBall<Tail::kUpper>, 3>, .nanoseconds = 45,
   .example = "betaincc(2, 3, 1/4)", .example_value = 0.73828125},
  {.name = "betaincinv", .group = "incomplete", .doc = "The x with betainc(a, b, x) = c, for a, b > 0, 0 <= c <= 1.",
   .numpy = "betaincinv btdtri", .latex = "I^{-1}_{{2}}\\left({0}, {1}\\right)",
   .min_arity = 3, .max_arity = 3, .domain = "(a > 0) & (b > 0) & (c >= 0) & (c <= 1)", .partials = {"exp(log_betainc_da(a, b, r) - log_betainc_dx(a, b, r))", "-exp(log_betainc_db(a, b, r) - log_betainc_dx(a, b, r))", "exp(-log_betainc_dx(a, b, r))"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("betaincinv"),
   .reference = &BallReference<&InverseBall<BetaPoint, Tail::kLower, &BetaTailBall<Tail::kLower>, &LogBetaDensityBall>, 3>, .nanoseconds = 480,
   .example = "betaincinv(2, 3, 1/4)", .example_value = 0.2430220837560763},
  {.name = "betainccinv", .group = "incomplete", .doc = "The x with betaincc(a, b, x) = c, for a, b > 0, 0 <= c <= 1.",
   .numpy = "betainccinv", .latex = "I^{c\\,-1}_{{2}}\\left({0}, {1}\\right)",
   .min_arity = 3, .max_arity = 3, .domain = "(a > 0) & (b > 0) & (c >= 0) & (c <= 1)", .partials = {"exp(log_betainc_da(a, b, r) - log_betainc_dx(a, b, r))", "-exp(log_betainc_db(a, b, r) - log_betainc_dx(a, b, r))", "-exp(-log_betainc_dx(a, b, r))"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("betainccinv"),
   .reference = &BallReference<&InverseBall<BetaPoint, Tail::kUpper, &BetaTailBall<Tail::kUpper>, &LogBetaDensityBall>, 3>, .nanoseconds = 480,
   .example = "betainccinv(2, 3, 1/4)", .example_value = 0.5436782854190803},
  {.name = "betainc_lower", .group = "incomplete", .doc = "Incomplete beta function, the integral of t**(a - 1)*(1 - t)**(b - 1) from 0 to c, for a, b > 0, 0 <= c <= 1.",
   .latex = "\\operatorname{B}_{{2}}\\left({0}, {1}\\right)",
   .min_arity = 3, .max_arity = 3, .domain = "(a > 0) & (b > 0) & (c >= 0) & (c <= 1)", .partials = {"beta(a, b)*betainc_da(a, b, c) + r*(digamma(a) - digamma(a + b))", "beta(a, b)*betainc_db(a, b, c) + r*(digamma(b) - digamma(a + b))", "c**(a - 1)*(1 - c)**(b - 1)"},
   .identities = {{{"betainc_lower_regular", "betainc_lower(a, b, c)/beta(a, b)", "betainc(a, b, c)", kRealModes, ""}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("betainc_lower"),
   .reference = &BallReference<&BetaPartBall, 3>, .nanoseconds = 260,
   .example = "betainc_lower(2, 3, 1/4)", .example_value = 0.021809895833333332},
  {.name = "log_betainc", .group = "incomplete", .doc = "log(betainc(a, b, c)), right where that underflows, for a, b > 0, 0 <= c <= 1.",
   .latex = "\\log I_{{2}}\\left({0}, {1}\\right)",
   .min_arity = 3, .max_arity = 3, .domain = "(a > 0) & (b > 0) & (c >= 0) & (c <= 1)", .partials = {"-exp(log_betainc_da(a, b, c) - r)", "exp(log_betainc_db(a, b, c) - r)", "exp(log_betainc_dx(a, b, c) - r)"},
   .identities = {{{"exp_log_betainc", "exp(log_betainc(a, b, c))", "betainc(a, b, c)", kRealModes, ""}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("log_betainc"),
   .reference = &BallReference<&LogBetaTailBall<Tail::kLower>, 3>, .nanoseconds = 240,
   .example = "log_betainc(500, 3, 1/8)", .example_value = -1028.2452042973096},
  {.name = "log_betaincc", .group = "incomplete", .doc = "log(betaincc(a, b, c)), right where that underflows, for a, b > 0, 0 <= c <= 1.",
   .latex = "\\log I^{c}_{{2}}\\left({0}, {1}\\right)",
   .min_arity = 3, .max_arity = 3, .domain = "(a > 0) & (b > 0) & (c >= 0) & (c <= 1)", .partials = {"exp(log_betainc_da(a, b, c) - r)", "-exp(log_betainc_db(a, b, c) - r)", "-exp(log_betainc_dx(a, b, c) - r)"},
   .identities = {{{"exp_log_betaincc", "exp(log_betaincc(a, b, c))", "betaincc(a, b, c)", kRealModes, ""}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("log_betaincc"),
   .reference = &BallReference<&LogBetaTailBall<Tail::kUpper>, 3>, .nanoseconds = 240,
   .example = "log_betaincc(3, 500, 7/8)", .example_value = -1028.2452042973096},
  {.name = "betainc_dx", .group = "incomplete", .doc = "Derivative c**(a - 1)*(1 - c)**(b - 1)/beta(a, b) of betainc(a, b, c) by c, the beta density, for a, b > 0, 0 <= c <= 1.",
   .latex = "\\frac{\\partial I}{\\partial x}\\left({0}, {1}, {2}\\right)",
   .min_arity = 3, .max_arity = 3, .domain = "(a > 0) & (b > 0) & (c >= 0) & (c <= 1)",
   .partials = {"r*(log(c) - digamma(a) + digamma(a + b))", "r*(log1p(-c) - digamma(b) + digamma(a + b))", "r*((a - 1)/c - (b - 1)/(1 - c))"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("betainc_dx"),
   .reference = &BallReference<&ExpOfBall<&LogBetaDensityBall>, 3>, .nanoseconds = 150,
   .example = "betainc_dx(20, 30, 1/4)", .example_value = 0.48990089158717465},
  {.name = "log_betainc_dx", .group = "incomplete", .doc = "log(betainc_dx(a, b, c)), right where that underflows, for a, b > 0, 0 <= c <= 1.",
   .latex = "\\log \\frac{\\partial I}{\\partial x}\\left({0}, {1}, {2}\\right)",
   .min_arity = 3, .max_arity = 3, .domain = "(a > 0) & (b > 0) & (c >= 0) & (c <= 1)",
   .partials = {"log(c) - digamma(a) + digamma(a + b)", "log1p(-c) - digamma(b) + digamma(a + b)", "(a - 1)/c - (b - 1)/(1 - c)"},
   .identities = {{{"exp_log_betainc_dx", "exp(log_betainc_dx(a, b, c))", "betainc_dx(a, b, c)", kRealModes, ""}}},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("log_betainc_dx"),
   .reference = &BallReference<&LogBetaDensityBall, 3>, .amplitude = "1", .nanoseconds = 160,
   .example = "log_betainc_dx(500, 3, 1/8)", .example_value = -1019.9517249448484},
  {.name = "betainc_between", .group = "incomplete", .doc = "betainc(a, b, d) - betainc(a, b, c) without cancellation, for a, b > 0, 0 <= c, d <= 1.",
   .sympy = "betainc_regularized", .latex = "I_{({2},{3})}\\left({0}, {1}\\right)",
   .min_arity = 4, .max_arity = 4, .domain = "(a > 0) & (b > 0) & (c >= 0) & (c <= 1) & (d >= 0) & (d <= 1)",
   .partials = {"betainc_da(a, b, d) - betainc_da(a, b, c)", "betainc_db(a, b, d) - betainc_db(a, b, c)", "-betainc_dx(a, b, c)", "betainc_dx(a, b, d)"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("betainc_between"),
   .reference = &BallReference<&BetaBetweenBall, 4>, .region = "(a >= 1/100) & (b >= 1/100)", .nanoseconds = 500,
   .example = "betainc_between(2, 3, 1/4, 1/2)", .example_value = 0.42578125},
  {.name = "betainc_lower_between", .group = "incomplete", .doc = "The integral of t**(a - 1)*(1 - t)**(b - 1) from c to d, for a, b > 0, 0 <= c, d <= 1.",
   .sympy = "betainc", .latex = "\\operatorname{B}_{({2},{3})}\\left({0}, {1}\\right)",
   .min_arity = 4, .max_arity = 4, .domain = "(a > 0) & (b > 0) & (c >= 0) & (c <= 1) & (d >= 0) & (d <= 1)",
   .partials = {"beta(a, b)*(betainc_da(a, b, d) - betainc_da(a, b, c)) + r*(digamma(a) - digamma(a + b))", "beta(a, b)*(betainc_db(a, b, d) - betainc_db(a, b, c)) + r*(digamma(b) - digamma(a + b))", "-c**(a - 1)*(1 - c)**(b - 1)", "d**(a - 1)*(1 - d)**(b - 1)"},
   .lowering = Lowering::kExpansion, .expansion = "beta(a, b)*betainc_between(a, b, c, d)", .nanoseconds = 560,
   .example = "betainc_lower_between(2, 3, 1/4, 1/2)", .example_value = 0.035481770833333336},
});
// clang-format on

}  // namespace formulary::expr::rows

#endif  // FORMULARY_SERVER_EXPR_ROWS_INCOMPLETE_H_
