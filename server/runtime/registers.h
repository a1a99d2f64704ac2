#ifndef FORMULARY_SERVER_RUNTIME_REGISTERS_H_
#define FORMULARY_SERVER_RUNTIME_REGISTERS_H_

// The vector registers of the level that is being compiled (FY_LEVEL: 2, 3 or 4, set by
// level_v<n>.cc) and the few operations that need intrinsics; the rest is GCC's vector arithmetic.
// Included by level files only. Everything has internal linkage and nothing of the standard library
// may be included next to it: an inline function compiled here for AVX-512 must never be the copy
// that the linker keeps for all.

#include <immintrin.h>

namespace {

template <class V>
struct LaneOf;
template <class V>
using Lane = typename LaneOf<V>::Type;
template <class V>
using Mask = typename LaneOf<V>::MaskType;
template <class V>
inline constexpr long kLanes = sizeof(V) / sizeof(Lane<V>);

#if FY_LEVEL == 4
using VecD = __m512d;
using VecF = __m512;
#elif FY_LEVEL == 3
using VecD = __m256d;
using VecF = __m256;
#else
using VecD = __m128d;
using VecF = __m128;
#endif

// a * b + c, rounded once; level 2 cannot.
#if FY_LEVEL == 4
inline VecD Fma(VecD a, VecD b, VecD c) { return _mm512_fmadd_pd(a, b, c); }
inline VecF Fma(VecF a, VecF b, VecF c) { return _mm512_fmadd_ps(a, b, c); }
#elif FY_LEVEL == 3
inline VecD Fma(VecD a, VecD b, VecD c) { return _mm256_fmadd_pd(a, b, c); }
inline VecF Fma(VecF a, VecF b, VecF c) { return _mm256_fmadd_ps(a, b, c); }
#endif

// All ones where true, as GCC's comparisons of vectors give them.
using MaskD = long long __attribute__((vector_size(sizeof(VecD))));
using MaskF = int __attribute__((vector_size(sizeof(VecF))));

template <>
struct LaneOf<VecD> {
  using Type = double;
  using MaskType = MaskD;
};
template <>
struct LaneOf<VecF> {
  using Type = float;
  using MaskType = MaskF;
};

template <class V>
inline V Load(const Lane<V>* p) {
  V v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}

template <class V>
inline void Store(Lane<V>* p, V v) {
  __builtin_memcpy(p, &v, sizeof v);
}

#if FY_LEVEL == 4
inline VecD Set1(double x) { return _mm512_set1_pd(x); }
inline VecF Set1(float x) { return _mm512_set1_ps(x); }
inline bool Any(MaskD m) { return _mm512_movepi64_mask(reinterpret_cast<__m512i>(m)) != 0; }
inline bool Any(MaskF m) { return _mm512_movepi32_mask(reinterpret_cast<__m512i>(m)) != 0; }
#elif FY_LEVEL == 3
inline VecD Set1(double x) { return _mm256_set1_pd(x); }
inline VecF Set1(float x) { return _mm256_set1_ps(x); }
inline bool Any(MaskD m) { return _mm256_movemask_pd(reinterpret_cast<__m256d>(m)) != 0; }
inline bool Any(MaskF m) { return _mm256_movemask_ps(reinterpret_cast<__m256>(m)) != 0; }
#else
inline VecD Set1(double x) { return _mm_set1_pd(x); }
inline VecF Set1(float x) { return _mm_set1_ps(x); }
inline bool Any(MaskD m) { return _mm_movemask_pd(reinterpret_cast<__m128d>(m)) != 0; }
inline bool Any(MaskF m) { return _mm_movemask_ps(reinterpret_cast<__m128>(m)) != 0; }
#endif

// Whether a lane is above the limit; whether one is not at or below it (a NaN is not). At level 4
// straight from the comparison's mask register: through a vector it costs a tenth of a fast
// function.
#if FY_LEVEL == 4
inline bool AnyAbove(VecD x, VecD limit) { return _mm512_cmp_pd_mask(x, limit, _CMP_GT_OQ) != 0; }
inline bool AnyAbove(VecF x, VecF limit) { return _mm512_cmp_ps_mask(x, limit, _CMP_GT_OQ) != 0; }
inline bool AnyNotWithin(VecD x, VecD limit) {
  return _mm512_cmp_pd_mask(x, limit, _CMP_NLE_UQ) != 0;
}
inline bool AnyNotWithin(VecF x, VecF limit) {
  return _mm512_cmp_ps_mask(x, limit, _CMP_NLE_UQ) != 0;
}
#else
template <class V>
inline bool AnyAbove(V x, V limit) {
  const Mask<V> above = x > limit;
  return Any(above);
}
template <class V>
inline bool AnyNotWithin(V x, V limit) {
  const Mask<V> within = x <= limit;
  return Any(~within);
}
#endif

template <class V>
inline V Fill(double x) {
  return Set1(static_cast<Lane<V>>(x));
}

template <class V>
inline V Select(Mask<V> m, V yes, V no) {
  return m ? yes : no;
}

template <class V>
inline Mask<V> SignBit() {
  return reinterpret_cast<Mask<V>>(Fill<V>(-0.0));
}

template <class V>
inline V Abs(V x) {
  return reinterpret_cast<V>(reinterpret_cast<Mask<V>>(x) & ~SignBit<V>());
}

template <class V>
inline V CopySign(V magnitude, V sign) {
  return reinterpret_cast<V>((reinterpret_cast<Mask<V>>(magnitude) & ~SignBit<V>()) |
                             (reinterpret_cast<Mask<V>>(sign) & SignBit<V>()));
}

// Finite, and neither NaN.
template <class V>
inline Mask<V> IsFinite(V x) {
  return Abs(x) < Fill<V>(__builtin_inf());
}

// A narrower register's lanes, repeated to fill the native one. Repeating costs nothing extra on a
// slow path that the lanes themselves do not take, and the result's low part is the narrow form's
// answer.
inline VecD Widen(VecD x) { return x; }
inline VecF Widen(VecF x) { return x; }

template <class Narrow, class V>
inline Narrow LowPart(V x) {
  Narrow low;
  __builtin_memcpy(&low, &x, sizeof low);
  return low;
}

#if FY_LEVEL == 4
inline VecD Widen(__m128d x) { return _mm512_broadcast_f64x2(x); }
inline VecF Widen(__m128 x) { return _mm512_broadcast_f32x4(x); }
inline VecD Widen(__m256d x) { return _mm512_broadcast_f64x4(x); }
inline VecF Widen(__m256 x) { return _mm512_broadcast_f32x8(x); }
#elif FY_LEVEL == 3
inline VecD Widen(__m128d x) { return _mm256_set_m128d(x, x); }
inline VecF Widen(__m128 x) { return _mm256_set_m128(x, x); }
#endif

// Floats as two vectors of doubles, and back, rounded.
#if FY_LEVEL == 4
inline VecD LowHalf(VecF x) { return _mm512_cvtps_pd(_mm512_castps512_ps256(x)); }
inline VecD HighHalf(VecF x) { return _mm512_cvtps_pd(_mm512_extractf32x8_ps(x, 1)); }
inline VecF Join(VecD low, VecD high) {
  return _mm512_insertf32x8(_mm512_castps256_ps512(_mm512_cvtpd_ps(low)), _mm512_cvtpd_ps(high), 1);
}
#elif FY_LEVEL == 3
inline VecD LowHalf(VecF x) { return _mm256_cvtps_pd(_mm256_castps256_ps128(x)); }
inline VecD HighHalf(VecF x) { return _mm256_cvtps_pd(_mm256_extractf128_ps(x, 1)); }
inline VecF Join(VecD low, VecD high) {
  return _mm256_set_m128(_mm256_cvtpd_ps(high), _mm256_cvtpd_ps(low));
}
#else
inline VecD LowHalf(VecF x) { return _mm_cvtps_pd(x); }
inline VecD HighHalf(VecF x) { return _mm_cvtps_pd(_mm_movehl_ps(x, x)); }
inline VecF Join(VecD low, VecD high) {
  return _mm_movelh_ps(_mm_cvtpd_ps(low), _mm_cvtpd_ps(high));
}
#endif

}  // namespace

#endif  // FORMULARY_SERVER_RUNTIME_REGISTERS_H_
