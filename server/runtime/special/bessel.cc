// Bessel functions of real order, one value at a time. Boost.Math for orders between; integer
// orders recur from the vector routines of order 0 and 1 where that is stable. Sources: DLMF 10.6
// (recurrence), 10.18 (modulus).

#include "server/runtime/special/bessel.h"

#include <boost/math/special_functions/bessel.hpp>
#include <cmath>

#include "server/runtime/special/policy.h"
#include "server/runtime/special/special.h"

namespace formulary::runtime::special {
namespace {

constexpr long kChunk = 256;

// Orders that recur from 0 and 1; above, the error of so many steps shows.
constexpr double kLastRecurred = 64;

// Fractional orders that recur from Boost's of the same fraction below 2: Boost's own recurrence is
// in double.
bool RecursFromFraction(double v) { return v > 2 && v <= kLastRecurred; }

bool Recurs(double v) { return std::abs(v) <= kLastRecurred && IsIntegral(v); }

// f(mu + n) from f0 = f(mu) and f1 = f(mu + 1) by f(v + 1) = 2 v/x f(v) + sign f(v - 1), sign -1
// for J and Y, 1 for K; n >= 0. In long double, as the rounding of 2/x would otherwise grow with n.
double Ascend(double mu, long n, double x, double f0, double f1, double sign) {
  if (n == 0) return f0;
  if (n == 1 || std::isinf(f1) || f1 == 0) return f1;
  const long double two_over_x = 2 / static_cast<long double>(x);
  long double before = sign * f0;
  long double value = f1;
  for (long k = 1; k < n; ++k) {
    const long double next = (k + static_cast<long double>(mu)) * two_over_x * value + before;
    before = sign * value;
    value = next;
  }
  return static_cast<double>(value);
}

// f(mu + n)/f(mu + from) by the ratios f(v)/f(v - 1) = 1/(2 v/x + sign f(v + 1)/f(v)) down from
// mu + start, sign -1 for J and 1 for I.
double Descend(double mu, long n, long from, long start, double x, double sign) {
  const long double two_over_x = 2 / static_cast<long double>(x);
  long double ratio = 0;
  long double product = 1;
  for (long k = start; k > from; --k) {
    long double below = (k + static_cast<long double>(mu)) * two_over_x + sign * ratio;
    if (below == 0) below = 1e-300L;
    ratio = 1 / below;
    if (k <= n) product *= ratio;
  }
  return static_cast<double>(product);
}

// J of order mu + n at x >= 0, given those of mu and mu + 1; 0 <= mu < 1.
double RecurredJ(double mu, long n, double x, double j0, double j1) {
  if (x != x) return x;
  if (x == __builtin_inf()) return 0;
  if (n <= 1 || x > mu + static_cast<double>(n)) return Ascend(mu, n, x, j0, j1, -1);
  if (x == 0) return 0;
  const long start = n + 20 + static_cast<long>(10 * std::cbrt(static_cast<double>(n)));
  if (j0 * j0 >= j1 * j1) return j0 * Descend(mu, n, 0, start, x, -1);
  return j1 * Descend(mu, n, 1, start, x, -1);
}

double IntegerY(long n, double x, double y0, double y1) {
  if (x == __builtin_inf()) return 0;
  return Ascend(0, n, x, y0, y1, -1);
}

constexpr double kLastSeriesI = 100;   // order
constexpr double kLastSeriesIAt = 60;  // operand

// I of order v > 0 by its power series (DLMF 10.25.2), whose terms are positive.
double SeriesI(double v, double x) {
  const long double u = static_cast<long double>(x) * x / 4;
  long double term = 1;
  long double sum = 1;
  for (int k = 1; k < 300 && term > 1e-17L * sum; ++k) {
    term *= u / (k * (static_cast<long double>(v) + k));
    sum += term;
  }
  // v + 1 is rounded: gamma(w + e) is gamma(w) (1 + e digamma(w)).
  const double w = v + 1;
  const double rest = v - (w - 1);
  sum *= 1 - rest * (std::log(w) - 0.5 / w);
  return std::pow(x / 2, v) * static_cast<double>(sum / fy_v1_gamma(w));
}

// (-1)^n where only one of order and operand is negative.
double Parity(double v, double x) { return ((v < 0) != (x < 0)) && IsOdd(v) ? -1.0 : 1.0; }

// Steps through arrays in chunks: compute(at, count).
template <class Compute>
void InChunks(long n, Compute compute) {
  for (long at = 0; at < n; at += kChunk) compute(at, n - at < kChunk ? n - at : kChunk);
}

struct Sizes {
  double values[kChunk];
};

void Magnitudes(const double* x, long count, Sizes& sizes) {
  for (long i = 0; i < count; ++i) sizes.values[i] = std::abs(x[i]);
}

}  // namespace

namespace {

// Half an odd number, of which spherical functions are right near their zeros, too.
constexpr double kLastHalf = 100;
bool IsHalf(double v) { return std::abs(v) <= kLastHalf && IsIntegral(v - 0.5); }

// J(v, x) for half-integral v, x > 0: sqrt(2x/pi) j(n, x), and (-1)^(n+1) sqrt(2x/pi) y(n, x) for
// v = -n - 1/2. DLMF 10.47.
double HalfJ(double v, double x) {
  constexpr double kTwoOverPi = 0.63661977236758134;
  const double scale = std::sqrt(kTwoOverPi * x);
  if (v > 0) return scale * spherical_jn(v - 0.5, x);
  const double n = -v - 0.5;
  return (IsOdd(n) ? scale : -scale) * spherical_yn(n, x);
}

}  // namespace

double besselj(double v, double x) noexcept {
  if (v != v || x != x || !(std::abs(v) <= kLastOrder)) return __builtin_nan("");
  if (Recurs(v)) {
    const double size = std::abs(x);
    return Parity(v, x) *
           RecurredJ(0, static_cast<long>(std::abs(v)), size, fy_v1_j0(size), fy_v1_j1(size));
  }
  if (std::isinf(x)) return x > 0 || IsIntegral(v) ? 0 : __builtin_nan("");
  if (x < 0) return IsIntegral(v) ? Parity(v, x) * besselj(std::abs(v), -x) : __builtin_nan("");
  if (v < 0 && IsIntegral(v)) return Parity(v, x) * besselj(-v, x);
  if (x == 0) {
    if (v > 0) return 0;
    return std::copysign(__builtin_inf(), IsOdd(std::floor(v)) ? 1.0 : -1.0);
  }
  if (IsHalf(v)) return HalfJ(v, x);
  if (RecursFromFraction(v)) {
    const double whole = std::floor(v);
    const double mu = v - whole;
    return RecurredJ(mu, static_cast<long>(whole), x, boost::math::cyl_bessel_j(mu, x, Plain()),
                     boost::math::cyl_bessel_j(mu + 1, x, Plain()));
  }
  return boost::math::cyl_bessel_j(v, x, Plain());
}

void besselj_block(double* y, const double* a, long a_stride, const double* b, long b_stride,
                   long n) noexcept {
  if (a_stride != 0 || b_stride == 0 || !Recurs(*a)) {
    for (long i = 0; i < n; ++i) y[i] = besselj(a[i * a_stride], b[i * b_stride]);
    return;
  }
  const double v = *a;
  const long order = static_cast<long>(std::abs(v));
  InChunks(n, [&](long at, long count) {
    Sizes x, j0, j1;
    Magnitudes(b + at, count, x);
    fy_v1_j0_f64(j0.values, x.values, count);
    fy_v1_j1_f64(j1.values, x.values, count);
    for (long i = 0; i < count; ++i) {
      y[at + i] =
          Parity(v, b[at + i]) * RecurredJ(0, order, x.values[i], j0.values[i], j1.values[i]);
    }
  });
}

double bessely(double v, double x) noexcept {
  if (v != v || !(x >= 0) || !(std::abs(v) <= kLastOrder)) return __builtin_nan("");
  if (Recurs(v)) {
    const double sign = v < 0 && IsOdd(v) ? -1.0 : 1.0;
    return sign * IntegerY(static_cast<long>(std::abs(v)), x, fy_v1_y0(x), fy_v1_y1(x));
  }
  if (std::isinf(x)) return 0;
  if (v < 0 && IsIntegral(v)) return (IsOdd(v) ? -1.0 : 1.0) * bessely(-v, x);
  if (x == 0) {
    if (v > 0) return -__builtin_inf();
    // Y(-w) = cos(w pi) Y(w) + sin(w pi) J(w): at half integers only J is left.
    if (IsIntegral(v - 0.5)) return 0;
    return std::fmod(std::floor(0.5 - v), 2) == 0 ? -__builtin_inf() : __builtin_inf();
  }
  // Y(n + 1/2) = (-1)^(n + 1) J(-n - 1/2), and the other way round. DLMF 10.47.
  if (IsHalf(v))
    return (IsOdd(v > 0 ? v + 0.5 : v - 0.5) ? -1.0 : 1.0) * (v > 0 ? 1 : -1) * HalfJ(-v, x);
  if (RecursFromFraction(v)) {
    const double whole = std::floor(v);
    const double mu = v - whole;
    return Ascend(mu, static_cast<long>(whole), x, boost::math::cyl_neumann(mu, x, Plain()),
                  boost::math::cyl_neumann(mu + 1, x, Plain()), -1);
  }
  return boost::math::cyl_neumann(v, x, Plain());
}

void bessely_block(double* y, const double* a, long a_stride, const double* b, long b_stride,
                   long n) noexcept {
  if (a_stride != 0 || b_stride == 0 || !Recurs(*a)) {
    for (long i = 0; i < n; ++i) y[i] = bessely(a[i * a_stride], b[i * b_stride]);
    return;
  }
  const long order = static_cast<long>(std::abs(*a));
  const double sign = *a < 0 && IsOdd(*a) ? -1.0 : 1.0;
  InChunks(n, [&](long at, long count) {
    Sizes y0, y1;
    fy_v1_y0_f64(y0.values, b + at, count);
    fy_v1_y1_f64(y1.values, b + at, count);
    for (long i = 0; i < count; ++i) {
      const double x = b[at + i];
      y[at + i] =
          x >= 0 ? sign * IntegerY(order, x, y0.values[i], y1.values[i]) : __builtin_nan("");
    }
  });
}

double besselk(double v, double x) noexcept {
  if (v != v || !(x >= 0) || !(std::abs(v) <= kLastOrder)) return __builtin_nan("");
  v = std::abs(v);
  if (Recurs(v)) return Ascend(0, static_cast<long>(v), x, fy_v1_k0(x), fy_v1_k1(x), 1);
  if (x == 0) return __builtin_inf();
  if (std::isinf(x)) return 0;
  if (ScaledKIsAsymptotic(v, x)) return ScaledKAsymptotic(v, x) * std::exp(-x);
  if (RecursFromFraction(v)) {
    const double whole = std::floor(v);
    const double mu = v - whole;
    return Ascend(mu, static_cast<long>(whole), x, boost::math::cyl_bessel_k(mu, x, Plain()),
                  boost::math::cyl_bessel_k(mu + 1, x, Plain()), 1);
  }
  return boost::math::cyl_bessel_k(v, x, Plain());
}

void besselk_block(double* y, const double* a, long a_stride, const double* b, long b_stride,
                   long n) noexcept {
  if (a_stride != 0 || b_stride == 0 || !Recurs(*a)) {
    for (long i = 0; i < n; ++i) y[i] = besselk(a[i * a_stride], b[i * b_stride]);
    return;
  }
  const long order = static_cast<long>(std::abs(*a));
  InChunks(n, [&](long at, long count) {
    Sizes k0, k1;
    fy_v1_k0_f64(k0.values, b + at, count);
    fy_v1_k1_f64(k1.values, b + at, count);
    for (long i = 0; i < count; ++i) {
      const double x = b[at + i];
      y[at + i] = x >= 0 ? Ascend(0, order, x, k0.values[i], k1.values[i], 1) : __builtin_nan("");
    }
  });
}

double besselk_scaled(double v, double x) noexcept {
  if (v != v || !(x >= 0) || !(std::abs(v) <= kLastOrder)) return __builtin_nan("");
  v = std::abs(v);
  if (Recurs(v)) return Ascend(0, static_cast<long>(v), x, fy_v1_k0e(x), fy_v1_k1e(x), 1);
  if (x == 0) return __builtin_inf();
  if (std::isinf(x)) return 0;
  if (ScaledKIsAsymptotic(v, x)) return ScaledKAsymptotic(v, x);
  return besselk(v, x) * std::exp(x);
}

void besselk_scaled_block(double* y, const double* a, long a_stride, const double* b, long b_stride,
                          long n) noexcept {
  if (a_stride != 0 || b_stride == 0 || !Recurs(*a)) {
    for (long i = 0; i < n; ++i) y[i] = besselk_scaled(a[i * a_stride], b[i * b_stride]);
    return;
  }
  const long order = static_cast<long>(std::abs(*a));
  InChunks(n, [&](long at, long count) {
    Sizes k0, k1;
    fy_v1_k0e_f64(k0.values, b + at, count);
    fy_v1_k1e_f64(k1.values, b + at, count);
    for (long i = 0; i < count; ++i) {
      const double x = b[at + i];
      y[at + i] = x >= 0 ? Ascend(0, order, x, k0.values[i], k1.values[i], 1) : __builtin_nan("");
    }
  });
}

double besseli(double v, double x) noexcept {
  if (v != v || x != x || !(std::abs(v) <= kLastOrder)) return __builtin_nan("");
  if (IsIntegral(v)) {
    v = std::abs(v);
    if (v == 0) return fy_v1_i0(x);
    if (v == 1) return fy_v1_i1(x);
    if (x < 0) return (IsOdd(v) ? -1.0 : 1.0) * besseli(v, -x);
  }
  if (x < 0) return __builtin_nan("");
  if (x == 0) {
    if (v > 0) return 0;
    return std::copysign(__builtin_inf(), IsOdd(std::floor(v)) ? 1.0 : -1.0);
  }
  if (std::isinf(x)) return x;
  if (ScaledIIsAsymptotic(v, x)) {
    const double half = std::exp(x / 2);
    return x < 700 ? ScaledIAsymptotic(v, x) * std::exp(x) : ScaledIAsymptotic(v, x) * half * half;
  }
  if (v > 0 && v <= kLastSeriesI && x <= kLastSeriesIAt) return SeriesI(v, x);
  if (v > 0 && v <= kLastSeriesI) {
    const double whole = std::floor(v);
    const double mu = v - whole;
    const long start = static_cast<long>(std::sqrt(v * v + 40 * x)) + 25;
    return besseli(mu, x) * Descend(mu, static_cast<long>(whole), 0, start, x, 1);
  }
  return boost::math::cyl_bessel_i(v, x, Plain());
}

double besseli_scaled(double v, double x) noexcept {
  if (v != v || x != x || !(std::abs(v) <= kLastOrder)) return __builtin_nan("");
  if (IsIntegral(v)) {
    v = std::abs(v);
    if (v == 0) return fy_v1_i0e(x);
    if (v == 1) return fy_v1_i1e(x);
    if (x < 0) return (IsOdd(v) ? -1.0 : 1.0) * besseli_scaled(v, -x);
  }
  if (std::isinf(x)) return x > 0 ? 0 : __builtin_nan("");
  if (ScaledIIsAsymptotic(v, x)) return ScaledIAsymptotic(v, x);
  return besseli(v, x) * std::exp(-x);
}

double hankel_modulus(double v, double x) noexcept {
  if (v != v || !(x >= 0) || !(std::abs(v) <= kLastOrder)) return __builtin_nan("");
  if (x == __builtin_inf()) return 0;
  if (x == 0) return __builtin_inf();
  v = std::abs(v);
  if (x > 30 && x > v * v / 2) {
    // DLMF 10.18.17: the terms fall off from the start.
    const double mu = 4 * v * v;
    const double z = 1 / (4 * x * x);
    double term = 1;
    double sum = 1;
    for (int k = 1; k < 40; ++k) {
      const double odd = 2 * k - 1;
      const double next = term * (odd / (2 * k)) * (mu - odd * odd) * z;
      if (std::abs(next) >= std::abs(term)) break;
      term = next;
      sum += term;
      if (std::abs(term) < 1e-17) break;
    }
    return std::sqrt(sum) * 0.79788456080286536 / std::sqrt(x);
  }
  return std::hypot(besselj(v, x), bessely(v, x));
}

}  // namespace formulary::runtime::special
