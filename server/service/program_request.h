#ifndef FORMULARY_SERVER_SERVICE_PROGRAM_REQUEST_H_
#define FORMULARY_SERVER_SERVICE_PROGRAM_REQUEST_H_

// Requests whose first field is a program and whose other fields are few: CompileRequest,
// SimplifyRequest, DifferentiateRequest, RenderRequest, AnalyzeRequest. The program's bytes are set
// aside for DecodeProgram, which counts before it parses.

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/base/error.h"
#include "server/base/status_macros.h"
#include "server/expr/program.h"
#include "server/service/decode_program.h"
#include "server/service/limits.h"
#include "server/service/wire.h"

namespace formulary::service {

// A request as the bytes of its program (field 1) and those of everything else.
struct SplitRequest {
  Pieces program;
  bool has_program = false;
  std::string rest;
};
// MALFORMED_MESSAGE; MISSING_FIELD without a program.
absl::StatusOr<SplitRequest> SplitProgramRequest(WireReader reader);

// The decoded program; `request` gets the other fields. REQUIRES: field 1 of Request is its
// Program.
template <typename Request>
absl::StatusOr<expr::Program> DecodeProgramRequest(const Incoming& message,
                                                   const RequestLimits& limits, Request* request) {
  static_assert(int{Request::kProgramFieldNumber} == 1);
  ASSIGN_OR_RETURN(SplitRequest split, SplitProgramRequest(WireReader(message.pieces)));
  if (!request->ParseFromString(split.rest))
    return base::InvalidArgument("MALFORMED_MESSAGE", "", "malformed fields beside the program");
  return DecodeProgram(split.program, limits, {});
}

}  // namespace formulary::service

#endif  // FORMULARY_SERVER_SERVICE_PROGRAM_REQUEST_H_
