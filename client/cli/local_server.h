#ifndef FORMULARY_CLIENT_CLI_LOCAL_SERVER_H_
#define FORMULARY_CLIENT_CLI_LOCAL_SERVER_H_

// A private formularyd for one command (--local): started on a Unix socket in a directory that only
// this user can enter, ended with the command. It does not outlive the command in any way the
// kernel lets us see to: by the destructor, by the signals that end the command, and by the
// parent-death signal when it is killed.

#include <sys/types.h>

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace formulary::cli {

struct LocalServerOptions {
  std::string executable;  // empty: formularyd beside this executable, else in PATH
  std::string cache_dir;   // empty: formularyd's own default
  absl::Duration start_timeout = absl::Seconds(20);
  absl::Duration stop_timeout = absl::Seconds(2);  // then SIGKILL
};

// One thread at a time, and one LocalServer in a process. Move-only.
class LocalServer {
 public:
  // Starts the server and waits for its line "listening grpc=...". REQUIRES: no other thread runs
  // yet that could hold a lock (gRPC included): the process is forked. UNAVAILABLE when there is no
  // formularyd, or it ends or stays silent; the last line of its standard error is part of the
  // message.
  static absl::StatusOr<LocalServer> Start(const LocalServerOptions& options);

  LocalServer(LocalServer&& other) noexcept;
  LocalServer& operator=(LocalServer&& other) noexcept;
  ~LocalServer();

  // unix:PATH
  const std::string& address() const { return address_; }

 private:
  LocalServer() = default;
  absl::Status Launch(const LocalServerOptions& options);
  absl::Status AwaitListening(int out_fd, absl::Duration timeout);
  std::string LastErrorLine() const;
  void Stop();

  pid_t pid_ = -1;
  std::string directory_;
  std::string address_;
  absl::Duration stop_timeout_;
};

}  // namespace formulary::cli

#endif  // FORMULARY_CLIENT_CLI_LOCAL_SERVER_H_
