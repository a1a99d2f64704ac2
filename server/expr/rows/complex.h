#ifndef FORMULARY_SERVER_EXPR_ROWS_COMPLEX_H_
#define FORMULARY_SERVER_EXPR_ROWS_COMPLEX_H_

// Rows: parts of complex numbers. Included by catalogue.cc only. Of real operands they are computed
// as their expansions say; of complex ones the pass that splits complex programs knows them.

#include "server/expr/rows/routines.h"

namespace formulary::expr::rows {

// clang-format off
inline constexpr auto kComplex = std::to_array<FunctionRow>({
  {.name = "re", .group = "complex", .doc = "Real part.",
   .sympy = "re", .numpy = "real", .c = "creal", .latex = "\\operatorname{re}\\left({0}\\right)",
   .domain = "True", .range = Range::kSame, .partials = {"1"},
   .lowering = Lowering::kExpansion, .expansion = "a", .nanoseconds = 0.1,
   .example = "re(2)", .example_value = 2},
  {.name = "im", .group = "complex", .doc = "Imaginary part; 0 of real operands.",
   .sympy = "im", .numpy = "imag", .c = "cimag", .latex = "\\operatorname{im}\\left({0}\\right)",
   .domain = "True", .partials = {"0"},
   .lowering = Lowering::kExpansion, .expansion = "0*a", .nanoseconds = 0.1,
   .example = "im(2)", .example_value = 0},
  {.name = "conj", .group = "complex", .doc = "Complex conjugate; real operands as they are.",
   .sympy = "conjugate", .numpy = "conj", .c = "conj", .latex = "\\overline{{0}}",
   .domain = "True", .range = Range::kSame, .partials = {"1"},
   .lowering = Lowering::kExpansion, .expansion = "a", .complex = {"re(a)", "-im(a)"}, .nanoseconds = 0.1,
   .example = "conj(2)", .example_value = 2},
  {.name = "arg", .group = "complex", .doc = "Angle in [-pi, pi]: 0 or pi of real operands, by their sign.",
   .sympy = "arg", .numpy = "angle", .c = "carg", .latex = "\\arg\\left({0}\\right)",
   .domain = "Ne(a, 0)", .partials = {"0"},
   .lowering = Lowering::kExpansion, .expansion = "atan2(0, a)", .complex = {"atan2(im(a), re(a))"}, .nanoseconds = 3,
   .example = "arg(-2)", .example_value = 3.1415926535897931},
});
// clang-format on

}  // namespace formulary::expr::rows

#endif  // FORMULARY_SERVER_EXPR_ROWS_COMPLEX_H_
