#ifndef FORMULARY_SERVER_SERVICE_EVALUATE_REQUEST_H_
#define FORMULARY_SERVER_SERVICE_EVALUATE_REQUEST_H_

// The messages that carry arrays in, from the wire: EvaluateRequest, the items of
// BatchEvaluateRequest, EvaluateStreamStart and EvaluateStreamChunk. Parsing only walks the fields:
// its cost does not grow with the arrays, which evaluate_call.h converts and checks.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/service/arrays.h"
#include "server/service/limits.h"
#include "server/service/message.h"
#include "server/service/wire.h"

namespace formulary::service {

// formulary.v1.EvaluateOptions, as sent; enums are checked by CheckOptions.
struct EvaluateOptions {
  uint32_t compilation = 0;
  uint32_t output_dtype = 0;
  uint32_t encoding = 0;
  bool want_report = false;
};

struct InputField {
  std::string name;
  ArrayField array;
};

// An EvaluateRequest or EvaluateStreamStart (same fields, same numbers), or a chunk's inputs.
// Borrows the message's bytes.
struct EvaluateFields {
  enum class Target : uint8_t { kNone = 0, kKernel = 1, kProgram = 2 };
  Target target = Target::kNone;
  std::string kernel;
  Pieces program;  // of the Program message
  std::vector<InputField> inputs;
  EvaluateOptions options;
  struct OutputPlace {
    std::string output;
    SharedPlace place;
  };
  std::vector<OutputPlace> places;  // of outputs that go to shared memory

  bool has_list() const;
};

// INVALID_ARGUMENT: MALFORMED_MESSAGE, ARGUMENT_LIMIT, OUTPUT_LIMIT.
absl::StatusOr<EvaluateFields> ParseEvaluateRequest(WireReader reader, const RequestLimits& limits);
absl::StatusOr<EvaluateFields> ParseStreamChunk(WireReader reader, const RequestLimits& limits);

// INVALID_ARGUMENT when an enum has a number it does not know.
absl::Status CheckOptions(const EvaluateOptions& options);
// The same, and when there is neither a program nor a well-formed name of a kernel.
absl::Status CheckTarget(const EvaluateFields& target);

// The readers of a BatchEvaluateRequest's items. MALFORMED_MESSAGE, BATCH_LIMIT.
absl::StatusOr<std::vector<WireReader>> ParseBatchRequest(WireReader reader,
                                                          const RequestLimits& limits);

// One message of a stream.
struct StreamFields {
  enum class Kind : uint8_t { kNone = 0, kStart = 1, kChunk = 2 };
  Kind kind = Kind::kNone;
  WireReader body;
};
absl::StatusOr<StreamFields> ParseStreamRequest(WireReader reader);

}  // namespace formulary::service

#endif  // FORMULARY_SERVER_SERVICE_EVALUATE_REQUEST_H_
