#ifndef FORMULARY_SERVER_SERVICE_EVALUATE_CALL_H_
#define FORMULARY_SERVER_SERVICE_EVALUATE_CALL_H_

// The second step on the way of arrays in: parsed fields to an engine::EvaluateCall, with every
// array checked and typed lists converted, and what that and the evaluation will need of memory.
// For evaluate_one.cc.

#include <cstddef>
#include <memory>

#include "absl/status/statusor.h"
#include "server/engine/engine.h"
#include "server/service/evaluate_request.h"
#include "server/service/limits.h"

namespace formulary::service {

// A call of `target`'s program or kernel with `target`'s inputs and those of `maybe_chunk`. `owner`
// keeps the bytes of both alive. Deadline and cancellation are the caller's to set.
// INVALID_ARGUMENT with field paths from the request (target's inputs) or the chunk
// (`maybe_chunk`'s).
absl::StatusOr<engine::EvaluateCall> BuildEvaluateCall(const EvaluateFields& target,
                                                       const EvaluateFields* maybe_chunk,
                                                       const RequestLimits& limits,
                                                       Regions* maybe_regions,
                                                       std::shared_ptr<const void> owner);

// Bytes that BuildEvaluateCall will allocate for converted lists, at most.
size_t ConvertedBytes(const EvaluateFields& fields);

// Bytes that evaluating will allocate for one output of 8 bytes an element over the broadcast of
// all inputs: what the in-flight budget reserves beforehand. 0 when the broadcast is over
// max_elements (the engine refuses), or when outputs go to shared memory.
size_t EstimateOutputBytes(const engine::EvaluateCall& call, const RequestLimits& limits);

}  // namespace formulary::service

#endif  // FORMULARY_SERVER_SERVICE_EVALUATE_CALL_H_
