#include "client/cli/chunked_evaluation.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <thread>
#include <utility>

#include "client/cpp/status_macros.h"
#include "client/cpp/text.h"

namespace formulary::cli {
namespace {

using client::Array;
using client::NamedArray;
using client::Result;
using client::Shape;

constexpr absl::Duration kStreamTimeout = absl::Seconds(600);  // the server's max_deadline_seconds
constexpr int64_t kDoubleBytes = 8;

// How an evaluation is cut: the varying inputs along their first axis, the others sent once.
struct Plan {
  Shape shape;           // of the result
  int64_t elements = 0;  // of the result
  int64_t rows = 0;      // extent of the first axis
  int64_t rows_per_chunk = 0;
  std::vector<NamedArray> shared;
  std::vector<NamedArray> chunked;  // all with `rows` as first extent
};

absl::StatusOr<Plan> MakePlan(const Evaluation& evaluation) {
  Plan plan;
  for (const NamedArray& input : evaluation.inputs) {
    ASSIGN_OR_RETURN(plan.shape, client::BroadcastShapes(plan.shape, input.array.shape()));
  }
  ASSIGN_OR_RETURN(plan.elements, client::ElementCount(plan.shape));
  // Where no array is stretched, the first axis may be all there is: any element then ends a chunk.
  const bool flat =
      std::all_of(evaluation.inputs.begin(), evaluation.inputs.end(), [&](const NamedArray& input) {
        return input.array.size() == 1 || input.array.shape() == plan.shape;
      });
  plan.rows = plan.shape.empty() ? 1 : flat ? plan.elements : plan.shape[0];
  for (const NamedArray& input : evaluation.inputs) {
    const bool varies = input.array.size() > 1 && input.array.rank() == plan.shape.size() &&
                        (flat || input.array.shape()[0] == plan.rows);
    if (!varies) {
      plan.shared.push_back(input);
      // A scalar of shape (1, 1) would give the flat chunks more dimensions than they have.
      if (flat && input.array.size() == 1) {
        ASSIGN_OR_RETURN(plan.shared.back().array, input.array.Reshaped({}));
      }
    } else if (flat) {
      ASSIGN_OR_RETURN(Array line, input.array.Reshaped({plan.elements}));
      plan.chunked.push_back({input.name, std::move(line)});
    } else {
      plan.chunked.push_back(input);
    }
  }
  return plan;
}

int64_t TotalBytes(const Plan& plan, const Evaluation& evaluation) {
  int64_t bytes = plan.elements * evaluation.outputs * kDoubleBytes;
  for (const NamedArray& input : evaluation.inputs)
    bytes += static_cast<int64_t>(input.array.byte_size());
  return bytes;
}

void ChooseChunk(const client::Client& client, const ChunkOptions& options, int64_t total_bytes,
                 Plan* plan) {
  int64_t chunk_bytes = options.chunk_bytes;
  const auto info = client.GetServerInfo({.timeout = absl::Seconds(5)});
  if (info.ok()) {
    for (const v1::Limit& limit : info->limits()) {
      if (limit.name() == "max_message_bytes") {
        chunk_bytes = std::min(chunk_bytes, static_cast<int64_t>(limit.value() / 2));
      }
    }
  }
  const int64_t row_bytes = std::max<int64_t>(1, total_bytes / std::max<int64_t>(plan->rows, 1));
  plan->rows_per_chunk = std::max<int64_t>(1, chunk_bytes / row_bytes);
}

// Writes every chunk; ends early when the stream breaks.
void WriteChunks(const Plan& plan, client::StreamCall* stream) {
  for (int64_t row = 0; row < plan.rows; row += plan.rows_per_chunk) {
    const int64_t end = std::min(plan.rows, row + plan.rows_per_chunk);
    std::vector<NamedArray> inputs;
    for (const NamedArray& input : plan.chunked)
      inputs.push_back({input.name, input.array.Slice(row, end)});
    if (!stream->Write(inputs)) return;
  }
  stream->WritesDone();
}

// Puts chunks of outputs one behind the other. One thread at a time.
class Gatherer {
 public:
  explicit Gatherer(const Plan& plan) : plan_(plan) {}

  absl::Status Add(Result chunk) {
    const int64_t rows = std::min(plan_.rows_per_chunk, plan_.rows - rows_done_);
    if (rows_done_ == 0) RETURN_IF_ERROR(Open(chunk));
    if (chunk.outputs.size() != whole_.outputs.size() || rows <= 0) return Unexpected();
    const int64_t elements = rows * (plan_.elements / plan_.rows);
    for (size_t i = 0; i < whole_.outputs.size(); ++i) {
      const Array& part = chunk.outputs[i].array;
      Array& whole = whole_.outputs[i].array;
      if (part.size() != elements || part.dtype() != whole.dtype()) return Unexpected();
      std::memcpy(whole.mutable_data() +
                      elements_done_ * static_cast<int64_t>(client::ByteSize(whole.dtype())),
                  part.data(), part.byte_size());
    }
    AddReport(chunk.report);
    rows_done_ += rows;
    elements_done_ += elements;
    return absl::OkStatus();
  }

  int64_t elements_done() const { return elements_done_; }

  absl::StatusOr<Result> Finish() && {
    if (rows_done_ != plan_.rows) return Unexpected();
    return std::move(whole_);
  }

 private:
  static absl::Status Unexpected() {
    return absl::InternalError("the server's chunks do not make up the result");
  }

  absl::Status Open(const Result& first) {
    for (const NamedArray& output : first.outputs) {
      ASSIGN_OR_RETURN(Array whole, Array::Uninitialized(output.array.dtype(), plan_.shape));
      whole_.outputs.push_back({output.name, std::move(whole)});
    }
    return absl::OkStatus();
  }

  // The last chunk's kernel and tier; times and elements of all.
  void AddReport(const v1::EvaluationReport& report) {
    v1::EvaluationReport sum = report;
    sum.set_simplify_seconds(sum.simplify_seconds() + whole_.report.simplify_seconds());
    sum.set_compile_seconds(sum.compile_seconds() + whole_.report.compile_seconds());
    sum.set_evaluate_seconds(sum.evaluate_seconds() + whole_.report.evaluate_seconds());
    sum.set_elements(sum.elements() + whole_.report.elements());
    whole_.report = std::move(sum);
  }

  const Plan& plan_;
  Result whole_;
  int64_t rows_done_ = 0;
  int64_t elements_done_ = 0;
};

absl::Status ReadChunks(const Plan& plan, client::StreamCall* stream, Gatherer* gatherer,
                        const std::function<void(int64_t, int64_t)>& progress) {
  while (true) {
    ASSIGN_OR_RETURN(std::optional<Result> chunk, stream->Read());
    if (!chunk.has_value()) return absl::OkStatus();
    RETURN_IF_ERROR(gatherer->Add(*std::move(chunk)));
    progress(gatherer->elements_done(), plan.elements);
  }
}

}  // namespace

absl::StatusOr<Result> EvaluateInChunks(const client::Client& client, const Evaluation& evaluation,
                                        const ChunkOptions& options,
                                        const std::function<void(int64_t, int64_t)>& progress) {
  absl::StatusOr<Plan> plan = MakePlan(evaluation);
  // Shapes that do not fit are the server's to explain: it knows the arguments' names.
  const int64_t total_bytes = plan.ok() ? TotalBytes(*plan, evaluation) : 0;
  if (!plan.ok() || plan->chunked.empty() || total_bytes <= options.direct_bytes) {
    return client.Evaluate(evaluation.target, evaluation.inputs, evaluation.options);
  }
  ChooseChunk(client, options, total_bytes, &*plan);
  client::EvaluateOptions stream_options = evaluation.options;
  stream_options.timeout = std::min(stream_options.timeout, kStreamTimeout);
  ASSIGN_OR_RETURN(client::StreamCall stream,
                   client.EvaluateStream(evaluation.target, plan->shared, stream_options));
  Gatherer gatherer(*plan);
  std::thread writer([&] { WriteChunks(*plan, &stream); });
  const absl::Status status = ReadChunks(*plan, &stream, &gatherer, progress);
  if (!status.ok()) stream.Cancel();  // a writer that waits for the server wakes up
  writer.join();
  RETURN_IF_ERROR(status);
  return std::move(gatherer).Finish();
}

}  // namespace formulary::cli
