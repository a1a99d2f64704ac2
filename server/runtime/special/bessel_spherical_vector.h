#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_BESSEL_SPHERICAL_VECTOR_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_BESSEL_SPHERICAL_VECTOR_H_

// The kernels of bessel_spherical_kernels.h on vectors. Included by level files only. All sums are
// compensated, so that the errors are those of sin, cos and exp. Source: DLMF 10.49, 10.51, 10.53.

#include "server/runtime/sources.h"
#include "server/runtime/special/bessel_spherical_kernels.h"
#include "server/runtime/special/compensated_vector.h"

namespace {

#if FY_LEVEL == 4
inline auto SineAndCosine(VecD x) { return Sleef_finz_sincosd8_u10avx512f(x); }
#elif FY_LEVEL == 3
inline auto SineAndCosine(VecD x) { return Sleef_finz_sincosd4_u10avx2(x); }
#else
inline auto SineAndCosine(VecD x) { return Sleef_cinz_sincosd2_u10sse4(x); }
#endif

using formulary::runtime::special::SphericalKind;
using formulary::runtime::special::SphericalRecipe;

inline Compensated Reciprocal(VecD x) {
  const VecD high = 1 / x, product = high * x;
  return {high, ((1 - product) - ProductError(high, x, product)) * high};
}

// The power series of j and i, x >= 0.
inline VecD SphericalSeries(VecD x, const SphericalRecipe& recipe) {
  const VecD sign = Set1(recipe.kind == SphericalKind::kJ ? -1.0 : 1.0);
  VecD high = x * x;
  const Compensated square{sign * high, sign * ProductError(x, x, high)};
  long k = recipe.count - 1;
  Compensated sum{Set1(recipe.series[k]), Set1(recipe.series_low[k])};
  while (--k >= 0) {
    sum = Plus(Times(sum, square), Compensated{Set1(recipe.series[k]), Set1(recipe.series_low[k])});
  }
  Compensated power{Set1(1.0), VecD{}};
  for (long i = 0; i < recipe.order; ++i) power = Times(power, x);
  sum = Times(sum, power);
  return sum.high + sum.low;
}

// x f_n by x f_-1 = before and x f_0 = now: f_k+1 = (2 k + 1)/x f_k - f_k-1.
inline VecD SphericalAscent(VecD x, VecD start, VecD start_before, long order) {
  const Compensated inverse = Reciprocal(x);
  Compensated before{start_before, VecD{}}, now{start, VecD{}};
  for (long k = 0; k < order; ++k) {
    const Compensated factor = Times(inverse, Set1(static_cast<double>(2 * k + 1)));
    const Compensated next = Plus(Times(now, factor), Negated(before));
    before = now;
    now = next;
  }
  now = Times(now, inverse);
  return now.high + now.low;
}

// 2 x i_n = exp(x) a(-1/x) - (-1)^n exp(-x) a(1/x), x > 0.
inline VecD SphericalExponentials(VecD x, const SphericalRecipe& recipe) {
  const Compensated inverse = Reciprocal(x);
  const Compensated falling = Negated(inverse);
  long k = recipe.order;
  Compensated sum{Set1(recipe.inverse[k]), VecD{}};
  VecD small = sum.high;
  while (--k >= 0) {
    sum = Plus(Times(sum, falling), Set1(recipe.inverse[k]));
    small = CompensatedFma(small, inverse.high, Set1(recipe.inverse[k]));
  }
  const VecD exponential = sleef_exp(x);
  const VecD rest = small / exponential;
  sum = Times(Plus(Times(sum, exponential), recipe.order % 2 == 0 ? -rest : rest), inverse);
  return 0.5 * (sum.high + sum.low);
}

inline VecD Spherical(VecD x, const SphericalRecipe& recipe) {
  const VecD size = Abs(x), limit = Set1(recipe.limit);
  const MaskD low = size < limit;
  VecD result = VecD{};
  if (AnyNotWithin(limit, size)) result = SphericalSeries(size, recipe);
  const MaskD high = ~low;
  if (Any(high)) {
    VecD value;
    if (recipe.kind == SphericalKind::kI) {
      value = SphericalExponentials(size, recipe);
    } else {
      const auto both = SineAndCosine(size);
      value = recipe.kind == SphericalKind::kJ
                  ? SphericalAscent(size, both.x, both.y, recipe.order)
                  : SphericalAscent(size, -both.y, both.x, recipe.order);
    }
    result = Select(low, result, value);
  }
  // y_n has the parity of n + 1.
  const bool odd = (recipe.order + (recipe.kind == SphericalKind::kY ? 1 : 0)) % 2 != 0;
  return odd ? Select(x < VecD{}, -result, result) : result;
}

}  // namespace

FY_LEVEL_HIDDEN bool FY_RT_JOIN(FY_LEVEL, spherical_array) FY_SPHERICAL_ARRAY_PARAMETERS noexcept {
  return LoopOverPairs(y, x, n, [&](VecD& a, VecD& b) {
    a = Spherical(a, *recipe);
    b = Spherical(b, *recipe);
  });
}

FY_LEVEL_HIDDEN double FY_RT_JOIN(FY_LEVEL, spherical_value)
FY_SPHERICAL_VALUE_PARAMETERS noexcept { return Spherical(Set1(x), *recipe)[0]; }

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_BESSEL_SPHERICAL_VECTOR_H_
