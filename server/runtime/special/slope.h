#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_SLOPE_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_SLOPE_H_

// What the derivatives by parameters share: small differences without cancellation, and
// quadrature. For slope*.cc only; everything is pure.

#include <algorithm>
#include <cmath>

#include "server/runtime/special/incomplete.h"

namespace formulary::runtime::special::slope {

// exp(s) - 1 - s.
inline double ExpRest(double s) {
  if (std::abs(s) > 0.5) return std::expm1(s) - s;
  double sum = 1;
  for (int k = 14; k > 2; --k) sum = 1 + s * sum / k;
  return s * s / 2 * sum;
}

// log(1 + z) - z, by 2 atanh(z/(2 + z)).
inline double LogRest(double z) {
  if (z < -0.4 || z > 0.6) return std::log1p(z) - z;
  const double r = z / (2 + z);
  const double square = r * r;
  double sum = 0;
  for (int k = 27; k >= 3; k -= 2) sum = sum * square + 1.0 / k;
  return 2 * r * square * sum - r * z;
}

// log(a) - digamma(a) for a >= kAsymptotic (DLMF 5.11.2), by p = 1/a.
inline constexpr double kAsymptotic = 10;
inline constexpr double kDigammaTerms[] = {1.0 / 12,  -1.0 / 120,     1.0 / 252, -1.0 / 240,
                                           1.0 / 132, -691.0 / 32760, 1.0 / 12};

inline double DigammaGap(double a) {
  const double square = 1 / a / a;
  double sum = 0;
  for (int k = 6; k >= 0; --k) sum = (sum + kDigammaTerms[k]) * square;
  return 0.5 / a + sum;
}

// The integral of f over [0, length] by panels of 24 nodes.
template <typename Function>
double Integrate(double length, const Function& f) {
  constexpr double kPanel = 4;
  constexpr double kMostPanels = 200;
  const double panels = std::clamp(std::ceil(length / kPanel), 2.0, kMostPanels);
  const double width = length / panels;
  double sum = 0;
  for (double panel = 0; panel < panels; ++panel) {
    for (int i = 0; i < incomplete::kNodeCount; ++i)
      sum += incomplete::kWeights[i] * f((panel + incomplete::kNodes[i]) * width);
  }
  return sum * width;
}

// Where an exponent, increasing from 0 at 0, has dropped an integrand below 2^-53 of its start and
// some: about the least s with exponent(s) >= kDrop, from a first guess.
inline constexpr double kDrop = 40;

template <typename Function>
double LengthOf(double guess, const Function& exponent) {
  double low = 0;
  double high = guess;
  for (int i = 0; i < 1100 && exponent(high) < kDrop; ++i) {
    low = high;
    high *= 2;
  }
  for (int i = 0; i < 5; ++i) {
    const double middle = (low + high) / 2;
    (exponent(middle) < kDrop ? low : high) = middle;
  }
  return high;
}

}  // namespace formulary::runtime::special::slope

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_SLOPE_H_
