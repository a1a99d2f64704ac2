#ifndef FORMULARY_SERVER_EXPR_ROWS_ARITHMETIC_H_
#define FORMULARY_SERVER_EXPR_ROWS_ARITHMETIC_H_

// Rows: sums, products, quotients, signs, extrema, roundings, remainders. Included by catalogue.cc
// only.

#include "server/expr/rows/routines.h"

namespace formulary::expr::rows {

// The remainder with the divisor's sign.
inline void ReferenceMod(mpfr_ptr result, const mpfr_ptr* operands) {
  mpfr_fmod(result, operands[0], operands[1], MPFR_RNDN);
  if (!mpfr_zero_p(result) && mpfr_sgn(result) != mpfr_sgn(operands[1])) {
    mpfr_add(result, result, operands[1], MPFR_RNDN);
  }
}

// clang-format off
inline constexpr auto kArithmetic = std::to_array<FunctionRow>({
  {.name = "add", .group = "arithmetic", .doc = "Sum of the operands.",
   .sympy = "Add", .numpy = "add", .fpcore = "+", .latex = "{0} + {1}",
   .min_arity = 1, .max_arity = kVariadic, .typing = Typing::kArithmetic, .domain = "True", .range = Range::kSum,
   .partials = {"1", "1"},
   .lowering = Lowering::kOperator, .opcode = Opcode::kAdd, .nanoseconds = 0.15,
   .example = "add(1, 2, 3)", .example_value = 6},
  {.name = "sub", .group = "arithmetic", .doc = "Difference a - b.",
   .numpy = "subtract", .latex = "{0} - {1}",
   .min_arity = 2, .max_arity = 2, .typing = Typing::kArithmetic, .domain = "True",
   .partials = {"1", "-1"},
   .identities = {{{"sub_zero", "a - 0", "a", kAllModes, ""}}},
   .lowering = Lowering::kOperator, .opcode = Opcode::kSub, .nanoseconds = 0.15,
   .example = "sub(5, 3)", .example_value = 2},
  {.name = "mul", .group = "arithmetic", .doc = "Product of the operands.",
   .sympy = "Mul", .numpy = "multiply", .fpcore = "*", .latex = "{0} {1}",
   .min_arity = 1, .max_arity = kVariadic, .typing = Typing::kArithmetic, .domain = "True", .range = Range::kProduct,
   .partials = {"b", "a"},
   .identities = {{{"mul_one", "a * 1", "a", kAllModes, ""}, {"one_mul", "1 * a", "a", kAllModes, ""}}},
   .lowering = Lowering::kOperator, .opcode = Opcode::kMul, .nanoseconds = 0.15,
   .example = "mul(2, 3, 4)", .example_value = 24},
  {.name = "div", .group = "arithmetic", .doc = "Quotient a / b; of integers a floating number.",
   .numpy = "divide true_divide", .fpcore = "/", .latex = "\\frac{{0}}{{1}}",
   .min_arity = 2, .max_arity = 2, .typing = Typing::kFloat, .domain = "Ne(b, 0)", .range = Range::kQuotient,
   .partials = {"1/b", "-r/b"},
   .identities = {{{"div_one", "a / 1", "a", kAllModes, ""}}},
   .lowering = Lowering::kOperator, .opcode = Opcode::kDiv, .nanoseconds = 0.7,
   .example = "div(1, 4)", .example_value = 0.25},
  {.name = "neg", .group = "arithmetic", .doc = "The operand with its sign changed.",
   .numpy = "negative", .latex = "-{0}",
   .typing = Typing::kArithmetic, .domain = "True", .range = Range::kNegation,
   .partials = {"-1"},
   .identities = {{{"neg_neg", "-(-a)", "a", kAllModes, ""}}},
   .lowering = Lowering::kOperator, .opcode = Opcode::kNeg, .nanoseconds = 0.1,
   .example = "neg(2)", .example_value = -2},
  {.name = "fma", .group = "arithmetic", .doc = "a*b + c, rounded once.",
   .c = "fma", .fpcore = "fma", .latex = "{0} {1} + {2}",
   .min_arity = 3, .max_arity = 3, .domain = "True",
   .partials = {"b", "a", "1"},
   .lowering = Lowering::kOperator, .opcode = Opcode::kFma, .nanoseconds = 0.15,
   .example = "fma(2, 3, 4)", .example_value = 10},
  {.name = "abs", .group = "arithmetic", .doc = "Absolute value.",
   .sympy = "Abs", .numpy = "absolute", .c = "fabs", .fpcore = "fabs", .latex = "\\left|{0}\\right|",
   .typing = Typing::kArithmetic, .domain = "True", .range = Range::kAbsolute,
   .partials = {"sign(a)"},
   .identities = {{{"abs_neg", "Abs(-a)", "Abs(a)", kAllModes, ""},
                   {"abs_abs", "Abs(Abs(a))", "Abs(a)", kAllModes, ""},
                   {"abs_nonnegative", "Abs(a)", "a", kRealModes, "nonnegative(a)"}}},
   .lowering = Lowering::kOperator, .opcode = Opcode::kAbs, .nanoseconds = 0.1,
   .example = "Abs(-3)", .example_value = 3},
  {.name = "sign", .group = "arithmetic", .doc = "-1, 0 or 1 by the operand's sign; zeros and NaN stay as they are.",
   .sympy = "sign", .numpy = "sign", .latex = "\\operatorname{sign}\\left({0}\\right)",
   .typing = Typing::kArithmetic, .domain = "True",
   .partials = {"0"},
   .identities = {{{"sign_positive", "sign(a)", "1", kRealModes, "positive(a)"}}},
   .lowering = Lowering::kOperator, .opcode = Opcode::kSign, .nanoseconds = 0.3,
   .example = "sign(-2)", .example_value = -1},
  {.name = "min", .group = "arithmetic", .doc = "Least operand; NaN if one is NaN.",
   .sympy = "Min", .numpy = "minimum", .fpcore = "fmin", .latex = "\\min\\left({0}, {1}\\right)",
   .min_arity = 1, .max_arity = kVariadic, .typing = Typing::kArithmetic, .domain = "True", .range = Range::kLeast,
   .partials = {"where(a < b, 1, 0)", "where(a < b, 0, 1)"},
   .lowering = Lowering::kOperator, .opcode = Opcode::kMin, .nanoseconds = 0.2,
   .example = "Min(3, 1, 2)", .example_value = 1},
  {.name = "max", .group = "arithmetic", .doc = "Greatest operand; NaN if one is NaN.",
   .sympy = "Max", .numpy = "maximum", .fpcore = "fmax", .latex = "\\max\\left({0}, {1}\\right)",
   .min_arity = 1, .max_arity = kVariadic, .typing = Typing::kArithmetic, .domain = "True", .range = Range::kGreatest,
   .partials = {"where(a > b, 1, 0)", "where(a > b, 0, 1)"},
   .lowering = Lowering::kOperator, .opcode = Opcode::kMax, .nanoseconds = 0.2,
   .example = "Max(3, 1, 2)", .example_value = 3},
  {.name = "floor", .group = "rounding", .doc = "Greatest integer not above the operand.",
   .sympy = "floor", .numpy = "floor", .c = "floor", .fpcore = "floor", .latex = "\\left\\lfloor{0}\\right\\rfloor",
   .domain = "True", .range = Range::kIntegral, .partials = {"0"},
   .identities = {{{"floor_integer", "floor(a)", "a", kRealModes, "integer(a)"}}},
   .lowering = Lowering::kOperator, .opcode = Opcode::kFloor, .nanoseconds = 0.15,
   .example = "floor(-5/2)", .example_value = -3},
  {.name = "ceiling", .group = "rounding", .doc = "Least integer not below the operand.",
   .sympy = "ceiling", .numpy = "ceil", .c = "ceil", .fpcore = "ceil", .latex = "\\left\\lceil{0}\\right\\rceil",
   .domain = "True", .range = Range::kIntegral, .partials = {"0"},
   .identities = {{{"ceiling_integer", "ceiling(a)", "a", kRealModes, "integer(a)"}}},
   .lowering = Lowering::kOperator, .opcode = Opcode::kCeil, .nanoseconds = 0.15,
   .example = "ceiling(-5/2)", .example_value = -2},
  {.name = "round", .group = "rounding", .doc = "Nearest integer, halves to the even one.",
   .numpy = "rint round_", .c = "rint nearbyint roundeven", .fpcore = "nearbyint",
   .latex = "\\operatorname{round}\\left({0}\\right)",
   .domain = "True", .range = Range::kIntegral, .partials = {"0"},
   .identities = {{{"round_integer", "round(a)", "a", kRealModes, "integer(a)"}}},
   .lowering = Lowering::kOperator, .opcode = Opcode::kRound, .nanoseconds = 0.15,
   .example = "round(5/2)", .example_value = 2},
  {.name = "trunc", .group = "rounding", .doc = "The operand without its fraction.",
   .numpy = "trunc fix", .c = "trunc", .fpcore = "trunc", .latex = "\\operatorname{trunc}\\left({0}\\right)",
   .domain = "True", .range = Range::kIntegral, .partials = {"0"},
   .identities = {{{"trunc_integer", "trunc(a)", "a", kRealModes, "integer(a)"}}},
   .lowering = Lowering::kOperator, .opcode = Opcode::kTrunc, .nanoseconds = 0.15,
   .example = "trunc(-5/2)", .example_value = -2},
  {.name = "fract", .group = "rounding", .doc = "The operand less its floor: in [0, 1).",
   .sympy = "frac", .latex = "\\operatorname{frac}\\left({0}\\right)",
   .domain = "True", .range = Range::kNonnegative, .partials = {"1"},
   .lowering = Lowering::kExpansion, .expansion = "a - floor(a)", .nanoseconds = 0.3,
   .example = "fract(-1/4)", .example_value = 0.75},
  {.name = "mod", .group = "rounding", .doc = "Remainder of a / b with the sign of b, exact; mod(a, 0) is NaN (of integers 0).",
   .sympy = "Mod", .numpy = "remainder", .latex = "{0} \\bmod {1}",
   .min_arity = 2, .max_arity = 2, .typing = Typing::kArithmetic, .domain = "Ne(b, 0)",
   .partials = {"1", "-floor(a/b)"},
   .lowering = Lowering::kArrayCall, .opcode = Opcode::kMod, .routine = RoutineOf("mod"),
   .reference = &ReferenceMod, .nanoseconds = 10,
   .example = "Mod(-7, 3)", .example_value = 2},
});
// clang-format on

}  // namespace formulary::expr::rows

#endif  // FORMULARY_SERVER_EXPR_ROWS_ARITHMETIC_H_
