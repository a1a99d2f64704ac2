// Exponential, logarithmic, sine and cosine integrals, one value at a time. Sources: DLMF 6.6 and
// 6.12 (series and forms at infinity), 6.2.17 and 6.2.18 (auxiliary functions f and g). Near a root
// r, F(x) = log(x / r) + (x - r) S(x) with a smooth S, and both terms have one sign.

#include <cmath>

#include "server/runtime/special/integral_coefficients.h"
#include "server/runtime/special/special.h"

namespace formulary::runtime::special {
namespace {

namespace k = coefficients;

constexpr double kInfinity = __builtin_inf();
constexpr double kNan = __builtin_nan("");
constexpr double kHalfPi = 0x1.921fb54442d18p+0;

template <class Real, long kCount>
Real Poly(const double (&values)[kCount], Real x) {
  Real sum = values[kCount - 1];
  for (long i = kCount - 2; i >= 0; --i) sum = sum * x + Real{values[i]};
  return sum;
}

// exp(-x) / E1(x) - x for x >= 0.75.
double E1Rest(double x) { return Poly(k::kE1Num, 1 / x) / Poly(k::kE1Den, 1 / x); }

// E1 for x > 0.
double PositiveE1(double x) {
  if (x < 0.75) return Poly(k::kE1Small, x) - std::log(x);
  return std::exp(-x) / (x + E1Rest(x));
}

// Ei from x and x - root, both right to the last bit, for 0 < x <= 6.
template <class Real>
Real SmallEi(Real x, Real distance) {
  const Real root = Real{k::kEiRoot};
  const Real log_part =
      std::abs(distance) < root / 2 ? std::log1p(distance / root) : std::log(x / root);
  return log_part + distance * Poly(k::kEiSmall, x);
}

// x exp(-x) Ei(x) for x > 6.
double LargeEi(double x) {
  const int piece = x <= 12 ? 0 : x <= 25 ? 1 : x <= 60 ? 2 : 3;
  const double t = (1 / x - k::kEiMid[piece]) * k::kEiScale[piece];
  switch (piece) {
    case 0:
      return Poly(k::kEiLarge0, t);
    case 1:
      return Poly(k::kEiLarge1, t);
    case 2:
      return Poly(k::kEiLarge2, t);
    default:
      return Poly(k::kEiLarge3, t);
  }
}

// scale * Ei(x) for x > 0, without overflow before the result's.
double PositiveEi(double x, double scale) {
  if (x <= 6) return scale * SmallEi(x, (x - k::kEiRoot) - k::kEiRootLow);
  if (x > 720) return kInfinity;
  const double factor = scale * LargeEi(x) / x;
  if (x < 700) return std::exp(x) * factor;
  const double half = std::exp(x / 2);
  return (half * factor) * half;
}

// li for x >= 0 in long double; for x > 404 to double's precision.
long double LongLi(double x) {
  if (x == 0) return 0;
  if (x == 1) return -kInfinity;
  if (x < 1) {
    const double t = -std::log(x);  // li(x) = -E1(t) with exp(-t) = x
    return t < 0.75 ? std::log(t) - Poly(k::kE1Small, t) : -x / (t + E1Rest(t));
  }
  if (x > 404) {
    const double t = std::log(x);
    return x == kInfinity ? x : x * (LargeEi(std::fmax(t, 6)) / t);
  }
  const long double t = std::log(static_cast<long double>(x));
  const long double away = (x - static_cast<long double>(k::kLiRoot)) - k::kLiRootLow;
  const long double distance =
      std::fabs(away) < 0.5L
          ? std::log1p(away / (static_cast<long double>(k::kLiRoot) + k::kLiRootLow))
          : (t - k::kEiRoot) - k::kEiRootLow;
  return SmallEi(t, distance);
}

// f and g of DLMF 6.2.17 and 6.2.18, for x >= 4.
struct Auxiliary {
  explicit Auxiliary(double x) {
    if (x < 12) {
      Set(static_cast<long double>(x));  // where many terms count
    } else {
      Set(x);
    }
  }
  template <class Real>
  void Set(Real x) {
    const Real u = 1 / (x * x);
    f = static_cast<double>(Poly(k::kSiCiFNum, u) / (Poly(k::kSiCiFDen, u) * x));
    g = static_cast<double>(Poly(k::kSiCiGNum, u) / Poly(k::kSiCiGDen, u) * u);
  }
  double f;
  double g;
};

// Ci and Chi: log(x / root) + (x^2 - root^2) S(x^2). In long double, for the parts of Ci differ in
// sign beyond its root.
template <long kCount>
double NearRoot(double x, double root, double root_low, const double (&smooth)[kCount]) {
  const long double exact_root = static_cast<long double>(root) + root_low;
  const long double away = (x - static_cast<long double>(root)) - root_low;
  const long double log_part =
      std::fabs(away) < exact_root / 2 ? std::log1p(away / exact_root) : std::log(x / exact_root);
  const long double square = static_cast<long double>(x) * x;
  return static_cast<double>(log_part + away * (x + exact_root) * Poly(smooth, square));
}

}  // namespace

double expi(double a) noexcept {
  if (a > 0) return PositiveEi(a, 1);
  if (a == 0) return -kInfinity;
  return -PositiveE1(-a);
}

double li(double a) noexcept {
  if (!(a >= 0)) return kNan;
  return static_cast<double>(LongLi(a));
}

double li2(double a) noexcept {
  if (!(a >= 0)) return kNan;
  if (a > 1.625 && a < 2.625) return (a - 2) * Poly(k::kLiNearTwo, 2 * (a - 2.125));
  return static_cast<double>((LongLi(a) - k::kLiOfTwo) - k::kLiOfTwoLow);
}

double sinint(double a) noexcept {
  const double x = std::abs(a);
  if (x <= 4) return a * Poly(k::kSinint, x * x / 8 - 1);
  if (x == kInfinity) return std::copysign(kHalfPi, a);
  const Auxiliary aux(x);
  return std::copysign(kHalfPi - (aux.f * std::cos(x) + aux.g * std::sin(x)), a);
}

double cosint(double a) noexcept {
  if (!(a >= 0)) return kNan;
  if (a == 0) return -kInfinity;
  if (a == kInfinity) return 0;
  if (a <= 1.75) return NearRoot(a, k::kCiRoot, k::kCiRootLow, k::kCosint);
  if (a <= 4.25) return ((a - k::kCiRoot2) - k::kCiRoot2Low) * Poly(k::kCosint2, (a - 3) / 1.25);
  const Auxiliary aux(a);
  return aux.f * std::sin(a) - aux.g * std::cos(a);
}

double sinhint(double a) noexcept {
  const double x = std::abs(a);
  if (x <= 6) return a * Poly(k::kSinhint, x * x);
  const double half = PositiveEi(x, 0.5);
  return std::copysign(x < 25 ? half + PositiveE1(x) / 2 : half, a);
}

double coshint(double a) noexcept {
  if (!(a >= 0)) return kNan;
  if (a == 0) return -kInfinity;
  if (a <= 6) return NearRoot(a, k::kChiRoot, k::kChiRootLow, k::kCoshint);
  const double half = PositiveEi(a, 0.5);
  return a < 25 ? half - PositiveE1(a) / 2 : half;
}

}  // namespace formulary::runtime::special
