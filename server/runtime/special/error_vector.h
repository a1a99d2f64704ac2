#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_ERROR_VECTOR_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_ERROR_VECTOR_H_

// The error functions on vectors: erfcx, the normal distribution function and its logarithm, their
// inverses, and Dawson's integral. Included by level files only; see repairs.h for the rule on
// lanes. Sources: DLMF 7; the map (x - k)/(x + k) for erfcx is of Shepherd and Laframboise,
// "Chebyshev approximation of (1 + 2x) exp(x^2) erfc x in 0 <= x < oo", 1981.

#include "server/runtime/registers.h"
#include "server/runtime/repairs.h"
#include "server/runtime/sources.h"
#include "server/runtime/special/error_tables.h"

namespace {
namespace error_vector {

constexpr double kHalfRootPi = 0.886226925452758;
constexpr double kHalfRootPiLow = -3.8332932499128993e-17;
constexpr double kRoot2 = 1.4142135623730951;
constexpr double kRoot2Low = -9.667293313452913e-17;
constexpr double kTwoByRootPi = 1.1283791670955126;
constexpr double kOneByRootPi = 0.5641895835477563;
constexpr double kRoot2ByPi = 0.7978845608028654;

#if FY_LEVEL == 4
inline VecD MulAdd(VecD a, VecD b, VecD c) { return Fma(a, b, c); }
inline VecD Root(VecD x) { return _mm512_sqrt_pd(x); }
#elif FY_LEVEL == 3
inline VecD MulAdd(VecD a, VecD b, VecD c) { return Fma(a, b, c); }
inline VecD Root(VecD x) { return _mm256_sqrt_pd(x); }
#else
inline VecD MulAdd(VecD a, VecD b, VecD c) { return a * b + c; }
inline VecD Root(VecD x) { return _mm_sqrt_pd(x); }
#endif

// a * b + c, with the product exact on all levels. REQUIRES: |a|, |b| < 2^300.
inline VecD Exact(VecD a, VecD b, VecD c) {
#if FY_LEVEL == 2
  const VecD split = Set1(0x1p27 + 1);
  const VecD a_high = a * split - (a * split - a);
  const VecD b_high = b * split - (b * split - b);
  const VecD a_low = a - a_high;
  const VecD b_low = b - b_high;
  const VecD product = a * b;
  const VecD rest =
      a_low * b_low - (((product - a_high * b_high) - a_low * b_high) - a_high * b_low);
  return (product + c) + rest;
#else
  return MulAdd(a, b, c);
#endif
}

// The polynomial with coefficients c, even and odd powers in two chains.
template <int n>
inline VecD Polynomial(VecD x, const double (&c)[n]) {
  const VecD square = x * x;
  VecD first = Set1(c[n - 1]);
  VecD second = Set1(c[n - 2]);
#pragma GCC unroll 16
  for (int i = n - 3; i > 0; i -= 2) {
    first = MulAdd(first, square, Set1(c[i]));
    second = MulAdd(second, square, Set1(c[i - 1]));
  }
  if constexpr (n % 2 == 0) return MulAdd(first, x, second);
  first = MulAdd(first, square, Set1(c[0]));
  return MulAdd(second, x, first);
}

// f(x)/(1 + scale x) for x >= 0, where the table has f(x) - 1; within 2.5 ulp. REQUIRES: x < 2^200.
template <int n>
inline VecD Scaled(VecD x, double scale, const double (&table)[n]) {
  const VecD k = Set1(5.0);
  const VecD one = Set1(1.0);
  const VecD reciprocal = one / (x + k);
  VecD t = (x - k) * reciprocal;
  t = MulAdd(reciprocal, MulAdd(t, -x, MulAdd(t + one, -k, x)), t);
  const VecD f = Polynomial(t, table);
  const VecD weight = one / MulAdd(Set1(scale), x, one);
  const VecD result = MulAdd(f, weight, weight);
  const VecD rest = (f - result) + Exact(Set1(-scale) * result, x, one);
  return MulAdd(rest, weight, result);
}

// erfcx(x), and erfcx(x/sqrt(2)), for x >= 0.
constexpr double kScaledEnd = 0x1p27;  // beyond, both are their first term in 1/x
inline VecD Erfcx(VecD x) {
  const VecD result = Scaled(Select(x > Set1(kScaledEnd), Set1(1.0), x), 2, kErfcx);
  return Select(x > Set1(kScaledEnd), Set1(kOneByRootPi) / x, result);
}
inline VecD Mills(VecD x) {
  const VecD result = Scaled(Select(x > Set1(kScaledEnd), Set1(1.0), x), 1, kMills);
  return Select(x > Set1(kScaledEnd), Set1(kRoot2ByPi) / x, result);
}

// exp(s x^2 + shift), s a power of two with its sign, x^2 exact. REQUIRES: |x| < 2^100.
inline VecD ExpOfSquare(VecD x, double s, VecD shift) {
  const VecD scaled = Set1(s) * x;
  const VecD high = scaled * x;
  const VecD low = Exact(scaled, x, -high);
  const VecD result = own_strict_exp(high + shift);
  return Select(result < Set1(1e300), MulAdd(result, low, result), result * (Set1(1.0) + low));
}

// |x|, but `end` where that is less.
inline VecD AbsUpTo(VecD x, double end) { return Select(Abs(x) > Set1(end), Set1(end), Abs(x)); }

// The tail beyond |x| of the normal distribution.
inline VecD NormalTail(VecD x, VecD mills) {
  return Set1(0.5) * mills * ExpOfSquare(AbsUpTo(x, 40), -0.5, VecD{});
}

// The root of w with a correction, for operands of erfinv with -log(1 - x^2) = w >= kNear.
constexpr double kNear = 5;
constexpr double kTail = 28;
constexpr double kFarTail = 746;
[[gnu::noinline]] VecD QuantileTail(VecD w) {
  const VecD root = Root(Select(w > Set1(kFarTail), Set1(kFarTail), w));
  const VecD k = Set1(3.4375);
  VecD result = root + Polynomial((root - k) / (root + k), kQuantileTail);
  const MaskD far = w > Set1(kTail);
  if (Any(far)) {
    const VecD far_k = Set1(12.0);
    const VecD rest = Polynomial((root - far_k) / (root + far_k), kQuantileFarTail);
    result = Select(far, root + rest, result);
  }
  return Select(w == Set1(__builtin_inf()), w, result);
}

// erfinv(x) where -log(1 - x^2) = w.
inline VecD Quantile(VecD x, VecD w) {
  const VecD slope = Polynomial((w - Set1(2.5)) * Set1(0.4), kQuantileNear);
  const VecD result = x * (MulAdd(w, slope, Set1(kHalfRootPiLow)) + Set1(kHalfRootPi));
  const MaskD tail = w > Set1(kNear);
  if (!Any(tail)) return result;
  return Select(tail, CopySign(QuantileTail(w), x), result);
}

// dawson(x) for x >= 0.
inline VecD Dawson(VecD x) {
  const VecD square = x * x;
  const VecD one = Set1(1.0);
  VecD result = x * MulAdd(square, Polynomial(square + square - one, kDawsonNear), one);
  const MaskD low = x > one;
  if (!Any(low)) return result;
  const VecD s = x - Set1(2.0);
  const VecD low_value = MulAdd(s, Polynomial(s, kDawsonLow), Set1(kDawsonLowLow));
  result = Select(low, (low_value + Set1(kDawsonLowHigh)) / x, result);
  const MaskD high = x > Set1(3.0);
  if (!Any(high)) return result;
  const VecD t = (x - Set1(4.5)) * Set1(1 / 1.5);
  const VecD high_value = MulAdd(t, Polynomial(t, kDawsonHigh), Set1(kDawsonHighLow));
  result = Select(high, (high_value + Set1(kDawsonHighHigh)) / x, result);
  const MaskD far = x > Set1(6.0);
  if (!Any(far)) return result;
  const VecD v = one / square;
  const VecD factor = MulAdd(v, Polynomial(Set1(72.0) * v - one, kDawsonFar), one);
  return Select(far, Set1(0.5) / x * factor, result);
}

}  // namespace error_vector

inline VecD own_strict_erfcx(VecD x) {
  using namespace error_vector;
  const VecD result = Erfcx(Abs(x));
  const MaskD negative = x < VecD{};
  if (!Any(negative)) return Select(x == x, result, x);
  const VecD square = ExpOfSquare(AbsUpTo(x, 30), 1, VecD{});
  return Select(negative, (square - result) + square, Select(x == x, result, x));
}

inline VecD own_strict_ndtr(VecD x) {
  using namespace error_vector;
  const VecD z = AbsUpTo(x, 40);
  const VecD tail = NormalTail(z, Polynomial(z, kTailAbove) / Polynomial(z, kTailBelow));
  return Select(x > VecD{}, Set1(1.0) - tail, tail);
}

// Below 0 log(erfcx(-x/sqrt(2))/2) - x^2/2, above log(1 - tail), corrected for the rounding of the
// difference.
inline VecD own_strict_log_ndtr(VecD x) {
  using namespace error_vector;
  const MaskD positive = x > VecD{};
  const VecD mills = Mills(Abs(x));
  const VecD tail = NormalTail(x, mills);
  const VecD rest = Set1(1.0) - tail;
  const VecD half = Set1(0.5) * x;
  const VecD square = half * x;
  const VecD low = Select(Abs(x) < Set1(1e9), Exact(half, x, -square), VecD{});
  const VecD above = (tail - (Set1(1.0) - rest)) / rest;
  const VecD logarithm = sleef_log(Select(positive, rest, Set1(0.5) * mills));
  const VecD result = (Select(positive, above, low) - logarithm) + Select(positive, VecD{}, square);
  return Select(x == x, -result, x);
}

inline VecD own_strict_erfinv(VecD x) {
  using namespace error_vector;
  return error_vector::Quantile(x, -sleef_log((Set1(1.0) - x) * (Set1(1.0) + x)));
}

inline VecD own_strict_erfcinv(VecD x) {
  using namespace error_vector;
  return error_vector::Quantile(Set1(1.0) - x, -sleef_log(x * (Set1(2.0) - x)));
}

inline VecD own_strict_ndtri(VecD x) {
  using namespace error_vector;
  const VecD w = -sleef_log(Set1(4.0) * x * (Set1(1.0) - x));
  const VecD result = Quantile(x + x - Set1(1.0), w);
  const VecD scaled = MulAdd(result, Set1(kRoot2), result * Set1(kRoot2Low));
  return Select(IsFinite(result), scaled, result);
}

inline VecD own_strict_dawson(VecD x) { return CopySign(error_vector::Dawson(Abs(x)), x); }

inline VecD own_strict_erfi(VecD x) {
  using namespace error_vector;
  const VecD z = AbsUpTo(x, 30);
  // Near the end exp(x^2) overflows first.
  const MaskD large = z > Set1(26.0);
  const VecD shift = Select(large, Set1(-8.0), VecD{});
  const VecD factor = Select(large, Set1(3363.650890564861), Set1(kTwoByRootPi));
  return CopySign(ExpOfSquare(z, 1, shift) * Dawson(z) * factor, x);
}

}  // namespace

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_ERROR_VECTOR_H_
