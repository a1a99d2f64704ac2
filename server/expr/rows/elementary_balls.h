#ifndef FORMULARY_SERVER_EXPR_ROWS_ELEMENTARY_BALLS_H_
#define FORMULARY_SERVER_EXPR_ROWS_ELEMENTARY_BALLS_H_

// Elementary functions over balls where Arb has no function of that very meaning. For the row files
// only. Pure.

#include <arb.h>
#include <arb_hypgeom.h>

#include <algorithm>

#include "server/expr/ball.h"
#include "server/expr/rows/routines.h"

namespace formulary::expr::rows {

inline void Exp2Ball(arb_t result, const arb_struct* x, slong precision) {
  arb_t log2;
  arb_init(log2);
  arb_const_log2(log2, precision + 64);
  arb_mul(log2, log2, x, precision + 64);
  arb_exp(result, log2, precision);
  arb_clear(log2);
}

template <ulong kBase>
void LogBall(arb_t result, const arb_struct* x, slong precision) {
  arb_log_base_ui(result, x, kBase, precision);
}

// The real root: odd, and defined for negative operands.
inline void CbrtBall(arb_t result, const arb_struct* x, slong precision) {
  if (!arb_contains_zero(x)) {
    const bool negative = arb_is_negative(x);
    arb_abs(result, x);
    arb_root_ui(result, result, 3, precision);
    if (negative) arb_neg(result, result);
    return;
  }
  arb_t bound;
  arb_init(bound);
  arb_get_mag(arb_radref(bound), x);
  arf_set_mag(arb_midref(bound), arb_radref(bound));
  mag_zero(arb_radref(bound));
  arb_root_ui(bound, bound, 3, MAG_BITS);
  arb_zero(result);
  arb_add_error(result, bound);
  arb_clear(bound);
}

inline void PowBall(arb_t result, const arb_struct* x, slong precision) {
  arb_pow(result, x, x + 1, precision);
}

// The function less its operand.
template <void (*kFunction)(arb_t, const arb_t, slong)>
void LessOperandBall(arb_t result, const arb_struct* x, slong precision) {
  arb_t value;
  arb_init(value);
  kFunction(value, x, precision);
  arb_sub(result, value, x, precision);
  arb_clear(value);
}

// The reference of the function less its operand, where that is kSixths/6 x^3 (1 + O(x^2)) near 0:
// with as many bits more as cancel, and from the leading term where the next is beyond them.
template <MpfrUnary kFunction, long kSixths>
void LessOperand(mpfr_ptr result, const mpfr_ptr* operands) {
  const mpfr_srcptr x = operands[0];
  const mpfr_prec_t wanted = mpfr_get_prec(result) + 32;
  const mpfr_exp_t cancelled =
      mpfr_regular_p(x) != 0 ? std::max<mpfr_exp_t>(-2 * mpfr_get_exp(x), 0) : 0;
  mpfr_t value;
  if (cancelled > wanted) {
    mpfr_init2(value, wanted);
    mpfr_sqr(value, x, MPFR_RNDN);
    mpfr_mul(value, value, x, MPFR_RNDN);
    mpfr_mul_si(value, value, kSixths, MPFR_RNDN);
    mpfr_div_ui(result, value, 6, MPFR_RNDN);
  } else {
    mpfr_init2(value, wanted + cancelled);
    kFunction(value, x, MPFR_RNDN);
    if (mpfr_inf_p(value) != 0) {
      mpfr_set(result, value, MPFR_RNDN);
    } else {
      mpfr_sub(result, value, x, MPFR_RNDN);
    }
  }
  mpfr_clear(value);
}

inline void Cosm1Ball(arb_t result, const arb_struct* x, slong precision) {
  arb_mul_2exp_si(result, x, -1);
  arb_sin(result, result, precision);
  arb_sqr(result, result, precision);
  arb_mul_2exp_si(result, result, 1);
  arb_neg(result, result);
}

inline void Cosm1(mpfr_ptr result, const mpfr_ptr* operands) {
  mpfr_t half;
  mpfr_init2(half, std::max(mpfr_get_prec(result), mpfr_get_prec(operands[0])) + 32);
  mpfr_div_2ui(half, operands[0], 1, MPFR_RNDN);
  mpfr_sin(half, half, MPFR_RNDN);
  mpfr_sqr(half, half, MPFR_RNDN);
  mpfr_mul_si(result, half, -2, MPFR_RNDN);
  mpfr_clear(half);
}

// (kPlus + a)^b - 1.
template <slong kPlus>
void PowerLessOneBall(arb_t result, const arb_struct* x, slong precision) {
  if (kPlus == 1 && arb_is_positive(x) != 0) {
    arb_log1p(result, x, precision);
    arb_mul(result, result, x + 1, precision);
    arb_expm1(result, result, precision);
    return;
  }
  arb_add_si(result, x, kPlus, precision);
  arb_pow(result, result, x + 1, precision);
  arb_sub_ui(result, result, 1, precision);
}

// With as many bits more as cancel, found by trial.
template <unsigned long kPlus>
void PowerLessOne(mpfr_ptr result, const mpfr_ptr* operands) {
  constexpr mpfr_prec_t kMostBits = 8192;
  const mpfr_prec_t wanted = mpfr_get_prec(result) + 32;
  mpfr_t base;
  mpfr_init2(base, kMostBits);
  mpfr_add_ui(base, operands[0], kPlus, MPFR_RNDN);
  const bool exact = mpfr_cmpabs_ui(base, 1) == 0 || mpfr_zero_p(operands[1]) != 0;
  bool known = false;
  for (mpfr_prec_t bits = 2 * wanted; bits <= kMostBits && !known; bits *= 2) {
    mpfr_t value;
    mpfr_init2(value, bits);
    mpfr_pow(value, base, operands[1], MPFR_RNDN);
    mpfr_sub_ui(value, value, 1, MPFR_RNDN);
    known = exact || mpfr_number_p(value) == 0 ||
            (mpfr_regular_p(value) != 0 && mpfr_get_exp(value) > wanted - bits);
    mpfr_set(result, value, MPFR_RNDN);
    mpfr_clear(value);
  }
  if (!known) mpfr_set_nan(result);
  mpfr_clear(base);
}

inline void HypotBall(arb_t result, const arb_struct* x, slong precision) {
  arb_hypot(result, x, x + 1, precision);
}

inline void Atan2Ball(arb_t result, const arb_struct* x, slong precision) {
  arb_atan2(result, x, x + 1, precision);
}

// log(gamma) where the operand is positive.
inline void LoggammaBall(arb_t result, const arb_struct* x, slong precision) {
  arb_lgamma(result, x, precision);
}

// log|gamma|, by reflection below 0 (DLMF 5.5.3).
inline void LgammaBall(arb_t result, const arb_struct* x, slong precision) {
  if (arb_is_positive(x)) return arb_lgamma(result, x, precision);
  arb_t other, sine;
  arb_init(other);
  arb_init(sine);
  arb_sin_pi(sine, x, precision);
  arb_abs(sine, sine);
  arb_sub_ui(other, x, 1, precision);
  arb_neg(other, other);
  arb_lgamma(other, other, precision);
  arb_const_pi(result, precision);
  arb_div(result, result, sine, precision);
  arb_log(result, result, precision);
  arb_sub(result, result, other, precision);
  arb_clear(other);
  arb_clear(sine);
}

}  // namespace formulary::expr::rows

#endif  // FORMULARY_SERVER_EXPR_ROWS_ELEMENTARY_BALLS_H_
