#ifndef FORMULARY_CLIENT_CPP_STATUS_FROM_GRPC_H_
#define FORMULARY_CLIENT_CPP_STATUS_FROM_GRPC_H_

// The one place where a gRPC status becomes an absl::Status. For channel.cc and tests.

#include <grpcpp/support/status.h>

#include "absl/status/status.h"

namespace formulary::client {

// The same code and message; the google.rpc.Status of the binary details, where there is one that
// parses, becomes payloads.
absl::Status StatusFromGrpc(const grpc::Status& status);

}  // namespace formulary::client

#endif  // FORMULARY_CLIENT_CPP_STATUS_FROM_GRPC_H_
