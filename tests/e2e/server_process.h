#ifndef FORMULARY_TESTS_E2E_SERVER_PROCESS_H_
#define FORMULARY_TESTS_E2E_SERVER_PROCESS_H_

// A formularyd of the build under test, on ports or a socket of its own, ended by its process id.

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "server/base/file.h"

namespace formulary::testing {

struct ServerFlags {
  std::vector<std::string> flags;  // behind the ones that the class sets
  std::string cache_dir;           // empty: a private one, gone with the server
  std::string listen = "127.0.0.1:0";
};

struct ProgramResult {
  int exit_code = -1;  // 128 + signal when a signal ended it
  std::string standard_output;
  std::string standard_error;
};

// The path of an executable in the build's bin/.
std::string BinaryPath(const std::string& name);

// Runs formularyd to its end.
ProgramResult RunServer(const std::vector<std::string>& arguments,
                        absl::Duration limit = absl::Seconds(30));

// One thread at a time.
class ServerProcess {
 public:
  // Null, and the test has failed, when the server does not say that it is listening.
  static std::unique_ptr<ServerProcess> Start(const ServerFlags& flags = {});
  // Kills what still runs.
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  const std::string& grpc_address() const { return grpc_address_; }
  const std::string& http_address() const { return http_address_; }
  const std::string& cache_dir() const { return cache_dir_; }
  pid_t pid() const { return pid_; }

  void Signal(int signal);
  // The exit code (128 + signal when a signal ended it); nullopt when it still runs after `limit`.
  std::optional<int> WaitForEnd(absl::Duration limit);
  // SIGTERM, and the end: the exit code.
  int Stop();
  bool Running();

  struct HttpAnswer {
    int status = 0;  // 0: no answer
    std::string body;
  };
  HttpAnswer HttpGet(const std::string& path) const;
  // The sum of all values of a metric of that name whose labels contain `labels`; 0 when there are
  // none.
  double Metric(const std::string& name, const std::string& labels = "") const;
  // What the server has logged so far.
  std::string Log() const;

 private:
  ServerProcess() = default;
  bool ReadAddresses();

  pid_t pid_ = -1;
  std::optional<int> exit_code_;
  base::FileDescriptor output_;
  base::TempDir directory_;
  std::string cache_dir_;
  std::string log_path_;
  std::string grpc_address_;
  std::string http_address_;
};

}  // namespace formulary::testing

#endif  // FORMULARY_TESTS_E2E_SERVER_PROCESS_H_
