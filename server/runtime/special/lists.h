#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_LISTS_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_LISTS_H_

// The special functions' part of the list in runtime.h, a file a family. Vector functions are
// written as runtime.h has them, their cores in <family>_vector.h; scalar ones as
//   X(name, operands, loop, ulp f64, ulp f32)
// with the routine special::name in <family>.cc. Loop: Each calls it element by element; Block
// means that the family also has special::name_block, which takes arrays, hoists what uniform
// operands (stride 0) allow, and gives the same bits.

#include "server/runtime/special/bessel_list.h"
#include "server/runtime/special/distribution_list.h"
#include "server/runtime/special/elementary_list.h"
#include "server/runtime/special/elliptic_list.h"
#include "server/runtime/special/error_list.h"
#include "server/runtime/special/gamma_list.h"
#include "server/runtime/special/hypergeometric_list.h"
#include "server/runtime/special/incomplete_list.h"
#include "server/runtime/special/integral_list.h"
#include "server/runtime/special/number_list.h"
#include "server/runtime/special/polynomial_list.h"
#include "server/runtime/special/slope_list.h"

#define FY_RUNTIME_SPECIAL_VECTOR(X) \
  FY_ELEMENTARY_VECTOR(X)            \
  FY_GAMMA_VECTOR(X)                 \
  FY_ERROR_VECTOR(X)                 \
  FY_INTEGRAL_VECTOR(X)              \
  FY_BESSEL_VECTOR(X)                \
  FY_ELLIPTIC_VECTOR(X)

// Vector functions of two operands.
#define FY_RUNTIME_SPECIAL_VECTOR2(X) \
  FY_ELEMENTARY_VECTOR2(X)            \
  FY_GAMMA_VECTOR2(X)

#define FY_RUNTIME_SPECIAL_SCALAR(X) \
  FY_ELEMENTARY_SCALAR(X)            \
  FY_GAMMA_SCALAR(X)                 \
  FY_ERROR_SCALAR(X)                 \
  FY_INTEGRAL_SCALAR(X)              \
  FY_INCOMPLETE_SCALAR(X)            \
  FY_BESSEL_SCALAR(X)                \
  FY_ELLIPTIC_SCALAR(X)              \
  FY_POLYNOMIAL_SCALAR(X)            \
  FY_HYPERGEOMETRIC_SCALAR(X)        \
  FY_NUMBER_SCALAR(X)                \
  FY_DISTRIBUTION_SCALAR(X)          \
  FY_SLOPE_SCALAR(X)

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_LISTS_H_
