#ifndef FORMULARY_SERVER_EXPR_TEXT_FPCORE_APPLY_H_
#define FORMULARY_SERVER_EXPR_TEXT_FPCORE_APPLY_H_

// What an FPCore operation makes of its operands: comparisons of many, signs, choices. Used by the
// FPCore reader. Knows operations, not functions, which are the catalogue's.

#include <string_view>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "server/expr/program_builder.h"

namespace formulary::expr::text {

// The operation `name` of the operands. Errors are the builder's, without a place.
absl::StatusOr<NodeId> ApplyFpCore(std::string_view name, absl::Span<const NodeId> operands,
                                   ProgramBuilder* builder);

}  // namespace formulary::expr::text

#endif  // FORMULARY_SERVER_EXPR_TEXT_FPCORE_APPLY_H_
