#ifndef FORMULARY_SERVER_EXPR_INTERPRET_H_
#define FORMULARY_SERVER_EXPR_INTERPRET_H_

// The naive interpreter: one element, one node after another, as written. It is the reference that
// tests hold every clever engine against, and must stay obviously right; it never serves a
// request's arrays.

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "server/expr/program.h"

namespace formulary::expr {

// A value of one element; which member counts is said by the type.
struct Scalar {
  DType dtype = DType::kFloat64;
  double f64 = 0;
  float f32 = 0;
  int64_t i64 = 0;
  bool boolean = false;

  static Scalar Float64(double value) { return {.dtype = DType::kFloat64, .f64 = value}; }
  static Scalar Float32(float value) { return {.dtype = DType::kFloat32, .f32 = value}; }
  static Scalar Int64(int64_t value) { return {.dtype = DType::kInt64, .i64 = value}; }
  static Scalar Bool(bool value) { return {.dtype = DType::kBool, .boolean = value}; }

  // The value as a double (float32 widens, truth values are 0 and 1).
  double ToDouble() const;
};

// `value` in another type, as Opcode::kConvert does it.
Scalar Convert(const Scalar& value, DType dtype);

// The outputs for these argument values (one per argument of the program, in its order). Rows that
// compute by expansion are UNIMPLEMENTED here: expand first. The program's numerics chooses the
// routines: STRICT ones for STRICT. A constant node is made in the type of its user. REQUIRES:
// MakeConversionsExplicit was applied.
absl::StatusOr<std::vector<Scalar>> Interpret(const Program& program,
                                              absl::Span<const Scalar> arguments);

}  // namespace formulary::expr

#endif  // FORMULARY_SERVER_EXPR_INTERPRET_H_
