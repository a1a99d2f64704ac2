#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_POLYNOMIAL_KERNELS_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_POLYNOMIAL_KERNELS_H_

// How one orthogonal polynomial of a fixed degree is evaluated in double with compensation, and the
// kernels that do it on vectors, compiled for each processor level (polynomial_vector.h) and bound
// by dispatch.cc. A recipe is made by polynomial_recipe.h, once for a block of operands; kernels
// only read it. Kernels give no finite value where something overflowed or the operand is not
// finite: polynomial.cc repairs those.

#include "server/runtime/level.h"

namespace formulary::runtime::special {

// Degrees above go another way: the tables end.
inline constexpr long kMaxRecipeDegree = 512;

// One step of the recurrence p[k + 1] = (s x + b) p[k] - c p[k - 1], p[-1] = 0; b and c as sums of
// two doubles, s a power of two, which keeps p within the number range.
struct PolynomialTerm {
  double s, b, b_low, c, c_low;
};

enum class PolynomialMethod {
  kEven,        // a sum of powers of x*x
  kOdd,         // that, times x
  kPowers,      // a sum of powers of x, times scale
  kSymmetric,   // recurrence with b = 0, s = `s` of the first term, times scale
  kShifted,     // recurrence, times scale
  kAssociated,  // kSymmetric of any degree, times (1 - x*x)^(order/2)
  kChebyshevT,  // doubling
  kChebyshevU,
};

struct PolynomialRecipe {
  PolynomialMethod method;
  long degree;                  // at least 1, but for kAssociated
  const double* coefficients;   // of powers, the highest first
  long count;                   // of coefficients
  const PolynomialTerm* terms;  // of the recurrence
  double scale, scale_low;
  long order = 0;  // of kAssociated
};

}  // namespace formulary::runtime::special

// y[i] = p(x[i]) for n a multiple of 16; false if some result is not finite.
#define FY_POLYNOMIAL_ARRAY_PARAMETERS \
  (double* y, const double* x, long n, const formulary::runtime::special::PolynomialRecipe* recipe)
// The same bits for one value.
#define FY_POLYNOMIAL_VALUE_PARAMETERS \
  (double x, const formulary::runtime::special::PolynomialRecipe* recipe)

#define FY_POLYNOMIAL_DECLARE(level)                         \
  FY_LEVEL_HIDDEN bool FY_RT_JOIN(level, polynomial_array)   \
      FY_POLYNOMIAL_ARRAY_PARAMETERS noexcept;               \
  FY_LEVEL_HIDDEN double FY_RT_JOIN(level, polynomial_value) \
  FY_POLYNOMIAL_VALUE_PARAMETERS noexcept;
FY_POLYNOMIAL_DECLARE(2)
FY_POLYNOMIAL_DECLARE(3)
FY_POLYNOMIAL_DECLARE(4)
#undef FY_POLYNOMIAL_DECLARE

// This processor's.
FY_LEVEL_HIDDEN bool fy_polynomial_array FY_POLYNOMIAL_ARRAY_PARAMETERS noexcept;
FY_LEVEL_HIDDEN double fy_polynomial_value FY_POLYNOMIAL_VALUE_PARAMETERS noexcept;

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_POLYNOMIAL_KERNELS_H_
