#ifndef FORMULARY_CLIENT_CPP_STATUS_H_
#define FORMULARY_CLIENT_CPP_STATUS_H_

// What a failed call says beyond its code and message. Statuses of Client carry each google.rpc
// detail of the server as an absl payload under its type URL; GetErrorDetail decodes the three
// kinds the server uses.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace google::rpc {
class Status;
}  // namespace google::rpc

namespace formulary::client {

struct FieldViolation {
  std::string field;        // path into the request, e.g. program.graph.nodes[3].call.function
  std::string description;  // why it is wrong
};

struct ErrorDetail {
  std::string reason;  // google.rpc.ErrorInfo: stable, UPPER_SNAKE_CASE, e.g. UNKNOWN_FUNCTION; may
                       // be empty
  std::string domain;  // formulary
  std::map<std::string, std::string> metadata;   // e.g. limit, actual
  std::vector<FieldViolation> field_violations;  // google.rpc.BadRequest
  double retry_after_seconds = 0;                // google.rpc.RetryInfo; 0: nothing said
};

// The details of a status; empty fields where it carries none.
ErrorDetail GetErrorDetail(const absl::Status& status);

// A google.rpc.Status as an absl::Status with payloads. An unknown code becomes UNKNOWN.
absl::Status StatusFromProto(const google::rpc::Status& status);

}  // namespace formulary::client

#endif  // FORMULARY_CLIENT_CPP_STATUS_H_
