#ifndef FORMULARY_SERVER_SERVICE_STATUS_H_
#define FORMULARY_SERVER_SERVICE_STATUS_H_

// The one place where an absl::Status becomes what a client sees. Nothing else in the server makes
// a grpc::Status or a google.rpc.Status; metrics count by the codes made here.

#include <string_view>

#include "absl/status/status.h"
#include "google/rpc/status.pb.h"

namespace grpc {
class Status;
}  // namespace grpc

namespace formulary::service {

// The status as a google.rpc.Status: the code; a message of at most 1,000 bytes of valid UTF-8; as
// details ErrorInfo (domain "formulary") and, where they apply, BadRequest and RetryInfo. What is
// our bug (INTERNAL, and any code that is none of ours) is logged here with its real message under
// an incident id, and the client is told the id only. OK gives an empty message.
google::rpc::Status ToRpcStatus(const absl::Status& status);

// The same for a whole call: the google.rpc.Status travels in the binary details.
grpc::Status ToGrpcStatus(const absl::Status& status);
grpc::Status ToGrpcStatus(const google::rpc::Status& status);

// "OK", "INVALID_ARGUMENT", ...: the code's name in metrics. Other numbers are "UNKNOWN".
std::string_view CodeName(int code);
inline constexpr int kCodeCount = 17;

}  // namespace formulary::service

#endif  // FORMULARY_SERVER_SERVICE_STATUS_H_
