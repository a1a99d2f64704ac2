#ifndef FORMULARY_SERVER_SERVICE_NAMES_H_
#define FORMULARY_SERVER_SERVICE_NAMES_H_

// Checks of text that a client sent outside of any program. For everything in service/.

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace formulary::service {

bool IsValidUtf8(std::string_view text);

// The text with every invalid byte as '?', cut to at most `max_bytes` at a character with "..." at
// the end.
std::string CleanText(std::string_view text, size_t max_bytes);

// INVALID_ARGUMENT (NAME_TOO_LONG, INVALID_UTF8) of field `field`. An empty name passes.
absl::Status CheckName(std::string_view name, std::string_view field, size_t max_bytes);

// kernels/ and 64 lower-case hex digits, and nothing else.
bool IsKernelName(std::string_view name);
// INVALID_ARGUMENT (BAD_KERNEL_NAME) of field `field`.
absl::Status CheckKernelName(std::string_view name, std::string_view field);

}  // namespace formulary::service

#endif  // FORMULARY_SERVER_SERVICE_NAMES_H_
