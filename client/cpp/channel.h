#ifndef FORMULARY_CLIENT_CPP_CHANNEL_H_
#define FORMULARY_CLIENT_CPP_CHANNEL_H_

// gRPC behind a small door: calls of named methods with byte messages. With status.cc the only file
// of the client that includes gRPC (its headers cost ten seconds a file). Used by client.cc and
// stream_call.cc.

#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/cpp/buffer.h"

namespace formulary::client {

struct ConnectOptions;

// A bidirectional stream of messages. One thread may write while another reads; Cancel() from any
// thread. Destroying it cancels what is still under way.
class RawStream {
 public:
  virtual ~RawStream() = default;
  // False: the stream is broken.
  virtual bool Write(const Buffer& message) = 0;
  virtual void WritesDone() = 0;
  // nullopt: the stream has ended; Finish() tells how.
  virtual std::optional<Buffer> Read() = 0;
  // REQUIRES: Read() has returned nullopt. Call once.
  virtual absl::Status Finish() = 0;
  virtual void Cancel() = 0;
};

// Thread-safe.
class Channel {
 public:
  virtual ~Channel() = default;

  // A channel without TLS to a gRPC target.
  static std::shared_ptr<Channel> Make(const std::string& address, const ConnectOptions& options);

  // Calls /package.Service/Method and waits for the answer, at most `timeout`. The request's memory
  // is referenced until gRPC is done with it, which after a failure may be later than the return.
  virtual absl::StatusOr<Buffer> Call(const char* method, const Buffer& request,
                                      absl::Duration timeout) = 0;

  virtual std::unique_ptr<RawStream> OpenStream(const char* method, absl::Duration timeout) = 0;

  virtual bool WaitUntilConnected(absl::Duration timeout) = 0;
};

}  // namespace formulary::client

#endif  // FORMULARY_CLIENT_CPP_CHANNEL_H_
