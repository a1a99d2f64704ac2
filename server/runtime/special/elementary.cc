// Elementary functions without a form by operators that keeps their accuracy.

#include <cmath>

#include "server/runtime/special/special.h"

namespace formulary::runtime::special {

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

}  // namespace formulary::runtime::special
