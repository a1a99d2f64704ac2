// Elementary functions without a form by operators that keeps their accuracy.

#include <cmath>

#include "server/runtime/special/elementary_edge.h"
#include "server/runtime/special/special.h"

namespace formulary::runtime::special {
namespace {

// exp(b log) - 1, for a logarithm of 1 + c, or of a base away from 1.
long double GrowthLessOne(long double log, long double b) {
  return b == 0 || log == 0 ? 0 : std::expm1(b * log);
}

long double LogOf(long double base) {
  return base > 0.5L && base < 2 ? std::log1p(base - 1) : std::log(base);
}

bool IsOdd(double b) { return std::fmod(b, 2) != 0; }

}  // namespace

// With r = a/(2 + a), log1p(a) = 2 atanh(r) and 2 r - a = -a r: what is left has no cancellation.
double log1pmx(double a) noexcept {
  if (!(a > -0.5 && a < 1)) {
    // Up to there the terms cancel by a few bits, which long double has to spare.
    if (a > -0.9 && a < 16) return static_cast<double>(std::log1p(static_cast<long double>(a)) - a);
    return std::isinf(a) && a > 0 ? -a : std::log1p(a) - a;
  }
  const double r = a / (2 + a);
  const double z = r * r;
  double sum = 0;
  for (int k = 33; k >= 3; k -= 2) sum = sum * z + 1.0 / k;
  return r * (2 * z * sum - a);
}

double CompoundLessOne(double a, double b) noexcept {
  if (a >= -1)
    return static_cast<double>(GrowthLessOne(std::log1p(static_cast<long double>(a)), b));
  if (std::isnan(a) || b != std::floor(b)) return b == 0 ? 0 : std::nan("");
  // The base's magnitude is -1 - a; an infinite exponent is even.
  const long double even = GrowthLessOne(std::log1p(-2 - static_cast<long double>(a)), b);
  return static_cast<double>(std::isfinite(b) && IsOdd(b) ? -2 - even : even);
}

double PowerLessOne(double a, double b) noexcept {
  if (a >= 0) return static_cast<double>(GrowthLessOne(LogOf(a), b));
  if (std::isnan(a) || b != std::floor(b)) return b == 0 ? 0 : std::nan("");
  const long double even = GrowthLessOne(LogOf(-static_cast<long double>(a)), b);
  return static_cast<double>(std::isfinite(b) && IsOdd(b) ? -2 - even : even);
}

}  // namespace formulary::runtime::special
