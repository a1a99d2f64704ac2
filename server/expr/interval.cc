#include "server/expr/interval.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace formulary::expr {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

double Down(double value) {
  return std::isnan(value) ? -kInfinity : std::nextafter(value, -kInfinity);
}
double Up(double value) { return std::isnan(value) ? kInfinity : std::nextafter(value, kInfinity); }

// 0 times an unbounded end: members are finite or the product is NaN.
double Times(double a, double b) { return a == 0 || b == 0 ? 0 : a * b; }

// Larger powers would be overflow or 0 anyway, or hardly narrower than the sign alone.
constexpr long kMaxPower = 64;

double PowerDown(double base, long power) {
  double result = 1;
  for (long i = 0; i < power; ++i) result = std::max(0.0, Down(result * base));
  return result;
}

double PowerUp(double base, long power) {
  double result = 1;
  for (long i = 0; i < power; ++i) result = Up(Times(result, base));
  return result;
}

}  // namespace

Interval Widened(double lower, double upper) { return {Down(lower), Up(upper)}; }

Interval Interval::Of(const mpq_class& value) {
  const double near = mpq_get_d(value.get_mpq_t());  // toward zero
  if (std::isfinite(near) && mpq_class(near) == value) return {near, near};
  if (std::isinf(near)) {
    constexpr double kLargest = std::numeric_limits<double>::max();
    return near > 0 ? Interval{kLargest, kInfinity} : Interval{-kInfinity, -kLargest};
  }
  return sgn(value) > 0 ? Interval{near, Up(near)} : Interval{Down(near), near};
}

Interval operator+(const Interval& a, const Interval& b) {
  return Widened(a.lower + b.lower, a.upper + b.upper);
}

Interval operator*(const Interval& a, const Interval& b) {
  const double ends[] = {Times(a.lower, b.lower), Times(a.lower, b.upper), Times(a.upper, b.lower),
                         Times(a.upper, b.upper)};
  const auto [least, greatest] = std::minmax_element(std::begin(ends), std::end(ends));
  return Widened(*least, *greatest);
}

Interval Negated(const Interval& a) { return {-a.upper, -a.lower}; }

Interval Inverse(const Interval& a) {
  if (a.lower > 0 || a.upper < 0) return Widened(1 / a.upper, 1 / a.lower);
  return {};
}

Interval Absolute(const Interval& a) {
  if (a.lower >= 0) return a;
  if (a.upper <= 0) return Negated(a);
  return {0, std::max(-a.lower, a.upper)};
}

Interval IntegerPower(const Interval& a, long power) {
  if (power < 0) return power < -kMaxPower ? Interval{} : Inverse(IntegerPower(a, -power));
  if (power > kMaxPower) return power % 2 == 0 ? Interval{0, kInfinity} : Interval{};
  if (power % 2 == 0) {
    const Interval size = Absolute(a);
    return {PowerDown(size.lower, power), PowerUp(size.upper, power)};
  }
  const double lower = a.lower < 0 ? -PowerUp(-a.lower, power) : PowerDown(a.lower, power);
  const double upper = a.upper < 0 ? -PowerDown(-a.upper, power) : PowerUp(a.upper, power);
  return {lower, upper};
}

Interval RootPower(const Interval& a, double power) {
  const double lower = std::max(0.0, a.lower), upper = std::max(0.0, a.upper);
  if (power < 0) return lower > 0 ? Inverse(RootPower(a, -power)) : Interval{0, kInfinity};
  // pow is within 1 ulp; the exponent was rounded, which shows as log(base)*ulp(power).
  const double slack = 0x1p-40;
  return {std::max(0.0, Down(std::pow(lower, power) * (1 - slack))),
          Up(std::pow(upper, power) * (1 + slack))};
}

Interval Least(const Interval& a, const Interval& b) {
  return {std::min(a.lower, b.lower), std::min(a.upper, b.upper)};
}

Interval Greatest(const Interval& a, const Interval& b) {
  return {std::max(a.lower, b.lower), std::max(a.upper, b.upper)};
}

Interval Hull(const Interval& a, const Interval& b) {
  return {std::min(a.lower, b.lower), std::max(a.upper, b.upper)};
}

Interval Intersection(const Interval& a, const Interval& b) {
  return {std::max(a.lower, b.lower), std::min(a.upper, b.upper)};
}

}  // namespace formulary::expr
