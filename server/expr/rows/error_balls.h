#ifndef FORMULARY_SERVER_EXPR_ROWS_ERROR_BALLS_H_
#define FORMULARY_SERVER_EXPR_ROWS_ERROR_BALLS_H_

// References of the error functions in ball arithmetic, for rows/error.h only. Pure.

#include <acb_calc.h>
#include <arb.h>
#include <arb_hypgeom.h>

namespace formulary::expr::rows {

// A ball that frees itself. One thread at a time.
class ErrorBall {
 public:
  ErrorBall() { arb_init(value_); }
  ~ErrorBall() { arb_clear(value_); }
  ErrorBall(const ErrorBall&) = delete;
  ErrorBall& operator=(const ErrorBall&) = delete;
  operator arb_ptr() { return value_; }

 private:
  arb_t value_;
};

// sqrt(pi)/2 * exp(x^2), the slope of erfinv where its value is x.
inline void InverseErfSlope(arb_t result, const arb_t x, slong precision) {
  ErrorBall root;
  arb_mul(result, x, x, precision);
  arb_exp(result, result, precision);
  arb_const_sqrt_pi(root, precision);
  arb_mul(result, result, root, precision);
  arb_mul_2exp_si(result, result, -1);
}

inline void ErfcxBall(arb_t result, const arb_struct* x, slong precision) {
  precision += 64;
  ErrorBall factor;
  arb_mul(factor, x, x, precision);
  arb_exp(factor, factor, precision);
  arb_hypgeom_erfc(result, x, precision);
  arb_mul(result, result, factor, precision);
}

inline void DawsonBall(arb_t result, const arb_struct* x, slong precision) {
  precision += 64;
  ErrorBall value, slope;
  arb_hypgeom_erfi(value, x, precision);
  arb_mul(slope, x, x, precision);
  arb_neg(slope, slope);
  arb_exp(slope, slope, precision);
  arb_mul(value, value, slope, precision);
  arb_const_sqrt_pi(slope, precision);
  arb_mul(result, value, slope, precision);
  arb_mul_2exp_si(result, result, -1);
}

inline void NdtrBall(arb_t result, const arb_struct* x, slong precision) {
  precision += 64;
  ErrorBall root, scaled;
  arb_sqrt_ui(root, 2, precision);
  arb_div(scaled, x, root, precision);
  arb_neg(scaled, scaled);
  arb_hypgeom_erfc(result, scaled, precision);
  arb_mul_2exp_si(result, result, -1);
}

inline void LogNdtrBall(arb_t result, const arb_struct* x, slong precision) {
  if (!arb_is_positive(x)) {
    NdtrBall(result, x, precision);
    arb_log(result, result, precision);
    return;
  }
  ErrorBall mirrored;
  arb_neg(mirrored, x);
  NdtrBall(result, mirrored, precision);
  arb_neg(result, result);
  arb_log1p(result, result, precision);
}

// A double near the solution of erfc(y) = q, 0 < q <= 1; Newton's method in the logarithm, which is
// concave, gets there from anywhere. The rest of the way at full precision, and then the last step
// as the radius: twice what Newton's method still asks for.
inline void InverseErfcBall(arb_t result, const arb_t q, slong precision) {
  precision += 64;
  ErrorBall y, value, step, slope, target;
  arb_log(target, q, precision);
  arb_neg(step, target);
  arb_sqrt(y, step, precision);
  for (int i = 0; i < 100; ++i) {
    arb_get_mid_arb(y, y);
    arb_hypgeom_erfc(value, y, precision);
    arb_log(step, value, precision);
    arb_sub(step, step, target, precision);
    InverseErfSlope(slope, y, precision);
    arb_mul(slope, slope, value, precision);
    arb_mul(step, step, slope, precision);
    if (arb_rel_accuracy_bits(step) < 8 && i > 4) break;
    arb_add(y, y, step, precision);
  }
  arb_get_mid_arb(result, y);
  mag_t radius;
  mag_init(radius);
  arb_get_mag(radius, step);
  mag_mul_2exp_si(radius, radius, 1);
  arb_add_error_mag(result, radius);
  mag_clear(radius);
}

// The solution of erf(y) = x, |x| <= 1/2, likewise.
inline void InverseErfNearZero(arb_t result, const arb_t x, slong precision) {
  precision += 64;
  ErrorBall y, step, slope;
  arb_set(y, x);
  for (int i = 0; i < 100; ++i) {
    arb_get_mid_arb(y, y);
    arb_hypgeom_erf(step, y, precision);
    arb_sub(step, x, step, precision);
    InverseErfSlope(slope, y, precision);
    arb_mul(step, step, slope, precision);
    if (arb_rel_accuracy_bits(step) < 8 && i > 4) break;
    arb_add(y, y, step, precision);
  }
  arb_get_mid_arb(result, y);
  mag_t radius;
  mag_init(radius);
  arb_get_mag(radius, step);
  mag_mul_2exp_si(radius, radius, 1);
  arb_add_error_mag(result, radius);
  mag_clear(radius);
}

inline void ErfcinvBall(arb_t result, const arb_struct* x, slong precision) {
  ErrorBall rest, two, half;
  arb_set_ui(two, 2);
  arb_set_d(half, 0.5);
  arb_sub(rest, two, x, ARF_PREC_EXACT);
  if (!arb_is_positive(x) || !arb_is_positive(rest)) {
    arb_indeterminate(result);
  } else if (arb_lt(x, half)) {
    InverseErfcBall(result, x, precision);
  } else if (arb_lt(rest, half)) {
    InverseErfcBall(result, rest, precision);
    arb_neg(result, result);
  } else {
    arb_sub_ui(rest, rest, 1, ARF_PREC_EXACT);
    InverseErfNearZero(result, rest, precision);
  }
}

inline void ErfinvBall(arb_t result, const arb_struct* x, slong precision) {
  ErrorBall rest, half;
  arb_set_d(half, 0.5);
  arb_abs(rest, x);
  if (arb_le(rest, half)) {
    InverseErfNearZero(result, x, precision);
    return;
  }
  arb_neg(rest, x);
  arb_add_ui(rest, rest, 1, ARF_PREC_EXACT);
  ErfcinvBall(result, rest, precision);
}

inline void NdtriBall(arb_t result, const arb_struct* x, slong precision) {
  ErrorBall twice, root;
  arb_mul_2exp_si(twice, x, 1);
  ErfcinvBall(result, twice, precision);
  arb_sqrt_ui(root, 2, precision + 64);
  arb_mul(result, result, root, precision + 64);
  arb_neg(result, result);
}

// erf(x[1]) - erf(x[0]), in the tails as a difference of erfc.
inline void Erf2Ball(arb_t result, const arb_struct* x, slong precision) {
  if (arb_equal(x, x + 1)) {
    arb_zero(result);
    return;
  }
  precision += 64;
  ErrorBall half, first, second, a, b;
  arb_set_d(half, 0.5);
  arb_set(a, x);
  arb_set(b, x + 1);
  const bool below = arb_is_negative(a) && arb_is_negative(b);
  if (below) {
    arb_neg(a, x + 1);
    arb_neg(b, x);
  }
  if (arb_gt(a, half) && arb_gt(b, half)) {
    arb_hypgeom_erfc(first, a, precision);
    arb_hypgeom_erfc(second, b, precision);
  } else {
    arb_hypgeom_erf(first, b, precision);
    arb_hypgeom_erf(second, a, precision);
  }
  arb_sub(result, first, second, precision);
}

// exp(-h^2/2 * (1 + z^2))/(1 + z^2), with h^2/2 as the parameter.
inline int OwensTIntegrand(acb_ptr result, const acb_t z, void* parameter, slong, slong precision) {
  acb_t weight, power;
  acb_init(weight);
  acb_init(power);
  acb_mul(weight, z, z, precision);
  acb_add_ui(weight, weight, 1, precision);
  acb_mul_arb(power, weight, static_cast<arb_ptr>(parameter), precision);
  acb_neg(power, power);
  acb_exp(power, power, precision);
  acb_div(result, power, weight, precision);
  acb_clear(weight);
  acb_clear(power);
  return 0;
}

inline void OwensTBall(arb_t result, const arb_struct* x, slong precision) {
  precision += 64;
  if (arb_is_zero(x + 1)) {
    arb_zero(result);
    return;
  }
  ErrorBall half_square, scale;
  arb_mul(half_square, x, x, precision);
  arb_mul_2exp_si(half_square, half_square, -1);
  // An error far below min(|a|, 1/|h|) exp(-h^2/2).
  mag_t tolerance, width;
  mag_init(tolerance);
  mag_init(width);
  arb_neg(scale, half_square);
  arb_exp(scale, scale, precision);
  arb_get_mag(tolerance, scale);
  arb_get_mag(width, x + 1);
  if (mag_cmp_2exp_si(width, 0) < 0) mag_mul(tolerance, tolerance, width);
  mag_mul_2exp_si(tolerance, tolerance, -precision);
  acb_t integral, from, to;
  acb_init(integral);
  acb_init(from);
  acb_init(to);
  acb_set_arb(to, x + 1);
  acb_calc_integrate(integral, OwensTIntegrand, static_cast<arb_ptr>(half_square), from, to,
                     precision, tolerance, nullptr, precision + 32);
  arb_const_pi(scale, precision);
  arb_div(result, acb_realref(integral), scale, precision);
  arb_mul_2exp_si(result, result, -1);
  acb_clear(integral);
  acb_clear(from);
  acb_clear(to);
  mag_clear(tolerance);
  mag_clear(width);
}

inline void FresnelsBall(arb_t result, const arb_struct* x, slong precision) {
  arb_hypgeom_fresnel(result, nullptr, x, 1, precision);
}

inline void FresnelcBall(arb_t result, const arb_struct* x, slong precision) {
  arb_hypgeom_fresnel(nullptr, result, x, 1, precision);
}

}  // namespace formulary::expr::rows

#endif  // FORMULARY_SERVER_EXPR_ROWS_ERROR_BALLS_H_
