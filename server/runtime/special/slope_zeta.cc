// Derivatives of the zeta functions by their argument s: Euler-Maclaurin's sum (DLMF 25.2.9,
// 25.11.28), differentiated, in long double, as its parts cancel for s < 1.

#include "server/runtime/special/slope.h"
#include "server/runtime/special/slope_bessel.h"
#include "server/runtime/special/special.h"

namespace formulary::runtime::special {
namespace slope {
namespace {

using Long = long double;

constexpr double kNan = __builtin_nan("");
constexpr double kFirstReflected = -0.5;
constexpr int kMostShifts = 200;

// B(2j)/(2j)!
constexpr Long kBernoulli[] = {1.0L / 12,
                               -1.0L / 720,
                               1.0L / 30240,
                               -1.0L / 1209600,
                               1.0L / 47900160,
                               -691.0L / 1307674368000,
                               1.0L / 74724249600,
                               -3617.0L / 10670622842880000,
                               43867.0L / 5109094217170944000,
                               -174611.0L / 802857662698291200000.0L};

Long HurwitzSlope(Long s, Long a) {
  constexpr Long kLeast = 14;
  constexpr Long kNone = 1e-21L;
  Long sum = 0;
  Long size = 0;
  for (int k = 0; k < kMostShifts && (a < kLeast || a < 2 * s); ++k, a += 1) {
    const Long logarithm = std::log(a);
    const Long power = std::exp(-s * logarithm);
    const Long term = logarithm * power;
    sum -= term;
    size += std::abs(term);
    if (s > 2 && a > 1 && std::abs(term) * (a + 1) < kNone * size) return sum;
  }
  const Long logarithm = std::log(a);
  const Long power = std::exp(-s * logarithm);
  const Long pole = 1 / (s - 1);
  Long rest = -a * pole * (logarithm + pole) - logarithm / 2;
  Long rising = s;  // (s)_(2j - 1)
  Long slope = 1;   // its derivative
  Long scale = 1 / a;
  for (int j = 0; j < 10; ++j) {
    const Long step = kBernoulli[j] * scale * (slope - logarithm * rising);
    rest += step;
    for (int i = 2 * j + 1; i < 2 * j + 3; ++i) {
      slope = slope * (s + i) + rising;
      rising *= s + i;
    }
    scale /= a * a;
  }
  return sum + power * rest;
}

// DLMF 25.4.2, differentiated.
double ReflectedZetaSlope(double s) {
  if (s < -400) return kNan;  // beyond the range of double, but at zeros
  const double sine = SinPi(s / 2);
  const double cosine = CosPi(s / 2);
  const double other = 1 - s;
  const Long log_period = 1.8378770664093454835606594728112353L;
  int sign = 0;  // 1: the operand is positive
  const Long log_gamma = lgammal_r(static_cast<Long>(1) - s, &sign);
  const double factor =
      static_cast<double>(2 * std::exp((static_cast<Long>(s) - 1) * log_period + log_gamma));
  const double inner =
      ((static_cast<double>(log_period) - fy_v1_digamma(other)) * sine + kPi / 2 * cosine) *
          fy_v1_strict_zeta(other) -
      sine * static_cast<double>(HurwitzSlope(1 - static_cast<Long>(s), 1));
  return factor * inner;
}

}  // namespace
}  // namespace slope

double zeta_ds(double a) noexcept {
  if (std::isnan(a) || a == 1 || a == -HUGE_VAL) return slope::kNan;
  if (a > 1100) return -0.0;
  if (a < slope::kFirstReflected) return slope::ReflectedZetaSlope(a);
  return static_cast<double>(slope::HurwitzSlope(a, 1));
}

double hurwitz_zeta_ds(double a, double b) noexcept {
  if (!(a >= -4) || a == 1 || !(b > 0)) return slope::kNan;
  if (std::isinf(b)) return a > 1 ? -0.0 : slope::kNan;
  if (std::isinf(a)) return b < 1 ? HUGE_VAL : -0.0;
  return static_cast<double>(slope::HurwitzSlope(a, b));
}

}  // namespace formulary::runtime::special
