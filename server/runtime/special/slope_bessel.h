#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_SLOPE_BESSEL_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_SLOPE_BESSEL_H_

// What the derivatives of Bessel functions by the order share. For slope*.cc only.

#include <algorithm>
#include <cmath>

#include "server/runtime/special/slope.h"

namespace formulary::runtime::special::slope {

inline constexpr double kPi = 3.141592653589793;
inline constexpr int kMostNodes = 40'000;

inline double SinPi(double v) {
  const double r = std::fmod(v, 2);
  return std::floor(r) == r ? 0 : std::sin(kPi * (std::abs(r) > 0.5 ? std::copysign(1, r) - r : r));
}
inline double CosPi(double v) { return SinPi(std::abs(std::fmod(v, 2)) + 0.5); }

// q - sin(q).
inline double SineRest(double q) {
  if (std::abs(q) > 0.7) return q - std::sin(q);
  double sum = 1;
  for (int k = 16; k > 3; k -= 2) sum = 1 - q * q * sum / (k * (k + 1));
  return q * q * q / 6 * sum;
}

// sin(q) - q cos(q).
inline double SineMomentRest(double q) {
  if (std::abs(q) > 0.7) return std::sin(q) - q * std::cos(q);
  double sum = 0;
  for (int n = 8; n >= 1; --n) {
    // 2n/(2n + 1)! by the ratio of neighbours
    sum = 1 - sum * q * q / (2.0 * n * (2 * n + 3));
  }
  return q * q * q / 3 * sum;
}

// The mean of p + iq over the path of steepest descent, -pi < q < pi, through the real saddle of
// x cosh(z) - vz for sign 1, x sinh(z) - vz for sign -1 (v > x): sinh(p) or cosh(p) is
// (v/x) q/sin(q), `other` the other one of them.
inline double PathMean(double v, double x, double sign) {
  const double ratio = v / x;
  const double whole = sign > 0 ? std::hypot(v, x) : std::sqrt((v - x) * (v + x));
  const double start = whole / x;  // other at q = 0
  const double p = std::asinh(sign > 0 ? ratio : start);
  double step = 0.5 / std::sqrt(whole);
  if (sign < 0) step = std::min(step, 0.25 * p);  // singular at about q = 1.7i p
  double top = p / 2;
  double bottom = 0.5;
  for (int i = 1; i < kMostNodes && i * step < kPi; ++i) {
    const double q = i * step;
    const double sine = std::sin(q);
    const double half = std::sin(q / 2);
    const double stretch = SineRest(q) / sine;  // q/sin(q) - 1
    const double rise_factor = ratio * ratio * stretch * (2 + stretch);
    const double stretched = ratio * (1 + stretch);
    const double other = std::sqrt(sign + stretched * stretched);
    const double rise = rise_factor / (other + start);
    const double further = std::log1p((ratio * stretch + rise) / (ratio + start));
    const double exponent =
        v * further + 2 * x * start * half * half - x * rise * (1 - 2 * half * half);
    if (!(exponent < kDrop)) break;
    const double size = std::exp(-exponent);
    const double slope = ratio * SineMomentRest(q) / (sine * sine) / other;  // dp/dq
    top += size * (p + further + q * slope);
    bottom += size;
  }
  return top / bottom;
}

}  // namespace formulary::runtime::special::slope

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_SLOPE_BESSEL_H_
