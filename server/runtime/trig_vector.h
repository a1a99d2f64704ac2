#ifndef FORMULARY_SERVER_RUNTIME_TRIG_VECTOR_H_
#define FORMULARY_SERVER_RUNTIME_TRIG_VECTOR_H_

// sin and cos of moderate operands on vectors, for levels with FMA. Fast forms: multiples of pi
// taken away, one polynomial, within 2.4 ulp and never beyond 1. Precise forms: multiples of pi/2
// taken away, what is left in two parts, within 0.85 ulp. Included by level files only, through
// trig.h, which sends other operands elsewhere; see repairs.h for the rule on lanes. Source:
// reduction by pi in three parts (Cody and Waite 1980), where the first product's difference is
// exact by FMA; the polynomials are Sollya's fpminimax, within 3e-19 and 7e-9 (fast), 4e-18 and
// 5e-9 (precise) of sin, relative, and of cos.

#include "server/runtime/registers.h"

#if FY_LEVEL != 2

namespace {
namespace trig_vector {

// Operands up to kNear have multiples of pi/2 below 2^30 (2^15), which is as far as the parts of pi
// and the polynomials' intervals go. Adding kWhole rounds to a whole number and leaves that in the
// lowest bits.
template <class Lane>
struct Constants;
template <>
struct Constants<double> {
  static constexpr double kNear = 1e9;
  static constexpr double kWhole = 0x1.8p52, kPerPi = 0x1.45f306dc9c883p-2;
  static constexpr double kPi = 0x1.921fb54442d18p1, kPi2 = 0x1.1a62633145c07p-53,
                          kPi3 = -0x1.f1976b7ed8fbcp-109;
};
template <>
struct Constants<float> {
  static constexpr double kNear = 5e4;
  static constexpr double kWhole = 0x1.8p23, kPerPi = 0x1.45f306p-2;
  static constexpr double kPi = 0x1.921fb6p1, kPi2 = -0x1.777a5cp-24, kPi3 = -0x1.ee59dap-49;
};

#if FY_LEVEL == 4
// Bit 0 (1) of each lane, as its sign bit.
inline MaskD Bit0(VecD x) {
  return reinterpret_cast<MaskD>(_mm512_slli_epi64(reinterpret_cast<__m512i>(x), 63));
}
inline MaskF Bit0(VecF x) {
  return reinterpret_cast<MaskF>(_mm512_slli_epi32(reinterpret_cast<__m512i>(x), 31));
}
inline __mmask8 IsOdd(MaskD x) {
  return _mm512_test_epi64_mask(reinterpret_cast<__m512i>(x), _mm512_set1_epi64(1));
}
inline __mmask16 IsOdd(MaskF x) {
  return _mm512_test_epi32_mask(reinterpret_cast<__m512i>(x), _mm512_set1_epi32(1));
}
// x, but not beyond -1 and 1.
inline VecD Within1(VecD x) { return _mm512_range_pd(x, Set1(1.0), 2); }
inline VecF Within1(VecF x) { return _mm512_range_ps(x, Set1(1.0F), 2); }
inline VecD Pick(__mmask8 m, VecD yes, VecD no) { return _mm512_mask_blend_pd(m, no, yes); }
inline VecF Pick(__mmask16 m, VecF yes, VecF no) { return _mm512_mask_blend_ps(m, no, yes); }
#else
inline MaskD Bit0(VecD x) {
  return reinterpret_cast<MaskD>(_mm256_slli_epi64(reinterpret_cast<__m256i>(x), 63));
}
inline MaskF Bit0(VecF x) {
  return reinterpret_cast<MaskF>(_mm256_slli_epi32(reinterpret_cast<__m256i>(x), 31));
}
inline VecD IsOdd(MaskD x) {
  return reinterpret_cast<VecD>(_mm256_slli_epi64(reinterpret_cast<__m256i>(x), 63));
}
inline VecF IsOdd(MaskF x) {
  return reinterpret_cast<VecF>(_mm256_slli_epi32(reinterpret_cast<__m256i>(x), 31));
}
inline VecD Within1(VecD x) { return _mm256_max_pd(_mm256_min_pd(x, Set1(1.0)), Set1(-1.0)); }
inline VecF Within1(VecF x) { return _mm256_max_ps(_mm256_min_ps(x, Set1(1.0F)), Set1(-1.0F)); }
inline VecD Pick(VecD m, VecD yes, VecD no) { return _mm256_blendv_pd(no, yes, m); }
inline VecF Pick(VecF m, VecF yes, VecF no) { return _mm256_blendv_ps(no, yes, m); }
#endif

template <class V, class M>
inline V Pick(M m, double yes, double no) {
  return Pick(m, Fill<V>(yes), Fill<V>(no));
}

template <class V>
inline Mask<V> Bits(V x) {
  return reinterpret_cast<Mask<V>>(x);
}

template <class V>
inline V FlipSign(V x, Mask<V> sign) {
  return reinterpret_cast<V>(Bits(x) ^ sign);
}

// (sin(r) - r)/r^3 by s = r^2, |r| < 1.572 (1.573). In pairs, here and below, so that products wait
// for each other less: kernels wait for results more than for units.
inline VecD FastPolynomial(VecD s) {
  const VecD square = s * s;
  const VecD low = Fma(Fma(Set1(0x1.71de3a52aac68p-19), s, Set1(-0x1.a01a01a014eb7p-13)), square,
                       Fma(Set1(0x1.11111111110c9p-7), s, Set1(-0x1.5555555555555p-3)));
  const VecD high = Fma(Fma(Set1(0x1.883c3136c14ddp-49), s, Set1(-0x1.ae43dd5400926p-41)), square,
                        Fma(Set1(0x1.6123ce53b3304p-33), s, Set1(-0x1.ae6454d968e21p-26)));
  return Fma(high, square * square, low);
}
inline VecF FastPolynomial(VecF s) {
  return Fma(Fma(Set1(0x1.5dbd16p-19F), s, Set1(-0x1.9f704ep-13F)), s * s,
             Fma(Set1(0x1.110ed8p-7F), s, Set1(-0x1.55554cp-3F)));
}

// sin(x - n pi).
template <class V>
inline V FastSinFrom(V x, V n) {
  using C = Constants<Lane<V>>;
  V r = Fma(n, Fill<V>(-C::kPi), x);
  r = Fma(n, Fill<V>(-C::kPi2), r);
  r = Fma(n, Fill<V>(-C::kPi3), r);
  const V s = r * r;
  return Within1(Fma(r * s, FastPolynomial(s), r));
}

// REQUIRES, as all below: |x| <= kNear. A zero keeps its sign for being worked on without it.
template <class V>
[[gnu::always_inline]] inline V FastSin(V x) {
  using C = Constants<Lane<V>>;
  const Mask<V> sign = Bits(x) & SignBit<V>();
  const V magnitude = Abs(x);
  const V n = Fma(magnitude, Fill<V>(C::kPerPi), Fill<V>(C::kWhole));
  return FlipSign(FastSinFrom(magnitude, n - Fill<V>(C::kWhole)), Bit0(n) ^ sign);
}

// (-1)^n sin(|x| - (n - 1/2) pi), so that cos(-x) has the bits of cos(x).
template <class V>
[[gnu::always_inline]] inline V FastCos(V x) {
  using C = Constants<Lane<V>>;
  const V magnitude = Abs(x);
  const V n = Fma(magnitude, Fill<V>(C::kPerPi), Fill<V>(0.5)) + Fill<V>(C::kWhole);
  return FlipSign(FastSinFrom(magnitude, n - Fill<V>(C::kWhole) - Fill<V>(0.5)), Bit0(n));
}

// By s = r^2, |r| < 0.786 (0.789): in the lanes of m (cos(r) - 1 + s/2)/s^2, else (sin(r) - r)/r^3.
template <class M>
inline VecD PrecisePolynomial(M m, VecD s) {
  const VecD square = s * s;
  const VecD low = Fma(Pick<VecD>(m, -0x1.6c16c16c15223p-10, 0x1.111111110f76p-7), s,
                       Pick<VecD>(m, 0x1.555555555554cp-5, -0x1.5555555555548p-3));
  const VecD middle = Fma(Pick<VecD>(m, -0x1.27e4f81336569p-22, 0x1.71de355fa4c72p-19), s,
                          Pick<VecD>(m, 0x1.a01a019cbff9p-16, -0x1.a01a019bf2b7dp-13));
  const VecD high = Fma(Pick<VecD>(m, -0x1.8fb16360d8b6p-37, 0x1.5d8e624f8bcc2p-33), s,
                        Pick<VecD>(m, 0x1.1ee9f1b06dc6cp-29, -0x1.ae5e550039428p-26));
  return Fma(Fma(high, square, middle), square, low);
}
template <class M>
inline VecF PrecisePolynomial(M m, VecF s) {
  VecF p = Pick<VecF>(m, 0x1.99e6bep-16, -0x1.992578p-13);
  p = Fma(p, s, Pick<VecF>(m, -0x1.6c0c26p-10, 0x1.1106d8p-7));
  return Fma(p, s, Pick<VecF>(m, 0x1.55554ap-5, -0x1.555544p-3));
}

// sin(x + quadrants pi/2) for x >= 0, quadrants 0 or 1.
template <int quadrants, class V>
[[gnu::always_inline]] inline V PreciseSinFrom(V x) {
  using C = Constants<Lane<V>>;
  const V whole = Fma(x, Fill<V>(2 * C::kPerPi), Fill<V>(C::kWhole));
  const V n = whole - Fill<V>(C::kWhole);
  // The first difference is exact by FMA. It is a multiple of the last place of the product, so
  // that what r is rounded by is exact, too, even where the product is the greater one.
  const V difference = Fma(n, Fill<V>(-C::kPi / 2), x);
  const V product = n * Fill<V>(C::kPi2 / 2);
  const V r = difference - product;
  const V low = Fma(n, Fill<V>(-C::kPi3 / 2),
                    ((difference - r) - product) - Fma(n, Fill<V>(C::kPi2 / 2), -product));
  const V s = r * r;
  const Mask<V> quadrant = Bits(whole) + quadrants;
  const auto odd = IsOdd(quadrant);
  // cos(r) = even + (its rounding error - r low + s^2 p), sin(r) = r + (low + r^3 p)
  const V even = Fma(s, Fill<V>(-0.5), Fill<V>(1));
  const V even_low = Fma(-r, low, Fma(s, Fill<V>(-0.5), Fill<V>(1) - even));
  const V tail = Fma(s * Pick(odd, s, r), PrecisePolynomial(odd, s), Pick(odd, even_low, low));
  const Mask<V> sign = (quadrant << (8 * sizeof(Lane<V>) - 2)) & SignBit<V>();
  return FlipSign(Pick(odd, even, r) + tail, sign);
}

template <class V>
inline V PreciseSin(V x) {
  const Mask<V> sign = Bits(x) & SignBit<V>();
  return FlipSign(PreciseSinFrom<0>(Abs(x)), sign);
}

template <class V>
inline V PreciseCos(V x) {
  return PreciseSinFrom<1>(Abs(x));
}

}  // namespace trig_vector
}  // namespace

#endif  // FY_LEVEL != 2

#endif  // FORMULARY_SERVER_RUNTIME_TRIG_VECTOR_H_
