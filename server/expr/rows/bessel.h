#ifndef FORMULARY_SERVER_EXPR_ROWS_BESSEL_H_
#define FORMULARY_SERVER_EXPR_ROWS_BESSEL_H_

// Rows: bessel functions. Included by catalogue.cc only.

#include "server/expr/rows/routines.h"

namespace formulary::expr::rows {

inline constexpr std::array<FunctionRow, 0> kBessel = {};

}  // namespace formulary::expr::rows

#endif  // FORMULARY_SERVER_EXPR_ROWS_BESSEL_H_
