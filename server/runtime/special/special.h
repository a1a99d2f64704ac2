#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_SPECIAL_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_SPECIAL_H_

// The scalar special functions, as their families define them: in double, pure, never throwing,
// without errno, NaN outside the domain. For forms.cc, which makes the public forms, and for the
// families themselves, which build on each other.

#include "server/runtime/runtime.h"

namespace formulary::runtime::special {

#define FY_DECLARE_SPECIAL_Each(name, operands)
#define FY_DECLARE_SPECIAL_Block(name, operands) \
  void name##_block(double* y, FY_ARRAYS_##operands(double), long n) noexcept;
#define FY_DECLARE_SPECIAL(name, operands, loop, ...)  \
  double name(FY_VALUES_##operands(double)) noexcept; \
  FY_DECLARE_SPECIAL_##loop(name, operands)

FY_RUNTIME_SCALAR(FY_DECLARE_SPECIAL)

#undef FY_DECLARE_SPECIAL
#undef FY_DECLARE_SPECIAL_Each
#undef FY_DECLARE_SPECIAL_Block

}  // namespace formulary::runtime::special

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_SPECIAL_H_
