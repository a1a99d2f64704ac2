#ifndef FORMULARY_SERVER_EXPR_ROWS_NUMBER_H_
#define FORMULARY_SERVER_EXPR_ROWS_NUMBER_H_

// Rows: number functions. Included by catalogue.cc only.

#include "server/expr/rows/routines.h"

namespace formulary::expr::rows {

inline constexpr std::array<FunctionRow, 0> kNumber = {};

}  // namespace formulary::expr::rows

#endif  // FORMULARY_SERVER_EXPR_ROWS_NUMBER_H_
