// Classical orthogonal polynomials, by their recurrences. Sources: DLMF 18.5, 18.9; 14.10 for
// associated Legendre functions.

#include <cmath>

#include "server/runtime/special/polynomial_climb.h"
#include "server/runtime/special/special.h"

namespace formulary::runtime::special {
namespace {

constexpr double kNan = __builtin_nan("");

struct Legendre {
  static constexpr bool kDivides = true;
  Term At(long k) const {
    const long double ratio = static_cast<long double>(k) / static_cast<long double>(k + 1);
    return {1 + ratio, 0, ratio};
  }
};
struct SmallLegendre {
  static constexpr bool kDivides = false;
  ExactTerm At(long k) const {
    const auto step = static_cast<double>(k);
    return {2 * step + 1, 0, step * step};
  }
};

struct Hermite {
  static constexpr bool kDivides = true;
  ExactTerm At(long k) const { return {2, 0, 2 * static_cast<double>(k)}; }
};
struct HermiteProb {
  static constexpr bool kDivides = true;
  ExactTerm At(long k) const { return {1, 0, static_cast<double>(k)}; }
};

struct Laguerre {
  static constexpr bool kDivides = true;
  Term At(long k) const {
    const auto step = static_cast<long double>(k);
    const long double inverse = 1 / (step + 1);
    return {-inverse, (2 * step + 1 + alpha) * inverse, (step + alpha) * inverse};
  }
  double alpha = 0;
};
struct SmallLaguerre {  // of alpha = 0
  static constexpr bool kDivides = false;
  ExactTerm At(long k) const {
    const auto step = static_cast<double>(k);
    return {-1, 2 * step + 1, step * step};
  }
};

struct Gegenbauer {
  static constexpr bool kDivides = true;
  Term At(long k) const {
    const auto step = static_cast<long double>(k);
    const long double inverse = 1 / (step + 1);
    return {2 * (step + lambda) * inverse, 0, (step - 1 + 2.0L * lambda) * inverse};
  }
  double lambda = 0;
};

struct Jacobi {
  static constexpr bool kDivides = true;
  Term At(long k) const {
    const long double a = alpha, b = beta;
    if (k == 0) return {(a + b + 2) / 2, (a - b) / 2, 0};
    const auto step = static_cast<long double>(k);
    const long double twice = 2 * step + a + b;
    const long double inverse = 1 / (2 * (step + 1) * (step + a + b + 1) * twice);
    return {(twice + 1) * twice * (twice + 2) * inverse, (twice + 1) * (a - b) * (a + b) * inverse,
            2 * (step + a) * (step + b) * (twice + 2) * inverse};
  }
  double alpha = 0, beta = 0;
};

// P_k^m from k = |m| on, over P_|m|^m.
struct AssocLegendre {
  long order, from;
  Term At(long k) const {
    const auto degree = static_cast<long double>(from + k);
    const auto m = static_cast<long double>(order);
    const long double inverse = 1 / (degree - m + 1);
    return {(2 * degree + 1) * inverse, 0, (degree + m) * inverse};
  }
};

// Chebyshev polynomials of low degrees by doubling, DLMF 18.5: T_2k = 2 T_k^2 - 1, T_2k+1 =
// 2 T_k T_k+1 - x; and U_2k = U_k^2 - U_k-1^2, U_2k+1 = 2 U_k (x U_k - U_k-1). An error grows with
// the square of the degree, which long double has room for.
// REQUIRES: degree <= kMaxHoistedDegree, |x| < kMaxHoistedOperand.
long TopBit(long degree) {
  long bit = 1;
  while (bit * 2 <= degree) bit *= 2;
  return bit;
}

double ChebyshevTByDoubling(long degree, double x) {
  if (degree == 0) return 1;
  const long double wide = x;
  long double now = 1, next = wide;  // T_k, T_k+1 for k = 0
  long bit = TopBit(degree);
  for (; (degree & (bit - 1)) != 0; bit /= 2) {
    const long double odd = 2 * now * next - wide;
    if ((degree & bit) != 0) {
      now = odd;
      next = 2 * next * next - 1;
    } else {
      next = odd;
      now = 2 * now * now - 1;
    }
  }
  now = 2 * now * next - wide;  // the last bit that is set
  for (; bit > 1; bit /= 2) now = 2 * now * now - 1;
  return static_cast<double>(now);
}

double ChebyshevUByDoubling(long degree, double x) {
  if (degree == 0) return 1;
  const long double wide = x;
  long double before = 0, now = 1;  // U_k-1, U_k for k = 0
  for (long bit = TopBit(degree); bit > 0; bit /= 2) {
    const long double even = (now - before) * (now + before);
    if ((degree & bit) != 0) {
      now = 2 * now * (wide * now - before);
      before = even;
    } else {
      before = 2 * before * (now - wide * before);
      now = even;
    }
  }
  return static_cast<double>(now);
}

// Chebyshev polynomials of higher degrees, and their continuation to others, by angles.
// |x| <= 1: cos(n t) with x = cos(t); beyond: cosh(n t).
double ChebyshevTByAngle(double n, double x) {
  if (!(std::abs(n) < __builtin_inf())) return kNan;
  const long double magnitude = std::abs(x);
  if (magnitude <= 1) {
    return static_cast<double>(std::cos(n * std::acos(static_cast<long double>(x))));
  }
  if (x < 0 && n != std::rint(n)) return kNan;
  const bool odd = x < 0 && std::fmod(n, 2) != 0;
  if (magnitude == __builtin_inf()) return n == 0 ? 1 : odd ? x : std::abs(x);
  const auto value = static_cast<double>(std::cosh(n * std::acosh(magnitude)));
  return odd ? -value : value;
}

double ChebyshevUByAngle(double n, double x) {
  if (!(std::abs(n) < __builtin_inf())) return kNan;
  const bool integral = n == std::rint(n);
  if (x < 0 && integral) {
    const double value = ChebyshevUByAngle(n, -x);
    return std::fmod(n, 2) != 0 ? -value : value;
  }
  if (x < -1 || (x == -1 && !integral)) return kNan;
  const long double rise = n + 1.0L, wide = x;
  if (x == 1) return static_cast<double>(rise);
  const long double root = std::sqrt(std::abs((1 - wide) * (1 + wide)));
  if (x < 1) return static_cast<double>(std::sin(rise * std::acos(wide)) / root);
  if (x == __builtin_inf())
    return rise > 1 ? x : rise == 1 ? 1 : rise < -1 ? -x : rise < 0 ? -1 : 0;
  return static_cast<double>(std::sinh(rise * std::acosh(wide)) / root);
}

bool IsSmall(double parameter) { return std::abs(parameter) < kMaxHoistedParameter; }

}  // namespace

double legendre(double n, double x) noexcept {
  if (n < 0) n = -1 - n;
  if (!IsDegree(n) || !(x == x)) return kNan;
  const auto degree = static_cast<long>(n);
  if (degree > kMaxHoistedDegree) return Climb(Legendre(), degree, x);
  return Climb(SmallLegendre(), degree, x, kInverseFactorial.of[degree]);
}

double chebyshevt(double n, double x) noexcept {
  if (!(x == x)) return kNan;
  n = std::abs(n);
  const bool near = std::abs(x) < kMaxHoistedOperand;
  if (!near || !IsDegree(n) || n > kMaxHoistedDegree) return ChebyshevTByAngle(n, x);
  return ChebyshevTByDoubling(static_cast<long>(n), x);
}

double chebyshevu(double n, double x) noexcept {
  if (!(x == x)) return kNan;
  if (n == -1) return 0;
  if (n < -1 && IsDegree(-2 - n)) return -chebyshevu(-2 - n, x);
  const bool near = std::abs(x) < kMaxHoistedOperand;
  if (!near || !IsDegree(n) || n > kMaxHoistedDegree) return ChebyshevUByAngle(n, x);
  return ChebyshevUByDoubling(static_cast<long>(n), x);
}

double hermite(double n, double x) noexcept {
  return IsDegree(n) && x == x ? Climb(Hermite(), static_cast<long>(n), x) : kNan;
}

double hermite_prob(double n, double x) noexcept {
  return IsDegree(n) && x == x ? Climb(HermiteProb(), static_cast<long>(n), x) : kNan;
}

double laguerre(double n, double x) noexcept {
  if (!IsDegree(n) || !(x == x)) return kNan;
  const auto degree = static_cast<long>(n);
  if (degree > kMaxHoistedDegree) return Climb(Laguerre{0}, degree, x);
  return Climb(SmallLaguerre(), degree, x, kInverseFactorial.of[degree]);
}

double assoc_laguerre(double n, double alpha, double x) noexcept {
  if (!IsDegree(n) || !(x == x) || !(std::abs(alpha) < __builtin_inf())) return kNan;
  return Climb(Laguerre{alpha}, static_cast<long>(n), x);
}

double gegenbauer(double n, double lambda, double x) noexcept {
  if (!(x == x) || !(std::abs(lambda) < __builtin_inf())) return kNan;
  if (n < 0 && n == std::rint(n)) return 0;
  return IsDegree(n) ? Climb(Gegenbauer{lambda}, static_cast<long>(n), x) : kNan;
}

double jacobi(double n, double alpha, double beta, double x) noexcept {
  if (!IsDegree(n) || !(x == x)) return kNan;
  if (!(std::abs(alpha) < __builtin_inf()) || !(std::abs(beta) < __builtin_inf())) return kNan;
  return Climb(Jacobi{alpha, beta}, static_cast<long>(n), x);
}

double assoc_legendre(double n, double m, double x) noexcept {
  if (n < 0) n = -1 - n;
  if (!IsDegree(n) || !(x == x) || m != std::rint(m)) return kNan;
  if (std::abs(m) > n) return 0;
  const auto order = static_cast<long>(m), from = std::abs(order);
  const long double square = (1 - static_cast<long double>(x)) * (1 + static_cast<long double>(x));
  if (square < 0 && from % 2 != 0) return kNan;  // imaginary
  if (square == 0 && from != 0) return 0;
  // P_m^m = (-1)^m (2m - 1)!! (1 - x^2)^(m/2), P_m^-m = (1 - x^2)^(m/2)/(2m)!!.
  const long double root = from % 2 != 0 ? std::sqrt(square) : 1;
  long double start = root;
  for (long i = 1; i <= from; ++i) {
    const auto factor = static_cast<long double>(i);
    if (i % 2 == 0) start *= square;
    start *= order > 0 ? 1 - 2 * factor : 1 / (2 * factor);
  }
  return Climb(AssocLegendre{order, from}, static_cast<long>(n) - from, x, start);
}

void legendre_block(double* y, const double* a, long a_stride, const double* b, long b_stride,
                    long n) noexcept {
  if (a_stride == 0 && FillHoisted(SmallLegendre(), *a < 0 ? -1 - *a : *a, b, b_stride, y, n))
    return;
  for (long i = 0; i < n; ++i) y[i] = legendre(a[i * a_stride], b[i * b_stride]);
}

void hermite_block(double* y, const double* a, long a_stride, const double* b, long b_stride,
                   long n) noexcept {
  if (a_stride == 0 && FillHoisted(Hermite(), *a, b, b_stride, y, n)) return;
  for (long i = 0; i < n; ++i) y[i] = hermite(a[i * a_stride], b[i * b_stride]);
}

void hermite_prob_block(double* y, const double* a, long a_stride, const double* b, long b_stride,
                        long n) noexcept {
  if (a_stride == 0 && FillHoisted(HermiteProb(), *a, b, b_stride, y, n)) return;
  for (long i = 0; i < n; ++i) y[i] = hermite_prob(a[i * a_stride], b[i * b_stride]);
}

void laguerre_block(double* y, const double* a, long a_stride, const double* b, long b_stride,
                    long n) noexcept {
  if (a_stride == 0 && FillHoisted(SmallLaguerre(), *a, b, b_stride, y, n)) return;
  for (long i = 0; i < n; ++i) y[i] = laguerre(a[i * a_stride], b[i * b_stride]);
}

void assoc_laguerre_block(double* y, const double* a, long a_stride, const double* b, long b_stride,
                          const double* c, long c_stride, long n) noexcept {
  if (a_stride == 0 && b_stride == 0 && IsSmall(*b) &&
      FillHoisted(Laguerre{*b}, *a, c, c_stride, y, n)) {
    return;
  }
  for (long i = 0; i < n; ++i) {
    y[i] = assoc_laguerre(a[i * a_stride], b[i * b_stride], c[i * c_stride]);
  }
}

void gegenbauer_block(double* y, const double* a, long a_stride, const double* b, long b_stride,
                      const double* c, long c_stride, long n) noexcept {
  if (a_stride == 0 && b_stride == 0 && IsSmall(*b) &&
      FillHoisted(Gegenbauer{*b}, *a, c, c_stride, y, n)) {
    return;
  }
  for (long i = 0; i < n; ++i) {
    y[i] = gegenbauer(a[i * a_stride], b[i * b_stride], c[i * c_stride]);
  }
}

void jacobi_block(double* y, const double* a, long a_stride, const double* b, long b_stride,
                  const double* c, long c_stride, const double* d, long d_stride, long n) noexcept {
  if (a_stride == 0 && b_stride == 0 && c_stride == 0 && IsSmall(*b) && IsSmall(*c) &&
      FillHoisted(Jacobi{*b, *c}, *a, d, d_stride, y, n)) {
    return;
  }
  for (long i = 0; i < n; ++i) {
    y[i] = jacobi(a[i * a_stride], b[i * b_stride], c[i * c_stride], d[i * d_stride]);
  }
}

}  // namespace formulary::runtime::special
