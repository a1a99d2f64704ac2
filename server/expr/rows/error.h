#ifndef FORMULARY_SERVER_EXPR_ROWS_ERROR_H_
#define FORMULARY_SERVER_EXPR_ROWS_ERROR_H_

// Rows: error functions. Included by catalogue.cc only.

#include "server/expr/rows/routines.h"

namespace formulary::expr::rows {

inline constexpr std::array<FunctionRow, 0> kError = {};

}  // namespace formulary::expr::rows

#endif  // FORMULARY_SERVER_EXPR_ROWS_ERROR_H_
