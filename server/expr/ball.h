#ifndef FORMULARY_SERVER_EXPR_BALL_H_
#define FORMULARY_SERVER_EXPR_BALL_H_

// Rows whose exact value comes from ball arithmetic (Arb): the reference that constant folding and
// the tests use for functions that MPFR does not have. For the row files only.

#include <arb.h>
#include <mpfr.h>

#include <cstddef>

namespace formulary::expr {

// Writes an enclosure of f(operands) that gets narrower as `precision` (bits) grows; not finite
// where f is not defined. Must be pure. `operands` has kMaxRowOperands of them.
using BallFunction = void (*)(arb_t result, const arb_struct* operands, slong precision);

// Operands beyond this get no reference: Arb's work grows with their size.
inline constexpr double kMaxBallOperand = 1e6;

// Raises the precision until the enclosure tells all bits of `result`, and rounds it. NaN where f
// is not defined, where an operand is not finite or beyond kMaxBallOperand, or when 16 times the
// precision of `result` does not suffice.
void EvaluateBall(BallFunction function, mpfr_ptr result, const mpfr_ptr* operands, size_t count);

// A row's reference, as in .reference = &BallReference<&Digamma, 1>.
template <BallFunction kFunction, size_t kCount>
void BallReference(mpfr_ptr result, const mpfr_ptr* operands) {
  EvaluateBall(kFunction, result, operands, kCount);
}

// How a row's values over balls come about: operands may have a radius, and the result encloses all
// values of f over them.
struct Enclosure {
  BallFunction function;
  bool any_size;  // else operands up to kMaxBallOperand only
};

// As in .enclosure = &Encloses<&Ball<arb_exp>>; EnclosesNear for functions that take long where
// operands are large.
template <BallFunction kFunction>
inline constexpr Enclosure Encloses = {kFunction, true};
template <BallFunction kFunction>
inline constexpr Enclosure EnclosesNear = {kFunction, false};

// An Arb function of one operand as it is: .reference = &BallReference<&Ball<arb_digamma>, 1>.
template <void (*kFunction)(arb_t, const arb_t, slong)>
void Ball(arb_t result, const arb_struct* x, slong precision) {
  kFunction(result, x, precision);
}

}  // namespace formulary::expr

#endif  // FORMULARY_SERVER_EXPR_BALL_H_
