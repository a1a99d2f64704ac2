// Functions of combinatorics, one value at a time: of whole numbers, given as doubles, but for
// harmonic and catalan. NaN between them. Sources: DLMF 24 (Bernoulli, Euler), 26 (Catalan), 5.4.14
// and 25.11 (harmonic).

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <numeric>

#include "server/runtime/special/gamma_product.h"
#include "server/runtime/special/number_tables.h"
#include "server/runtime/special/special.h"

namespace formulary::runtime::special {
namespace {

constexpr double kNan = __builtin_nan("");
constexpr double kInfinity = __builtin_inf();
constexpr double kEulerGamma = 0x1.2788cfc6fb619p-1;

bool IsInteger(double x) { return x == std::floor(x) && !std::isinf(x); }
bool IsOdd(double x) { return std::fmod(x, 2) != 0; }

// harmonic(x)/x for x in [-1/2, 2]: rational, at Chebyshev nodes, within 2^-62.
constexpr double kHarmonicTop[] = {
    0x1.a51a6625307d3p+0,  0x1.65bed5bacd39fp+1,  0x1.cfb3a785b87f4p+0,
    0x1.27768ba737ac8p-1,  0x1.8a2410cb3990dp-4,  0x1.0c32d92fda9b2p-7,
    0x1.4a4820a990723p-12, 0x1.0a67dadb6c7e6p-18, 0x1.84bc86839097bp-29};
constexpr double kHarmonicBottom[] = {
    0x1.0000000000000p+0, 0x1.3705541016de9p+1,  0x1.1c02a3818d375p+1,
    0x1.00fce25a9336ep+0, 0x1.f693c38571481p-3,  0x1.0be69c7323651p-5,
    0x1.26f83b25cc98fp-9, 0x1.21c3d4afae89bp-14, 0x1.5b8a2fa301a28p-21};
// F(n) and F(n + 1). REQUIRES: 0 <= n < 2^11. Exact to 100 bits by doubling.
struct Fibonaccis {
  Pair first, second;
};
Fibonaccis FibonaccisAt(int n) {
  Pair a = {0, 0}, b = {1, 0};
  for (int bit = 10; bit >= 0; --bit) {
    const Pair doubled = a * (b * 2.0 - a);
    b = a * a + b * b;
    a = doubled;
    if ((n >> bit) & 1) {
      const Pair sum = a + b;
      a = b;
      b = sum;
    }
  }
  return {a, b};
}

double Signed(bool negative, double size) { return negative ? -size : size; }

}  // namespace

double factorial2(double n) noexcept {
  if (n == kInfinity) return n;
  if (!IsInteger(n)) return kNan;
  constexpr auto kOdds = static_cast<double>(std::size(kOddFactorials));
  if (!IsOdd(n)) {
    if (n < 0) return kNan;
    if (n > 300) return kInfinity;
    const int half = static_cast<int>(n) / 2;
    return std::ldexp(kFactorials[half], half);
  }
  const double index = (std::fabs(n) - 1) / 2;
  if (n == -1) return 1;
  if (n > 0) return index < kOdds ? kOddFactorials[static_cast<int>(index)] : kInfinity;
  // (-2k - 1)!! = (-1)^k/(2k - 1)!!.
  const double last = std::fmin(index - 1, kOdds - 1);
  double size = 1 / kOddFactorials[static_cast<int>(last)];
  for (double k = last + 1; k < index && size > 0; ++k) size /= 2 * k + 1;
  return Signed(IsOdd(index), size);
}

double subfactorial(double n) noexcept {
  if (n == kInfinity) return n;
  if (!IsInteger(n) || n < 0) return kNan;
  if (n > 170) return kInfinity;
  if (n > 20) {  // n!/e
    GammaProduct product;
    product.MultiplyGamma({n + 1, 0});
    product.MultiplyExp({-1, 0});
    return product.Value();
  }
  int64_t value = 1;
  for (int k = 1; k <= static_cast<int>(n); ++k) value = k * value + (k % 2 == 0 ? 1 : -1);
  return static_cast<double>(value);
}

double fibonacci(double n) noexcept {
  if (n == kInfinity) return n;
  if (!IsInteger(n)) return kNan;
  const double size = std::fabs(n);
  const bool negative = n < 0 && !IsOdd(n);
  if (size > 1476) return Signed(negative, kInfinity);
  return size == 0 ? 0 : Signed(negative, FibonaccisAt(static_cast<int>(size)).first.high);
}

double lucas(double n) noexcept {
  if (n == kInfinity) return n;
  if (!IsInteger(n)) return kNan;
  const double size = std::fabs(n);
  const bool negative = n < 0 && IsOdd(n);
  if (size > 1474) return Signed(negative, kInfinity);
  const Fibonaccis at = FibonaccisAt(static_cast<int>(size));
  return Signed(negative, (at.second + at.second - at.first).high);
}

double catalan(double n) noexcept {
  if (std::isnan(n) || n == -kInfinity) return kNan;
  if (n > 1000) return kInfinity;
  const Pair top = Sum(n, 0.5), bottom = Sum(n, 2);
  if (top.low == 0 && IsGammaPole(top.high)) return kNan;
  if (bottom.low == 0 && IsGammaPole(bottom.high)) return 0;
  constexpr Pair kLog4 = {0x1.62e42fefa39efp+0, 0x1.abc9e3b39803fp-55};
  constexpr Pair kInverseRootPi = {0x1.20dd750429b6dp-1, 0x1.1ae3a914fed80p-57};
  GammaProduct product;
  product.MultiplyRatio(bottom, {-1.5, 0});
  product.MultiplyExp(kLog4 * n);
  product.Multiply(kInverseRootPi);
  return product.Value();
}

double bernoulli(double n) noexcept {
  if (!IsInteger(n) || n < 0) return kNan;
  if (n < 2) return n == 0 ? 1 : 0.5;
  if (IsOdd(n)) return 0;
  const double k = n / 2;
  if (k > static_cast<double>(std::size(kBernoullis))) return Signed(!IsOdd(k), kInfinity);
  return kBernoullis[static_cast<int>(k) - 1];
}

double euler_number(double n) noexcept {
  if (!IsInteger(n) || n < 0) return kNan;
  if (IsOdd(n)) return 0;
  const double k = n / 2;
  if (k >= static_cast<double>(std::size(kEulers))) return Signed(IsOdd(k), kInfinity);
  return kEulers[static_cast<int>(k)];
}

double harmonic(double x) noexcept {
  if (x < -0.5) return fy_v1_digamma(x + 1) + kEulerGamma;
  if (x > 2) return fy_v1_digamma(x) + (kEulerGamma + 1 / x);
  double top = 0, bottom = 0;
  for (int k = 8; k >= 0; --k) {
    top = top * x + kHarmonicTop[k];
    bottom = bottom * x + kHarmonicBottom[k];
  }
  return x * (top / bottom);
}

namespace {

// The sum of k^-m from k = first to last by Euler and Maclaurin, DLMF 2.10.1. REQUIRES: first at
// least 16 + |m|.
double PowerSum(double m, double first, double last) {
  constexpr double kSeries[] = {1.0 / 12,          -1.0 / 720,
                                1.0 / 30240,       -1.0 / 1209600,
                                1.0 / 47900160,    -691.0 / 1307674368000,
                                1.0 / 74724249600, -3617.0 / 10670622842880000};
  const double power_first = std::pow(first, -m), power_last = std::pow(last, -m);
  const double ratio = std::log(last / first);
  // The integral, from the end where the powers are the larger ones.
  const double x = (1 - m) * ratio;
  double sum = m == 1  ? ratio
               : x < 0 ? first * power_first * (std::expm1(x) / (1 - m))
                       : last * power_last * (-std::expm1(-x) / (1 - m));
  sum += 0.5 * (power_first + power_last);
  double rising = m, down_first = power_first / first, down_last = power_last / last;
  for (int j = 0; j < 8; ++j) {
    sum += kSeries[j] * rising * (down_first - down_last);
    rising *= (m + (2 * j + 1)) * (m + (2 * j + 2));
    down_first /= first * first;
    down_last /= last * last;
  }
  return sum;
}

}  // namespace

double harmonic2(double n, double m) noexcept {
  if (std::isnan(m) || n == -kInfinity) return kNan;
  if (n == kInfinity) return m > 1 ? fy_v1_zeta(m) : kInfinity;
  if (!IsInteger(n) || n < 0) return kNan;
  if (m == 0) return n;
  if (std::isinf(m)) return n < 2 ? n : m > 0 ? 1 : kInfinity;
  double direct = std::floor(16 + std::fmin(std::fabs(m), 1100));
  if (n - direct < 64) direct = n;
  LongSum sum;
  if (direct < n) sum.Add(PowerSum(m, direct + 1, n));
  for (double k = direct; k >= 1; --k) sum.Add(std::pow(k, -m));
  return sum.value();
}

double gcd(double a, double b) noexcept {
  if (!IsInteger(a) || !IsInteger(b)) return kNan;
  a = std::fabs(a);
  b = std::fabs(b);
  while (a >= 0x1p63 || b >= 0x1p63) {
    if (a < b) std::swap(a, b);
    if (b == 0) return a;
    a = std::fmod(a, b);
  }
  return static_cast<double>(std::gcd(static_cast<uint64_t>(a), static_cast<uint64_t>(b)));
}

double lcm(double a, double b) noexcept {
  const double divisor = gcd(a, b);
  return divisor == 0 ? 0 : std::fabs(a) / divisor * std::fabs(b);
}

}  // namespace formulary::runtime::special
