// Derivatives of the modified Bessel functions by their order v. They are the function times the
// mean of the path's coordinate in an integral representation: over the real line for K (DLMF
// 10.32.9), along the path of steepest descent of DLMF 10.32.12 for I, both by the trapezoidal
// rule, which is exact to all digits for such integrands; by the power series for I of small x.

#include "server/runtime/special/bessel.h"
#include "server/runtime/special/slope.h"
#include "server/runtime/special/slope_bessel.h"
#include "server/runtime/special/special.h"

namespace formulary::runtime::special {
namespace slope {
namespace {

constexpr double kNan = __builtin_nan("");
constexpr double kLastSeries = 20;

// d log K/dv, v >= 0.
double LogKSlope(double v, double x) {
  if (v == 0 || std::isinf(x)) return 0;
  const double peak = std::asinh(v / x);
  const double whole = std::hypot(v, x);
  const double grow = (whole + v) / 2;
  const double fall = x / (whole + v) * x / 2;
  const double step = std::min(0.15, 0.5 / std::sqrt(whole));
  double top = 0;
  double bottom = 0;
  // False: negligible from here on.
  const auto add = [&](double k) {
    const double t = k * step;
    const double exponent = grow * ExpRest(t - peak) + fall * ExpRest(peak - t);
    if (!(exponent < kDrop)) return false;
    const double size = std::exp(-exponent);
    const double odd = -std::expm1(-2 * v * t);  // 1 - exp(-2vt)
    top += size * t * odd;
    bottom += k == 0 ? size : size * (2 - odd);
    return true;
  };
  const double middle = std::nearbyint(peak / step);
  for (int i = 0; i < kMostNodes && middle - i >= 0 && add(middle - i); ++i) continue;
  for (int i = 1; i < kMostNodes && add(middle + i); ++i) continue;
  return top / bottom;
}

// d log I/dv by DLMF 10.38.1, v >= 0.
double LogISeries(double v, double x) {
  const double quarter = x * x / 4;
  double weight = fy_v1_digamma(v + 1) - std::log(x / 2);
  double term = 1;
  double top = weight;
  double bottom = 1;
  for (int k = 1; k < 200; ++k) {
    term *= quarter / (k * (v + k));
    weight += 1 / (v + k);
    top += term * weight;
    bottom += term;
    if (term < 1e-18 * bottom) break;
  }
  return -top / bottom;
}

double LogISlope(double v, double x) {
  if (std::isinf(x)) return 0;
  if (x <= kLastSeries) return LogISeries(v, x);
  if (v == 0) return -besselk(0, x) / besseli(0, x);
  return -PathMean(v, x, 1);
}

}  // namespace
}  // namespace slope

double log_besselk_dv(double a, double b) noexcept {
  if (std::isnan(a) || !(b > 0) || std::isinf(a)) return slope::kNan;
  return std::copysign(slope::LogKSlope(std::abs(a), b), a);
}

double besselk_dv(double a, double b) noexcept {
  const double rate = log_besselk_dv(a, b);
  return rate == 0 ? rate : besselk(a, b) * rate;
}

double log_besseli_dv(double a, double b) noexcept {
  if (!(a >= 0 && a <= kLastOrder) || !(b > 0)) return slope::kNan;
  return slope::LogISlope(a, b);
}

double besseli_dv(double a, double b) noexcept {
  if (!(std::abs(a) <= kLastOrder) || !(b > 0)) return slope::kNan;
  if (std::isinf(b)) return -HUGE_VAL;
  const double v = std::abs(a);
  const double value = besseli(v, b);
  if (a == 0 && b > slope::kLastSeries) return -besselk(0, b);
  const double result = value == 0 ? 0 : value * slope::LogISlope(v, b);
  if (a >= 0) return result;
  // DLMF 10.27.2
  const double k = besselk(v, b);
  const double more = 2 * slope::CosPi(v) * k +
                      (IsIntegral(v) ? 0 : 2 / slope::kPi * slope::SinPi(v) * besselk_dv(v, b));
  return -(result + more);
}

}  // namespace formulary::runtime::special
