#ifndef FORMULARY_SERVER_EXPR_ROWS_POLYNOMIAL_H_
#define FORMULARY_SERVER_EXPR_ROWS_POLYNOMIAL_H_

// Rows: polynomial functions. Included by catalogue.cc only.

#include "server/expr/rows/routines.h"

namespace formulary::expr::rows {

inline constexpr std::array<FunctionRow, 0> kPolynomial = {};

}  // namespace formulary::expr::rows

#endif  // FORMULARY_SERVER_EXPR_ROWS_POLYNOMIAL_H_
