#ifndef FORMULARY_SERVER_EXPR_ROWS_NUMBER_H_
#define FORMULARY_SERVER_EXPR_ROWS_NUMBER_H_

// Rows: number functions. Included by catalogue.cc only. Sources of the definitions: DLMF 24
// (Bernoulli, Euler), DLMF 26 (Catalan), DLMF 5.4.14 and 25.11.33 (harmonic); signs and the values
// at negative numbers are SymPy's.

#include <arb.h>
#include <gmp.h>

#include "server/expr/ball.h"
#include "server/expr/rows/gamma.h"
#include "server/expr/rows/routines.h"

namespace formulary::expr::rows {

// An integral operand up to so far, with a sign; else the result is not defined.
inline bool SmallInteger(arb_t result, const arb_struct* x, slong limit, slong* value) {
  if (!arb_is_int(x) || arf_cmpabs_ui(arb_midref(x), static_cast<ulong>(limit)) > 0) {
    arb_indeterminate(result);
    return false;
  }
  *value = arf_get_si(arb_midref(x), ARF_RND_DOWN);
  return true;
}

inline constexpr slong kMaxNumber = 5000;  // all results are beyond doubles long before

inline void FibonacciAt(arb_t result, slong n, slong precision) {
  fmpz_t index;
  fmpz_init_set_si(index, n);
  arb_fib_fmpz(result, index, precision);
  fmpz_clear(index);
}

inline void FibonacciBall(arb_t result, const arb_struct* x, slong precision) {
  slong n = 0;
  if (SmallInteger(result, x, kMaxNumber, &n)) FibonacciAt(result, n, precision);
}

inline void LucasBall(arb_t result, const arb_struct* x, slong precision) {
  slong n = 0;
  if (!SmallInteger(result, x, kMaxNumber, &n)) return;
  GammaTemp above;
  FibonacciAt(above, n + 1, precision);
  FibonacciAt(result, n - 1, precision);
  arb_add(result, result, above, precision);
}

inline void BernoulliBall(arb_t result, const arb_struct* x, slong precision) {
  slong n = 0;
  if (!SmallInteger(result, x, kMaxNumber, &n) || n < 0) return arb_indeterminate(result);
  arb_bernoulli_ui(result, static_cast<ulong>(n), precision);
  if (n == 1) arb_neg(result, result);
}

inline void EulerNumberBall(arb_t result, const arb_struct* x, slong precision) {
  slong n = 0;
  if (!SmallInteger(result, x, kMaxNumber, &n) || n < 0) return arb_indeterminate(result);
  arb_euler_number_ui(result, static_cast<ulong>(n), precision);
}

inline void SubfactorialBall(arb_t result, const arb_struct* x, slong precision) {
  slong n = 0;
  if (!SmallInteger(result, x, kMaxNumber, &n) || n < 0) return arb_indeterminate(result);
  arb_one(result);
  for (slong k = 1; k <= n; ++k) {
    arb_mul_si(result, result, k, precision);
    arb_add_si(result, result, k % 2 == 0 ? 1 : -1, precision);
  }
}

inline void Factorial2Ball(arb_t result, const arb_struct* x, slong precision) {
  slong n = 0;
  if (!SmallInteger(result, x, kMaxNumber, &n) || (n < 0 && n % 2 == 0)) {
    return arb_indeterminate(result);
  }
  arb_one(result);
  for (slong k = n; k > 1; k -= 2) arb_mul_si(result, result, k, precision);
  for (slong k = n + 2; k < 0; k += 2) arb_div_si(result, result, k, precision);
}

inline void CatalanBall(arb_t result, const arb_struct* x, slong precision) {
  GammaTemp half, term;
  arb_set_d(half, 0.5);
  arb_add(term, x, half, kGammaExactBits);
  arb_one(result);
  TimesGamma(result, term, precision);
  arb_add_ui(term, x, 2, kGammaExactBits);
  OverGamma(result, term, precision);
  arb_set_ui(term, 4);
  arb_pow(term, term, x, precision);
  arb_mul(result, result, term, precision);
  arb_const_pi(term, precision);
  arb_sqrt(term, term, precision);
  arb_div(result, result, term, precision);
}

inline void HarmonicBall(arb_t result, const arb_struct* x, slong precision) {
  GammaTemp term;
  if (arb_is_zero(x)) return arb_zero(result);
  arb_add_ui(term, x, 1, kGammaExactBits);
  arb_digamma(result, term, precision);
  arb_const_euler(term, precision);
  arb_add(result, result, term, precision);
}

inline void Harmonic2Ball(arb_t result, const arb_struct* x, slong precision) {
  if (!arb_is_int(x) || arb_is_negative(x)) return arb_indeterminate(result);
  if (arb_is_one(x + 1)) return HarmonicBall(result, x, precision);
  // Zeta functions of large negative operands take long: a few terms are added up, and sums of
  // more terms are then far too large.
  constexpr slong kFew = 200;
  GammaTemp next, rest;
  if (arf_cmpabs_ui(arb_midref(x), kFew) <= 0) {
    arb_zero(result);
    arb_neg(rest, x + 1);
    for (slong k = arf_get_si(arb_midref(x), ARF_RND_NEAR); k > 0; --k) {
      arb_set_si(next, k);
      arb_pow(next, next, rest, precision);
      arb_add(result, result, next, precision);
    }
    return;
  }
  if (arf_cmp_si(arb_midref(x + 1), -kFew) < 0) return arb_indeterminate(result);
  arb_add_ui(next, x, 1, kGammaExactBits);
  arb_hurwitz_zeta(rest, x + 1, next, precision);
  arb_zeta(result, x + 1, precision);
  arb_sub(result, result, rest, precision);
}

// gcd or lcm of two integers.
template <void (*kFunction)(mpz_t, const mpz_t, const mpz_t)>
void ReferenceIntegers(mpfr_ptr result, const mpfr_ptr* operands) {
  if (mpfr_integer_p(operands[0]) == 0 || mpfr_integer_p(operands[1]) == 0) {
    mpfr_set_nan(result);
    return;
  }
  mpz_t a, b;
  mpz_init(a);
  mpz_init(b);
  mpfr_get_z(a, operands[0], MPFR_RNDN);
  mpfr_get_z(b, operands[1], MPFR_RNDN);
  kFunction(a, a, b);
  mpfr_set_z(result, a, MPFR_RNDN);
  mpz_clear(a);
  mpz_clear(b);
}

// clang-format off
inline constexpr auto kNumber = std::to_array<FunctionRow>({
  {.name = "factorial2", .group = "numbers", .doc = "Double factorial a*(a - 2)*(a - 4)*..., of integers; NaN for negative even and for other numbers.",
   .sympy = "factorial2", .numpy = "factorial2", .latex = "{0}!!",
   .domain = "Eq(a, floor(a)) & ((a >= 0) | Ne(a/2, floor(a/2)))", .partials = {kNone},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("factorial2"),
   .reference = &BallReference<&Factorial2Ball, 1>, .nanoseconds = 6,
   .example = "factorial2(7)", .example_value = 105},
  {.name = "subfactorial", .group = "numbers", .doc = "Number of permutations of natural a without fixed points; NaN for other numbers.",
   .sympy = "subfactorial", .latex = "!{0}",
   .domain = "(a >= 0) & Eq(a, floor(a))", .range = Range::kNonnegative, .partials = {kNone},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("subfactorial"),
   .reference = &BallReference<&SubfactorialBall, 1>, .nanoseconds = 60,
   .example = "subfactorial(5)", .example_value = 44},
  {.name = "fibonacci", .group = "numbers", .doc = "Fibonacci number, of negative integers, too; NaN for other numbers.",
   .sympy = "fibonacci", .latex = "F_{{0}}",
   .domain = "Eq(a, floor(a))", .partials = {kNone},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("fibonacci"),
   .reference = &BallReference<&FibonacciBall, 1>, .nanoseconds = 150,
   .example = "fibonacci(78)", .example_value = 8944394323791464},
  {.name = "lucas", .group = "numbers", .doc = "Lucas number fibonacci(a - 1) + fibonacci(a + 1); NaN where a is not an integer.",
   .sympy = "lucas", .latex = "L_{{0}}",
   .domain = "Eq(a, floor(a))", .partials = {kNone},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("lucas"),
   .reference = &BallReference<&LucasBall, 1>, .nanoseconds = 150,
   .example = "lucas(10)", .example_value = 123},
  {.name = "catalan", .group = "numbers", .doc = "Catalan number 4**a*gamma(a + 1/2)/(sqrt(pi)*gamma(a + 2)), of real operands; NaN at -1/2, -3/2, ...",
   .sympy = "catalan", .latex = "C_{{0}}",
   .domain = "a > -1/2", .range = Range::kPositive,
   .partials = {"r*(log(4) + digamma(a + 1/2) - digamma(a + 2))"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("catalan"),
   .reference = &BallReference<&CatalanBall, 1>, .nanoseconds = 140,
   .example = "catalan(10)", .example_value = 16796},
  {.name = "bernoulli", .group = "numbers", .doc = "Bernoulli number, +1/2 at 1; NaN where a is not natural.",
   .sympy = "bernoulli", .latex = "B_{{0}}",
   .domain = "(a >= 0) & Eq(a, floor(a))", .partials = {kNone},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("bernoulli"),
   .reference = &BallReference<&BernoulliBall, 1>, .nanoseconds = 5,
   .example = "bernoulli(4)", .example_value = -0.03333333333333333},
  {.name = "euler_number", .group = "numbers", .doc = "Euler number, the coefficient of a!*sech; NaN where a is not natural.",
   .sympy = "euler", .latex = "E_{{0}}",
   .domain = "(a >= 0) & Eq(a, floor(a))", .partials = {kNone},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("euler_number"),
   .reference = &BallReference<&EulerNumberBall, 1>, .nanoseconds = 5,
   .example = "euler_number(6)", .example_value = -61},
  {.name = "harmonic", .group = "numbers", .doc = "Harmonic number 1 + 1/2 + ... + 1/a, of real operands digamma(a + 1) + EulerGamma; NaN at -1, -2, ...",
   .sympy = "harmonic", .latex = "H_{{0}}",
   .domain = "(a > -1) | Ne(a, floor(a))", .partials = {"trigamma(a + 1)"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("harmonic"),
   .reference = &BallReference<&HarmonicBall, 1>,
   .amplitude = "Piecewise((1 + log(1 - a), a < -1/2), (0, True))", .nanoseconds = 14,
   .example = "harmonic(4)", .example_value = 2.0833333333333335},
  {.name = "harmonic2", .group = "numbers", .doc = "Generalised harmonic number, the sum of k**-b for k from 1 to natural a; NaN for other a.",
   .sympy = "harmonic", .latex = "H_{{0}}^{\\left({1}\\right)}",
   .min_arity = 2, .max_arity = 2, .domain = "(a >= 0) & Eq(a, floor(a))", .range = Range::kNonnegative,
   .partials = {kNone, "zeta_ds(b) - hurwitz_zeta_ds(b, a + 1)"},
   .lowering = Lowering::kArrayCall, .routine = RoutineOf("harmonic2"),
   .reference = &BallReference<&Harmonic2Ball, 2>, .nanoseconds = 160,
   .example = "harmonic2(3, 2)", .example_value = 1.3611111111111112},
  {.name = "gcd", .group = "numbers", .doc = "Greatest common divisor of two integers, gcd(0, 0) = 0; NaN for other numbers. Of int64 in int64, 2**63 wrapping.",
   .sympy = "gcd igcd", .numpy = "gcd", .c = "gcd", .latex = "\\gcd\\left({0}, {1}\\right)",
   .min_arity = 2, .max_arity = 2, .typing = Typing::kArithmetic, .domain = "Eq(a, floor(a)) & Eq(b, floor(b))", .range = Range::kNonnegative,
   .partials = {kNone, kNone},
   .lowering = Lowering::kArrayCall, .opcode = Opcode::kGcd, .routine = RoutineOf("gcd"),
   .reference = &ReferenceIntegers<mpz_gcd>, .nanoseconds = 40,
   .example = "gcd(12, 18)", .example_value = 6},
  {.name = "lcm", .group = "numbers", .doc = "Least common multiple of two integers, not below 0; NaN for other numbers. Of int64 in int64, wrapping.",
   .sympy = "lcm ilcm", .numpy = "lcm", .c = "lcm", .latex = "\\operatorname{lcm}\\left({0}, {1}\\right)",
   .min_arity = 2, .max_arity = 2, .typing = Typing::kArithmetic, .domain = "Eq(a, floor(a)) & Eq(b, floor(b))", .range = Range::kNonnegative,
   .partials = {kNone, kNone},
   .lowering = Lowering::kArrayCall, .opcode = Opcode::kLcm, .routine = RoutineOf("lcm"),
   .reference = &ReferenceIntegers<mpz_lcm>, .nanoseconds = 45,
   .example = "lcm(4, 6)", .example_value = 12},
});
// clang-format on

}  // namespace formulary::expr::rows

#endif  // FORMULARY_SERVER_EXPR_ROWS_NUMBER_H_
