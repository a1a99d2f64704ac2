#ifndef FORMULARY_SERVER_EXPR_ROWS_INTEGRAL_H_
#define FORMULARY_SERVER_EXPR_ROWS_INTEGRAL_H_

// Rows: integral functions. Included by catalogue.cc only.

#include "server/expr/rows/routines.h"

namespace formulary::expr::rows {

inline constexpr std::array<FunctionRow, 0> kIntegral = {};

}  // namespace formulary::expr::rows

#endif  // FORMULARY_SERVER_EXPR_ROWS_INTEGRAL_H_
