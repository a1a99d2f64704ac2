#ifndef FORMULARY_TESTS_BENCH_GRPC_ECHO_H_
#define FORMULARY_TESTS_BENCH_GRPC_ECHO_H_

// The floor under a call of Evaluate: a gRPC server that does nothing but answer, and a caller that
// does nothing but call, with the same kind of stub for both servers. With grpc_echo.cc the only
// place of the benches that includes gRPC.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace formulary::bench {

// Serves EvaluationService.Evaluate and EvaluateStream until the process is told to end, on a port
// of loopback that it prints: each answer is the request's first `answer_bytes` bytes; a stream's
// first message has none. Raw callback methods on byte buffers, nothing copied; a stream is read
// ahead as far as formularyd reads.
int ServeEcho(size_t answer_bytes);

// One connection. One thread at a time.
class RawCaller {
 public:
  // Connects; ends the process where that cannot be done.
  explicit RawCaller(const std::string& address);
  RawCaller(RawCaller&&) noexcept;
  ~RawCaller();

  // Calls EvaluationService.Evaluate with these bytes (borrowed). Returns the size of the answer.
  absl::StatusOr<size_t> Evaluate(std::string_view request);
  // Calls EvaluateStream: `start`, then `chunk` so many times, written and read by two threads.
  // `maybe_answered` is called on the calling thread after each answer, with the number of those
  // so far. INTERNAL when an answer has another size.
  struct Stream {
    std::string_view start, chunk;  // borrowed
    int64_t chunks = 0;
    size_t answer_bytes = 0;
    std::function<void(int64_t)> maybe_answered;
  };
  absl::Status EvaluateStream(const Stream& stream);
  // The bytes of the last answer.
  std::string last_answer() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace formulary::bench

#endif  // FORMULARY_TESTS_BENCH_GRPC_ECHO_H_
