// Derivatives of the incomplete gamma and beta functions by their shapes, and of the exponential
// integral by its order.
//
// The derivative of a distribution function by a shape is the integral of the score, the derivative
// of the log density, over a tail. The score's mean is 0 and it changes its sign once, so over one
// of the two tails it has one sign, and nothing cancels: by a series of recurrences in the shape
// (DLMF 8.8.5, 8.17.20, 8.17.21) where that ends soon, and its rest by quadrature.

#include "server/runtime/special/slope.h"
#include "server/runtime/special/special.h"

namespace formulary::runtime::special {
namespace slope {
namespace {

using incomplete::ExactSum;
using incomplete::Multiply;
using incomplete::Pair;
using incomplete::Subtract;

constexpr double kNan = __builtin_nan("");
constexpr double kLeastShape = 1e-290;  // below, the limit at 0
constexpr double kMostShape = 1e15;
constexpr int kMostTerms = 80;
constexpr double kNegligible = 1e-17;

// --- Gamma: -dP/da = x^a exp(-x)/gamma(a) times the factor ---

// log(x) - digamma(a).
double GammaScore(double a, double x) {
  if (a < kAsymptotic) return std::log(x) - fy_v1_digamma(a);
  const double relative = (x - a) / a;
  return (std::abs(relative) < 0.5 ? std::log1p(relative) : std::log(x / a)) + DigammaGap(a);
}

// Over (0, x), for a negative score there.
double LowerGammaIntegral(double a, double x) {
  const double score = -GammaScore(a, x);
  const double rate = a - x;
  const auto exponent = [=](double t) { return rate * t + x * ExpRest(-t); };
  const double length = LengthOf(kDrop / (std::abs(rate) + 4 * std::sqrt(x)), exponent);
  return Integrate(length, [&](double t) { return (score + t) * std::exp(-exponent(t)); });
}

// Over (x, infinity), for a positive one.
double UpperGammaIntegral(double a, double x, double score) {
  const double rate = x - a;
  const auto exponent = [=](double t) { return rate * t + x * ExpRest(t); };
  const double length = LengthOf(kDrop / (std::abs(rate) + 4 * std::sqrt(x)), exponent);
  return Integrate(length, [&](double t) { return (score + t) * std::exp(-exponent(t)); });
}

double GammaFactor(double a, double x) {
  const double score = GammaScore(a, x);
  const double rest = 1 / a - score;  // digamma(a + 1) - log(x)
  if (a < kAsymptotic ? fy_v1_digamma(a + 1) < std::log(x) : score > 0)
    return UpperGammaIntegral(a, x, score);
  if (a > 100 && x > 0.7 * a) return LowerGammaIntegral(a, x);
  double term = 1 / a;
  double weight = a < kAsymptotic ? fy_v1_digamma(a + 1) - std::log(x) : rest;
  double sum = term * weight;
  for (int n = 1; n <= kMostTerms; ++n) {
    const double step = 1 / (a + n);
    const double ratio = x * step;
    term *= ratio;
    weight += step;
    if (n == kMostTerms) break;
    sum += term * weight;
    if (term * weight < kNegligible * sum * (1 - ratio)) return sum;
  }
  const double shape = a + kMostTerms;
  return sum + term * shape * LowerGammaIntegral(shape, x);
}

// --- Beta: -dI/da = x^a y^b/B(a, b) times the factor ---

// digamma(a + b) - digamma(a) - log((a + b)/a), for a >= kAsymptotic; right also for a small b.
double DigammaGapFall(double a, double b) {
  const double p = 1 / a;
  const double q = 1 / (a + b);
  const double first = b * p * q;  // p - q
  const double square = p * p;
  const double lower_square = q * q;
  double power = lower_square;  // of q
  double difference = first * (p + q);
  double sum = first / 2;
  for (int k = 0; k < 7; ++k) {
    sum += kDigammaTerms[k] * difference;
    difference = square * difference + power * (square - lower_square);
    power *= lower_square;
  }
  return sum;
}

double DigammaRise(double a, double b) {
  double sum = 0;
  for (; a < kAsymptotic; a += 1) sum += b / a / (a + b);
  return sum + std::log1p(b / a) + DigammaGapFall(a, b);
}

struct BetaPoint {
  Pair x;
  Pair y;  // 1 - x
};

double Log(const BetaPoint& p) { return p.x.hi < 0.5 ? std::log(p.x.hi) : std::log1p(-p.y.hi); }

// a y - b x
double Distance(double a, double b, const BetaPoint& p) {
  return Subtract(Multiply(p.y, a), Multiply(p.x, b)).hi;
}

// log(x) - (digamma(a) - digamma(a + b)).
double BetaScore(double a, double b, const BetaPoint& p) {
  if (a < kAsymptotic) return Log(p) + DigammaRise(a, b);
  const double relative = Distance(a, b, p) / ((a + b) * p.x.hi);
  if (relative < 1) return DigammaGapFall(a, b) - std::log1p(relative);
  return Log(p) + std::log1p(b / a) + DigammaGapFall(a, b);
}

// The integral of weight(t) times the density at logit(x) - t, relative to that at x.
template <typename Weight>
double BetaIntegral(double a, double b, const BetaPoint& p, const Weight& weight) {
  const double x = p.x.hi;
  const double y = p.y.hi;
  const double rate = Distance(a, b, p);
  const double total = a + b;
  const auto exponent = [=](double t) {
    if (x < 0.5) {
      const double z = x * std::expm1(-t);
      return rate * t + total * (LogRest(z) + x * ExpRest(-t));
    }
    if (t > 30) return a * t + total * std::log(y + x * std::exp(-t));
    const double z = y * std::expm1(t);
    return rate * t + total * (LogRest(z) + y * ExpRest(t));
  };
  const double width = std::sqrt(total * x * y);
  const double length = LengthOf(kDrop / (std::abs(rate) + 4 * width + 1e-3 * a), exponent);
  return Integrate(length, [&](double t) { return weight(t) * std::exp(-exponent(t)); });
}

double LowerBetaIntegral(double a, double b, const BetaPoint& p) {
  const double score = -BetaScore(a, b, p);
  return BetaIntegral(a, b, p, [&](double t) {
    return score + (t < 30 ? std::log1p(p.y.hi * std::expm1(t))
                           : t + std::log(p.y.hi + p.x.hi * std::exp(-t)));
  });
}

double UpperBetaIntegral(double a, double b, const BetaPoint& p, double score) {
  return BetaIntegral(b, a, {p.y, p.x}, [&](double t) {
    return score -
           (t < 1 ? std::log1p(p.y.hi * std::expm1(-t)) : std::log(p.x.hi + p.y.hi * std::exp(-t)));
  });
}

double BetaFactor(double a, double b, const BetaPoint& p) {
  const double score = BetaScore(a, b, p);
  const bool lower = score < 0;
  const double shape = lower ? a : b;
  const double x = lower ? p.x.hi : p.y.hi;
  const bool is_slow = shape > 100 && x * (a + b) > 0.7 * shape;
  if (is_slow) return lower ? LowerBetaIntegral(a, b, p) : UpperBetaIntegral(a, b, p, score);
  double term = 1 / shape;
  double weight = lower ? 1 / a - score : score;
  double sum = term * weight;
  for (int n = 1; n <= kMostTerms; ++n) {
    const double whole = a + b + (n - 1);
    const double next = shape + n;
    const double ratio = x * whole / next;
    term *= ratio;
    weight += lower ? (b - 1) / (next * whole) : 1 / whole;
    if (n == kMostTerms) break;
    sum += term * weight;
    const double later = std::max(ratio, x);
    if (later < 1 && term * weight < kNegligible * sum * (1 - later)) return sum;
  }
  const double moved = shape + kMostTerms;
  const double rest =
      lower ? LowerBetaIntegral(moved, b, p) : UpperBetaIntegral(a, moved, p, weight);
  return sum + term * moved * rest;
}

// --- The exponential integral: minus the integral of s exp(shape s - x exp(s)) over s > 0 ---

double ExpintSlope(double n, double x) {
  const double shape = 1 - n;
  const double peak = shape > x ? std::log(shape / x) : 0;
  const double height = peak > 0 ? shape : x;  // x exp(peak)
  const double rate = height - shape;
  const auto exponent = [=](double s) { return rate * s + height * ExpRest(s); };
  const double guess = kDrop / (rate + 4 * std::sqrt(height) + 1e-3);
  double sum = Integrate(LengthOf(guess, exponent),
                         [&](double s) { return (peak + s) * std::exp(-exponent(s)); });
  if (peak > 0) {
    const auto below = [=](double s) { return height * ExpRest(-s); };
    const double length = below(peak) < kDrop ? peak : std::min(peak, LengthOf(guess, below));
    sum += Integrate(length, [&](double s) { return (peak - s) * std::exp(-below(s)); });
  }
  // The power has fewer errors than its exponent, where it is in range.
  const double power = peak > 0 ? std::pow(shape / x, shape) : 1;
  if (std::isinf(power)) return -sum * std::exp(shape * peak - height);
  return -sum * power * std::exp(-height);
}

bool IsInside(double a, double b, double x) { return a > 0 && b > 0 && x >= 0 && x <= 1; }

double Shape(double a) { return std::max(a, kLeastShape); }

}  // namespace
}  // namespace slope

double gammainc_da(double a, double b) noexcept {
  if (!(a > 0) || !(b >= 0)) return slope::kNan;
  if (b == 0 || std::isinf(b) || a > slope::kMostShape) return 0;
  a = slope::Shape(a);
  const double density = gammainc_dx(a, b) * b;
  return density == 0 ? 0 : -density * slope::GammaFactor(a, b);
}

double log_gammainc_da(double a, double b) noexcept {
  if (!(a > 0) || !(b >= 0)) return slope::kNan;
  if (b == 0 || std::isinf(b) || a > slope::kMostShape) return -HUGE_VAL;
  a = slope::Shape(a);
  return log_gammainc_dx(a, b) + std::log(b * slope::GammaFactor(a, b));
}

double betainc_da(double a, double b, double c) noexcept {
  if (!slope::IsInside(a, b, c)) return slope::kNan;
  if (c == 0 || c == 1 || a > slope::kMostShape || b > slope::kMostShape) return 0;
  a = slope::Shape(a);
  b = slope::Shape(b);
  const incomplete::Pair y = incomplete::ExactSum(1, -c);
  const double density = betainc_dx(a, b, c) * c * y.hi;
  return density == 0 ? 0 : -density * slope::BetaFactor(a, b, {{c, 0}, y});
}

double betainc_db(double a, double b, double c) noexcept {
  if (!slope::IsInside(a, b, c)) return slope::kNan;
  if (c == 0 || c == 1 || a > slope::kMostShape || b > slope::kMostShape) return 0;
  a = slope::Shape(a);
  b = slope::Shape(b);
  const incomplete::Pair y = incomplete::ExactSum(1, -c);
  const double density = betainc_dx(a, b, c) * c * y.hi;
  return density == 0 ? 0 : density * slope::BetaFactor(b, a, {y, {c, 0}});
}

double log_betainc_da(double a, double b, double c) noexcept {
  if (!slope::IsInside(a, b, c)) return slope::kNan;
  if (c == 0 || c == 1 || a > slope::kMostShape || b > slope::kMostShape) return -HUGE_VAL;
  a = slope::Shape(a);
  b = slope::Shape(b);
  const incomplete::Pair y = incomplete::ExactSum(1, -c);
  return log_betainc_dx(a, b, c) + std::log(c * y.hi * slope::BetaFactor(a, b, {{c, 0}, y}));
}

double log_betainc_db(double a, double b, double c) noexcept {
  if (!slope::IsInside(a, b, c)) return slope::kNan;
  if (c == 0 || c == 1 || a > slope::kMostShape || b > slope::kMostShape) return -HUGE_VAL;
  a = slope::Shape(a);
  b = slope::Shape(b);
  const incomplete::Pair y = incomplete::ExactSum(1, -c);
  return log_betainc_dx(a, b, c) + std::log(c * y.hi * slope::BetaFactor(b, a, {y, {c, 0}}));
}

double expint_dn(double a, double b) noexcept {
  if (std::isnan(a) || !(b > 0) || std::isinf(a)) return slope::kNan;
  if (std::isinf(b)) return -0.0;
  return slope::ExpintSlope(a, b);
}

}  // namespace formulary::runtime::special
