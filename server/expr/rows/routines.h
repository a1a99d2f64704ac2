#ifndef FORMULARY_SERVER_EXPR_ROWS_ROUTINES_H_
#define FORMULARY_SERVER_EXPR_ROWS_ROUTINES_H_

// Shorthand for the rows: how a row names its routine in runtime/, its reference in MPFR, and its
// modes. Included by the row files only.

#include <mpfr.h>

#include "server/expr/catalogue.h"
#include "server/runtime/function_table.h"

namespace formulary::expr::rows {

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

using runtime::RoutineOf;

inline constexpr std::string_view kNone = "none";

}  // namespace formulary::expr::rows

#endif  // FORMULARY_SERVER_EXPR_ROWS_ROUTINES_H_
