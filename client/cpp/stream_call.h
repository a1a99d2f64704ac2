#ifndef FORMULARY_CLIENT_CPP_STREAM_CALL_H_
#define FORMULARY_CLIENT_CPP_STREAM_CALL_H_

// A stream of chunks under way: write inputs, read results, in the same order. Made by
// Client::EvaluateStream. The server answers while later chunks still arrive and holds a bounded
// number of them, so a caller that writes without reading comes to a halt: write and read from two
// threads, or read after every few writes.

#include <memory>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "client/cpp/array.h"

namespace formulary::client {

class RawStream;
struct Result;

// One thread may write while another reads; Cancel() from any thread. Move-only. Destroying it
// cancels what is still under way.
class StreamCall {
 public:
  explicit StreamCall(std::unique_ptr<RawStream> stream);
  StreamCall(StreamCall&&) noexcept;
  StreamCall& operator=(StreamCall&&) noexcept;
  ~StreamCall();

  // Sends a chunk, which with the shared inputs makes one evaluation. Blocks while the server is
  // behind. False: the stream is broken, and Read() tells why.
  [[nodiscard]] bool Write(const std::vector<NamedArray>& inputs);

  // No more chunks. Call once, from the writing thread.
  void WritesDone();

  // The next chunk's result; nullopt after the last one. The status that ended the stream
  // otherwise, from then on the same one.
  absl::StatusOr<std::optional<Result>> Read();

  // Ends the stream; Read() then returns CANCELLED.
  void Cancel();

 private:
  std::unique_ptr<RawStream> stream_;
  std::optional<absl::Status> end_;
};

}  // namespace formulary::client

#endif  // FORMULARY_CLIENT_CPP_STREAM_CALL_H_
