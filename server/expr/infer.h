#ifndef FORMULARY_SERVER_EXPR_INFER_H_
#define FORMULARY_SERVER_EXPR_INFER_H_

// Types: makes conversions explicit in a program, and says which element type each node has once
// the types of the arguments are known. NumPy's promotion, with constants that take the type of
// what they meet.

#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "server/expr/program.h"

namespace formulary::expr {

// Rewrites the program so that each call's operands are all truth values, all integers or all
// floating, by calls of to_float, to_integer and to_boolean. Passes rely on it. UNIMPLEMENTED for
// types and core shapes that nothing computes yet. Idempotent.
absl::Status MakeConversionsExplicit(Program* program);

// The element type of every node (by id) for arguments of these types (kFloat64, kFloat32, kInt64,
// kBool). Numbers and other constants are kUnspecified: they are made in the type of whoever uses
// them. REQUIRES: MakeConversionsExplicit was applied.
std::vector<DType> InferTypes(const Graph& graph, absl::Span<const DType> arguments);

// What a value that only constants make up is computed in: float32 when all floating arguments are.
DType DefaultFloat(absl::Span<const DType> arguments);

}  // namespace formulary::expr

#endif  // FORMULARY_SERVER_EXPR_INFER_H_
