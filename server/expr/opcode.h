#ifndef FORMULARY_SERVER_EXPR_OPCODE_H_
#define FORMULARY_SERVER_EXPR_OPCODE_H_

// The primitive operations of the machine that formulas are lowered to. Catalogue rows name the
// operation that computes them; the naive interpreter, the block interpreter and the C emitter each
// know how to perform one. An operation is not a function of the catalogue: adding a function never
// adds one.

#include <cstdint>

namespace formulary::expr {

enum class Opcode : uint8_t {
  kNone,
  // Numbers: float64, float32; the first group also int64 (two's complement, wrapping).
  kAdd,
  kSub,
  kMul,
  kNeg,
  kAbs,
  kMin,  // NaN if either is; of equal values the second
  kMax,
  kSign,  // -1, 0, 1; +-0 and NaN stay themselves
  // int64 only.
  kMod,  // the result has the divisor's sign, x mod 0 = 0
  kGcd,  // of the magnitudes; wraps where that is 2^63
  kLcm,  // the same; 0 when an operand is
  kDiv,
  kSqrt,
  kFloor,
  kCeil,
  kRound,  // to nearest, ties to even
  kTrunc,
  kFma,  // a*b + c, rounded once
  // Comparisons of numbers: truth values. NaN compares unequal to everything, itself included.
  kLess,
  kLessEqual,
  kEqual,
  kNotEqual,
  // Truth values.
  kAnd,
  kOr,
  kXor,
  kNot,
  // condition, a, b: a where the condition holds, else b.
  kSelect,
  // From the operand's type to the result's; to bool: is not zero (NaN is true).
  kConvert,
};

}  // namespace formulary::expr

#endif  // FORMULARY_SERVER_EXPR_OPCODE_H_
