#ifndef FORMULARY_SERVER_RUNTIME_REPAIRS_H_
#define FORMULARY_SERVER_RUNTIME_REPAIRS_H_

// Own forms of light functions: a library routine where it is right and fast, something else in the
// lanes where it is not. own_stable_f and own_strict_f serve the routes named Own in runtime.h's
// list. Included by level files only. A repair must look at each lane alone: whether a neighbour
// needs one may decide which code runs, never which bits a lane gets.

#include "server/runtime/edge.h"
#include "server/runtime/exp_vector.h"
#include "server/runtime/pow_integer.h"
#include "server/runtime/registers.h"
#include "server/runtime/sources.h"

namespace {

// Where the routines of f64 and f32 give out.
template <class Lane>
struct Ends;
template <>
struct Ends<double> {
  static constexpr double kErfcZero = 27.25;  // erfc is 0 from here on
  static constexpr double kExpNear = 709;  // SLEEF's exp, sinh and cosh overflow early in between
  static constexpr double kExpFar = 711;
  static constexpr double kOdd = 0x1p-28;  // sinh, tan, ... are x below: x^3/3 is under 0.02 ulp
  static constexpr double kLog1pIsX = 0x1p-60;
  static constexpr double kSquare = 1e150;      // SLEEF's asinh and acosh overflow where x * x does
  static constexpr double kHalfMax = 0x1p1023;  // above, 2 x is infinite
  static constexpr double kLog1pIsLog =
      1e300;  // SLEEF's log1p overflows near the end; log(1 + x) = log(x)
  static constexpr double kMaxExponent = 1024;
  static constexpr double kMinNormal = 0x1p-1022;
};
template <>
struct Ends<float> {
  static constexpr double kErfcZero = 10.0625;
  static constexpr double kExpNear = 88;
  static constexpr double kExpFar = 90;
  static constexpr double kOdd = 0x1p-14;
  static constexpr double kLog1pIsX = 0x1p-30;
  static constexpr double kSquare = 1e18;
  static constexpr double kHalfMax = 0x1p127;
  static constexpr double kLog1pIsLog = 1e36;
  static constexpr double kMaxExponent = 128;
  static constexpr double kMinNormal = 0x1p-126;
};

// fix(x) in the lanes of `where`, result in the others.
template <class V, class Fix>
[[gnu::noinline, gnu::cold]] V FixLanes(V result, Mask<V> where, V x, Fix fix) {
  for (long i = 0; i < kLanes<V>; ++i) {
    if (where[i]) result[i] = fix(static_cast<Lane<V>>(x[i]));
  }
  return result;
}

template <class V, class Fix>
[[gnu::noinline, gnu::cold]] V FixLanes(V result, Mask<V> where, V a, V b, Fix fix) {
  for (long i = 0; i < kLanes<V>; ++i) {
    if (where[i]) result[i] = fix(static_cast<Lane<V>>(a[i]), static_cast<Lane<V>>(b[i]));
  }
  return result;
}

// far(x) in the lanes of `where`; near(x) in the others, kept away from the far ones by a safe
// operand.
template <class V, class Near, class Far>
[[gnu::noinline, gnu::cold]] V Split(V x, Mask<V> where, Lane<V> safe, Near near, Far far) {
  return Select(where, far(x), near(Select(where, Set1(safe), x)));
}

// STABLE erf, erfc in f32: libmvec's AVX-512 erff reaches 4.0 ulp where its AVX2 one has 1.8 at the
// same speed, and its AVX-512 erfcf is slower than two AVX2 calls.
#if FY_LEVEL == 4
inline VecF Halves(VecF x, __m256 (*half)(__m256)) {
  const __m256 low = half(_mm512_castps512_ps256(x));
  const __m256 high = half(_mm512_extractf32x8_ps(x, 1));
  return _mm512_insertf32x8(_mm512_castps256_ps512(low), high, 1);
}
inline VecF own_stable_erf(VecF x) { return Halves(x, &_ZGVdN8v_erff); }
inline VecF NearErfc(VecF x) { return Halves(x, &_ZGVdN8v_erfcf); }
#else
inline VecF own_stable_erf(VecF x) { return mvec_erf(x); }
inline VecF NearErfc(VecF x) { return mvec_erfc(x); }
#endif
inline VecD NearErfc(VecD x) { return mvec_erfc(x); }

// STABLE erfc: libmvec calls libm lane by lane for the zeros of the far tail.
template <class V>
inline V own_stable_erfc(V x) {
  const V end = Fill<V>(Ends<Lane<V>>::kErfcZero);
  if (__builtin_expect(!AnyAbove(x, end), 1)) return NearErfc(x);
  return Split(
      x, x > end, Lane<V>{0}, [](V near) { return NearErfc(near); }, [](V) { return V{}; });
}

// exp, sinh and cosh at the overflow threshold: SLEEF's exp is infinite for the last 2e-6 below it,
// and its sinh and cosh are where exp is.
template <class V>
inline Mask<V> OverflowsEarly(V x) {
  return (Abs(x) > Fill<V>(Ends<Lane<V>>::kExpNear)) & (Abs(x) < Fill<V>(Ends<Lane<V>>::kExpFar));
}

#if FY_LEVEL == 2
inline VecD own_strict_exp(VecD x) {
  if (__builtin_expect(!AnyAbove(x, Set1(709.78)), 1)) return sleef_exp(x);
  const MaskD edge = (x > Set1(709.78)) & (x < Set1(709.79));
  if (!Any(edge)) return sleef_exp(x);
  using formulary::runtime::edge::Exp;
  return FixLanes(sleef_exp(x), edge, x, [](double lane) { return Exp(lane); });
}
inline VecF own_strict_exp(VecF x) { return sleef_exp(x); }
#else
inline VecD own_strict_exp(VecD x) { return exp_vector::Exp(x); }
inline VecF own_strict_exp(VecF x) { return exp_vector::Exp(x); }
#endif
template <class V>
inline V own_stable_exp(V x) {
  return own_strict_exp(x);
}

// STRICT odd functions near 0, where SLEEF's lose the last bit, and the sign with the least
// subnormal.
template <class V, class Function>
inline V XNearZero(V x, Function function) {
  return Select(Abs(x) < Fill<V>(Ends<Lane<V>>::kOdd), x, function(x));
}

template <class V>
inline V own_strict_tan(V x) {
  return XNearZero(x, [](V all) { return sleef_tan(all); });
}
template <class V>
inline V own_strict_tanh(V x) {
  return XNearZero(x, [](V all) { return sleef_tanh(all); });
}
template <class V>
inline V own_strict_atanh(V x) {
  return XNearZero(x, [](V all) { return sleef_atanh(all); });
}

template <class V>
inline V own_strict_sinh(V x) {
  const V result = XNearZero(x, [](V all) { return sleef_sinh(all); });
  const Mask<V> edge = OverflowsEarly(x);
  if (__builtin_expect(!Any(edge), 1)) return result;
  using formulary::runtime::edge::Sinh;
  return FixLanes(result, edge, x, [](Lane<V> lane) { return Sinh(lane); });
}

template <class V>
inline V own_strict_cosh(V x) {
  const Mask<V> edge = OverflowsEarly(x);
  if (__builtin_expect(!Any(edge), 1)) return sleef_cosh(x);
  using formulary::runtime::edge::Cosh;
  return FixLanes(sleef_cosh(x), edge, x, [](Lane<V> lane) { return Cosh(lane); });
}

// STRICT log1p: x itself near 0 (as above), log(x) where SLEEF's overflows.
template <class V>
inline V NearLog1p(V x) {
  return Select(Abs(x) < Fill<V>(Ends<Lane<V>>::kLog1pIsX), x, sleef_log1p(x));
}

template <class V>
inline V own_strict_log1p(V x) {
  const V end = Fill<V>(Ends<Lane<V>>::kLog1pIsLog);
  if (__builtin_expect(!AnyAbove(x, end), 1)) return NearLog1p(x);
  return Split(
      x, x > end, Lane<V>{0}, [](V near) { return NearLog1p(near); },
      [](V all) { return sleef_log(all); });
}

// STRICT asinh, acosh: log(2 |x|) where x * x overflows; the last binade, where 2 |x| does too, by
// lanes.
template <class V>
[[gnu::noinline, gnu::cold]] V LogTwice(V x) {
  const V magnitude = Abs(x);
  const V result = CopySign(sleef_log(magnitude + magnitude), x);
  const Mask<V> last = (magnitude >= Fill<V>(Ends<Lane<V>>::kHalfMax)) & IsFinite(x);
  if (!Any(last)) return result;
  using formulary::runtime::edge::Asinh;
  return FixLanes(result, last, x, [](Lane<V> lane) { return Asinh(lane); });
}

template <class V>
inline V NearAsinh(V x) {
  return XNearZero(x, [](V all) { return sleef_asinh(all); });
}

template <class V>
inline V own_strict_asinh(V x) {
  const V end = Fill<V>(Ends<Lane<V>>::kSquare);
  if (__builtin_expect(!AnyAbove(Abs(x), end), 1)) return NearAsinh(x);
  return Split(
      x, Abs(x) > end, Lane<V>{0}, [](V near) { return NearAsinh(near); },
      [](V all) { return LogTwice(all); });
}

template <class V>
inline V own_strict_acosh(V x) {
  const V end = Fill<V>(Ends<Lane<V>>::kSquare);
  if (__builtin_expect(!AnyAbove(x, end), 1)) return sleef_acosh(x);
  // acosh(x) and asinh(x) are the same number here.
  return Split(
      x, x > end, Lane<V>{1}, [](V near) { return sleef_acosh(near); },
      [](V all) { return LogTwice(all); });
}

// STRICT pow: SLEEF's overflows a little early (the largest number to the power 1 is infinite).
// Infinite results of finite operands are computed again where the exponent of the true result is
// near the end.
template <class V>
[[gnu::noinline, gnu::cold]] V RepairOverflow(V result, Mask<V> infinite, V a, V b) {
  const V exponent = b * sleef_log2(Abs(a));
  const Mask<V> close = infinite & (exponent < Fill<V>(Ends<Lane<V>>::kMaxExponent * (1 + 1e-6)));
  if (!Any(close)) return result;
  using formulary::runtime::edge::Pow;
  return FixLanes(result, close, a, b, [](Lane<V> x, Lane<V> y) { return Pow(x, y); });
}

template <class V>
inline V GeneralPow(V a, V b) {
  const V result = sleef_pow(a, b);
  const Mask<V> infinite =
      (Abs(result) == Fill<V>(__builtin_inf())) & IsFinite(a) & IsFinite(b) & (a != V{});
  if (__builtin_expect(!Any(infinite), 1)) return result;
  return RepairOverflow(result, infinite, a, b);
}

// Small whole exponents are most of those that formulas have, and cost a third by products.
template <class V>
inline V own_strict_pow(V a, V b) {
#if FY_LEVEL == 2
  return GeneralPow(a, b);
#else
  return pow_integer::Pow(a, b, [](V x, V y) { return GeneralPow(x, y); });
#endif
}

// floor(log2 |a|) for a normal a, by its exponent field.
inline VecD ExponentOf(VecD a) {
  const MaskD field =
      (reinterpret_cast<MaskD>(Abs(a)) >> 52) | reinterpret_cast<MaskD>(Set1(0x1p52));
  return reinterpret_cast<VecD>(field) - Set1(0x1p52 + 1023);
}
inline VecF ExponentOf(VecF a) {
  const MaskF field =
      (reinterpret_cast<MaskF>(Abs(a)) >> 23) | reinterpret_cast<MaskF>(Set1(0x1p23F));
  return reinterpret_cast<VecF>(field) - Set1(0x1p23F + 127);
}

// STABLE pow: libmvec calls libm lane by lane for a <= 0, subnormal or not finite (9 to 13 ns an
// element), for over- and underflow (14 to 48 ns), and its powf(1, NaN) is NaN. There, the strict
// form serves; and for f32 at level 4 everywhere, where it costs 1.7 ns against 1.3.
template <class V>
inline V GuardedPow(V a, V b) {
  using End = Ends<Lane<V>>;
  const V reach = Abs(b) * (Abs(ExponentOf(a)) + Fill<V>(1));
  const Mask<V> near =
      (a >= Fill<V>(End::kMinNormal)) & IsFinite(a) & (reach < Fill<V>(End::kMaxExponent - 3));
  if (__builtin_expect(!Any(~near), 1)) return mvec_pow(a, b);
  return Select(near, mvec_pow(Select(near, a, Fill<V>(1)), Select(near, b, Fill<V>(1))),
                own_strict_pow(a, b));
}

inline VecD own_stable_pow(VecD a, VecD b) { return GuardedPow(a, b); }
#if FY_LEVEL == 4
inline VecF own_stable_pow(VecF a, VecF b) { return own_strict_pow(a, b); }
#else
inline VecF own_stable_pow(VecF a, VecF b) { return GuardedPow(a, b); }
#endif

}  // namespace

#endif  // FORMULARY_SERVER_RUNTIME_REPAIRS_H_
