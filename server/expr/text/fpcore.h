#ifndef FORMULARY_SERVER_EXPR_TEXT_FPCORE_H_
#define FORMULARY_SERVER_EXPR_TEXT_FPCORE_H_

// Reads FPCore 2.0 benchmarks, "(FPCore (x y) :name ... body)", into a ProgramBuilder's graph. Used
// by ParseText for text that begins so. Iterative. Properties are passed over; loops and tensors
// are refused. Grammar: https://fpbench.org/spec/fpcore-2.0.html.

#include <string_view>

#include "absl/status/statusor.h"
#include "server/expr/program_builder.h"

namespace formulary::expr::text {

// True for text whose first datum is a list headed FPCore.
bool IsFpCore(std::string_view text);

// The body. The core's arguments become arguments of the program in their order and shadow
// constants.
absl::StatusOr<NodeId> ParseFpCore(std::string_view text, ProgramBuilder* builder);

}  // namespace formulary::expr::text

#endif  // FORMULARY_SERVER_EXPR_TEXT_FPCORE_H_
