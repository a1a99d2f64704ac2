#ifndef FORMULARY_CLIENT_CLI_CARET_H_
#define FORMULARY_CLIENT_CLI_CARET_H_

// Errors about text the user typed: one line, then the text, then a caret under the place.

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace formulary::cli {

// INVALID_ARGUMENT: `message`, and `text` with a caret under the character that starts at byte
// `offset` (which may be the end). Line ends in `text` are shown as blanks.
absl::Status CaretError(std::string_view message, std::string_view text, size_t offset);

// Characters of UTF-8 text, each taken as one column wide.
size_t DisplayWidth(std::string_view text);

}  // namespace formulary::cli

#endif  // FORMULARY_CLIENT_CLI_CARET_H_
