// Spherical Bessel functions of integral order: recurrence up where that is stable, by ratios of
// neighbours down from above the order elsewhere. Source: DLMF 10.49, 10.51, 10.74(iv).

#include "server/runtime/special/bessel.h"
#include "server/runtime/special/bessel_spherical_tables.h"
#include "server/runtime/special/repaired_block.h"
#include "server/runtime/special/special.h"

namespace formulary::runtime::special {
namespace {

constexpr long double kTiny = 1e-300L;
constexpr double kHalfPi = 1.57079632679489662;
constexpr double kExpTop = 700;

bool IsOrder(double n) { return n >= 0 && n <= kLastOrder && IsIntegral(n); }

// Where the power series has few terms and loses nothing.
bool IsSmall(int n, double x) { return x * x <= 2 * n + 3; }

// x^n/(2n+1)!! (1 -+ x^2/(2 (2n+3)) + ...), sign = -1 for j and 1 for i; |x| small.
double PowerSeries(int n, double x, double sign) {
  long double product = 1;
  for (int k = 1; k <= n && product != 0; ++k) product *= static_cast<long double>(x) / (2 * k + 1);
  const double lead = static_cast<double>(product);
  const double u = sign * x * x / 2;
  double term = 1;
  double sum = 0;
  for (int k = 1; k < 20; ++k) {
    term *= u / (k * (2.0 * (n + k) + 1));
    sum += term;
    if (std::abs(term) < 1e-18) break;
  }
  return lead + lead * sum;
}

// f(n)/f(from), sign = -1 for j and 1 for i, by f(k)/f(k-1) = 1/((2k+1)/x + sign f(k+1)/f(k)) from
// `start` down.
double Descend(int n, int from, int start, double x, double sign) {
  const long double inverse = 1 / static_cast<long double>(x);
  long double ratio = 0;
  long double product = 1;
  for (int k = start; k > from; --k) {
    long double below = (2 * k + 1) * inverse + sign * ratio;
    if (below == 0) below = kTiny;
    ratio = 1 / below;
    if (k <= n) product *= ratio;
  }
  return static_cast<double>(product);
}

// In long double, as the rounding of 1/x would otherwise grow with n. f(n) from f(0), f(1) by
// f(k+1) = (2k+1)/x f(k) + sign f(k-1).
double Ascend(int n, double x, double f0, double f1, double sign) {
  if (n == 0) return f0;
  if (n == 1 || std::isinf(f1)) return f1;
  const long double inverse = 1 / static_cast<long double>(x);
  long double before = sign * f0;
  long double value = f1;
  for (int k = 1; k < n && !std::isinf(value); ++k) {
    const long double next = (2 * k + 1) * inverse * value + before;
    before = sign * value;
    value = next;
  }
  return static_cast<double>(value);
}

double SphericalJ(int n, double x) {
  if (n == 0) return x == 0 ? 1 : std::sin(x) / x;
  if (IsSmall(n, x)) return PowerSeries(n, x, -1);
  const double sine = std::sin(x);
  const double cosine = std::cos(x);
  const double j0 = sine / x;
  const double j1 = (j0 - cosine) / x;
  if (x >= n) return Ascend(n, x, j0, j1, -1);
  const int start = n + 20 + static_cast<int>(10 * std::cbrt(n));
  if (std::abs(j0) >= std::abs(j1)) return j0 * Descend(n, 0, start, x, -1);
  return j1 * Descend(n, 1, start, x, -1);
}

double SphericalI(int n, double x) {
  if (IsSmall(n, x)) return PowerSeries(n, x, 1);
  const double order = n + 0.5;
  if (ScaledIIsAsymptotic(order, x)) {
    const double scaled = ScaledIAsymptotic(order, x) * std::sqrt(kHalfPi / x);
    if (x < kExpTop) return scaled * std::exp(x);
    const double half = std::exp(x / 2);
    return scaled * half * half;
  }
  const double i0 = std::sinh(x) / x;
  if (n == 0) return i0;
  const int start = static_cast<int>(std::sqrt(static_cast<double>(n) * n + 40 * x)) + 25;
  return i0 * Descend(n, 0, start, x, 1);
}

double AnyJ(double n, double x) {
  if (x > 0 && !IsIntegral(n)) return std::sqrt(kHalfPi / x) * besselj(n + 0.5, x);
  if (!IsOrder(n) || x != x) return __builtin_nan("");
  if (std::isinf(x)) return 0;
  const double value = SphericalJ(static_cast<int>(n), std::abs(x));
  return x < 0 && IsOdd(n) ? -value : value;
}

double AnyY(double n, double x) {
  if (x > 0 && !IsIntegral(n)) return std::sqrt(kHalfPi / x) * bessely(n + 0.5, x);
  if (!IsOrder(n) || x != x) return __builtin_nan("");
  if (std::isinf(x)) return 0;
  if (x == 0) return -__builtin_inf();
  const double size = std::abs(x);
  const double sine = std::sin(size);
  const double cosine = std::cos(size);
  const double y0 = -cosine / size;
  // (y0 - sin)/x, where the two cancel for no small x.
  const double y1 = (y0 - sine) / size;
  const double value = Ascend(static_cast<int>(n), size, y0, y1, -1);
  return x < 0 && !IsOdd(n) ? -value : value;
}

double AnyI(double n, double x) {
  if (!IsOrder(n) || x != x) return __builtin_nan("");
  const double size = std::abs(x);
  const double value = std::isinf(x) ? size : SphericalI(static_cast<int>(n), size);
  return x < 0 && IsOdd(n) ? -value : value;
}

// Low orders go by vector kernels.
bool MakeRecipe(SphericalKind kind, double n, SphericalRecipe* recipe) {
  if (!(n >= 0 && n <= kMaxSphericalOrder && IsIntegral(n))) return false;
  const SphericalTable& table = kSphericalTable;
  const auto order = static_cast<long>(n);
  const double limit = kind == SphericalKind::kJ   ? table.limit_j[order]
                       : kind == SphericalKind::kI ? table.limit_i[order]
                                                   : 0;
  *recipe = {kind,
             order,
             limit,
             table.series[order],
             table.series_low[order],
             kind == SphericalKind::kJ ? table.count_j[order] : table.count_i[order],
             table.inverse[order]};
  return true;
}

using Any = double (*)(double, double);

template <SphericalKind kKind, Any kAny>
double Value(double n, double x) {
  SphericalRecipe recipe;
  if (!MakeRecipe(kKind, n, &recipe)) return kAny(n, x);
  const double value = fy_spherical_value(x, &recipe);
  return std::abs(value) < __builtin_inf() ? value : kAny(n, x);
}

template <SphericalKind kKind, Any kAny>
void Fill(double* y, const double* n, long n_stride, const double* x, long x_stride, long count) {
  SphericalRecipe recipe;
  const double order = *n;
  if (n_stride == 0 && x_stride != 0 && MakeRecipe(kKind, order, &recipe)) {
    FillRepaired(
        x, y, count,
        [&](double* to, const double* from, long size) {
          return fy_spherical_array(to, from, size, &recipe);
        },
        [&](double operand) { return kAny(order, operand); });
    return;
  }
  for (long i = 0; i < count; ++i) y[i] = Value<kKind, kAny>(n[i * n_stride], x[i * x_stride]);
}

}  // namespace

double spherical_jn(double n, double x) noexcept { return Value<SphericalKind::kJ, AnyJ>(n, x); }

double spherical_yn(double n, double x) noexcept { return Value<SphericalKind::kY, AnyY>(n, x); }

double spherical_in(double n, double x) noexcept { return Value<SphericalKind::kI, AnyI>(n, x); }

double spherical_kn(double n, double x) noexcept {
  if (!IsOrder(n) || !(x >= 0)) return __builtin_nan("");
  if (x == 0) return __builtin_inf();
  if (std::isinf(x)) return 0;
  // The scaled function is recurred: exp(-x) may underflow where the result does not.
  const double k0 = kHalfPi / x;
  const double scaled = Ascend(static_cast<int>(n), x, k0, k0 + k0 / x, 1);
  const double half = std::exp(-x / 2);
  return x < kExpTop ? scaled * std::exp(-x) : scaled * half * half;
}

void spherical_jn_block(double* y, const double* a, long a_stride, const double* b, long b_stride,
                        long n) noexcept {
  Fill<SphericalKind::kJ, AnyJ>(y, a, a_stride, b, b_stride, n);
}

void spherical_yn_block(double* y, const double* a, long a_stride, const double* b, long b_stride,
                        long n) noexcept {
  Fill<SphericalKind::kY, AnyY>(y, a, a_stride, b, b_stride, n);
}

void spherical_in_block(double* y, const double* a, long a_stride, const double* b, long b_stride,
                        long n) noexcept {
  Fill<SphericalKind::kI, AnyI>(y, a, a_stride, b, b_stride, n);
}

}  // namespace formulary::runtime::special
