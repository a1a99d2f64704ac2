#ifndef FORMULARY_SERVER_RUNTIME_HEAVY_H_
#define FORMULARY_SERVER_RUNTIME_HEAVY_H_

// The heavy functions on vectors. Included by level files only; see repairs.h for the rule on
// lanes.

#include "server/runtime/edge.h"
#include "server/runtime/registers.h"
#include "server/runtime/repairs.h"
#include "server/runtime/sources.h"

namespace {

// Beyond this every number is an integer, and a smaller one rounds by the addition of it.
template <class V>
inline V IntegerStep() {
  return Fill<V>(sizeof(Lane<V>) == sizeof(double) ? 0x1p52 : 0x1p23);
}

// REQUIRES: x <= 0 or NaN; others may be misjudged.
template <class V>
inline Mask<V> IsInteger(V x) {
  const V magnitude = Abs(x);
  const V rounded = (magnitude + IntegerStep<V>()) - IntegerStep<V>();
  return (rounded == magnitude) | (magnitude >= IntegerStep<V>());
}

template <class Lane>
struct GammaEnds;
template <>
struct GammaEnds<double> {
  static constexpr double kDeep =
      -170;  // below, SLEEF's tgamma flushes what 1/gamma(1 - x) cannot hold
  static constexpr double kLast = 171.62;  // above, SLEEF's tgamma overflows early
  static constexpr double kOver = 171.63;  // the true overflow is in between
  static constexpr double kHuge = 1e305;   // above, SLEEF's lgamma overflows early
};
template <>
struct GammaEnds<float> {
  static constexpr double kDeep = -30;
  static constexpr double kLast = 35.04;
  static constexpr double kOver = 35.05;
  static constexpr double kHuge = 1e35;
};

template <class V>
inline V own_strict_gamma(V x) {
  const Mask<V> pole = (x < V{}) & IsInteger(x);
  V result = Select(pole, Fill<V>(__builtin_nan("")), sleef_tgamma(x));
  result = Select(x == V{}, CopySign(Fill<V>(__builtin_inf()), x), result);
  using End = GammaEnds<Lane<V>>;
  const Mask<V> edge = ((x <= Fill<V>(End::kDeep)) & ~pole) |
                       ((x > Fill<V>(End::kLast)) & (x < Fill<V>(End::kOver)));
  if (__builtin_expect(!Any(edge), 1)) return result;
  using formulary::runtime::edge::Gamma;
  return FixLanes(result, edge, x, [](Lane<V> lane) { return Gamma(lane); });
}

template <class V>
inline V own_strict_lgamma(V x) {
  const V result = sleef_lgamma(x);
  const Mask<V> pole = (x <= V{}) & IsInteger(x);
  const V with_poles = Select(pole, Fill<V>(__builtin_inf()), result);
  // The zeros at negative x, which SLEEF computes as a difference, and the approach to overflow.
  const Mask<V> edge = ((x < Fill<V>(-2)) & (Abs(result) < Fill<V>(0.1)) & ~pole) |
                       ((x > Fill<V>(GammaEnds<Lane<V>>::kHuge)) & IsFinite(x));
  if (__builtin_expect(!Any(edge), 1)) return with_poles;
  using formulary::runtime::edge::LogAbsGamma;
  return FixLanes(with_poles, edge, x, [](Lane<V> lane) { return LogAbsGamma(lane); });
}

template <class V>
inline V own_strict_loggamma(V x) {
  const Mask<V> negative = x < V{};
  // 1 stands in where the answer is NaN anyway: no slow lane is computed for nothing.
  const V result = own_strict_lgamma(Select(negative, Fill<V>(1), x));
  return Select(negative, Fill<V>(__builtin_nan("")), result);
}

// The remainder of truncated division of |a| by |b|, exact, with a's sign.
inline VecD TruncatedMod(VecD a, VecD b) {
  const auto scalar = [](double x, double y) { return formulary::runtime::edge::Fmod(x, y); };
#if FY_LEVEL == 2
  return FixLanes(a, ~MaskD{}, a, b, scalar);
#else
  const VecD dividend = Abs(a);
  const VecD divisor = Abs(b);
#if FY_LEVEL == 4
  const VecD quotient =
      _mm512_roundscale_pd(dividend / divisor, _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC);
  VecD rest = _mm512_fnmadd_pd(quotient, divisor, dividend);
#else
  const VecD quotient = _mm256_round_pd(dividend / divisor, _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC);
  VecD rest = _mm256_fnmadd_pd(quotient, divisor, dividend);
#endif
  // The rounded quotient may reach the integer above; the rest, a multiple of the divisor's ulp and
  // smaller than the divisor, is exact either way.
  rest = Select(rest < VecD{}, rest + divisor, rest);
  const MaskD beyond = ~((quotient < Set1(0x1p53)) & IsFinite(b));
  VecD result = CopySign(rest, a);
  if (__builtin_expect(Any(beyond), 0)) result = FixLanes(result, beyond, a, b, scalar);
  return result;
#endif
}

// In double, where quotients to 2^53 stay on the fast path; the rest of two floats is a float.
inline VecF TruncatedMod(VecF a, VecF b) {
  return Join(TruncatedMod(LowHalf(a), LowHalf(b)), TruncatedMod(HighHalf(a), HighHalf(b)));
}

template <class V>
inline V own_strict_mod(V a, V b) {
  const V rest = TruncatedMod(a, b);
  const Mask<V> other_sign = (rest < V{}) ^ (b < V{});
  return Select(rest == V{}, CopySign(V{}, b), Select(other_sign, rest + b, rest));
}

}  // namespace

#endif  // FORMULARY_SERVER_RUNTIME_HEAVY_H_
