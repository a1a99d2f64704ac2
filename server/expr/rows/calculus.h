#ifndef FORMULARY_SERVER_EXPR_ROWS_CALCULUS_H_
#define FORMULARY_SERVER_EXPR_ROWS_CALCULUS_H_

// Rows: what differentiation reads and resolves before anything is computed. Included by
// catalogue.cc only.

#include "server/expr/rows/routines.h"

namespace formulary::expr::rows {

// clang-format off
inline constexpr auto kCalculus = std::to_array<FunctionRow>({
  {.name = "derivative", .group = "calculus",
   .doc = "Derivative of a by arguments, each with an order of its own after it if that is not 1: derivative(a, x, 2, y).",
   .sympy = "Derivative diff", .latex = "\\frac{d}{d{1}}{0}",
   .min_arity = 2, .max_arity = kVariadic, .domain = "True", .partials = {kNone, kNone},
   .lowering = Lowering::kSymbolic,
   .example = "derivative(x**3, x, 2)"},
  {.name = "with_partials", .group = "calculus",
   .doc = "Value, partial derivatives, operands: the value, differentiated by each operand as the partial derivative in its place says.",
   .latex = "{0}",
   .min_arity = 3, .max_arity = kVariadic, .odd_arity = true, .typing = Typing::kArithmetic, .domain = "True", .partials = {kNone, kNone, kNone},
   .lowering = Lowering::kSymbolic,
   .example = "with_partials(Abs(x), sign(x), x)"},
});
// clang-format on

}  // namespace formulary::expr::rows

#endif  // FORMULARY_SERVER_EXPR_ROWS_CALCULUS_H_
