#include "server/runtime/special/hypergeometric_series.h"

#include <cmath>

namespace formulary::runtime::special {
namespace {

using Long = long double;

constexpr Long kUnit = 0x1p-64L;
// Of a result: 1 ulp of a double at most.
constexpr Long kSafe = 0x1p-53L;
// An asymptotic series ends at its least term, and may be wrong by so many times that.
constexpr Long kAsymptotic = 16;
// Below, a value may have lost bits or all.
constexpr Long kLeast = 0x1p-16000L;
constexpr Long kMaxGamma = 1700;  // tgammal overflows a little above

// The error of one lower or upper factor (value + n), relative. A rounded factor that is 0 may be
// anything.
Long FactorError(const Parameter& parameter, Long factor) {
  return parameter.error == 0 ? 0 : parameter.error / std::fabs(factor);
}

Long RelativeError(Parameter x) { return x.value == 0 ? x.error : x.error / std::fabs(x.value); }

// |x digamma(x)| is below this: how much of a relative error of x gamma passes on.
Long GammaSlope(Long x) {
  const Long to_pole = x > 0.5L ? 1 : std::fabs(x - std::round(x));
  return std::fabs(x) * (std::log(std::fabs(x) + 2) + 1 / to_pole) + 2;
}

}  // namespace

bool Bounded::IsSafe() const { return error <= kSafe * std::fabs(value) && std::isfinite(value); }

Bounded operator+(Bounded a, Bounded b) {
  const Long sum = a.value + b.value;
  return {sum, a.error + b.error + kUnit * std::fabs(sum)};
}

Bounded operator*(Bounded a, Bounded b) {
  const Long product = a.value * b.value;
  return {product,
          std::fabs(a.value) * b.error + std::fabs(b.value) * a.error + kUnit * std::fabs(product)};
}

// Where twice the power is a small integer by products, else by logarithms: glibc's powl is ten
// times slower.
Bounded BoundedPower(Long x, Long power, Long x_error) {
  constexpr Long kMostProducts = 64;
  const Long size = std::fabs(x);
  const Long times = std::fabs(power);
  if (times <= kMostProducts && 2 * times == std::rint(2 * times)) {
    Long value = 1;
    Long square = size;
    for (int n = static_cast<int>(times); n > 0; n /= 2, square *= square) {
      if (n % 2 != 0) value *= square;
    }
    if (times != std::rint(times)) value *= std::sqrt(size);
    if (power < 0) value = 1 / value;
    return {value, value * (2 * kUnit + 2 * times * (x_error + kUnit))};
  }
  const Long exponent = power * std::log2(size);
  const Long value = std::exp2(exponent);
  return {value, value * (2 * kUnit * (1 + std::fabs(exponent)) + times * (x_error + kUnit))};
}

Bounded BoundedExp(Long x) {
  const Long value = std::exp(x);
  return {value, 2 * kUnit * value};
}

Bounded BoundedGamma(Long x, Long x_error) {
  if (std::fabs(x) > kMaxGamma || (x <= 0 && x == std::floor(x))) return kUnknown;
  const Long value = std::tgamma(x);
  return {value, std::fabs(value) * (12 * kUnit + (x_error + (x < 0 ? kUnit : 0)) * GammaSlope(x))};
}

Bounded BoundedReciprocalGamma(Long x, Long x_error) {
  if (x <= 0 && x == std::floor(x)) return x_error == 0 ? Bounded{0, 0} : kUnknown;
  const Bounded gamma = BoundedGamma(x, x_error);
  const Long value = 1 / gamma.value;
  return {value, std::fabs(value) * (std::fabs(gamma.error / gamma.value) + kUnit)};
}

Bounded Gamma(Parameter x) { return BoundedGamma(x.value, RelativeError(x)); }
Bounded ReciprocalGamma(Parameter x) { return BoundedReciprocalGamma(x.value, RelativeError(x)); }
Bounded Power(Parameter x, Parameter power) {
  Bounded result = BoundedPower(x.value, power.value, x.error / std::fabs(x.value));
  result.error += result.value * power.error * std::fabs(std::log(std::fabs(x.value)));
  return result;
}

Parameter Sum(double a, double b) {
  const Long sum = static_cast<Long>(a) + b;
  const Long part = sum - a;
  const Long rest = (a - (sum - part)) + (b - part);
  return {sum, std::fabs(rest)};
}

Parameter Sum(double a, double b, double c) {
  const Parameter first = Sum(a, b);
  const Long sum = first.value + c;
  const Long part = sum - first.value;
  const Long rest = (first.value - (sum - part)) + (c - part);
  return {sum, first.error + std::fabs(rest)};
}

Bounded Evaluate(const Series& series) {
  Long sum = 1;
  Long term = 1;
  Long error = 0;            // of the sum, in units
  Long term_error = 0;       // relative, of the term, in units
  Long parameter_error = 0;  // the part of it that is not rounding
  const Long step_error = series.x_error / kUnit + 2 * series.upper_count + series.lower_count + 1;
  for (int n = 0; n < series.max_terms; ++n) {
    Long factor = series.x;
    Long divisor = n + 1;
    Long bound = std::fabs(series.x);  // of the ratios of all later terms
    bool settled = true;               // no factor changes sign or grows small any more
    if (series.lower_count != 0) {
      const Long lower = series.lower.value + n;
      parameter_error += FactorError(series.lower, lower);
      divisor *= lower;
      settled &= lower > 0;
    }
    if (series.upper_count < 2) bound /= n + 1;
    if (series.upper_count < 1) bound /= series.lower.value + n;
    for (int i = 0; i < series.upper_count; ++i) {
      const Long upper = series.upper[i].value + n;
      parameter_error += FactorError(series.upper[i], upper);
      factor *= upper;
      settled &= upper > 0;
      bound *= std::fmax(1, upper / (i == 1 ? n + 1 : series.lower.value + n));
    }
    const Long next = term * (factor / divisor);
    if (next == 0) return {sum, kUnit * error};
    if (!(std::fabs(next) < 0x1p16000L)) return kUnknown;
    if (series.divergent && std::fabs(next) >= std::fabs(term))
      return {sum, kUnit * error + kAsymptotic * std::fabs(term)};
    term = next;
    term_error += step_error;
    sum += term;
    // The roundings in a term are independent: their sum grows as the root of their number.
    error += std::fabs(sum) + std::fabs(term) * (std::fmin(term_error, 4 * std::sqrt(term_error)) +
                                                 parameter_error / kUnit);
    if (std::fabs(term) < 0.25L * kUnit * std::fabs(sum)) {
      if (series.divergent) return {sum, kUnit * error + kAsymptotic * std::fabs(term)};
      if (settled && bound < 0.95L) return {sum, kUnit * error + 20 * std::fabs(term)};
    }
  }
  return kUnknown;
}

Bounded Asymptotic(Parameter a, Parameter b, double x, Long x_error) {
  return Evaluate({.upper = {a, b},
                   .upper_count = 2,
                   .lower = {},
                   .lower_count = 0,
                   .x = 1 / Long{x},
                   .x_error = x_error,
                   .max_terms = 300,
                   .divergent = true});
}

}  // namespace formulary::runtime::special
