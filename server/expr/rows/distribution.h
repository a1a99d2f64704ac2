#ifndef FORMULARY_SERVER_EXPR_ROWS_DISTRIBUTION_H_
#define FORMULARY_SERVER_EXPR_ROWS_DISTRIBUTION_H_

// Rows: distribution functions. Included by catalogue.cc only.

#include "server/expr/rows/routines.h"

namespace formulary::expr::rows {

inline constexpr std::array<FunctionRow, 0> kDistribution = {};

}  // namespace formulary::expr::rows

#endif  // FORMULARY_SERVER_EXPR_ROWS_DISTRIBUTION_H_
