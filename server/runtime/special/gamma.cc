// The gamma family, one value at a time. Sources: DLMF 5; the rules at integers are SymPy's.

#include <utility>

#include "server/runtime/special/gamma_edge.h"
#include "server/runtime/special/gamma_product.h"
#include "server/runtime/special/special.h"

namespace formulary::runtime::special {
namespace {

constexpr double kNan = __builtin_nan("");
constexpr double kInfinity = __builtin_inf();
constexpr double kTiny = 0x1p-500;  // below, gamma(x) is 1/x, and products need not be scaled

bool IsInteger(double x) { return x == std::floor(x); }
bool IsOdd(double x) { return std::fmod(x, 2) != 0; }

// x (x + 1) ... (x + n - 1). REQUIRES: 0 <= n <= kMaxSteps, |x| <= kMaxStepped.
constexpr double kMaxSteps = 22, kMaxStepped = 0x1p40;
Pair Steps(double x, int n) {
  Pair product = {1, 0};
  for (int k = 0; k < n; ++k) product = product * Sum(x, k);
  return product;
}

// gamma(a + d)/gamma(a). REQUIRES: neither a nor a + d is a pole.
double Ratio(Pair a, Pair d) {
  GammaProduct product;
  product.MultiplyRatio(a, d);
  return product.Value();
}

// rf for integral n. REQUIRES: finite operands.
double RisingByInteger(double x, double n) {
  if (n == 0) return 1;
  if (n == 1) return x;
  if (n < 0 && std::fabs(x) < kTiny) x = 0;  // 1/((x - 1)(x - 2)...)
  if (std::fabs(n) <= kMaxSteps && std::fabs(x) <= kMaxStepped) {
    if (n > 0) {
      const Pair product = Steps(x, static_cast<int>(n));
      return product.high + product.low;
    }
    const Pair product = Steps(-x + 1, static_cast<int>(-n));
    if (Sum(-x, 1).low == 0) {
      if (product.high == 0) return kNan;
      const Pair inverse = Pair{IsOdd(n) ? -1.0 : 1.0, 0} / product;
      return inverse.high + inverse.low;
    }
  }
  const double top = x + n;
  if (!IsGammaPole(x)) return IsGammaPole(top) && IsInteger(x) ? kNan : Ratio({x, 0}, {n, 0});
  // DLMF 5.5.3 for both: (-1)^n gamma(1 - x)/gamma(1 - x - n).
  if (top > 0) return 0;
  const double size = Ratio(Sum(1, -x) - Pair{n, 0}, {n, 0});
  return IsOdd(n) ? -size : size;
}

// log(gamma(x)) for 0 < x < kTiny.
Pair LogOfTiny(double x) { return -Log({x, 0}); }

}  // namespace

double BetaOnce(double a, double b) noexcept {
  if (std::fabs(b) < std::fabs(a)) return BetaOnce(b, a);
  if (std::isnan(a) || std::isnan(b)) return kNan;
  if (std::isinf(b)) return b > 0 && a > 0 ? 0 : kNan;
  if (std::fabs(a) < kTiny) return IsGammaPole(b) ? kNan : 1 / a + 1 / b;
  if (IsGammaPole(a) || IsGammaPole(b)) return kNan;
  const Pair sum = Sum(a, b);
  if (std::isinf(sum.high)) return a > 0 ? 0 : kNan;
  if (sum.low == 0 && IsGammaPole(sum.high)) return 0;
  GammaProduct product;
  product.MultiplyGamma({a, 0});
  product.DivideRatio({b, 0}, {a, 0});
  return product.Value();
}

double LogBetaOnce(double a, double b) noexcept {
  if (b < a) return LogBetaOnce(b, a);
  if (std::isnan(a) || std::isnan(b)) return kNan;
  if (a == 0 && b >= 0) return kInfinity;
  if (a <= 0) return std::log(BetaOnce(a, b));  // NaN where beta is negative
  if (std::isinf(b)) return -kInfinity;
  if (a < kTiny) {
    const Pair log = LogOfTiny(a) + Log1p({a / b, 0});
    return log.high + log.low;
  }
  GammaProduct product;
  product.MultiplyGamma({a, 0});
  product.DivideRatio({b, 0}, {a, 0});
  return product.LogValue();
}

double InverseGammaOnce(double x) noexcept {
  if (std::isnan(x) || x == -kInfinity) return kNan;
  if (std::fabs(x) < kTiny) return x;
  if (x > 180 || IsGammaPole(x)) return 0;
  GammaProduct product;
  product.DivideGamma({x, 0});
  return product.Value();
}

namespace {

constexpr double kScale = 0x1p600;  // brings subnormal numbers among the normal ones
const Pair kLogScale = kLog2 * 600.0;

// x gamma(a), where gamma(a) alone may overflow. REQUIRES: |x| < kTiny.
double TinyTimesGamma(double x, Pair a) {
  GammaProduct product;
  product.MultiplyGamma(a);
  product.Multiply(x * kScale);
  product.MultiplyExp(-kLogScale);
  return product.Value();
}

}  // namespace

double GammaRatioOnce(double a, double b) noexcept {
  if (std::isnan(a) || std::isnan(b) || a == -kInfinity || b == -kInfinity) return kNan;
  if (std::isinf(a)) return std::isinf(b) ? kNan : b > 0 ? kInfinity : kNan;
  if (IsGammaPole(a)) return kNan;
  if (std::isinf(b) || IsGammaPole(b)) return 0;
  if (std::fabs(a) < kTiny && std::fabs(b) < kTiny) return b / a;
  if (std::fabs(b) < kTiny) return TinyTimesGamma(b, {a, 0});
  if (std::fabs(a) < kTiny) {
    GammaProduct product;
    product.DivideGamma({b, 0});
    product.Divide({a * kScale, 0});
    product.MultiplyExp(kLogScale);
    return product.Value();
  }
  return Ratio({b, 0}, Sum(a, -b));
}

double LogGammaRatioOnce(double a, double b) noexcept {
  if (!(a >= 0) || !(b >= 0)) return kNan;
  if (a == 0) return b == 0 ? kNan : kInfinity;
  if (b == 0) return -kInfinity;
  if (std::isinf(a)) return std::isinf(b) ? kNan : kInfinity;
  if (std::isinf(b)) return -kInfinity;
  if (a == b) return 0;
  GammaProduct product;
  if (a < kTiny) {
    product.MultiplyExp(LogOfTiny(a));
    a = 1;
  }
  if (b < kTiny) {
    product.MultiplyExp(-LogOfTiny(b));
    b = 1;
  }
  product.MultiplyRatio({b, 0}, Sum(a, -b));
  return product.LogValue();
}

double RisingOnce(double x, double n) noexcept {
  if (std::isnan(x) || std::isnan(n)) return kNan;
  if (n == 0) return 1;
  if (std::isinf(n)) return kNan;
  if (std::isinf(x)) return x > 0 ? (n > 0 ? kInfinity : 0) : kNan;
  if (IsInteger(n)) return RisingByInteger(x, n);
  if (x == 0) return IsGammaPole(n) ? kNan : 0;
  const Pair top = Sum(x, n);
  if (top.low == 0 && IsGammaPole(top.high)) return kNan;
  if (std::fabs(x) < kTiny)
    return std::fabs(top.high) < kTiny ? x / top.high : TinyTimesGamma(x, top);
  if (IsGammaPole(x)) return 0;
  return Ratio({x, 0}, {n, 0});
}

double FallingOnce(double x, double n) noexcept {
  if (std::isnan(x) || std::isnan(n)) return kNan;
  if (n == 0) return 1;
  if (std::isinf(n)) return kNan;
  if (std::isinf(x)) return x > 0 ? (n > 0 ? kInfinity : 0) : kNan;
  if (IsInteger(n)) {
    const double rising = RisingByInteger(-x, n);
    return IsOdd(n) && rising != 0 ? -rising : rising;
  }
  if (x < 0 && IsInteger(x)) return kNan;
  const Pair bottom = Sum(x, -n) + 1.0;
  if (bottom.low == 0 && IsGammaPole(bottom.high)) return 0;
  return Ratio(bottom, {n, 0});
}

namespace {

// gamma(n + 1)/(gamma(k + 1) gamma(n - k + 1)), where no pole stands in the way; the smaller of k
// and n - k is the distance of a ratio.
GammaProduct BinomialProduct(double n, double k) {
  Pair near = {k, 0}, far = Sum(n, -k);
  if (std::fabs(far.high) < std::fabs(near.high)) std::swap(near, far);
  GammaProduct product;
  product.MultiplyRatio(far + 1.0, near);
  product.DivideGamma(near + 1.0);
  return product;
}

// n (n - 1) ... (n - k + 1)/k! for integral k >= 0.
double BinomialByInteger(double n, double k) {
  if (n >= 0 && IsInteger(n)) {
    if (k > n) return 0;
    k = std::fmin(k, n - k);
  }
  if (n < 0 && IsInteger(n)) {
    const double size = BinomialByInteger(k - n - 1, k);
    return IsOdd(k) ? -size : size;
  }
  if (k > kMaxSteps || std::fabs(n) > kMaxStepped) return BinomialProduct(n, k).Value();
  Pair product = {1, 0};
  double factorial = 1;  // exact
  for (int i = 0; i < static_cast<int>(k); ++i) {
    product = product * Sum(n, -i);
    factorial *= i + 1;
  }
  product = product / Pair{factorial, 0};
  return product.high + product.low;
}

}  // namespace

double BinomialOnce(double n, double k) noexcept {
  if (!std::isfinite(n) || !std::isfinite(k)) return kNan;
  if (IsInteger(k)) return k < 0 ? 0 : BinomialByInteger(n, k);
  if (n < 0 && IsInteger(n)) return kNan;
  const Pair rest = Sum(n, -k) + 1.0;
  if (rest.low == 0 && IsGammaPole(rest.high)) return 0;
  return BinomialProduct(n, k).Value();
}

double LogBinomialOnce(double n, double k) noexcept {
  if (!std::isfinite(n) || !std::isfinite(k) || !(k > -1) || !(n > -1) || !(n - k > -1)) {
    return kNan;
  }
  return BinomialProduct(n, k).LogValue();
}

}  // namespace formulary::runtime::special
