#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_POWER_LESS_ONE_VECTOR_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_POWER_LESS_ONE_VECTOR_H_

// (1 + a)^b - 1 and a^b - 1 on vectors, as expm1 of the exponent times a logarithm in two parts.
// Included by level files only; see repairs.h for the rule on lanes. Other operands than those with
// a base above 0 and away from the ends of the number range take elementary.cc's routines.

#include "server/runtime/registers.h"
#include "server/runtime/repairs.h"
#include "server/runtime/sources.h"
#include "server/runtime/special/elementary_edge.h"
#if FY_LEVEL >= 3
#include "server/runtime/special/pair_vector.h"
#endif

namespace {

#if FY_LEVEL >= 3
namespace power_less_one {

constexpr double kLeast = 0x1p-900;
constexpr double kMost = 0x1p900;

inline MaskD Within(VecD x) { return (Abs(x) >= Set1(kLeast)) & (Abs(x) <= Set1(kMost)); }

// base^b - 1, where less_one is base - 1, to be used where `from_less_one` is set.
inline VecD Core(lanes::PairV base, VecD less_one, MaskD from_less_one, VecD b) {
  const lanes::Logarithm log = lanes::LogAndGap(base, {less_one, VecD{}}, from_less_one);
  const lanes::PairV exponent = lanes::Multiply(log.log, b);
  const VecD value = sleef_expm1(exponent.hi);
  const MaskD infinite = value == Set1(__builtin_inf());
  return Select(infinite, value, error_vector::MulAdd(value + Set1(1.0), exponent.lo, value));
}

}  // namespace power_less_one

inline VecD own_strict_compoundm1(VecD a, VecD b) {
  const VecD one = Set1(1.0);
  const MaskD usual = power_less_one::Within(a) & power_less_one::Within(b) & (a > -one);
  const VecD safe_a = Select(usual, a, one), safe_b = Select(usual, b, one);
  const MaskD near = Abs(safe_a) < Set1(0.25);
  const VecD value = power_less_one::Core(lanes::ExactSum(safe_a, one), safe_a, near, safe_b);
  if (__builtin_expect(!Any(~usual), 1)) return value;
  return FixLanes(value, ~usual, a, b, [](double base, double exponent) {
    return formulary::runtime::special::CompoundLessOne(base, exponent);
  });
}

inline VecD own_strict_powm1(VecD a, VecD b) {
  const VecD one = Set1(1.0);
  const MaskD usual = power_less_one::Within(a) & power_less_one::Within(b) & (a > VecD{});
  const VecD safe_a = Select(usual, a, one), safe_b = Select(usual, b, one);
  // a - 1 is exact where it counts.
  const MaskD near = Abs(safe_a - one) < Set1(0.25);
  const VecD value = power_less_one::Core({safe_a, VecD{}}, safe_a - one, near, safe_b);
  if (__builtin_expect(!Any(~usual), 1)) return value;
  return FixLanes(value, ~usual, a, b, [](double base, double exponent) {
    return formulary::runtime::special::PowerLessOne(base, exponent);
  });
}

#else

inline VecD own_strict_compoundm1(VecD a, VecD b) {
  VecD value;
  for (long i = 0; i < kLanes<VecD>; ++i)
    value[i] = formulary::runtime::special::CompoundLessOne(a[i], b[i]);
  return value;
}

inline VecD own_strict_powm1(VecD a, VecD b) {
  VecD value;
  for (long i = 0; i < kLanes<VecD>; ++i)
    value[i] = formulary::runtime::special::PowerLessOne(a[i], b[i]);
  return value;
}

#endif

}  // namespace

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_POWER_LESS_ONE_VECTOR_H_
