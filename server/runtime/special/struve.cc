// Struve functions. Sources: DLMF 11.2.1 and 11.2.2 (power series), 11.5.2 (integral), 11.6.1 and
// 11.6.2 (expansions for a large operand).

#include <cmath>

#include "server/runtime/special/bessel.h"
#include "server/runtime/special/special.h"

namespace formulary::runtime::special {
namespace {

constexpr long double kPi = 3.14159265358979323846264338L;
constexpr long double kRootPi = 1.77245385090551602729816748L;

struct Sum {
  long double value;
  long double largest;  // term
  bool converged;
};

// log|gamma(x)| and its sign, without signgam.
long double LogGamma(long double x, long double& sign) {
  int negative = 0;
  const long double value = lgammal_r(x, &negative);
  sign = negative < 0 ? -1 : 1;
  return value;
}

// (x/2)^power / gamma(a), with gamma's poles giving 0.
long double PowerOverGamma(long double x, long double power, long double a) {
  if (a <= 0 && std::floor(a) == a) return 0;
  if (std::abs(a) < 1000) {
    const long double gamma = std::tgamma(a);
    if (std::abs(power) < 1000) return std::pow(x / 2, power) / gamma;
  }
  long double sign = 1;
  const long double log_gamma = LogGamma(a, sign);
  return sign * std::exp(power * std::log(x / 2) - log_gamma);
}

// Power series, sign = -1 for H and 1 for L. x > 0.
Sum Series(double v, double x, long double sign) {
  const long double u = sign * static_cast<long double>(x) * x / 4;
  int first = 0;  // terms over poles of gamma(k + v + 3/2) are 0
  if (v < -1 && std::floor(v - 0.5) == v - 0.5) first = static_cast<int>(-(v + 0.5));
  long double gamma_sign = 1;
  long double term = PowerOverGamma(x, 2.0L * first + v + 1, first + v + 1.5L) *
                     std::exp(-LogGamma(first + 1.5L, gamma_sign));
  if (first % 2 != 0) term *= sign;
  Sum sum = {term, std::abs(term), false};
  for (int k = first; k < first + 2000; ++k) {
    term *= u / ((k + 1.5L) * (k + v + 1.5L));
    sum.value += term;
    if (std::abs(term) > sum.largest) sum.largest = std::abs(term);
    if (std::abs(term) < 1e-20L * std::abs(sum.value) && k + v > 0) {
      sum.converged = true;
      break;
    }
  }
  return sum;
}

// 1/pi sum of gamma(k + 1/2) (x/2)^(v - 2k - 1)/gamma(v + 1/2 - k) (+1: H, -1: alternating, L)
// while the terms fall; `converged` when they fell far enough next to `size`.
Sum Expansion(double v, double x, long double sign, long double size) {
  long double term = PowerOverGamma(x, v - 1.0L, v + 0.5L) / kRootPi;
  Sum sum = {term, std::abs(term), false};
  for (int k = 0; k < 200; ++k) {
    const long double next =
        sign * term * (k + 0.5L) * (v - 0.5L - k) * 4 / (static_cast<long double>(x) * x);
    if (std::abs(next) <= 1e-18L * (std::abs(sum.value) + size)) {
      sum.converged = true;
      break;
    }
    if (std::abs(next) > std::abs(term) && k > v) break;
    sum.value += next;
    term = next;
  }
  return sum;
}

// H - Y for x > 0: 2 (x/2)^v/(sqrt(pi) gamma(v + 1/2)) times the integral over t > 0 of
// exp(-x t) (1 + t^2)^(v - 1/2), by the trapezoidal rule in u, t = exp(u - exp(-u)).
long double Integral(double v, double x) {
  constexpr double kStep = 0.0625;
  long double sum = 0;
  for (int i = -72; i <= 100; ++i) {
    const double u = kStep * i;
    const double decay = std::exp(-u);
    const double t = std::exp(u - decay);
    const double exponent = (v - 0.5) * std::log1p(t * t) - x * t;
    if (exponent < -745) continue;
    sum += std::exp(exponent) * (1 + decay) * t;
  }
  return 2 * PowerOverGamma(x, v, v + 0.5L) / kRootPi * sum * kStep;
}

double PositiveH(double v, double x) {
  const long double wave = std::sqrt(0.6366197723675814 / x);
  if (x < 30 || x < std::abs(v)) {
    const Sum series = Series(v, x, -1);
    const long double size = std::abs(series.value) > wave ? std::abs(series.value) : wave;
    if (series.converged && series.largest < 64 * size) {
      return static_cast<double>(series.value);
    }
  }
  const long double y = bessely(v, x);
  const Sum expansion = Expansion(v, x, 1, wave);
  if (expansion.converged) return static_cast<double>(y + expansion.value);
  return static_cast<double>(y + Integral(v, x));
}

double PositiveL(double v, double x) {
  if (x > 60 && x > 2 * std::abs(v)) {
    const long double bessel = besseli(-v, x);
    return static_cast<double>(bessel - Expansion(v, x, -1, bessel).value);
  }
  return static_cast<double>(Series(v, x, 1).value);
}

// The value for x = 0.
double AtZero(double v) {
  if (v > -1) return 0;
  if (v == -1) return 0.63661977236758134;
  const double pole = v + 0.5;
  if (IsIntegral(pole)) return 0;  // the first terms vanish
  return std::fmod(std::floor(v + 1.5), 2) == 0 ? __builtin_inf() : -__builtin_inf();
}

}  // namespace

constexpr double kLastStruveOrder = 1000;

double struveh(double v, double x) noexcept {
  if (v != v || x != x || !(std::abs(v) <= kLastStruveOrder)) return __builtin_nan("");
  if (x < 0) {
    if (!IsIntegral(v)) return __builtin_nan("");
    return IsOdd(v) ? struveh(v, -x) : -struveh(v, -x);
  }
  if (x == 0) return AtZero(v);
  if (std::isinf(x)) return v < 1 ? 0 : v == 1 ? 0.63661977236758134 : x;
  return PositiveH(v, x);
}

double struvel(double v, double x) noexcept {
  if (v != v || x != x || !(std::abs(v) <= kLastStruveOrder)) return __builtin_nan("");
  if (x < 0) {
    if (!IsIntegral(v)) return __builtin_nan("");
    return IsOdd(v) ? struvel(v, -x) : -struvel(v, -x);
  }
  if (x == 0) return AtZero(v);
  if (std::isinf(x)) return x;
  return PositiveL(v, x);
}

}  // namespace formulary::runtime::special
