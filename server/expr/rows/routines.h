#ifndef FORMULARY_SERVER_EXPR_ROWS_ROUTINES_H_
#define FORMULARY_SERVER_EXPR_ROWS_ROUTINES_H_

// Shorthand for the rows: how a row names its routine in runtime/, its reference in MPFR, and its
// modes. Included by the row files only.

#include <mpfr.h>

#include "server/expr/catalogue.h"
#include "server/runtime/function_table.h"
#include "server/runtime/runtime.h"

namespace formulary::expr::rows {

// A routine fy_v1_<name> of one or two operands, with its strict twin.
#define FORMULARY_ROUTINE1(name)                                                                   \
  {                                                                                                \
#name, &fy_v1_##name, nullptr, &fy_v1_##name##f, nullptr, &fy_v1_strict_##name, nullptr,       \
        &fy_v1_strict_##name##f, nullptr, &fy_v1_##name##_f64, &fy_v1_##name##_f32,                \
        &fy_v1_strict_##name##_f64, &fy_v1_strict_##name##_f32, nullptr, nullptr, nullptr, nullptr \
  }
#define FORMULARY_ROUTINE2(name)                                                                   \
  {                                                                                                \
#name, nullptr, &fy_v1_##name, nullptr, &fy_v1_##name##f, nullptr, &fy_v1_strict_##name,       \
        nullptr, &fy_v1_strict_##name##f, nullptr, nullptr, nullptr, nullptr, &fy_v1_##name##_f64, \
        &fy_v1_##name##_f32, &fy_v1_strict_##name##_f64, &fy_v1_strict_##name##_f32                \
  }

using MpfrUnary = int (*)(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t);
using MpfrBinary = int (*)(mpfr_ptr, mpfr_srcptr, mpfr_srcptr, mpfr_rnd_t);

template <MpfrUnary kFunction>
void Reference(mpfr_ptr result, const mpfr_ptr* operands) {
  kFunction(result, operands[0], MPFR_RNDN);
}

template <MpfrBinary kFunction>
void Reference2(mpfr_ptr result, const mpfr_ptr* operands) {
  kFunction(result, operands[0], operands[1], MPFR_RNDN);
}

// The error bounds of a routine, as runtime/ states and tests them. A name it does not have does
// not compile.
consteval Accuracy BoundsOf(std::string_view name) {
  for (const auto& row : runtime::kFunctions1) {
    if (name == row.name) {
      return {row.accuracy.ulp_f64, row.accuracy.ulp_f32, row.strict_accuracy.ulp_f64,
              row.strict_accuracy.ulp_f32};
    }
  }
  for (const auto& row : runtime::kFunctions2) {
    if (name == row.name) {
      return {row.accuracy.ulp_f64, row.accuracy.ulp_f32, row.strict_accuracy.ulp_f64,
              row.strict_accuracy.ulp_f32};
    }
  }
  throw "no such routine";  // not a constant expression: the build stops here
}

inline constexpr std::string_view kNone = "none";

}  // namespace formulary::expr::rows

#endif  // FORMULARY_SERVER_EXPR_ROWS_ROUTINES_H_
