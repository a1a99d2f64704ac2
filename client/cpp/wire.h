#ifndef FORMULARY_CLIENT_CPP_WIRE_H_
#define FORMULARY_CLIENT_CPP_WIRE_H_

// The messages that carry arrays, written and read without protobuf's own copies: the elements of
// an input go into the request by reference, those of an output are copied once, from gRPC's memory
// into its Array. Everything else of a message goes through the generated classes. Called by
// client.cc and stream_call.cc.

#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "client/cpp/buffer.h"
#include "client/cpp/client.h"

namespace formulary::client {

// An EvaluateRequest; an EvaluateStreamStart has the same fields under the same numbers.
Buffer WriteEvaluateRequest(const Target& target, absl::Span<const NamedArray> inputs,
                            const EvaluateOptions& options);

// A BatchEvaluateRequest of EvaluateRequests.
Buffer WriteBatchRequest(absl::Span<const Buffer> requests);

// EvaluateStreamRequests.
Buffer WriteStreamStart(const Buffer& start);
Buffer WriteStreamChunk(absl::Span<const NamedArray> inputs);

// An EvaluateOptions message.
v1::EvaluateOptions ToProto(const EvaluateOptions& options);

// An EvaluateResponse; an EvaluateStreamResponse has the same fields under the same numbers.
// INTERNAL when the bytes are no such message, or an array's bytes do not fit its shape.
// Outputs in shared memory are the places of their names.
absl::StatusOr<Result> ReadEvaluateResponse(const Buffer& response,
                                            absl::Span<const NamedArray> places = {});

// A BatchEvaluateResponse to these items.
absl::StatusOr<std::vector<absl::StatusOr<Result>>> ReadBatchResponse(
    const Buffer& response, absl::Span<const BatchItem> items);

}  // namespace formulary::client

#endif  // FORMULARY_CLIENT_CPP_WIRE_H_
