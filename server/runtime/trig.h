#ifndef FORMULARY_SERVER_RUNTIME_TRIG_H_
#define FORMULARY_SERVER_RUNTIME_TRIG_H_

// Own forms of sin and cos: our routines for moderate operands, SLEEF's reduction of any operand
// for the lanes beyond. Part of repairs.h's list of forms, and under its rule on lanes; included by
// level files only.

#include "server/runtime/repairs.h"
#include "server/runtime/trig_vector.h"

namespace {

// near(x) where |x| <= end, far(x) in the other lanes, NaNs among them.
template <class V, class Near, class Far>
[[gnu::always_inline]] inline V NearAndFar(V x, double end, Near near, Far far) {
  const V limit = Fill<V>(end);
  if (__builtin_expect(!AnyNotWithin(Abs(x), limit), 1)) return near(x);
  return Split(x, ~(Abs(x) <= limit), Lane<V>{0}, near, far);
}

#if FY_LEVEL == 2
// libmvec calls libm lane by lane from 2^23 (floats: 1e4) on, 37 ns an element, and for NaN.
template <class V>
constexpr double kNearTrig = sizeof(Lane<V>) == sizeof(double) ? 8e6 : 1e4;

template <class V>
inline V own_stable_sin(V x) {
  return NearAndFar(
      x, kNearTrig<V>, [](V near) { return mvec_sin(near); }, [](V far) { return sleef_sin(far); });
}
template <class V>
inline V own_stable_cos(V x) {
  return NearAndFar(
      x, kNearTrig<V>, [](V near) { return mvec_cos(near); }, [](V far) { return sleef_cos(far); });
}
template <class V>
inline V own_strict_sin(V x) {
  return sleef_sin(x);
}
template <class V>
inline V own_strict_cos(V x) {
  return sleef_cos(x);
}
#else
template <class V>
constexpr double kNearTrig = trig_vector::Constants<Lane<V> >::kNear;

template <class V>
inline V own_stable_sin(V x) {
  return NearAndFar(
      x, kNearTrig<V>, [](V near) { return trig_vector::FastSin(near); },
      [](V far) { return sleef_sin(far); });
}
template <class V>
inline V own_stable_cos(V x) {
  return NearAndFar(
      x, kNearTrig<V>, [](V near) { return trig_vector::FastCos(near); },
      [](V far) { return sleef_cos(far); });
}
template <class V>
inline V own_strict_sin(V x) {
  return NearAndFar(
      x, kNearTrig<V>, [](V near) { return trig_vector::PreciseSin(near); },
      [](V far) { return sleef_sin(far); });
}
template <class V>
inline V own_strict_cos(V x) {
  return NearAndFar(
      x, kNearTrig<V>, [](V near) { return trig_vector::PreciseCos(near); },
      [](V far) { return sleef_cos(far); });
}
#endif

}  // namespace

#endif  // FORMULARY_SERVER_RUNTIME_TRIG_H_
