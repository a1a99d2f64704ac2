#ifndef FORMULARY_SERVER_SERVICE_PROGRAM_SCAN_H_
#define FORMULARY_SERVER_SERVICE_PROGRAM_SCAN_H_

// Looks over a Program message's bytes before protobuf parses them. A parsed message takes up to 44
// times its bytes in memory, so what repeats is counted first.

#include "absl/status/status.h"
#include "server/service/limits.h"
#include "server/service/message.h"

namespace formulary::service {

// INVALID_ARGUMENT: MALFORMED_MESSAGE, or the limit that a repeated field of the program is over.
absl::Status CheckProgramCounts(const Pieces& program, const RequestLimits& limits);

}  // namespace formulary::service

#endif  // FORMULARY_SERVER_SERVICE_PROGRAM_SCAN_H_
