#ifndef FORMULARY_TESTS_BENCH_GRPC_ECHO_H_
#define FORMULARY_TESTS_BENCH_GRPC_ECHO_H_

// The floor under a call of Evaluate: a gRPC server that does nothing but answer, and a caller that
// does nothing but call, with the same kind of stub for both servers. With grpc_echo.cc the only
// place of the benches that includes gRPC.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace formulary::bench {

// Tells the allocator to keep its pages, as formularyd does: servers and callers that are compared
// all do it.
void KeepPages();

// Serves EvaluationService.Evaluate until the process is told to end, on a port of loopback that it
// prints: each answer is the request's first `answer_bytes` bytes. Raw callback method on byte
// buffers, nothing copied.
int ServeEcho(size_t answer_bytes);

// One connection. One thread at a time.
class RawCaller {
 public:
  explicit RawCaller(const std::string& address);
  RawCaller(RawCaller&&) noexcept;
  ~RawCaller();

  // Calls EvaluationService.Evaluate with these bytes (borrowed). Returns the size of the answer.
  absl::StatusOr<size_t> Evaluate(std::string_view request);
  // The bytes of the last answer.
  std::string last_answer() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace formulary::bench

#endif  // FORMULARY_TESTS_BENCH_GRPC_ECHO_H_
