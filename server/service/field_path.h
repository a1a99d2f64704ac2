#ifndef FORMULARY_SERVER_SERVICE_FIELD_PATH_H_
#define FORMULARY_SERVER_SERVICE_FIELD_PATH_H_

// Paths into a request, such as program.graph.nodes[3].call.function: put in front of an error's
// field and of its message while the error travels up, so that the hot path builds none.

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace formulary::service {

// "inputs[3]"
std::string Indexed(std::string_view field, size_t index);

// The same error within `prefix`: its field path starts with it, and its message with the field
// path. A status without details is given a field when it is INVALID_ARGUMENT, and otherwise
// returned as it is.
absl::Status Within(std::string_view prefix, const absl::Status& status);

// The same error, said of `field` whatever field it named.
absl::Status AtField(std::string_view field, const absl::Status& status);

}  // namespace formulary::service

#endif  // FORMULARY_SERVER_SERVICE_FIELD_PATH_H_
