#include "client/cpp/stream_call.h"

#include <utility>

#include "client/cpp/channel.h"
#include "client/cpp/client.h"
#include "client/cpp/wire.h"

namespace formulary::client {

StreamCall::StreamCall(std::unique_ptr<RawStream> stream) : stream_(std::move(stream)) {}
StreamCall::StreamCall(StreamCall&&) noexcept = default;
StreamCall& StreamCall::operator=(StreamCall&&) noexcept = default;
StreamCall::~StreamCall() = default;

bool StreamCall::Write(const std::vector<NamedArray>& inputs) {
  return stream_->Write(WriteStreamChunk(inputs));
}

void StreamCall::WritesDone() { stream_->WritesDone(); }

absl::StatusOr<std::optional<Result>> StreamCall::Read() {
  if (!end_.has_value()) {
    const std::optional<Buffer> message = stream_->Read();
    if (message.has_value()) {
      absl::StatusOr<Result> result = ReadEvaluateResponse(*message);
      if (result.ok()) return std::optional<Result>(*std::move(result));
      stream_->Cancel();
      end_ = result.status();
    } else {
      end_ = stream_->Finish();
    }
  }
  if (end_->ok()) return std::optional<Result>();
  return *end_;
}

void StreamCall::Cancel() { stream_->Cancel(); }

}  // namespace formulary::client
