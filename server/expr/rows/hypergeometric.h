#ifndef FORMULARY_SERVER_EXPR_ROWS_HYPERGEOMETRIC_H_
#define FORMULARY_SERVER_EXPR_ROWS_HYPERGEOMETRIC_H_

// Rows: hypergeometric functions. Included by catalogue.cc only.

#include "server/expr/rows/routines.h"

namespace formulary::expr::rows {

inline constexpr std::array<FunctionRow, 0> kHypergeometric = {};

}  // namespace formulary::expr::rows

#endif  // FORMULARY_SERVER_EXPR_ROWS_HYPERGEOMETRIC_H_
