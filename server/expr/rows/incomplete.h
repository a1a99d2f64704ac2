#ifndef FORMULARY_SERVER_EXPR_ROWS_INCOMPLETE_H_
#define FORMULARY_SERVER_EXPR_ROWS_INCOMPLETE_H_

// Rows: incomplete functions. Included by catalogue.cc only.

#include "server/expr/rows/routines.h"

namespace formulary::expr::rows {

inline constexpr std::array<FunctionRow, 0> kIncomplete = {};

}  // namespace formulary::expr::rows

#endif  // FORMULARY_SERVER_EXPR_ROWS_INCOMPLETE_H_
