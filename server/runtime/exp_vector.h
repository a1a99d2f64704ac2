#ifndef FORMULARY_SERVER_RUNTIME_EXP_VECTOR_H_
#define FORMULARY_SERVER_RUNTIME_EXP_VECTOR_H_

// exp on vectors, for levels with FMA: of doubles for all modes, of floats for the plain form and
// for the normal distribution function. Included by level files only; see repairs.h for the rule on
// lanes. Source: reduction by multiples of log(2) in two parts (Cody and Waite 1980); the
// polynomials are Sollya's fpminimax of exp(r) on [-0.3466, 0.3466], within 7.7e-18 and 9.7e-9 of
// it.

#include "server/runtime/registers.h"

#if FY_LEVEL != 2

namespace {
namespace exp_vector {

#if FY_LEVEL == 4
inline VecD Nearest(VecD x) {
  return _mm512_roundscale_pd(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}
inline VecF Nearest(VecF x) {
  return _mm512_roundscale_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}
// The less of both, the greater of both; x where that is NaN.
inline VecD AtMost(VecD limit, VecD x) { return _mm512_min_pd(limit, x); }
inline VecF AtMost(VecF limit, VecF x) { return _mm512_min_ps(limit, x); }
inline VecD AtLeast(VecD limit, VecD x) { return _mm512_max_pd(limit, x); }
inline VecF AtLeast(VecF limit, VecF x) { return _mm512_max_ps(limit, x); }
// x * 2^n, rounded once.
inline VecD Scale(VecD x, VecD n) { return _mm512_scalef_pd(x, n); }
inline VecF Scale(VecF x, VecF n) { return _mm512_scalef_ps(x, n); }
#else
inline VecD Nearest(VecD x) {
  return _mm256_round_pd(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}
inline VecF Nearest(VecF x) {
  return _mm256_round_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}
inline VecD AtMost(VecD limit, VecD x) { return _mm256_min_pd(limit, x); }
inline VecF AtMost(VecF limit, VecF x) { return _mm256_min_ps(limit, x); }
inline VecD AtLeast(VecD limit, VecD x) { return _mm256_max_pd(limit, x); }
inline VecF AtLeast(VecF limit, VecF x) { return _mm256_max_ps(limit, x); }
// x * 2^n in two steps, the first of them exact. REQUIRES: |n| <= 2000 (250), 2^-20 < |x| < 2^20 or
// NaN.
inline VecD Scale(VecD x, VecD n) {
  const __m128i whole = _mm256_cvtpd_epi32(n);
  const __m128i half = _mm_srai_epi32(whole, 1);
  const auto power = [](__m128i k) {
    const __m128i field = _mm_add_epi32(k, _mm_set1_epi32(1023));
    return _mm256_castsi256_pd(_mm256_slli_epi64(_mm256_cvtepi32_epi64(field), 52));
  };
  return x * power(half) * power(_mm_sub_epi32(whole, half));
}
inline VecF Scale(VecF x, VecF n) {
  const __m256i whole = _mm256_cvtps_epi32(n);
  const __m256i half = _mm256_srai_epi32(whole, 1);
  const auto power = [](__m256i k) {
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_add_epi32(k, _mm256_set1_epi32(127)), 23));
  };
  return x * power(half) * power(_mm256_sub_epi32(whole, half));
}
#endif

// log(2) in two parts, the first short enough for products with whole numbers to be exact, and
// where exp is 0 or infinite.
template <class Lane>
struct Constants;
template <>
struct Constants<double> {
  static constexpr double kLog2E = 0x1.71547652b82fep+0;
  static constexpr double kLog2High = 0x1.62e42fefa3800p-1, kLog2Low = 0x1.ef35793c76730p-45;
  static constexpr double kLeast = -746, kGreatest = 710;
};
template <>
struct Constants<float> {
  static constexpr float kLog2E = 0x1.715476p+0F;
  static constexpr float kLog2High = 0x1.62e4p-1F, kLog2Low = 0x1.7f7d1cp-20F;
  static constexpr float kLeast = -104, kGreatest = 89;
};

// 1 + r + square * p for |r| < 0.35, with what the first sum loses.
template <class V>
inline V OneAnd(V r, V square, V p) {
  const V sum = Fill<V>(1) + r;
  return sum + Fma(p, square, r - (sum - Fill<V>(1)));
}

// exp(r) 2^n. REQUIRES: |r| < 0.35 or NaN, n as Scale does.
inline VecD ExpOfReduced(VecD r, VecD n) {
  const VecD square = r * r;
  const VecD fourth = square * square;
  // In pairs, so that products wait for each other less.
  const VecD low = Fma(Fma(Set1(0x1.1111111110519p-7), r, Set1(0x1.555555555316cp-5)), square,
                       Fma(Set1(0x1.5555555555554p-3), r, Set1(0.5)));
  const VecD middle = Fma(Fma(Set1(0x1.71ddfe6fc888bp-19), r, Set1(0x1.a019aa980d37dp-16)), square,
                          Fma(Set1(0x1.a01a01ac4067dp-13), r, Set1(0x1.6c16c17cf3917p-10)));
  const VecD high = Fma(Set1(0x1.af578774c2596p-26), r, Set1(0x1.28a01bd648cb3p-22));
  const VecD p = Fma(Fma(high, fourth, middle), fourth, low);
  return Scale(OneAnd(r, square, p), n);
}

// (exp(r) - 1 - r)/square for |r| < 0.35.
inline VecF Polynomial(VecF r, VecF square) {
  const VecF high = Fma(Set1(0x1.6ca9bap-10F), r, Set1(0x1.120ad8p-7F));
  const VecF middle = Fma(Set1(0x1.55556cp-5F), r, Set1(0x1.5554dep-3F));
  return Fma(Fma(high, square, middle), r, Set1(0.5F));
}
inline VecF ExpOfReduced(VecF r, VecF n) {
  const VecF square = r * r;
  return Scale(OneAnd(r, square, Polynomial(r, square)), n);
}

// exp(x), doubles within 0.85 ulp. Beyond the limits it is 0 or infinite.
template <class V>
inline V Exp(V operand) {
  using C = Constants<Lane<V>>;
  const V x = AtMost(Set1(C::kGreatest), AtLeast(Set1(C::kLeast), operand));
  const V n = Nearest(x * Set1(C::kLog2E));
  const V r = Fma(n, Set1(-C::kLog2High), x);  // exact: 42 bits by 11 (15 by 8)
  return ExpOfReduced(Fma(n, Set1(-C::kLog2Low), r), n);
}

// exp(high + low) without the rounding of that sum. REQUIRES: |high + low| < 700 (80) or NaN, and
// high a multiple of 2^-60 (2^-24).
template <class V>
inline V ExpSum(V high, V low) {
  using C = Constants<Lane<V>>;
  const V n = Nearest((high + low) * Set1(C::kLog2E));
  const V r = Fma(n, Set1(-C::kLog2High), high) + low;
  return ExpOfReduced(Fma(n, Set1(-C::kLog2Low), r), n);
}

// factor * exp(x + low), the exponential within 1.1 ulp. REQUIRES: |x| <= 110 or NaN, |low| <
// 2^-16, and 2^-19 < factor < 2^19.
inline VecF ExpTimes(VecF x, VecF low, VecF factor) {
  using C = Constants<float>;
  const VecF n = Nearest(x * Set1(C::kLog2E));
  const VecF r = Fma(n, Set1(-C::kLog2Low), Fma(n, Set1(-C::kLog2High), x)) + low;
  const VecF square = r * r;
  const VecF more = Fma(square, Polynomial(r, square), r);
  return Scale(Fma(more, factor, factor), n);
}

}  // namespace exp_vector
}  // namespace

#endif  // FY_LEVEL != 2

#endif  // FORMULARY_SERVER_RUNTIME_EXP_VECTOR_H_
