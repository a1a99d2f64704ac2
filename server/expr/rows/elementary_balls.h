#ifndef FORMULARY_SERVER_EXPR_ROWS_ELEMENTARY_BALLS_H_
#define FORMULARY_SERVER_EXPR_ROWS_ELEMENTARY_BALLS_H_

// Elementary functions over balls where Arb has no function of that very meaning. For the row files
// only. Pure.

#include <arb.h>
#include <arb_hypgeom.h>

#include "server/expr/ball.h"

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
