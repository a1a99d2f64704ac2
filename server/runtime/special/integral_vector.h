#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_INTEGRAL_VECTOR_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_INTEGRAL_VECTOR_H_

// E1 and the real branches of Lambert's W on vectors. Included by level files only; see repairs.h
// for the rule on lanes. Sources: DLMF 6.6 (E1 near 0), DLMF 6.12 (its form elsewhere), DLMF 4.13
// (W at its branch point), Fritsch, Shafer and Crowley, CACM 16 (1973) (the step for W).

#include "server/runtime/registers.h"
#include "server/runtime/repairs.h"
#include "server/runtime/sources.h"
#include "server/runtime/special/integral_coefficients.h"

namespace {

// a * b + c, rounded once where the level can.
inline VecD IntegralFma(VecD a, VecD b, VecD c) {
#if FY_LEVEL == 4
  return _mm512_fmadd_pd(a, b, c);
#elif FY_LEVEL == 3
  return _mm256_fmadd_pd(a, b, c);
#else
  return a * b + c;
#endif
}

#if FY_LEVEL == 4
inline VecD IntegralSqrt(VecD x) { return _mm512_sqrt_pd(x); }
#elif FY_LEVEL == 3
inline VecD IntegralSqrt(VecD x) { return _mm256_sqrt_pd(x); }
#else
inline VecD IntegralSqrt(VecD x) { return _mm_sqrt_pd(x); }
#endif

// The polynomial with these coefficients, lowest first.
template <long kCount>
inline VecD IntegralPoly(const double (&coefficients)[kCount], VecD x) {
  VecD sum = Set1(coefficients[kCount - 1]);
  for (long i = kCount - 2; i >= 0; --i) sum = IntegralFma(sum, x, Set1(coefficients[i]));
  return sum;
}

inline VecD own_strict_e1(VecD x) {
  namespace coefficients = formulary::runtime::special::coefficients;
  const MaskD small = x < Set1(0.75);
  // exp(-x) / (x + k) with k from 0.6 to 1: an error in k counts less the larger x is. Both
  // polynomials have positive terms only.
  const VecD far = Select(small, Set1(0.75), x);
  const VecD inverse = Set1(1.0) / far;
  const VecD k =
      IntegralPoly(coefficients::kE1Num, inverse) / IntegralPoly(coefficients::kE1Den, inverse);
  VecD result = sleef_exp(-far) / (far + k);
  result = Select(x == Set1(__builtin_inf()), VecD{}, result);
  if (Any(small)) {
    const VecD near = IntegralPoly(coefficients::kE1Small, x) - sleef_log(x);
    result = Select(small, near, result);
    result = Select(x == VecD{}, Set1(__builtin_inf()), result);
    result = Select(x < VecD{}, Set1(__builtin_nan("")), result);
  }
  return result;
}

// e x + 1, right to the last bits next to -1/e; 0 at the double nearest to -1/e, which is a little
// below it.
inline VecD LambertDistance(VecD x) {
  namespace coefficients = formulary::runtime::special::coefficients;
  const VecD e = Set1(coefficients::kE);
#if FY_LEVEL >= 3
  const VecD distance = IntegralFma(e, x, Set1(1.0));
#else
  // e x as a sum of two numbers: both factors in halves of 26 bits.
  const VecD x_split = x * Set1(0x1p27 + 1);
  const VecD x_high = x_split - (x_split - x);
  const VecD x_low = x - x_high;
  const VecD e_high = Set1(0x1.5bf0a8cp+1);
  const VecD e_low = e - e_high;
  const VecD product = e * x;
  const VecD rest = ((e_high * x_high - product) + e_high * x_low + e_low * x_high) + e_low * x_low;
  const VecD distance = (product + Set1(1.0)) + rest;
#endif
  return Select(x == Set1(-0x1.78b56362cef38p-2), VecD{},
                IntegralFma(Set1(coefficients::kELow), x, distance));
}

// W near the branch point, where W = -1 + p + p^2 B(p).
template <long kCount>
inline VecD LambertBranch(const double (&coefficients)[kCount], VecD p) {
  return IntegralFma(p * p, IntegralPoly(coefficients, p), p - Set1(1.0));
}

// One step of fourth order towards w + log(w) = log(x) + shift; w and x have the same sign.
inline VecD LambertStep(VecD w, VecD x, VecD shift) {
  const VecD rest = (sleef_log(x / w) + shift) - w;
  const VecD slope = Set1(1.0) + w;
  const VecD q = Set1(2.0) * slope * IntegralFma(Set1(2.0 / 3), rest, slope);
  return IntegralFma(w, (rest * (q - rest)) / (slope * (q - Set1(2.0) * rest)), w);
}

// The exponent's log, to 6 %; for y > 0 and normal.
inline VecD RoughLog(VecD y) {
  const VecD bits = __builtin_convertvector(reinterpret_cast<MaskD>(y) - (1023LL << 52), VecD);
  return bits * Set1(0x1p-52 * 0.6931471805599453);
}

constexpr double kLambertNear = 0.49;  // of e x + 1: below, p < 0.7

inline VecD own_strict_lambertw(VecD x) {
  namespace coefficients = formulary::runtime::special::coefficients;
  const VecD distance = LambertDistance(x);
  const MaskD branch = distance < Set1(kLambertNear / 2);
  const VecD y = Select(branch, Set1(1.0), x);
  // Start within 5 %.
  VecD w = y * IntegralPoly(coefficients::kLambertStartNum, y) /
           IntegralPoly(coefficients::kLambertStartDen, y);
  const MaskD large = y > Set1(4.0);
  if (Any(large)) {
    const VecD log1 = RoughLog(Select(large, y, Set1(4.0)));
    const VecD log2 = RoughLog(log1);
    w = Select(large, log1 - log2 + log2 / log1, w);
  }
  w = LambertStep(LambertStep(w, y, VecD{}), y, VecD{});
  // W(x) = x - x^2 + ...: next to 0 the quotient x / w tells nothing.
  w = Select(Abs(y) < Set1(1e-9), IntegralFma(-y, y, y), w);
  if (Any(branch)) {
    const VecD p = IntegralSqrt(distance + distance);  // NaN below -1/e
    w = Select(branch, LambertBranch(coefficients::kLambertBranch0, p), w);
  }
  w = Select(x == VecD{}, x, w);
  return Select(x == Set1(__builtin_inf()), x, w);
}

inline VecD own_strict_lambertw_m1(VecD x) {
  namespace coefficients = formulary::runtime::special::coefficients;
  const VecD distance = LambertDistance(x);
  const MaskD branch = distance < Set1(kLambertNear / 2);
  const MaskD outside = ~(x < VecD{});
  const VecD y = Select(branch | outside, Set1(-0.125), x);
  const VecD log1 = sleef_log(-y);
  const VecD log2 = RoughLog(-log1);
  const VecD p = -IntegralSqrt(distance + distance);  // NaN below -1/e
  VecD w = Select(distance < Set1(0.7), IntegralPoly(coefficients::kLambertStartM1, -p),
                  log1 - log2 + log2 / log1);
  w = Select(branch | outside, Set1(-3.2), w);
  // A quotient x / w may not be subnormal: 2^200 x instead of x where x is tiny.
  const MaskD tiny = y > Set1(-1e-290);
  const VecD scaled = Select(tiny, y * Set1(0x1p200), y);
  const VecD shift = Select(tiny, Set1(-200 * 0.6931471805599453), VecD{});
  w = LambertStep(LambertStep(w, scaled, shift), scaled, shift);
  if (Any(branch)) {
    w = Select(branch, LambertBranch(coefficients::kLambertBranchM1, p), w);
  }
  w = Select(outside, Set1(__builtin_nan("")), w);
  return Select(x == VecD{}, Set1(-__builtin_inf()), w);
}

}  // namespace

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_INTEGRAL_VECTOR_H_
