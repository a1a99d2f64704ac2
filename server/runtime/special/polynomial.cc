// Classical orthogonal polynomials, by their recurrences. Sources: DLMF 18.5, 18.9; 14.10 for
// associated Legendre functions.

#include <cmath>

#include "server/runtime/special/polynomial_climb.h"
#include "server/runtime/special/polynomial_degrees.h"
#include "server/runtime/special/polynomial_recipe.h"
#include "server/runtime/special/special.h"

namespace formulary::runtime::special {
namespace {

constexpr double kNan = __builtin_nan("");

struct Legendre {
  Term At(long k) const {
    const long double ratio = static_cast<long double>(k) / static_cast<long double>(k + 1);
    return {1 + ratio, 0, ratio};
  }
};

struct Hermite {
  Term At(long k) const { return {2, 0, 2 * static_cast<long double>(k)}; }
};
struct HermiteProb {
  Term At(long k) const { return {1, 0, static_cast<long double>(k)}; }
};

struct Laguerre {
  Term At(long k) const {
    const auto step = static_cast<long double>(k);
    const long double inverse = 1 / (step + 1);
    return {-inverse, (2 * step + 1 + alpha) * inverse, (step + alpha) * inverse};
  }
  double alpha = 0;
};

struct Gegenbauer {
  Term At(long k) const {
    const auto step = static_cast<long double>(k);
    const long double inverse = 1 / (step + 1);
    return {2 * (step + lambda) * inverse, 0, (step - 1 + 2.0L * lambda) * inverse};
  }
  double lambda = 0;
};

struct Jacobi {
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

double ClimbFromOrder(long degree, long order, double x) {
  const long from = std::abs(order);
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
  return Climb(AssocLegendre{order, from}, degree - from, x, start);
}

// Chebyshev polynomials by angles: between integral degrees, and where they overflow.
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

bool IsFinite(double x) { return std::abs(x) < __builtin_inf(); }

long Whole(double degree) { return static_cast<long>(degree); }
double Reflected(double n) { return n < 0 ? -1 - n : n; }

// One polynomial a function, with its parameters: what makes its recipe, and its values by another
// way where the recipe does not serve. REQUIRES: an integral degree, finite parameters.
struct LegendreFamily : LegendreRecipe {
  double operator()(double n, double x) const { return Climb(Legendre(), Whole(n), x); }
};
struct HermiteFamily : HermiteRecipe {
  double operator()(double n, double x) const { return Climb(Hermite(), Whole(n), x); }
};
struct HermiteProbFamily : HermiteProbRecipe {
  double operator()(double n, double x) const { return Climb(HermiteProb(), Whole(n), x); }
};
struct LaguerreFamily : LaguerreRecipe {
  double operator()(double n, double x) const { return Climb(Laguerre{alpha}, Whole(n), x); }
};
struct GegenbauerFamily : GegenbauerRecipe {
  double operator()(double n, double x) const { return Climb(Gegenbauer{lambda}, Whole(n), x); }
};
struct JacobiFamily : JacobiRecipe {
  double operator()(double n, double x) const { return Climb(Jacobi{alpha, beta}, Whole(n), x); }
};
struct ChebyshevTFamily : ChebyshevTRecipe {
  double operator()(double n, double x) const { return ChebyshevTByAngle(n, x); }
};
struct ChebyshevUFamily : ChebyshevURecipe {
  double operator()(double n, double x) const { return ChebyshevUByAngle(n, x); }
};

struct AssocLegendreFamily : AssocLegendreRecipe {
  double operator()(double n, double x) const { return ClimbFromOrder(Whole(n), order, x); }
};

double Itself(double n) { return n; }
double Magnitude(double n) { return std::abs(n); }

// Elements of one family, of degrees that are the same for all (stride 0) or not.
struct Elements {
  double* y;
  const double* degrees;
  long degree_stride;
  const double* x;
  long stride;
  long n;
};

// other(degree, x) is the value where no recipe serves; degree_of gives the degree meant.
template <class Family, class DegreeOf, class Other>
void FillSharing(const Family& family, DegreeOf degree_of, Elements e, Other other) {
  if (e.degree_stride != 0) {
    SortedDegrees().Fill(family, e.degrees, e.degree_stride, e.x, e.stride, e.y, e.n, degree_of,
                         other);
    return;
  }
  const double degree = *e.degrees;
  if (e.stride == 1 && Fill(family, degree_of(degree), e.x, e.y, e.n)) return;
  for (long i = 0; i < e.n; ++i) e.y[i] = other(degree, e.x[i * e.stride]);
}

template <auto kValue, class Family>
void FillTwo(const Family& family, double (*degree_of)(double), Elements elements) {
  FillSharing(family, degree_of, elements,
              [](double degree, double x) { return kValue(degree, x); });
}

}  // namespace

double legendre(double n, double x) noexcept { return At(LegendreFamily(), Reflected(n), x); }

double chebyshevt(double n, double x) noexcept {
  if (!(x == x)) return kNan;
  n = std::abs(n);
  return IsDegree(n) ? At(ChebyshevTFamily(), n, x) : ChebyshevTByAngle(n, x);
}

double chebyshevu(double n, double x) noexcept {
  if (!(x == x)) return kNan;
  if (n == -1) return 0;
  if (n < -1 && IsDegree(-2 - n)) return -chebyshevu(-2 - n, x);
  return IsDegree(n) ? At(ChebyshevUFamily(), n, x) : ChebyshevUByAngle(n, x);
}

double hermite(double n, double x) noexcept { return At(HermiteFamily(), n, x); }

double hermite_prob(double n, double x) noexcept { return At(HermiteProbFamily(), n, x); }

double laguerre(double n, double x) noexcept { return At(LaguerreFamily{}, n, x); }

double assoc_laguerre(double n, double alpha, double x) noexcept {
  return IsFinite(alpha) ? At(LaguerreFamily{{alpha}}, n, x) : kNan;
}

double gegenbauer(double n, double lambda, double x) noexcept {
  if (!(x == x) || !IsFinite(lambda)) return kNan;
  if (n < 0 && n == std::rint(n)) return 0;
  return At(GegenbauerFamily{{lambda}}, n, x);
}

double jacobi(double n, double alpha, double beta, double x) noexcept {
  return IsFinite(alpha) && IsFinite(beta) ? At(JacobiFamily{{alpha, beta}}, n, x) : kNan;
}

double assoc_legendre(double n, double m, double x) noexcept {
  n = Reflected(n);
  if (!IsDegree(n) || m != std::rint(m)) return kNan;
  if (std::abs(m) > n) return x == x ? 0 : kNan;
  return At(AssocLegendreFamily{{Whole(m)}}, n, x);
}

void legendre_block(double* y, const double* a, long a_stride, const double* b, long b_stride,
                    long n) noexcept {
  FillTwo<&legendre>(LegendreFamily(), &Reflected, {y, a, a_stride, b, b_stride, n});
}

void chebyshevt_block(double* y, const double* a, long a_stride, const double* b, long b_stride,
                      long n) noexcept {
  FillTwo<&chebyshevt>(ChebyshevTFamily(), &Magnitude, {y, a, a_stride, b, b_stride, n});
}

void chebyshevu_block(double* y, const double* a, long a_stride, const double* b, long b_stride,
                      long n) noexcept {
  FillTwo<&chebyshevu>(ChebyshevUFamily(), &Itself, {y, a, a_stride, b, b_stride, n});
}

void hermite_block(double* y, const double* a, long a_stride, const double* b, long b_stride,
                   long n) noexcept {
  FillTwo<&hermite>(HermiteFamily(), &Itself, {y, a, a_stride, b, b_stride, n});
}

void hermite_prob_block(double* y, const double* a, long a_stride, const double* b, long b_stride,
                        long n) noexcept {
  FillTwo<&hermite_prob>(HermiteProbFamily(), &Itself, {y, a, a_stride, b, b_stride, n});
}

void laguerre_block(double* y, const double* a, long a_stride, const double* b, long b_stride,
                    long n) noexcept {
  FillTwo<&laguerre>(LaguerreFamily{}, &Itself, {y, a, a_stride, b, b_stride, n});
}

void assoc_legendre_block(double* y, const double* a, long a_stride, const double* b, long b_stride,
                          const double* c, long c_stride, long n) noexcept {
  const double order = *b;
  if (b_stride == 0 && IsDegree(std::abs(order))) {
    const auto degree_of = [order](double degree) {
      return std::abs(order) <= Reflected(degree) ? Reflected(degree) : kNan;
    };
    return FillSharing(
        AssocLegendreFamily{{Whole(order)}}, degree_of, {y, a, a_stride, c, c_stride, n},
        [order](double degree, double x) { return assoc_legendre(degree, order, x); });
  }
  for (long i = 0; i < n; ++i) {
    y[i] = assoc_legendre(a[i * a_stride], b[i * b_stride], c[i * c_stride]);
  }
}

void assoc_laguerre_block(double* y, const double* a, long a_stride, const double* b, long b_stride,
                          const double* c, long c_stride, long n) noexcept {
  const double alpha = *b;
  if (b_stride == 0 && IsFinite(alpha)) {
    return FillSharing(
        LaguerreFamily{{alpha}}, &Itself, {y, a, a_stride, c, c_stride, n},
        [alpha](double degree, double x) { return assoc_laguerre(degree, alpha, x); });
  }
  for (long i = 0; i < n; ++i) {
    y[i] = assoc_laguerre(a[i * a_stride], b[i * b_stride], c[i * c_stride]);
  }
}

void gegenbauer_block(double* y, const double* a, long a_stride, const double* b, long b_stride,
                      const double* c, long c_stride, long n) noexcept {
  const double lambda = *b;
  if (b_stride == 0 && IsFinite(lambda)) {
    return FillSharing(GegenbauerFamily{{lambda}}, &Itself, {y, a, a_stride, c, c_stride, n},
                       [lambda](double degree, double x) { return gegenbauer(degree, lambda, x); });
  }
  for (long i = 0; i < n; ++i) {
    y[i] = gegenbauer(a[i * a_stride], b[i * b_stride], c[i * c_stride]);
  }
}

void jacobi_block(double* y, const double* a, long a_stride, const double* b, long b_stride,
                  const double* c, long c_stride, const double* d, long d_stride, long n) noexcept {
  const double alpha = *b, beta = *c;
  if (b_stride == 0 && c_stride == 0 && IsFinite(alpha) && IsFinite(beta)) {
    return FillSharing(
        JacobiFamily{{alpha, beta}}, &Itself, {y, a, a_stride, d, d_stride, n},
        [alpha, beta](double degree, double x) { return jacobi(degree, alpha, beta, x); });
  }
  for (long i = 0; i < n; ++i) {
    y[i] = jacobi(a[i * a_stride], b[i * b_stride], c[i * c_stride], d[i * d_stride]);
  }
}

}  // namespace formulary::runtime::special
