#ifndef FORMULARY_SERVER_EXPR_ROWS_GAMMA_H_
#define FORMULARY_SERVER_EXPR_ROWS_GAMMA_H_

// Rows: gamma functions. Included by catalogue.cc only.

#include "server/expr/rows/routines.h"

namespace formulary::expr::rows {

inline constexpr std::array<FunctionRow, 0> kGamma = {};

}  // namespace formulary::expr::rows

#endif  // FORMULARY_SERVER_EXPR_ROWS_GAMMA_H_
