#ifndef FORMULARY_SERVER_EXPR_TEXT_DIAGNOSE_H_
#define FORMULARY_SERVER_EXPR_TEXT_DIAGNOSE_H_

// How failures of the text readers look: "line 1, column 7: expected an operand, found ')'", then
// the line, cut around the place, then a caret under it. Must never quote more of the text than
// that, nor any unprintable byte of it.

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace formulary::expr::text {

// "line 2, column 5" of the byte at `offset`, both from 1; columns are code points.
std::string PlaceOf(std::string_view text, size_t offset);

// INVALID_ARGUMENT, reason PARSE_ERROR.
absl::Status SyntaxError(std::string_view text, size_t offset, std::string_view message);

// UNIMPLEMENTED, reason SYNTAX_UNIMPLEMENTED: the syntax is known and what it means is not
// computed.
absl::Status UnsupportedSyntax(std::string_view text, size_t offset, std::string_view message);

// `cause` with the place added; its code, reason and details stay.
absl::Status WithPlace(std::string_view text, size_t offset, const absl::Status& cause);

}  // namespace formulary::expr::text

#endif  // FORMULARY_SERVER_EXPR_TEXT_DIAGNOSE_H_
