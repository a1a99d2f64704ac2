#ifndef FORMULARY_SERVER_EXPR_ROWS_DISTRIBUTION_BALL_H_
#define FORMULARY_SERVER_EXPR_ROWS_DISTRIBUTION_BALL_H_

// The distributions' routines in ball arithmetic: what their rows refer to. Straight from the
// definitions, without a thought of cancellation, which only costs precision here. For
// rows/distribution*.h only.

#include <acb.h>
#include <acb_calc.h>
#include <acb_hypgeom.h>
#include <arb.h>
#include <arb_hypgeom.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "server/expr/ball.h"
#include "server/expr/rows/error_balls.h"
#include "server/expr/rows/routines.h"

namespace formulary::expr::rows {

// A ball as a value, with the precision of the computation it belongs to.
class BallValue {
 public:
  BallValue(double value, slong precision) : precision_(precision) {
    arb_init(value_);
    arb_set_d(value_, value);
  }
  BallValue(const BallValue& other) : precision_(other.precision_) {
    arb_init(value_);
    arb_set(value_, other.value_);
  }
  BallValue& operator=(const BallValue& other) {
    arb_set(value_, other.value_);
    return *this;
  }
  ~BallValue() { arb_clear(value_); }

  arb_ptr get() { return value_; }
  arb_srcptr get() const { return value_; }
  slong precision() const { return precision_; }
  bool integral() const { return arb_is_int(value_) != 0; }
  double ToDouble() const { return arf_get_d(arb_midref(value_), ARF_RND_NEAR); }

  template <typename Function>
  BallValue Apply(Function function) const {
    BallValue result(0, precision_);
    function(result.get(), get(), precision_);
    return result;
  }

 private:
  arb_t value_;
  slong precision_;
};

#define FORMULARY_BALL_OPERATOR(symbol, function)                            \
  inline BallValue operator symbol(const BallValue& a, const BallValue& b) { \
    BallValue result(0, a.precision());                                      \
    function(result.get(), a.get(), b.get(), a.precision());                 \
    return result;                                                           \
  }                                                                          \
  inline BallValue operator symbol(const BallValue& a, double b) {           \
    return a symbol BallValue(b, a.precision());                             \
  }                                                                          \
  inline BallValue operator symbol(double a, const BallValue& b) {           \
    return BallValue(a, b.precision()) symbol b;                             \
  }
FORMULARY_BALL_OPERATOR(+, arb_add)
FORMULARY_BALL_OPERATOR(-, arb_sub)
FORMULARY_BALL_OPERATOR(*, arb_mul)
FORMULARY_BALL_OPERATOR(/, arb_div)
#undef FORMULARY_BALL_OPERATOR

namespace balls {

inline BallValue Exp(const BallValue& x) { return x.Apply(arb_exp); }
inline BallValue Log(const BallValue& x) { return x.Apply(arb_log); }
inline BallValue Sqrt(const BallValue& x) { return x.Apply(arb_sqrt); }
inline BallValue LogGamma(const BallValue& x) { return x.Apply(arb_lgamma); }
inline BallValue Erfc(const BallValue& x) { return x.Apply(arb_hypgeom_erfc); }
inline BallValue Cos(const BallValue& x) { return x.Apply(arb_cos); }
inline BallValue Zeta(const BallValue& s, const BallValue& from) {
  BallValue result(0, s.precision());
  arb_hurwitz_zeta(result.get(), s.get(), from.get(), s.precision());
  return result;
}
inline BallValue Pi(slong precision) {
  BallValue result(0, precision);
  arb_const_pi(result.get(), precision);
  return result;
}
inline BallValue LogBeta(const BallValue& a, const BallValue& b) {
  return LogGamma(a) + LogGamma(b) - LogGamma(a + b);
}
inline BallValue LogChoose(const BallValue& n, const BallValue& k) {
  return LogGamma(n + 1) - LogGamma(k + 1) - LogGamma(n - k + 1);
}
// x^a exp(-x) and x^a (1 - x)^b, as logarithms; 0 log 0 = 0.
inline BallValue TimesLog(const BallValue& a, const BallValue& x) {
  return arb_is_zero(a.get()) ? BallValue(0, a.precision()) : a * Log(x);
}
inline BallValue BetaLower(const BallValue& a, const BallValue& b, const BallValue& x) {
  BallValue result(0, a.precision());
  arb_hypgeom_beta_lower(result.get(), a.get(), b.get(), x.get(), 1, a.precision());
  return result;
}
inline BallValue GammaLower(const BallValue& a, const BallValue& x) {
  BallValue result(0, a.precision());
  arb_hypgeom_gamma_lower(result.get(), a.get(), x.get(), 1, a.precision());
  return result;
}
inline BallValue GammaUpper(const BallValue& a, const BallValue& x) {
  BallValue result(0, a.precision());
  arb_hypgeom_gamma_upper(result.get(), a.get(), x.get(), 1, a.precision());
  return result;
}
inline BallValue BesselI(const BallValue& order, const BallValue& x) {
  BallValue result(0, x.precision());
  arb_hypgeom_bessel_i(result.get(), order.get(), x.get(), x.precision());
  return result;
}
inline BallValue Power(const BallValue& x, const BallValue& y) {
  BallValue result(0, x.precision());
  arb_pow(result.get(), x.get(), y.get(), x.precision());
  return result;
}
inline BallValue Undefined(slong precision) {
  BallValue result(0, precision);
  arb_indeterminate(result.get());
  return result;
}

// --- Definitions, over operands as the rows have them ---

using Operands = const arb_struct*;
struct Arguments {
  Arguments(Operands x, slong p) : operands(x), precision(p) {}
  BallValue operator[](int i) const {
    BallValue value(0, precision);
    arb_set(value.get(), operands + i);
    return value;
  }
  Operands operands;
  slong precision;
};

inline BallValue GammaDensity(const Arguments& x) {
  return Exp(TimesLog(x[0] - 1, x[1]) - x[1] - LogGamma(x[0]));
}
inline BallValue BetaPdf(const Arguments& x) {
  return Exp(TimesLog(x[1] - 1, x[0]) + TimesLog(x[2] - 1, 1 - x[0]) - LogBeta(x[1], x[2]));
}
inline BallValue BetaPrimePdf(const Arguments& x) {
  return Exp(TimesLog(x[1] - 1, x[0]) - (x[1] + x[2]) * Log(1 + x[0]) - LogBeta(x[1], x[2]));
}
inline BallValue BetaPrimeCdf(const Arguments& x) {
  return BetaLower(x[1], x[2], x[0] / (1 + x[0]));
}
inline BallValue BetaPrimeSf(const Arguments& x) { return BetaLower(x[2], x[1], 1 / (1 + x[0])); }
inline BallValue StudentPdf(const Arguments& x) {
  const BallValue half(0.5, x.precision);
  return Exp((x[1] + 1) * -0.5 * Log(1 + x[0] * x[0] / x[1]) - LogBeta(half, x[1] / 2)) /
         Sqrt(x[1]);
}
inline BallValue StudentCdf(const Arguments& x) {
  const BallValue half(0.5, x.precision);
  const BallValue tail = BetaLower(x[1] / 2, half, x[1] / (x[1] + x[0] * x[0])) / 2;
  return arb_is_positive(x.operands) ? 1 - tail : tail;
}
inline BallValue StudentSf(const Arguments& x) {
  const BallValue half(0.5, x.precision);
  const BallValue tail = BetaLower(x[1] / 2, half, x[1] / (x[1] + x[0] * x[0])) / 2;
  return arb_is_positive(x.operands) ? tail : 1 - tail;
}
inline bool IsCount(const BallValue& k) { return k.integral() && !arb_is_negative(k.get()); }
inline BallValue PoissonPmf(const Arguments& x) {
  if (!IsCount(x[0])) return BallValue(0, x.precision);
  return Exp(TimesLog(x[0], x[1]) - x[1] - LogGamma(x[0] + 1));
}
inline BallValue BinomialPmf(const Arguments& x) {
  const BallValue rest = x[1] - x[0];
  if (!IsCount(x[0]) || arb_is_negative(rest.get())) return BallValue(0, x.precision);
  return Exp(LogChoose(x[1], x[0]) + TimesLog(x[0], x[2]) + TimesLog(rest, 1 - x[2]));
}
inline BallValue NegativeBinomialPmf(const Arguments& x) {
  if (!IsCount(x[0])) return BallValue(0, x.precision);
  return Exp(LogGamma(x[0] + x[1]) - LogGamma(x[1]) - LogGamma(x[0] + 1) + x[1] * Log(x[2]) +
             TimesLog(x[0], 1 - x[2]));
}
inline BallValue Floor(const BallValue& x) { return x.Apply(arb_floor); }

// Of integral x[0], as quantiles ask.
inline BallValue PoissonCdf(const Arguments& x) {
  if (arb_is_negative(x.operands)) return BallValue(0, x.precision);
  return GammaUpper(x[0] + 1, x[1]);
}
inline BallValue BinomialCdf(const Arguments& x) {
  const BallValue rest = x[1] - x[0];
  if (arb_is_negative(x.operands)) return BallValue(0, x.precision);
  if (!arb_is_positive(rest.get())) return BallValue(1, x.precision);
  return BetaLower(rest, x[0] + 1, 1 - x[2]);
}
inline BallValue NegativeBinomialCdf(const Arguments& x) {
  if (arb_is_negative(x.operands)) return BallValue(0, x.precision);
  return BetaLower(x[1], x[0] + 1, x[2]);
}
inline BallValue GeometricCdf(const Arguments& x) {
  if (!arb_is_positive(x.operands)) return BallValue(0, x.precision);
  return 1 - Power(1 - x[1], x[0]);
}

inline BallValue HypergeometricAt(double k, const Arguments& x) {
  const BallValue at(k, x.precision);
  return Exp(LogChoose(x[2], at) + LogChoose(x[1] - x[2], x[3] - at) - LogChoose(x[1], x[3]));
}
inline BallValue HypergeometricSum(double from, double to, const Arguments& x) {
  const double total = x[1].ToDouble(), marked = x[2].ToDouble(), drawn = x[3].ToDouble();
  from = std::max({from, 0.0, drawn - (total - marked)});
  to = std::min({to, drawn, marked});
  BallValue sum(0, x.precision);
  for (double k = from; k <= to; ++k) sum = sum + HypergeometricAt(k, x);
  return sum;
}
inline BallValue HypergeometricPmf(const Arguments& x) {
  const double k = x[0].ToDouble();
  return x[0].integral() ? HypergeometricSum(k, k, x) : BallValue(0, x.precision);
}
inline BallValue HypergeometricCdf(const Arguments& x) {
  return HypergeometricSum(0, std::floor(x[0].ToDouble()), x);
}
inline BallValue HypergeometricSf(const Arguments& x) {
  return HypergeometricSum(std::floor(x[0].ToDouble()) + 1, 1e6, x);
}

inline BallValue ZetaSf(const Arguments& x) {
  const BallValue one(1, x.precision);
  if (x[0].ToDouble() < 1) return one;
  return Zeta(x[1], Floor(x[0]) + 1) / Zeta(x[1], one);
}
inline BallValue ZetaCdf(const Arguments& x) { return 1 - ZetaSf(x); }

// p^n times the sum of p^i/(n + i), over -log(1 - p), which is hypergeometric (DLMF 15.2.1).
inline BallValue LogarithmicSf(const Arguments& x) {
  const BallValue one(1, x.precision), n = Floor(x[0]) + 1;
  if (x[0].ToDouble() < 1) return one;
  BallValue series(0, x.precision);
  arb_hypgeom_2f1(series.get(), one.get(), n.get(), (n + 1).get(), x[1].get(), 0, x.precision);
  return Power(x[1], n) * series / n / (0 - Log(1 - x[1]));
}
inline BallValue LogarithmicCdf(const Arguments& x) { return 1 - LogarithmicSf(x); }

inline BallValue SkellamAt(const BallValue& k, const BallValue& mean1, const BallValue& mean2) {
  const BallValue order = k.Apply([](arb_ptr y, arb_srcptr a, slong) { arb_abs(y, a); });
  return Exp(k / 2 * Log(mean1 / mean2) - mean1 - mean2) * BesselI(order, 2 * Sqrt(mean1 * mean2));
}
inline BallValue SkellamPmf(const Arguments& x) {
  return x[0].integral() ? SkellamAt(x[0], x[1], x[2]) : BallValue(0, x.precision);
}

// The chance that N1 - N2 is at least or less than m, integral, for Poisson variables of means y
// and l: the sum over N2 = j of its chance times that of N1 >= m + j or N1 < m + j. Refused where
// there are too many terms.
enum class Side { kLess, kAtLeast };
inline BallValue PoissonDifference(double m, const BallValue& l, const BallValue& y, Side side) {
  constexpr double kMaxTerms = 30'000;
  const slong precision = l.precision();
  const double larger = std::max(l.ToDouble(), y.ToDouble());
  // From twice a mean on, chances fall by half at every step.
  const double last = std::ceil(2 * larger) + static_cast<double>(precision) + 10;
  if (!(last + std::abs(m) < kMaxTerms)) return Undefined(precision);
  // of[i] is the chance of i, then of less than i or of at least i.
  const auto count = static_cast<size_t>(last + std::max(m, 0.0)) + 2;
  std::vector<BallValue> of(count, BallValue(0, precision));
  of[0] = Exp(0 - y);
  for (size_t i = 1; i < count; ++i) of[i] = of[i - 1] * y / static_cast<double>(i);
  BallValue sum(0, precision), error = of[count - 1] * 2;
  if (side == Side::kLess) {
    for (BallValue& value : of) {
      const BallValue chance = value;
      value = sum;
      sum = sum + chance;
    }
  } else {
    arb_add_error(sum.get(), error.get());
    for (size_t i = count; i > 0; --i) of[i - 1] = sum = sum + of[i - 1];
  }
  BallValue weight = Exp(0 - l), total(0, precision);
  const BallValue none(side == Side::kLess ? 0 : 1, precision);  // of N1 against what is below 0
  for (double j = 0; j < last; ++j) {
    total = total + weight * (m + j < 0 ? none : of[static_cast<size_t>(m + j)]);
    weight = weight * l / (j + 1);
  }
  error = weight * 2;
  if (side == Side::kAtLeast) error = error * of[static_cast<size_t>(std::max(m + last, 0.0))];
  arb_add_error(total.get(), error.get());
  return total;
}

inline BallValue SkellamCdf(const Arguments& x) {
  return PoissonDifference(Floor(x[0]).ToDouble() + 1, x[2], x[1], Side::kLess);
}
inline BallValue SkellamSf(const Arguments& x) {
  return PoissonDifference(Floor(x[0]).ToDouble() + 1, x[2], x[1], Side::kAtLeast);
}

// A noncentral chi squared variable of two degrees of freedom is a mixture of those of
// 2 j + 2, which are Poisson's distribution functions.
inline BallValue Rice(const Arguments& x, Side side) {
  if (!arb_is_positive(x.operands)) return BallValue(side == Side::kLess ? 1 : 0, x.precision);
  const BallValue center = x[1] / x[2], at = x[0] / x[2];
  return PoissonDifference(1, center * center / 2, at * at / 2, side);
}
inline BallValue RiceCdf(const Arguments& x) { return Rice(x, Side::kAtLeast); }
inline BallValue RiceSf(const Arguments& x) { return Rice(x, Side::kLess); }

inline BallValue InverseGaussianCdf(const Arguments& x) {
  if (!arb_is_positive(x.operands)) return BallValue(0, x.precision);
  const BallValue root = Sqrt(x[2] / x[0] / 2), ratio = x[0] / x[1];
  return (Erfc(root * (1 - ratio)) + Exp(2 * x[2] / x[1]) * Erfc(root * (1 + ratio))) / 2;
}
inline BallValue InverseGaussianSf(const Arguments& x) { return 1 - InverseGaussianCdf(x); }

// Integrals over a finite interval.
inline BallValue Integral(acb_calc_func_t function, void* parameters, const BallValue& from,
                          const BallValue& to) {
  const slong precision = from.precision();
  acb_t result, low, high;
  mag_t tolerance;
  acb_init(result), acb_init(low), acb_init(high), mag_init(tolerance);
  acb_set_arb(low, from.get());
  acb_set_arb(high, to.get());
  mag_set_ui_2exp_si(tolerance, 1, -1000);
  acb_calc_integrate(result, function, parameters, low, high, precision, tolerance, nullptr,
                     precision);
  BallValue value(0, precision);
  arb_set(value.get(), acb_realref(result));
  acb_clear(result), acb_clear(low), acb_clear(high), mag_clear(tolerance);
  return value;
}

// exp(k cos(t)).
inline int VonMisesIntegrand(acb_ptr y, const acb_t t, void* k, slong order, slong precision) {
  if (order > 1) return 0;
  acb_cos(y, t, precision);
  acb_mul_arb(y, y, static_cast<const arb_struct*>(k), precision);
  acb_exp(y, y, precision);
  return 0;
}
inline int VonMisesCosineIntegrand(acb_ptr y, const acb_t t, void* k, slong order,
                                   slong precision) {
  if (order > 1) return 0;
  VonMisesIntegrand(y, t, k, order, precision);
  acb_t cosine;
  acb_init(cosine);
  acb_cos(cosine, t, precision);
  acb_mul(y, y, cosine, precision);
  acb_clear(cosine);
  return 0;
}

// From -pi to `at`.
inline BallValue VonMisesPart(const BallValue& at, const Arguments& x) {
  const BallValue pi = Pi(x.precision), zero(0, x.precision);
  if (arb_le(at.get(), (0 - pi).get())) return zero;
  if (arb_ge(at.get(), pi.get())) return BallValue(1, x.precision);
  BallValue k = x[2];
  return Integral(&VonMisesIntegrand, k.get(), 0 - pi, at) / (2 * pi * BesselI(zero, k));
}
inline BallValue VonMisesCdf(const Arguments& x) { return VonMisesPart(x[0] - x[1], x); }

// The mean of cos(t) over the same part, less that over all times the chance of the part.
inline BallValue VonMisesCdfSlope(const Arguments& x) {
  const BallValue at = x[0] - x[1], pi = Pi(x.precision), zero(0, x.precision);
  if (arb_ge(at.get(), pi.get()) || arb_le(at.get(), (0 - pi).get())) return zero;
  BallValue k = x[2];
  const BallValue scale = BesselI(zero, k);
  return Integral(&VonMisesCosineIntegrand, k.get(), 0 - pi, at) / (2 * pi * scale) -
         VonMisesPart(at, x) * BesselI(BallValue(1, x.precision), k) / scale;
}
inline BallValue VonMisesLogCdfSlope(const Arguments& x) {
  return VonMisesCdfSlope(x) / VonMisesPart(x[0] - x[1], x);
}
inline BallValue VonMisesSf(const Arguments& x) { return VonMisesPart(x[1] - x[0], x); }

// Owen (1956): Phi(z) - 2 T(z, a). Of its left tail for a > 0 nothing is left before there are
// (a z)^2/2 more bits.
inline BallValue SkewPart(const BallValue& z, const BallValue& a) {
  constexpr double kBitsOfSquare = 0.7213475204444817;  // 1/log(4)
  const double at = z.ToDouble(), slope = a.ToDouble();
  const slong precision = z.precision();
  if (at < 0 && slope > 0 &&
      at * at * slope * slope * kBitsOfSquare > static_cast<double>(precision))
    return Undefined(precision);
  arb_struct operands[2];
  arb_init(operands), arb_init(operands + 1);
  arb_set(operands, z.get()), arb_set(operands + 1, a.get());
  BallValue owens(0, precision);
  OwensTBall(owens.get(), operands, precision);
  arb_clear(operands), arb_clear(operands + 1);
  return Erfc((0 - z) / Sqrt(BallValue(2, precision))) / 2 - 2 * owens;
}
inline BallValue SkewCdf(const Arguments& x) { return SkewPart(x[0], x[1]); }
inline BallValue SkewSf(const Arguments& x) { return SkewPart(0 - x[0], 0 - x[1]); }

using Definition = BallValue (*)(const Arguments& x);

}  // namespace balls

template <balls::Definition kDefinition>
void DistributionBall(arb_t result, const arb_struct* x, slong precision) {
  arb_set(result, kDefinition(balls::Arguments(x, precision)).get());
}
template <balls::Definition kDefinition>
void LogDistributionBall(arb_t result, const arb_struct* x, slong precision) {
  arb_log(result, kDefinition(balls::Arguments(x, precision)).get(), precision);
}
// The logarithm of a chance, through the other one where it is near 1.
template <balls::Definition kChance, balls::Definition kOther>
void LogChanceBall(arb_t result, const arb_struct* x, slong precision) {
  const balls::Arguments arguments(x, precision);
  const BallValue chance = kChance(arguments);
  if (chance.ToDouble() < 0.5) {
    arb_log(result, chance.get(), precision);
  } else {
    arb_log1p(result, (0 - kOther(arguments)).get(), precision);
  }
}

}  // namespace formulary::expr::rows

#endif  // FORMULARY_SERVER_EXPR_ROWS_DISTRIBUTION_BALL_H_
