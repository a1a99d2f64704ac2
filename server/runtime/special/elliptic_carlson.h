#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_ELLIPTIC_CARLSON_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_ELLIPTIC_CARLSON_H_

// Carlson's symmetric integrals by duplication, for operands inside the domain and far from over-
// and underflow (elliptic_carlson.cc sees to both). For the elliptic family only; T is double, or
// long double where terms cancel. Source: DLMF 19.36(i), with its polynomials of degree 7.

#include <algorithm>
#include <cmath>

namespace formulary::runtime::special::carlson {

// Duplications at most: each takes the logarithm of the operands' ratio to a half, but for a large
// p of R_J, which it divides by 4.
inline constexpr int kMaxSteps = 40;
inline constexpr int kMaxStepsJ = 1100;

// The series below leave about (3/8) d^8 where d is the largest relative distance from the mean.
template <typename T>
inline constexpr T kReach = sizeof(T) == sizeof(double) ? T{128} : T{340};

// R_F's and R_D's (R_J's) series in the elementary symmetric functions of the distances from the
// mean: DLMF 19.36.1 and 19.36.2.
template <typename T>
T SeriesF(T e2, T e3) {
  return 1 + (e2 * (-T{1} / 10 + e2 * (T{1} / 24 - 5 * e2 / 208)) +
              e3 * (T{1} / 14 - 3 * e2 / 44 + 3 * e3 / 104 + e2 * e2 / 16));
}
template <typename T>
T SeriesD(T e2, T e3, T e4, T e5) {
  return 1 + (e2 * (-T{3} / 14 + e2 * (T{9} / 88 - e2 / 16)) +
              e3 * (T{1} / 6 - 9 * e2 / 52 + 3 * e3 / 40 + 45 * e2 * e2 / 272) +
              e4 * (-T{3} / 22 + 3 * e2 / 20 - 9 * e3 / 68) + e5 * (T{3} / 26 - 9 * e2 / 68));
}

template <typename T>
T Rf(T x, T y, T z) {
  T mean = (x + y + z) / 3;
  T spread = kReach<T> * std::max({std::abs(mean - x), std::abs(mean - y), std::abs(mean - z)});
  for (int i = 0; i < kMaxSteps && spread > mean; ++i) {
    const T sx = std::sqrt(x), sy = std::sqrt(y), sz = std::sqrt(z);
    const T lambda = sx * sy + sz * (sx + sy);
    x = (x + lambda) / 4;
    y = (y + lambda) / 4;
    z = (z + lambda) / 4;
    mean = (mean + lambda) / 4;
    spread /= 4;
  }
  mean = (x + y + z) / 3;
  const T dx = 1 - x / mean, dy = 1 - y / mean, dz = -(dx + dy);
  return SeriesF(dx * dy - dz * dz, dx * dy * dz) / std::sqrt(mean);
}

// R_F and R_D of the same operands in one run.
template <typename T>
struct Pair {
  T f;
  T d;
};
template <typename T>
Pair<T> RfRd(T x, T y, T z) {
  T mean = (x + y + 3 * z) / 5;
  // R_F's series has a mean of its own, from which the distances may be 5/3 of those here.
  T spread =
      5 * kReach<T> / 3 * std::max({std::abs(mean - x), std::abs(mean - y), std::abs(mean - z)});
  T sum = 0, power = 1;
  for (int i = 0; i < kMaxSteps && spread > mean; ++i) {
    const T sx = std::sqrt(x), sy = std::sqrt(y), sz = std::sqrt(z);
    const T lambda = sx * sy + sz * (sx + sy);
    sum += power / (sz * (z + lambda));
    power /= 4;
    x = (x + lambda) / 4;
    y = (y + lambda) / 4;
    z = (z + lambda) / 4;
    mean = (mean + lambda) / 4;
    spread /= 4;
  }
  mean = (x + y + 3 * z) / 5;
  T dx = 1 - x / mean, dy = 1 - y / mean, dz = -(dx + dy) / 3;
  const T xy = dx * dy, zz = dz * dz;
  const T d =
      3 * sum + power *
                    SeriesD(xy - 6 * zz, (3 * xy - 8 * zz) * dz, 3 * (xy - zz) * zz, xy * zz * dz) /
                    (mean * std::sqrt(mean));
  mean = (x + y + z) / 3;
  dx = 1 - x / mean, dy = 1 - y / mean, dz = -(dx + dy);
  return {SeriesF(dx * dy - dz * dz, dx * dy * dz) / std::sqrt(mean), d};
}

// R_C(1, 1 + e), given both e and 1 + e, which is above 0.
template <typename T>
T RcOne(T e, T one_plus_e) {
  if (std::abs(e) < T{1} / 32) {
    T sum = 0;
    for (int k = sizeof(T) == sizeof(double) ? 10 : 13; k >= 0; --k)
      sum = T{1} / (2 * k + 1) - e * sum;
    return sum;
  }
  const T root = std::sqrt(std::abs(e));
  if (e > 0) return std::atan(root) / root;
  if (e > T{-1} / 2) return std::atanh(root) / root;
  return std::log((1 + root) / std::sqrt(one_plus_e)) / root;
}

// REQUIRES: x >= 0, y > 0.
template <typename T>
T Rc(T x, T y) {
  if (x == 0) return static_cast<T>(1.57079632679489661923132169163975144L) / std::sqrt(y);
  return RcOne((y - x) / x, y / x) / std::sqrt(x);
}

// REQUIRES: p > 0. The sum's terms as 6/d R_C(1, 1 + e), where 1 + e = 2 sqrt(p) (p + lambda)/d
// does not cancel.
template <typename T>
T Rj(T x, T y, T z, T p) {
  T mean = (x + y + z + 2 * p) / 5;
  T delta = (p - x) * (p - y) * (p - z);
  T spread = kReach<T> * std::max({std::abs(mean - x), std::abs(mean - y), std::abs(mean - z),
                                   std::abs(mean - p)});
  T sum = 0, power = 1;
  for (int i = 0; i < kMaxStepsJ && spread > mean; ++i) {
    const T sx = std::sqrt(x), sy = std::sqrt(y), sz = std::sqrt(z), sp = std::sqrt(p);
    const T lambda = sx * sy + sz * (sx + sy);
    const T d = (sp + sx) * (sp + sy) * (sp + sz);
    sum += power / d * RcOne(delta / (d * d), 2 * sp * (p + lambda) / d);
    power /= 4;
    delta /= 64;
    x = (x + lambda) / 4;
    y = (y + lambda) / 4;
    z = (z + lambda) / 4;
    p = (p + lambda) / 4;
    mean = (mean + lambda) / 4;
    spread /= 4;
  }
  mean = (x + y + z + 2 * p) / 5;
  const T dx = 1 - x / mean, dy = 1 - y / mean, dz = 1 - z / mean, dp = -(dx + dy + dz) / 2;
  const T xyz = dx * dy * dz, pp = dp * dp;
  const T e2 = dx * dy + dz * (dx + dy) - 3 * pp;
  const T tail =
      SeriesD(e2, xyz + 2 * dp * (e2 + 2 * pp), (2 * xyz + dp * (e2 + 3 * pp)) * dp, xyz * pp);
  return 6 * sum + power * tail / (mean * std::sqrt(mean));
}

}  // namespace formulary::runtime::special::carlson

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_ELLIPTIC_CARLSON_H_
