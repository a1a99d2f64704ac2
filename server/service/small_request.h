#ifndef FORMULARY_SERVER_SERVICE_SMALL_REQUEST_H_
#define FORMULARY_SERVER_SERVICE_SMALL_REQUEST_H_

// Requests of few bytes, which the generated classes parse, and their answers. For the services.

#include "absl/status/statusor.h"
#include "server/base/error.h"
#include "server/service/message.h"
#include "server/service/piece_stream.h"

namespace formulary::service {

// MALFORMED_MESSAGE.
template <typename Request>
absl::StatusOr<Request> ParseSmall(const Incoming& message) {
  Request request;
  if (!ParseFromPieces(Pieces(message.pieces.begin(), message.pieces.end()), &request))
    return base::InvalidArgument("MALFORMED_MESSAGE", "", "malformed message");
  return request;
}

template <typename Response>
absl::StatusOr<Outgoing> Encoded(const absl::StatusOr<Response>& response) {
  if (!response.ok()) return response.status();
  return Outgoing(response->SerializeAsString());
}

}  // namespace formulary::service

#endif  // FORMULARY_SERVER_SERVICE_SMALL_REQUEST_H_
