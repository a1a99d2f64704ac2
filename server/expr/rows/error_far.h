#ifndef FORMULARY_SERVER_EXPR_ROWS_ERROR_FAR_H_
#define FORMULARY_SERVER_EXPR_ROWS_ERROR_FAR_H_

// References of the error functions for operands that are too large for balls, by their asymptotic
// series (DLMF 7.12), and their union with those by balls. For rows/error.h only. Pure.

#include <mpfr.h>

#include "server/expr/ball.h"
#include "server/expr/rows/error_balls.h"

namespace formulary::expr::rows {

// Operands beyond this are too large for balls.
inline constexpr auto kReach = static_cast<unsigned long>(kMaxBallOperand);

// An MPFR number with room to spare over `wanted`. One thread at a time.
class Spacious {
 public:
  explicit Spacious(mpfr_srcptr wanted) { mpfr_init2(value_, 2 * mpfr_get_prec(wanted) + 128); }
  ~Spacious() { mpfr_clear(value_); }
  Spacious(const Spacious&) = delete;
  Spacious& operator=(const Spacious&) = delete;
  operator mpfr_ptr() { return value_; }

 private:
  mpfr_t value_;
};

// The sum of (2k - 1)!!/(divisor x^2)^k, alternating when divisor < 0. REQUIRES: |x| > 1e6.
inline void TailSeries(mpfr_ptr sum, mpfr_srcptr x, long divisor) {
  Spacious v(sum);
  mpfr_sqr(v, x, MPFR_RNDN);
  mpfr_mul_si(v, v, divisor, MPFR_RNDN);
  mpfr_ui_div(v, 1, v, MPFR_RNDN);
  mpfr_set_ui(sum, 1, MPFR_RNDN);
  for (unsigned long k = 24; k > 0; --k) {
    mpfr_mul(sum, sum, v, MPFR_RNDN);
    mpfr_mul_ui(sum, sum, 2 * k - 1, MPFR_RNDN);
    mpfr_add_ui(sum, sum, 1, MPFR_RNDN);
  }
}

// factor exp(x^2/divisor)/(|x| sqrt(pi)), times the series.
inline void TailOfSquare(mpfr_ptr result, mpfr_srcptr x, long divisor, mpfr_srcptr factor) {
  Spacious power(factor), root(factor);
  mpfr_sqr(power, x, MPFR_RNDN);
  mpfr_div_si(power, power, divisor, MPFR_RNDN);
  mpfr_exp(power, power, MPFR_RNDN);
  mpfr_mul(power, power, factor, MPFR_RNDN);
  mpfr_const_pi(root, MPFR_RNDN);
  mpfr_sqrt(root, root, MPFR_RNDN);
  mpfr_mul(root, root, x, MPFR_RNDN);
  mpfr_abs(root, root, MPFR_RNDN);
  mpfr_div(result, power, root, MPFR_RNDN);
}

inline void FarErfcx(mpfr_ptr result, mpfr_srcptr x) {
  Spacious value(result), root(result);
  if (mpfr_sgn(x) < 0) {
    mpfr_sqr(value, x, MPFR_RNDN);
    mpfr_exp(value, value, MPFR_RNDN);
    mpfr_mul_2ui(result, value, 1, MPFR_RNDN);
    return;
  }
  TailSeries(value, x, -2);
  mpfr_const_pi(root, MPFR_RNDN);
  mpfr_sqrt(root, root, MPFR_RNDN);
  mpfr_mul(root, root, x, MPFR_RNDN);
  mpfr_div(result, value, root, MPFR_RNDN);
}

// The normal tail beyond |x|.
inline void FarTail(mpfr_ptr result, mpfr_srcptr x) {
  Spacious value(result), root(result);
  TailSeries(value, x, -1);
  mpfr_sqrt_ui(root, 2, MPFR_RNDN);
  mpfr_div(value, value, root, MPFR_RNDN);
  TailOfSquare(result, x, -2, value);
}

inline void FarNdtr(mpfr_ptr result, mpfr_srcptr x) {
  if (mpfr_sgn(x) > 0) {
    mpfr_set_ui(result, 1, MPFR_RNDN);
  } else {
    FarTail(result, x);
  }
}

inline void FarLogNdtr(mpfr_ptr result, mpfr_srcptr x) {
  if (mpfr_sgn(x) > 0) {
    FarTail(result, x);
    mpfr_neg(result, result, MPFR_RNDN);
    return;
  }
  // log(series/(|x| sqrt(2 pi))) - x^2/2
  Spacious value(result), other(result);
  TailSeries(value, x, -1);
  mpfr_div(value, value, x, MPFR_RNDN);
  mpfr_const_pi(other, MPFR_RNDN);
  mpfr_mul_2ui(other, other, 1, MPFR_RNDN);
  mpfr_sqrt(other, other, MPFR_RNDN);
  mpfr_div(value, value, other, MPFR_RNDN);
  mpfr_abs(value, value, MPFR_RNDN);
  mpfr_log(value, value, MPFR_RNDN);
  mpfr_sqr(other, x, MPFR_RNDN);
  mpfr_div_2ui(other, other, 1, MPFR_RNDN);
  mpfr_sub(result, value, other, MPFR_RNDN);
}

inline void FarDawson(mpfr_ptr result, mpfr_srcptr x) {
  Spacious value(result);
  TailSeries(value, x, 2);
  mpfr_div(value, value, x, MPFR_RNDN);
  mpfr_div_2ui(result, value, 1, MPFR_RNDN);
}

inline void FarErfi(mpfr_ptr result, mpfr_srcptr x) {
  Spacious value(result);
  TailSeries(value, x, 2);
  TailOfSquare(result, x, 1, value);
  mpfr_setsign(result, result, mpfr_signbit(x), MPFR_RNDN);
}

// A row's reference: the ball, or the other way for operands that are too large for it.
template <BallFunction kNear, void (*kFar)(mpfr_ptr, mpfr_srcptr)>
void NearAndFar(mpfr_ptr result, const mpfr_ptr* operands) {
  if (mpfr_number_p(operands[0]) != 0 && mpfr_cmpabs_ui(operands[0], kReach) > 0) {
    kFar(result, operands[0]);
  } else {
    BallReference<kNear, 1>(result, operands);
  }
}

// An operand of erf2 beyond the reach of balls is as good as that reach, unless both are on the
// same side; they then differ by enough to be subtracted.
inline void ReferenceErf2(mpfr_ptr result, const mpfr_ptr* operands) {
  Spacious a(result), b(result);
  mpfr_set(a, operands[0], MPFR_RNDN);
  mpfr_set(b, operands[1], MPFR_RNDN);
  const auto far = [](mpfr_srcptr x) {
    return mpfr_number_p(x) != 0 && mpfr_cmpabs_ui(x, kReach) > 0;
  };
  if (far(a) && far(b) && mpfr_signbit(a) == mpfr_signbit(b)) {
    const bool below = mpfr_signbit(a) != 0;
    mpfr_abs(a, a, MPFR_RNDN);
    mpfr_abs(b, b, MPFR_RNDN);
    mpfr_erfc(a, a, MPFR_RNDN);
    mpfr_erfc(b, b, MPFR_RNDN);
    mpfr_sub(result, below ? b : a, below ? a : b, MPFR_RNDN);
    return;
  }
  const mpfr_ptr near[] = {a, b};
  for (mpfr_ptr x : near) {
    const long reach = static_cast<long>(kReach);
    if (far(x)) mpfr_set_si(x, mpfr_signbit(x) != 0 ? -reach : reach, MPFR_RNDN);
  }
  BallReference<&Erf2Ball, 2>(result, near);
}

}  // namespace formulary::expr::rows

#endif  // FORMULARY_SERVER_EXPR_ROWS_ERROR_FAR_H_
