// Inverses of the incomplete gamma and beta functions: Halley's iteration on the logarithm of the
// smaller tail, over log(x) and logit(x), in which both densities are log-concave, so that it
// converges from anywhere. Sources of the first guesses: Wilson and Hilferty 1931, Abramowitz and
// Stegun 26.5.22, DLMF 8.7.1, 8.11.2.

#include "server/runtime/special/incomplete.h"
#include "server/runtime/special/special.h"

namespace formulary::runtime::special {
namespace incomplete {
namespace {

constexpr double kNan = __builtin_nan("");
constexpr double kInfinity = __builtin_inf();
constexpr double kClose = 1e-5;  // of the logarithms: the step from here leaves less than an ulp
constexpr int kMaxSteps = 60;

// The tail that is to have the probability `value` <= 1/2.
struct Target {
  Target(double probability, bool is_lower)
      : value(probability <= 0.5 ? probability : 1 - probability),
        log_value(std::log(value)),
        lower(probability <= 0.5 ? is_lower : !is_lower) {}
  double value;
  double log_value;
  bool lower;
};

// The z > 0 beyond which the normal distribution has `log_value`, to 3 digits.
double NormalQuantile(double log_value) {
  const double r = std::sqrt(-2 * log_value);
  const double v = 1 / r;
  return r - (0.05043 + v * (3.11791 + v * (-4.70938 + v * (4.66612 - v * 1.89117))));
}

struct Step {
  double difference;  // of the logarithms, tail minus target
  double move;        // of log(x) or logit(x)
};

// log_rate: logarithm of the density by log(x) or logit(x); slope: its derivative.
Step HalleyStep(const Target& target, const Tail& tail, double log_rate, double slope) {
  const double value = Value(tail, target.lower);
  const double relative = (value - target.value) / target.value;
  double difference;
  double hazard;
  if (value > 1e-280 && log_rate > -640) {
    difference =
        std::fabs(relative) < 0.5 ? std::log1p(relative) : std::log(value) - target.log_value;
    hazard = std::exp(log_rate) / value;
  } else {
    const double log_value = LogValue(tail, target.lower);
    difference = std::fabs(relative) < 0.5 ? std::log1p(relative) : log_value - target.log_value;
    hazard = std::exp(log_rate - log_value);
  }
  const double bend = target.lower ? slope - hazard : -slope - hazard;
  double divisor = 1 - difference * bend / (2 * hazard);
  if (!(divisor > 0.5)) divisor = 0.5;
  if (divisor > 2) divisor = 2;
  double move = -difference / (hazard * divisor);
  if (!target.lower) move = -move;
  return {difference, move};
}

double GammaStart(const GammaShape& shape, const Target& target) {
  const double a = shape.a;
  const double log_whole = (a < kStirling ? 0 : a * std::log(a) - a - shape.rest) -
                           std::log(shape.density);  // log gamma(a + 1)
  const double log_lower = target.lower ? target.log_value : std::log1p(-target.value);
  const double log_first = (log_lower + log_whole) / a;
  const double first = std::exp(log_first);
  if (first < 0.3 * (a + 1)) return first * std::exp(first / (a + 1));
  if (!target.lower) {
    const double far = std::log(a) - log_whole - target.log_value;
    if (far > 3 * a + 3) {
      double x = far;
      for (int i = 0; i < 3; ++i) x = far + (a - 1) * std::log(x);
      if (x > a + 1) return x;
    }
  }
  double z = NormalQuantile(target.log_value);
  if (target.lower) z = -z;
  const double root = 1 - 1 / (9 * a) + z / (3 * std::sqrt(a));
  if (root < 0.1) return first < a + 1 ? first : a;
  return a * root * root * root;
}

// The lower probability, exactly.
Pair LowerProbability(double probability, bool lower) {
  return lower ? Pair{probability, 0} : ExactSum(1, -probability);
}

// The inverse for a <= 1 where it is a power of the probability: where that is below 1e-9.
double GammaPower(double a, Pair probability) {
  const double x = ScaledExp(Divide(Log(probability), a), std::exp(LogGamma1p(a) / a));
  return x + x * (x / (1 + a));
}

double GammaInverse(const GammaShape& shape, double probability, bool lower) {
  const double a = shape.a;
  if (!(a > 0) || !(probability >= 0 && probability <= 1)) return kNan;
  if (probability == 0 || probability == 1) return (probability == 1) == lower ? kInfinity : 0;
  if (a >= 1e290) return a;
  const Target target(probability, lower);
  double x = GammaStart(shape, target);
  if (a <= 1 && x < 1e-9) return GammaPower(a, LowerProbability(probability, lower));
  if (x < 0x1p-1000) return x;
  const double log_density = std::log(shape.density * a);
  for (int i = 0; i < kMaxSteps; ++i) {
    const Tail tail = GammaTail(shape, x);
    const double prefix = std::isnan(tail.prefix) ? GammaExponent(shape, x).hi : tail.prefix;
    const Step step = HalleyStep(target, tail, prefix + log_density, a - x);
    double move = step.move;
    if (!(std::fabs(move) < 300)) move = move < 0 ? -300 : 300;
    x += x * std::expm1(move);
    if (x < 0x1p-1000) return x;
    if (std::fabs(step.difference) < kClose) break;
  }
  return x;
}

// A point of (0, 1) by the smaller of x and 1 - x.
struct Point {
  double least;
  bool is_x;
};

Point PointOfLogit(double logit) {
  const double e = std::exp(-std::fabs(logit));
  return {e / (1 + e), logit < 0};
}

double BetaStart(const BetaShape& shape, const Target& target) {
  const double a = shape.a;
  const double b = shape.b;
  const double log_lower = target.lower ? target.log_value : std::log1p(-target.value);
  const double log_upper = target.lower ? std::log1p(-target.value) : target.log_value;
  if (a > 1 && b > 1) {
    double z = NormalQuantile(target.log_value);
    if (!target.lower) z = -z;
    const double p = 1 / (2 * a - 1);
    const double q = 1 / (2 * b - 1);
    const double mean = 2 / (p + q);
    const double part = (z * z - 3) / 6;
    if (mean + part > 0) {
      const double w =
          z * std::sqrt(mean + part) / mean - (q - p) * (part + 5.0 / 6 - 2 / (3 * mean));
      return std::log(a / b) - 2 * w;
    }
  }
  // Both sides of the mean as powers, with the weights that these have.
  const double log_left = -a * std::log1p(b / a) - std::log(a);
  const double log_right = -b * std::log1p(a / b) - std::log(b);
  const double log_whole = log_left > log_right
                               ? log_left + std::log1p(std::exp(log_right - log_left))
                               : log_right + std::log1p(std::exp(log_left - log_right));
  if (log_lower < log_left - log_whole) {
    const double log_x = (std::log(a) + log_whole + log_lower) / a;
    return log_x < -1e-10 ? log_x - std::log1p(-std::exp(log_x)) : 20;
  }
  const double log_y = (std::log(b) + log_whole + log_upper) / b;
  return log_y < -1e-10 ? std::log1p(-std::exp(log_y)) - log_y : -20;
}

// log B(a, b), from the prefix at x = 2^-900.
double LogEnd(const BetaShape& shape) {
  const Pair x = {0x1p-900, 0};
  const Pair y = {1, -0x1p-900};
  const Pair delta = Subtract(Multiply(x, shape.b), Multiply(y, shape.a));
  const double log_rate = BetaExponent(shape, x, y, delta).hi + std::log(shape.density);
  return shape.a * -623.8324625039507 - log_rate;
}

// The inverse for small x where it is a power of the probability, 1/(a B(a, b)) by its logarithm.
double BetaPower(const BetaShape& shape, Pair probability) {
  const double a = shape.a;
  const double b = shape.b;
  if (a > 1) {
    const double log_whole = std::log(a) + LogEnd(shape);
    return std::exp((std::log(probability.hi) + log_whole) / a);
  }
  Pair log_power = Log(probability);
  double rest = LogGamma1p(a) - LogGammaStep(a, b < 1 ? b + 1 : b);
  if (b < 0.05) {
    log_power = Add(log_power, Log(Divide(shape.sum, b)));
  } else if (b < 1) {
    rest += std::log1p(a / b);
  }
  const double x = ScaledExp(Add(Divide(log_power, a), rest / a), 1);
  return x - x * ((1 - b) * x / (1 + a));
}

double BetaInverse(const BetaShape& shape, double probability, bool lower) {
  const double a = shape.a;
  const double b = shape.b;
  if (!(a > 0) || !(b > 0) || !(probability >= 0 && probability <= 1)) return kNan;
  if (probability == 0 || probability == 1) return (probability == 1) == lower ? 1 : 0;
  if (a >= 1e100 || b >= 1e100) {
    return std::isinf(a) && std::isinf(b) ? kNan : a >= b ? 1 / (1 + b / a) : a / b / (1 + a / b);
  }
  const Target target(probability, lower);
  const double log_density = std::log(shape.density);
  double logit = BetaStart(shape, target);
  if (a <= 1 && logit < -20) {
    const double x = BetaPower(shape, LowerProbability(probability, lower));
    if (x * (1 + b) < 1e-9) return x;
  }
  constexpr double kFar = 690;
  if (logit < -kFar) logit = -kFar;
  if (logit > kFar) logit = kFar;
  Point point = PointOfLogit(logit);
  for (int i = 0; i < kMaxSteps; ++i) {
    const Pair least = {point.least, 0};
    const Pair most = ExactSum(1, -point.least);
    const Pair x = point.is_x ? least : most;
    const Pair y = point.is_x ? most : least;
    const Pair delta = Subtract(Multiply(x, b), Multiply(y, a));
    const Tail tail = BetaTail(shape, x, y);
    const double prefix =
        std::isnan(tail.prefix) ? BetaExponent(shape, x, y, delta).hi : tail.prefix;
    const Step step = HalleyStep(target, tail, prefix + log_density, -delta.hi);
    double move = point.is_x ? step.move : -step.move;
    if (point.least < 1e-290 && move < 0) {
      return point.is_x ? BetaPower(shape, LowerProbability(probability, lower)) : 1;
    }
    if (!(std::fabs(move) < 300)) move = move < 0 ? -300 : 300;
    const double grown = std::expm1(move);
    const double whole = 1 + point.least * grown;
    const double moved = point.least + point.least * (most.hi * grown / whole);
    point = moved <= 0.5 ? Point{moved, point.is_x} : Point{most.hi / whole, !point.is_x};
    if (std::fabs(step.difference) < kClose) break;
  }
  return point.is_x ? point.least : 1 - point.least;
}

}  // namespace
}  // namespace incomplete

double gammaincinv(double a, double b) noexcept {
  return incomplete::GammaInverse(incomplete::GammaShape(a), b, true);
}

double gammainccinv(double a, double b) noexcept {
  return incomplete::GammaInverse(incomplete::GammaShape(a), b, false);
}

double betaincinv(double a, double b, double c) noexcept {
  return incomplete::BetaInverse(incomplete::BetaShape(a, b), c, true);
}

double betainccinv(double a, double b, double c) noexcept {
  return incomplete::BetaInverse(incomplete::BetaShape(a, b), c, false);
}

}  // namespace formulary::runtime::special
