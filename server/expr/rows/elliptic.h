#ifndef FORMULARY_SERVER_EXPR_ROWS_ELLIPTIC_H_
#define FORMULARY_SERVER_EXPR_ROWS_ELLIPTIC_H_

// Rows: elliptic functions. Included by catalogue.cc only.

#include "server/expr/rows/routines.h"

namespace formulary::expr::rows {

inline constexpr std::array<FunctionRow, 0> kElliptic = {};

}  // namespace formulary::expr::rows

#endif  // FORMULARY_SERVER_EXPR_ROWS_ELLIPTIC_H_
