#ifndef FORMULARY_TESTS_UNIT_CLIENT_FAKE_SERVER_H_
#define FORMULARY_TESTS_UNIT_CLIENT_FAKE_SERVER_H_

// A server with the contract's services that computes next to nothing, for tests of the client:
// output k is (k + 1) times the sum of all inputs, elementwise. Formulas steer it:
//
//   "fail"      INVALID_ARGUMENT with ErrorInfo, BadRequest and a caret
//   "busy"      RESOURCE_EXHAUSTED with RetryInfo of 1.5 s
//   "flaky"     UNAVAILABLE twice, then an answer
//   "slow"      waits for the call's deadline
//   "garbled"   an array whose bytes do not fit its shape
//   "lists"     outputs as typed lists
//   "nan"       every second element is NaN

#include <memory>
#include <string>

#include "formulary/v1/evaluation_service.pb.h"

namespace formulary::client {

// Thread-safe. Serves on a Unix socket in a directory of its own until destroyed.
class FakeServer {
 public:
  struct Options {
    int max_message_bytes = 4 << 20;
  };
  FakeServer() : FakeServer(Options()) {}
  explicit FakeServer(const Options& options);
  ~FakeServer();

  const std::string& address() const;

  int evaluate_calls() const;
  int stream_chunks() const;
  v1::EvaluateRequest last_request() const;
  // Whether the last call had a deadline.
  bool last_had_deadline() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace formulary::client

#endif  // FORMULARY_TESTS_UNIT_CLIENT_FAKE_SERVER_H_
