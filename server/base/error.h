#ifndef FORMULARY_SERVER_BASE_ERROR_H_
#define FORMULARY_SERVER_BASE_ERROR_H_

// Errors with details: an absl::Status that also carries a stable reason, the field of the request
// that is at fault, and facts such as the limit and the value seen. service/status.cc turns the
// details into google.rpc messages; nothing below service/ knows of those.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"

namespace formulary::base {

struct ErrorDetail {
  std::string reason;  // UPPER_SNAKE_CASE, stable, e.g. UNKNOWN_FUNCTION
  std::string
      field;  // path into the request, e.g. program.graph.nodes[3].call.function; may be empty
  std::vector<std::pair<std::string, std::string>>
      metadata;                    // e.g. {"limit","128"},{"actual","200"}
  double retry_after_seconds = 0;  // > 0: capacity is short now, try again then
};

// A status of `code` whose message is `message` and which carries `detail`.
absl::Status MakeError(absl::StatusCode code, std::string_view message, ErrorDetail detail);

// INVALID_ARGUMENT: the request is wrong. The message should name the place, the value and the
// limit.
absl::Status InvalidArgument(std::string_view reason, std::string_view field,
                             std::string_view message);

// INVALID_ARGUMENT because `actual` is over the fixed limit `limit_name` = `limit`.
absl::Status OverLimit(std::string_view reason, std::string_view field, std::string_view limit_name,
                       uint64_t limit, uint64_t actual);

// The same status with `prefix` put in front of its field path (joined by '.', or directly before
// '[').
absl::Status WithFieldPrefix(const absl::Status& status, std::string_view prefix);

// The details of a status made here; nullopt for any other.
std::optional<ErrorDetail> GetErrorDetail(const absl::Status& status);

// An equal status that shares no memory with `status`. For handing one failure to several threads:
// copies of a status share a count that Debian's Abseil keeps out of sight of the thread sanitizer.
absl::Status DeepCopy(const absl::Status& status);

}  // namespace formulary::base

#endif  // FORMULARY_SERVER_BASE_ERROR_H_
