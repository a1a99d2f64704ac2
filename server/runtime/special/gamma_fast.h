#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_GAMMA_FAST_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_GAMMA_FAST_H_

// The plain forms of gamma, lgamma, loggamma and rgamma, on vectors; what they are not good for
// goes to the strict forms. Included by level files only; see repairs.h for the rule on lanes.

#include "server/runtime/heavy.h"
#include "server/runtime/special/gamma_edge.h"
#include "server/runtime/special/gamma_stirling.h"

namespace {

// Integers, NaN among them.
inline MaskD GammaIntegers(VecD x) {
  const VecD step = Set1(0x1.8p52);
  return ~(((x + step) - step) != x) | (Abs(x) >= Set1(0x1p51));
}

// Strict forms of the lanes that ask for it.
template <class Strict>
[[gnu::noinline, gnu::cold]] VecD GammaSlow(VecD result, MaskD slow, VecD x, Strict strict) {
  return Select(slow, strict(Select(slow, x, Set1(1.5))), result);
}

// What has to be a natural number, rounded to it.
constexpr double kGammaExact = 0x1p48;  // below, errors are under a half
inline VecD GammaNatural(VecD result) {
  const VecD step = Set1(0x1.8p52);
  return (result + step) - step;
}

// gamma(x) = exp(exponent)/inverse of |x|, and by DLMF 5.5.3 below 0. Large factorials, ends and
// what is not finite are the strict form's.
inline VecD fast_gamma(VecD x) {
  const VecD size = Abs(x);
  const MaskD negative = x < VecD{};
  const MaskD integral = GammaIntegers(x);
  MaskD slow = (integral & (x <= VecD{})) |
               ~((size > Set1(0x1p-500)) & (x < Set1(171.6)) & (x > Set1(-170.0)));
  const VecD safe = Select(slow, Set1(3.0), size);
  const GammaParts parts = PartsOfGamma(safe, VecD{});
  VecD result;
  if (__builtin_expect(!Any(negative), 1)) {
    result = GammaExp(parts.exponent, Set1(1.0));
    const MaskD near = safe < Set1(kGammaFar);
    if (Any(near)) result = Select(near, Set1(1.0) / parts.inverse, result);
  } else {
    // -1/(z sin(pi z)/pi gamma(z)).
    const VecD divisor = GammaSine(safe) * safe;
    const VecD factor =
        Select(negative, -parts.inverse, Set1(1.0)) / Select(negative, divisor, parts.inverse);
    const VecPair exponent = {Select(negative, -parts.exponent.high, parts.exponent.high),
                              Select(negative, -parts.exponent.low, parts.exponent.low)};
    result = GammaExp(exponent, factor);
  }
  if (__builtin_expect(Any(integral), 0)) {
    slow |= integral & ~(result < Set1(kGammaExact));
    result = Select(integral, GammaNatural(result), result);
  }
  if (__builtin_expect(!Any(slow), 1)) return result;
  return GammaSlow(result, slow, x, [](VecD all) { return own_strict_gamma(all); });
}

constexpr double kGammaLargest = 0x1p1000;  // of its logarithm's plain form

[[gnu::always_inline]] inline VecD FartherLogGamma(VecD x) {
  const VecPair value =
      StirlingLogGamma(x, VecD{}, [](VecD inverse) { return ShortStirlingTail(inverse); });
  return value.high + value.low;
}

// Of lanes some of which are near or not ordinary.
[[gnu::noinline]] inline VecD MixedLogGamma(VecD x) {
  const MaskD near = x < Set1(kGammaFar);
  const MaskD farther = x >= Set1(kGammaFarther);
  const MaskD slow = ~((x > Set1(0x1p-1000)) & (x < Set1(0x1p1000)));
  const MaskD between = ~(near | farther | slow);
  VecD result = {};
  if (Any(farther)) result = FartherLogGamma(Select(farther & ~slow, x, Set1(kGammaFarther)));
  if (Any(between)) {
    const VecPair value = StirlingLogGamma(Select(between, x, Set1(3.0)), VecD{});
    result = Select(between, value.high + value.low, result);
  }
  if (Any(near)) {
    const MaskD below_one = x < Set1(1.0);
    const VecPair parts = LogGammaNear(x);
    VecD small = parts.high + parts.low;
    if (Any(below_one)) {
      small = Select(below_one, small - sleef_log(Select(below_one & ~slow, x, Set1(0.5))), small);
    }
    result = Select(near, small, result);
  }
  if (__builtin_expect(!Any(slow), 1)) return result;
  return GammaSlow(result, slow, x, [](VecD all) { return own_strict_lgamma(all); });
}

inline VecD fast_lgamma(VecD x) {
  const bool mixed = AnyNotWithin(Set1(kGammaFarther), x) || AnyNotWithin(x, Set1(kGammaLargest));
  if (__builtin_expect(mixed, 0)) return MixedLogGamma(x);
  return FartherLogGamma(x);
}

inline VecD fast_loggamma(VecD x) {
  const MaskD negative = x < VecD{};
  if (__builtin_expect(!Any(negative), 1)) return fast_lgamma(x);
  return Select(negative, Set1(__builtin_nan("")), fast_lgamma(Select(negative, Set1(3.0), x)));
}

inline VecD own_strict_rgamma(VecD x) {
  using formulary::runtime::special::InverseGammaOnce;
  return FixLanes(x, ~MaskD{}, x, [](double lane) { return InverseGammaOnce(lane); });
}

// As gamma.
inline VecD fast_rgamma(VecD x) {
  const VecD size = Abs(x);
  const MaskD negative = x < VecD{};
  const MaskD integral = GammaIntegers(x);
  MaskD slow = (integral & (x <= VecD{})) |
               ~((size > Set1(0x1p-500)) & (x > Set1(-170.0)) & (x < Set1(176.0)));
  const VecD safe = Select(slow, Set1(3.0), size);
  const GammaParts parts = PartsOfGamma(safe, VecD{});
  VecD factor = parts.inverse;
  VecPair exponent = {-parts.exponent.high, -parts.exponent.low};
  if (Any(negative)) {
    // -z (sin(pi z)/pi) gamma(z).
    const VecD sine = GammaSine(safe) * -safe;
    const MaskD near = negative & (safe < Set1(kGammaFar));
    factor = Select(negative, sine, factor);
    if (Any(near)) factor = Select(near, sine / parts.inverse, factor);
    exponent = {Select(negative, parts.exponent.high, exponent.high),
                Select(negative, parts.exponent.low, exponent.low)};
  }
  VecD result = GammaExp(exponent, factor);
  if (__builtin_expect(Any(integral), 0)) {
    slow |= integral & ~(result > Set1(1 / kGammaExact));
    result = Select(integral, Set1(1.0) / GammaNatural(Set1(1.0) / result), result);
  }
  if (__builtin_expect(!Any(slow), 1)) return result;
  return GammaSlow(result, slow, x, [](VecD all) { return own_strict_rgamma(all); });
}

}  // namespace

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_GAMMA_FAST_H_
