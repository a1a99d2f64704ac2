#ifndef FORMULARY_CLIENT_CLI_CHUNKED_EVALUATION_H_
#define FORMULARY_CLIENT_CLI_CHUNKED_EVALUATION_H_

// Evaluates arrays of any size: in one call when they are small, through a stream of chunks when
// the messages would be large. Takes every input as a batch of scalars, which the inputs of the
// command line are.

#include <functional>
#include <vector>

#include "absl/status/statusor.h"
#include "client/cpp/client.h"

namespace formulary::cli {

struct ChunkOptions {
  int64_t direct_bytes = 4 << 20;  // inputs and outputs up to this size go in one call
  int64_t chunk_bytes =
      4 << 20;  // of inputs and outputs; less where the server's message limit asks for it
};

struct Evaluation {
  client::Target target;
  std::vector<client::NamedArray> inputs;
  client::EvaluateOptions options;  // an infinite timeout becomes max_deadline (600 s) for a stream
  int64_t outputs = 1;              // how many the program has
};

// The outputs, of the broadcast shape. `progress` hears how many of how many elements are done.
absl::StatusOr<client::Result> EvaluateInChunks(
    const client::Client& client, const Evaluation& evaluation, const ChunkOptions& options,
    const std::function<void(int64_t, int64_t)>& progress);

}  // namespace formulary::cli

#endif  // FORMULARY_CLIENT_CLI_CHUNKED_EVALUATION_H_
