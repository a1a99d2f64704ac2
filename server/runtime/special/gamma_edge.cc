#include "server/runtime/special/gamma_edge.h"

#include <cmath>

namespace formulary::runtime::special {
namespace {

constexpr long double kPi = 3.14159265358979323846264338327950288L;

// B_2k/(2 k), DLMF 5.11.2.
constexpr long double kSeries[] = {1.0L / 12,        -1.0L / 120,      1.0L / 252, -1.0L / 240,
                                   1.0L / 132,       -691.0L / 32760,  1.0L / 12,  -3617.0L / 8160,
                                   43867.0L / 14364, -174611.0L / 6600};

// REQUIRES: x >= 1.
long double DigammaL(long double x) {
  // 1/x + 1/(x + 1) + ... as one fraction.
  long double top = 0, bottom = 1;
  while (x < 16) {
    top = top * x + bottom;
    bottom *= x;
    x += 1;
  }
  const long double u = 1 / (x * x);
  long double series = 0;
  for (int k = 9; k >= 0; --k) series = (series + kSeries[k]) * u;
  return (std::log(x) - 1 / (2 * x) - series) - top / bottom;
}

// pi cot(pi f) for f in [-1/2, 1/2].
long double PiCotangentL(long double f) {
  const long double size = std::fabs(f);
  const long double value =
      size > 0.25L ? kPi * std::tan(kPi * (0.5L - size)) : kPi / std::tan(kPi * size);
  return std::copysign(value, f);
}

}  // namespace

double DigammaBelowZero(double x) noexcept {
  const double size = -x;
  const double fraction = size - std::nearbyint(size);
  // DLMF 5.5.4 with 5.5.2.
  return static_cast<double>(DigammaL(1 + static_cast<long double>(size)) + PiCotangentL(fraction));
}

}  // namespace formulary::runtime::special
