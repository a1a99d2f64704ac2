#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_BESSEL_SPHERICAL_KERNELS_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_BESSEL_SPHERICAL_KERNELS_H_

// Kernels of the spherical Bessel functions of low orders on vectors, compiled for each processor
// level (bessel_spherical_vector.h), bound by dispatch.cc and called by bessel_spherical.cc, which
// gives them their tables and repairs what is not finite.

#include "server/runtime/level.h"

namespace formulary::runtime::special {

inline constexpr long kMaxSphericalOrder = 10;
inline constexpr long kMaxSphericalSeries = 40;

enum class SphericalKind { kJ, kY, kI };

// One function of one order.
struct SphericalRecipe {
  SphericalKind kind;
  long order;
  double limit;  // |x| below: by the series
  // f = x^order times the sum of series[k] (+-x^2)^k, each a sum of two doubles.
  const double *series, *series_low;
  long count;
  const double* inverse;  // order + 1 coefficients of powers of 1/x, for i
};

}  // namespace formulary::runtime::special

// y[i] = f(x[i]) for n a multiple of 16; false if some result is not finite.
#define FY_SPHERICAL_ARRAY_PARAMETERS \
  (double* y, const double* x, long n, const formulary::runtime::special::SphericalRecipe* recipe)
// The same bits for one value.
#define FY_SPHERICAL_VALUE_PARAMETERS \
  (double x, const formulary::runtime::special::SphericalRecipe* recipe)

#define FY_SPHERICAL_DECLARE(level)                                                               \
  FY_LEVEL_HIDDEN bool FY_RT_JOIN(level, spherical_array) FY_SPHERICAL_ARRAY_PARAMETERS noexcept; \
  FY_LEVEL_HIDDEN double FY_RT_JOIN(level, spherical_value)                                       \
  FY_SPHERICAL_VALUE_PARAMETERS noexcept;
FY_SPHERICAL_DECLARE(2)
FY_SPHERICAL_DECLARE(3)
FY_SPHERICAL_DECLARE(4)
#undef FY_SPHERICAL_DECLARE

// This processor's.
FY_LEVEL_HIDDEN bool fy_spherical_array FY_SPHERICAL_ARRAY_PARAMETERS noexcept;
FY_LEVEL_HIDDEN double fy_spherical_value FY_SPHERICAL_VALUE_PARAMETERS noexcept;

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_BESSEL_SPHERICAL_KERNELS_H_
