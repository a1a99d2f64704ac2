#ifndef FORMULARY_CLIENT_CLI_FILE_H_
#define FORMULARY_CLIENT_CLI_FILE_H_

// Whole files in and out.

#include <iosfwd>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace formulary::cli {

// The file's bytes. INVALID_ARGUMENT, naming the file and why, when it cannot be read.
absl::StatusOr<std::string> ReadFile(const std::string& path);

// Everything up to the stream's end.
std::string ReadAll(std::istream& in);

// Writes (or replaces) a file as a whole: a failure leaves an older file as it was.
absl::Status WriteFile(const std::string& path, std::string_view bytes);

}  // namespace formulary::cli

#endif  // FORMULARY_CLIENT_CLI_FILE_H_
