#ifndef FORMULARY_SERVER_EXPR_ROWS_DISTRIBUTION_QUANTILE_H_
#define FORMULARY_SERVER_EXPR_ROWS_DISTRIBUTION_QUANTILE_H_

// References of quantiles: the points where a distribution function, known as a ball, reaches a
// chance. Every comparison is certain, or the result is NaN. For rows/distribution*.h only.

#include <arb.h>
#include <mpfr.h>

#include <cmath>

#include "server/expr/ball.h"
#include "server/expr/catalogue.h"

namespace formulary::expr::rows {

inline constexpr slong kLeastQuantileBits = 64, kMostQuantileBits = 2048;
inline constexpr int kQuantileDoublings = 20;  // as far as balls are asked for
inline constexpr int kMaxQuantileSteps = 400;

// Compares kCdf, of its first operand, with a chance. One thread at a time.
template <BallFunction kCdf, size_t kCount>
class ChanceComparison {
 public:
  // operands[0] is the chance, the others are the distribution's.
  explicit ChanceComparison(const mpfr_ptr* operands) {
    for (arb_struct& ball : balls_) arb_init(&ball);
    arb_init(value_), arb_init(chance_);
    arf_set_mpfr(arb_midref(chance_), operands[0]);
    for (size_t i = 1; i < kCount; ++i) {
      valid_ = valid_ && mpfr_number_p(operands[i]) != 0 &&
               mpfr_cmpabs_ui(operands[i], static_cast<unsigned long>(kMaxBallOperand)) <= 0;
      if (valid_) arf_set_mpfr(arb_midref(&balls_[i]), operands[i]);
    }
    valid_ = valid_ && mpfr_sgn(operands[0]) > 0 && mpfr_cmp_ui(operands[0], 1) < 0;
  }
  ChanceComparison(const ChanceComparison&) = delete;
  ChanceComparison& operator=(const ChanceComparison&) = delete;
  ~ChanceComparison() {
    for (arb_struct& ball : balls_) arb_clear(&ball);
    arb_clear(value_), arb_clear(chance_);
  }

  // Whether the operands are such as balls are asked for.
  bool valid() const { return valid_; }

  // -1: the distribution function at x is less than the chance, 1: it is not, 0: not known.
  int At(arf_srcptr x) {
    arf_set(arb_midref(&balls_[0]), x);
    for (slong precision = precision_; precision <= kMostQuantileBits; precision *= 2) {
      kCdf(value_, balls_, precision);
      arb_sub(value_, value_, chance_, precision);
      if (!arb_is_finite(value_) || (arb_contains_zero(value_) && !arb_is_zero(value_))) continue;
      precision_ = precision;
      return arb_is_negative(value_) ? -1 : 1;
    }
    return 0;
  }
  int At(double x) {
    arf_t point;
    arf_init(point);
    arf_set_d(point, x);
    const int sign = At(point);
    arf_clear(point);
    return sign;
  }
  // By how much, after At.
  arf_srcptr difference() const { return arb_midref(value_); }

 private:
  arb_struct balls_[kMaxRowOperands];
  arb_t value_, chance_;
  slong precision_ = kLeastQuantileBits;  // as the last comparison needed
  bool valid_ = true;
};

// The least integer whose distribution function reaches operands[0].
template <BallFunction kCdf, size_t kCount>
void IntegerQuantileReference(mpfr_ptr result, const mpfr_ptr* operands) {
  mpfr_set_nan(result);
  ChanceComparison<kCdf, kCount> chance(operands);
  if (!chance.valid()) return;
  double high = 1, low = 0;
  int sign = chance.At(high);
  while (sign < 0 && high < kMaxBallOperand) sign = chance.At(high *= 2);
  if (sign <= 0) return;
  sign = chance.At(low);
  for (double step = 1; sign > 0 && low > -kMaxBallOperand; step *= 2) {
    high = low;
    sign = chance.At(low -= step);
  }
  if (sign >= 0) return;
  while (high - low > 1) {
    const double middle = std::floor((low + high) / 2);
    sign = chance.At(middle);
    if (sign == 0) return;
    (sign > 0 ? high : low) = middle;
  }
  mpfr_set_d(result, high, MPFR_RNDN);
}

// An end of the bracket of a root, with the function there.
class BracketEnd {
 public:
  BracketEnd() { arf_init(x_), arf_init(value_); }
  BracketEnd(const BracketEnd&) = delete;
  BracketEnd& operator=(const BracketEnd&) = delete;
  ~BracketEnd() { arf_clear(x_), arf_clear(value_); }
  arf_ptr x() { return x_; }
  arf_ptr value() { return value_; }

 private:
  arf_t x_, value_;
};

// The next point within (low, high), at least `gap` from both: where the chord is 0.
inline void ChordPoint(arf_ptr x, BracketEnd* low, BracketEnd* high, arf_srcptr gap,
                       slong precision) {
  arf_t rise, run;
  arf_init(rise), arf_init(run);
  arf_sub(rise, high->value(), low->value(), precision, ARF_RND_NEAR);
  arf_sub(run, high->x(), low->x(), precision, ARF_RND_NEAR);
  arf_mul(run, run, high->value(), precision, ARF_RND_NEAR);
  arf_div(run, run, rise, precision, ARF_RND_NEAR);
  arf_sub(x, high->x(), run, precision, ARF_RND_NEAR);
  arf_add(run, low->x(), gap, precision, ARF_RND_NEAR);
  if (arf_cmp(x, run) < 0) arf_set(x, run);
  arf_sub(run, high->x(), gap, precision, ARF_RND_NEAR);
  if (arf_cmp(x, run) > 0) arf_set(x, run);
  arf_clear(rise), arf_clear(run);
}

// The point where a continuous distribution function is operands[0]: by halving, then by regula
// falsi in the form called Illinois (Dowell and Jarratt 1971).
template <BallFunction kCdf, size_t kCount>
void QuantileReference(mpfr_ptr result, const mpfr_ptr* operands) {
  constexpr int kHalvings = 12;
  mpfr_set_nan(result);
  ChanceComparison<kCdf, kCount> chance(operands);
  if (!chance.valid()) return;
  const slong wanted = static_cast<slong>(mpfr_get_prec(result)) + 8, precision = wanted + 32;
  BracketEnd low, high;
  arf_t x, gap;
  arf_init(x), arf_init(gap);
  const auto find_end = [&](double start, int side, BracketEnd* end) {
    for (int i = 0; i < kQuantileDoublings; ++i, start *= 2) {
      const int sign = chance.At(start);
      arf_set_d(end->x(), start);
      arf_set(end->value(), chance.difference());
      if (sign == side || sign == 0) return sign == side;
    }
    return false;
  };
  const bool known = find_end(-1, -1, &low) && find_end(1, 1, &high);
  bool found = false;
  int last = 0;
  for (int i = 0; known && i < kMaxQuantileSteps; ++i) {
    // The gap is relative to the end that is nearer to 0: wide brackets are halved.
    arf_set(gap, arf_cmpabs(low.x(), high.x()) < 0 ? low.x() : high.x());
    arf_abs(gap, gap);
    arf_mul_2exp_si(gap, gap, -wanted);
    arf_sub(x, high.x(), low.x(), precision, ARF_RND_NEAR);
    if (arf_cmp(x, gap) <= 0) {
      found = true;
      break;
    }
    if (i < kHalvings || arf_sgn(low.x()) != arf_sgn(high.x())) {
      arf_add(x, low.x(), high.x(), precision, ARF_RND_NEAR);
      arf_mul_2exp_si(x, x, -1);
    } else {
      ChordPoint(x, &low, &high, gap, precision);
    }
    const int sign = chance.At(x);
    if (sign == 0) break;
    BracketEnd &moved = sign < 0 ? low : high, &kept = sign < 0 ? high : low;
    arf_set(moved.x(), x);
    arf_set(moved.value(), chance.difference());
    if (sign == last) arf_mul_2exp_si(kept.value(), kept.value(), -1);
    last = sign;
  }
  if (found) arf_get_mpfr(result, high.x(), MPFR_RNDN);
  arf_clear(x), arf_clear(gap);
}

}  // namespace formulary::expr::rows

#endif  // FORMULARY_SERVER_EXPR_ROWS_DISTRIBUTION_QUANTILE_H_
