#include "server/analysis/ball_operations.h"

#include <algorithm>
#include <vector>

#include "server/analysis/ball_function.h"

namespace formulary::analysis {
namespace {

using expr::FunctionRow;
using expr::Opcode;
using State = BallValue::State;

// To the nearest integer, ties to even. An inexact ball that may hold a tie stays wide.
void Round(arb_ptr result, arb_srcptr x, slong precision) {
  if (!arb_is_exact(x) || arf_is_special(arb_midref(x)) || arf_is_int(arb_midref(x))) {
    Ball half;
    arb_set_d(half.get(), 0.5);
    arb_add(half.get(), half.get(), x, precision);
    arb_is_exact(x) ? arb_set(result, x) : arb_floor(result, half.get(), precision);
    return;
  }
  fmpz_t integer;
  fmpz_init(integer);
  arf_get_fmpz(integer, arb_midref(x), ARF_RND_NEAR);
  arb_set_fmpz(result, integer);
  fmpz_clear(integer);
}

void Truncate(arb_ptr result, arb_srcptr x, slong precision) {
  Ball up, down;
  arb_floor(down.get(), x, precision);
  arb_ceil(up.get(), x, precision);
  if (arb_is_nonnegative(x)) {
    arb_set(result, down.get());
  } else if (arb_is_nonpositive(x)) {
    arb_set(result, up.get());
  } else {
    arb_union(result, up.get(), down.get(), precision);
  }
}

// a - b*floor(a/b): the divisor's sign, as Python has it.
void Remainder(arb_ptr result, arb_srcptr a, arb_srcptr b, slong precision) {
  Ball quotient;
  arb_div(quotient.get(), a, b, precision);
  arb_floor(quotient.get(), quotient.get(), precision);
  arb_mul(quotient.get(), quotient.get(), b, precision);
  arb_sub(result, a, quotient.get(), precision);
}

// False: no operator of numbers.
bool Operate(Opcode opcode, arb_srcptr a, arb_srcptr b, slong precision, arb_ptr result) {
  switch (opcode) {
    case Opcode::kAdd:
      return arb_add(result, a, b, precision), true;
    case Opcode::kSub:
      return arb_sub(result, a, b, precision), true;
    case Opcode::kMul:
      return arb_mul(result, a, b, precision), true;
    case Opcode::kDiv:
      return arb_div(result, a, b, precision), true;
    case Opcode::kMod:
      return Remainder(result, a, b, precision), true;
    case Opcode::kMin:
      return arb_min(result, a, b, precision), true;
    case Opcode::kMax:
      return arb_max(result, a, b, precision), true;
    case Opcode::kNeg:
      return arb_neg(result, a), true;
    case Opcode::kAbs:
      return arb_abs(result, a), true;
    case Opcode::kSign:
      return arb_sgn(result, a), true;
    case Opcode::kSqrt:
      return arb_sqrt(result, a, precision), true;
    case Opcode::kFloor:
      return arb_floor(result, a, precision), true;
    case Opcode::kCeil:
      return arb_ceil(result, a, precision), true;
    case Opcode::kRound:
      return Round(result, a, precision), true;
    case Opcode::kTrunc:
      return Truncate(result, a, precision), true;
    default:
      return false;
  }
}

// An operator whose result is no finite enclosure: is that sure to stay so?
bool SurelyUndefined(Opcode opcode, absl::Span<const BallValue* const> x) {
  for (const BallValue* operand : x) {
    if (!arb_is_finite(operand->ball.get()) && arb_is_exact(operand->ball.get())) return true;
  }
  if (opcode == Opcode::kDiv || opcode == Opcode::kMod) return arb_is_zero(x[1]->ball.get());
  if (opcode == Opcode::kSqrt) return arb_is_negative(x[0]->ball.get());
  return false;
}

void CallOperator(const FunctionRow& row, absl::Span<const BallValue* const> x, slong precision,
                  BallValue* result) {
  result->state = State::kNumber;
  if (row.opcode == Opcode::kFma) {
    arb_fma(result->ball.get(), x[0]->ball.get(), x[1]->ball.get(), x[2]->ball.get(), precision);
  } else if (x.size() == 1 && row.max_arity == expr::kVariadic) {
    result->ball = x[0]->ball;
    return;
  } else {
    arb_srcptr second = x.size() > 1 ? x[1]->ball.get() : x[0]->ball.get();
    if (!Operate(row.opcode, x[0]->ball.get(), second, precision, result->ball.get())) {
      result->state = State::kUnknown;
      return;
    }
    for (size_t i = 2; i < x.size(); ++i)
      Operate(row.opcode, result->ball.get(), x[i]->ball.get(), precision, result->ball.get());
  }
  if (arb_is_finite(result->ball.get())) return;
  // Least and greatest of an infinity are fine.
  const bool infinite =
      arb_is_exact(result->ball.get()) && arf_is_inf(arb_midref(result->ball.get()));
  if (infinite && (row.opcode == Opcode::kMin || row.opcode == Opcode::kMax ||
                   row.opcode == Opcode::kNeg || row.opcode == Opcode::kAbs)) {
    return;
  }
  result->state = SurelyUndefined(row.opcode, x) ? State::kUndefined : State::kUnknown;
}

}  // namespace

void CallOnBalls(const FunctionRow& row, absl::Span<const BallValue* const> operands,
                 slong precision, BallValue* result) {
  const bool by_operator = row.lowering == expr::Lowering::kOperator || row.opcode == Opcode::kMod;
  if (by_operator) {
    CallOperator(row, operands, precision, result);
  } else {
    CallFunction(row, operands, precision, result);
  }
}

Truth CompareBalls(const FunctionRow& row, const Ball& left, const Ball& right) {
  arb_srcptr a = row.swapped ? right.get() : left.get();
  arb_srcptr b = row.swapped ? left.get() : right.get();
  const auto decided = [](bool yes, bool no) {
    return yes ? Truth::kTrue : no ? Truth::kFalse : Truth::kUnknown;
  };
  switch (row.opcode) {
    case Opcode::kLess:
      return decided(arb_lt(a, b) != 0, arb_ge(a, b) != 0);
    case Opcode::kLessEqual:
      return decided(arb_le(a, b) != 0, arb_gt(a, b) != 0);
    case Opcode::kEqual:
      return decided(arb_eq(a, b) != 0, arb_ne(a, b) != 0);
    case Opcode::kNotEqual:
      return decided(arb_ne(a, b) != 0, arb_eq(a, b) != 0);
    default:
      return Truth::kUnknown;
  }
}

Truth Connect(Opcode opcode, absl::Span<const Truth> operands) {
  const bool unknown =
      std::find(operands.begin(), operands.end(), Truth::kUnknown) != operands.end();
  const auto holds = [](Truth truth) { return truth == Truth::kTrue; };
  const auto as_truth = [](bool value) { return value ? Truth::kTrue : Truth::kFalse; };
  switch (opcode) {
    case Opcode::kAnd:
      if (std::find(operands.begin(), operands.end(), Truth::kFalse) != operands.end())
        return Truth::kFalse;
      return unknown ? Truth::kUnknown : Truth::kTrue;
    case Opcode::kOr:
      if (std::any_of(operands.begin(), operands.end(), holds)) return Truth::kTrue;
      return unknown ? Truth::kUnknown : Truth::kFalse;
    case Opcode::kXor:
      if (unknown) return Truth::kUnknown;
      return as_truth(std::count_if(operands.begin(), operands.end(), holds) % 2 == 1);
    case Opcode::kNot:
      return unknown ? Truth::kUnknown : as_truth(!holds(operands[0]));
    default:
      return Truth::kUnknown;
  }
}

}  // namespace formulary::analysis
