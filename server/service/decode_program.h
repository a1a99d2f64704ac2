#ifndef FORMULARY_SERVER_SERVICE_DECODE_PROGRAM_H_
#define FORMULARY_SERVER_SERVICE_DECODE_PROGRAM_H_

// formulary.v1.Program to expr::Program. Called on the pool or by the engine, never where a reactor
// waits: a large graph takes seconds.

#include <string>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "server/expr/program.h"
#include "server/service/limits.h"
#include "server/service/message.h"

namespace formulary::service {

// Decodes a Program message. `input_names`: names of the request's inputs, which shadow constants.
// Counts are checked against the limits before protobuf builds anything. Every failure is
// INVALID_ARGUMENT (or UNIMPLEMENTED for the imaginary unit) with a field path that starts with
// "program".
absl::StatusOr<expr::Program> DecodeProgram(const Pieces& program, const RequestLimits& limits,
                                            absl::Span<const std::string> input_names);

}  // namespace formulary::service

#endif  // FORMULARY_SERVER_SERVICE_DECODE_PROGRAM_H_
