#ifndef FORMULARY_SERVER_RUNTIME_LOG_VECTOR_H_
#define FORMULARY_SERVER_RUNTIME_LOG_VECTOR_H_

// log on vectors, within 0.95 ulp for levels with FMA: the strict one, and the plain one where that
// is no slower than libmvec's. Included by level files only; see repairs.h for the rule on lanes.
// Source: x = 2^k (1 + f), 3/4 <= 1 + f < 3/2, and log(1 + f) = 2 atanh(s) for s = f/(2 + f), as in
// Tang, "Table-driven implementation of the logarithm function", 1990; what the sum with k log(2)
// loses is kept. The polynomials are Sollya's fpminimax of (2 atanh(s) - 2 s)/s^3 in s^2, within
// 5e-19 and 2e-10 of the logarithm, relative to it.

#include "server/runtime/exp_vector.h"
#include "server/runtime/registers.h"
#include "server/runtime/sources.h"

namespace {

#if FY_LEVEL == 2
template <class V>
inline V own_strict_log(V x) {
  return sleef_log(x);
}
#else
namespace log_vector {

template <class V>
struct Format;
template <>
struct Format<VecD> {
  using Bits = unsigned long long __attribute__((vector_size(sizeof(VecD))));
  static constexpr int kShift = 52;
  static constexpr unsigned long long kOne = 0x3ff0000000000000,
                                      kThreeQuarters = 0x3fe8000000000000,
                                      kExponent = 0xfff0000000000000, kCount = 0x4330000000000000;
  static constexpr double kCountOfOne = 0x1p52 + 1023;
  static constexpr double kLeast = 0x1p-1022, kGreatest = 0x1.fffffffffffffp1023;
  static constexpr double kScale = 0x1p54, kScaleExponent = 54;
  using Log2 = exp_vector::Constants<double>;
  static constexpr double kTable[] = {
      0x1.5555555555555p-1, 0x1.9999999999ff8p-2, 0x1.24924923ceefcp-2, 0x1.c71c72ee3d6ddp-3,
      0x1.745ca89d5c52dp-3, 0x1.3b2a4a4c1e5c4p-3, 0x1.0e843fb871bafp-3, 0x1.16d2ef7d38996p-3};
};
template <>
struct Format<VecF> {
  using Bits = unsigned __attribute__((vector_size(sizeof(VecF))));
  static constexpr int kShift = 23;
  static constexpr unsigned kOne = 0x3f800000, kThreeQuarters = 0x3f400000, kExponent = 0xff800000,
                            kCount = 0x4b000000;
  static constexpr float kCountOfOne = 0x1p23F + 127;
  static constexpr float kLeast = 0x1p-126F, kGreatest = 0x1.fffffep127F;
  static constexpr float kScale = 0x1p25F, kScaleExponent = 25;
  using Log2 = exp_vector::Constants<float>;
  static constexpr float kTable[] = {0x1.555556p-1F, 0x1.99992cp-2F, 0x1.246afep-2F,
                                     0x1.df6bc2p-3F};
};

// log(x) - less log(2). REQUIRES: x is normal and positive.
template <class V>
inline V OfNormal(V x, V less) {
  using F = Format<V>;
  using Bits = typename F::Bits;
  const Bits bits = reinterpret_cast<Bits>(x);
  const Bits raised = bits + (F::kOne - F::kThreeQuarters);
  const V f = reinterpret_cast<V>(bits - (raised & F::kExponent) + F::kOne) - Fill<V>(1);
  const V count = reinterpret_cast<V>((raised >> F::kShift) | F::kCount);
  const V k = (count - Set1(F::kCountOfOne)) - less;
  const V s = f / (f + Fill<V>(2));
  const V square = s * s;
  V p = Set1(F::kTable[sizeof(F::kTable) / sizeof(Lane<V>) - 1]);
#pragma GCC unroll 8
  for (int i = sizeof(F::kTable) / sizeof(Lane<V>) - 2; i >= 0; --i)
    p = Fma(p, square, Set1(F::kTable[i]));
  // log(1 + f) = f - f^2/2 + s (f^2/2 + s^2 p).
  const V half = Fill<V>(0.5) * f * f;
  const V more = Fma(s, Fma(square, p, half), Fma(k, Set1(F::Log2::kLog2Low), -half));
  const V high = Fma(k, Set1(F::Log2::kLog2High), f);
  const V lost = f - Fma(k, Set1(-F::Log2::kLog2High), high);
  return high + (lost + more);
}

template <class V>
[[gnu::noinline, gnu::cold]] V OfAny(V x) {
  using F = Format<V>;
  const Mask<V> small = x < Set1(F::kLeast);
  const V scaled = Select(small, x * Set1(F::kScale), x);
  const Mask<V> finite = (x > V{}) & (x <= Set1(F::kGreatest));
  const V result =
      OfNormal(Select(finite, scaled, Fill<V>(1)), Select(small, Set1(F::kScaleExponent), V{}));
  // Infinity and NaN stay.
  const V outside = Select(x < V{}, Fill<V>(__builtin_nan("")), x);
  return Select(finite, result, Select(x == V{}, Fill<V>(-__builtin_inf()), outside));
}

}  // namespace log_vector

template <class V>
inline V own_strict_log(V x) {
  using F = log_vector::Format<V>;
  const Mask<V> normal = (x >= Set1(F::kLeast)) & (x <= Set1(F::kGreatest));
  if (__builtin_expect(!Any(~normal), 1)) return log_vector::OfNormal(x, V{});
  return log_vector::OfAny(x);
}
#endif

#if FY_LEVEL == 2
inline VecD own_stable_log(VecD x) { return mvec_log(x); }
#else
inline VecD own_stable_log(VecD x) { return own_strict_log(x); }
#endif
#if FY_LEVEL == 4
inline VecF own_stable_log(VecF x) { return own_strict_log(x); }
#else
inline VecF own_stable_log(VecF x) { return mvec_log(x); }
#endif

}  // namespace

#endif  // FORMULARY_SERVER_RUNTIME_LOG_VECTOR_H_
