#ifndef FORMULARY_SERVER_EXPR_TEXT_PARSE_H_
#define FORMULARY_SERVER_EXPR_TEXT_PARSE_H_

// Reads the text syntax (infix as people type it and as SymPy's str() prints it) into a
// ProgramBuilder's graph. Iterative: nesting depth is bounded by memory and the builder's node
// limit, never by the stack.

#include <string_view>

#include "absl/status/statusor.h"
#include "server/expr/program_builder.h"

namespace formulary::expr {

// Parses one expression. INVALID_ARGUMENT names line, column and what was expected; the message
// ends with the offending line and a caret line under it (long lines are cut around the caret). A
// NUL byte or invalid UTF-8 is an error like any other unexpected character.
absl::StatusOr<NodeId> ParseText(std::string_view text, ProgramBuilder* builder);

}  // namespace formulary::expr

#endif  // FORMULARY_SERVER_EXPR_TEXT_PARSE_H_
