#ifndef FORMULARY_TESTS_BENCH_CHILD_SERVER_H_
#define FORMULARY_TESTS_BENCH_CHILD_SERVER_H_

// A server in a process of its own, for as long as the object lives: formularyd, or the echo server
// that it is compared with. Either prints "listening grpc=ADDRESS ..." when it is ready.

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "server/base/file.h"
#include "tests/bench/figures.h"

namespace formulary::bench {

// Move-only; one thread at a time. The child also dies with the thread that started it.
class ChildServer {
 public:
  static absl::StatusOr<ChildServer> Start(const std::vector<std::string>& argv);
  // formularyd on loopback with an empty store in a directory of its own, besides `flags`.
  static absl::StatusOr<ChildServer> StartFormularyd(const Options& options,
                                                     const std::vector<std::string>& flags);

  // The same on a store that stays when it ends.
  static absl::StatusOr<ChildServer> StartFormularydOn(const Options& options,
                                                       const std::string& cache_dir,
                                                       const std::vector<std::string>& flags);

  ChildServer(ChildServer&& other) noexcept;
  ~ChildServer();

  const std::string& address() const { return address_; }
  // Waits for the next line that it prints, or its end.
  std::string NextLine() const;
  // Resident memory now, in bytes; 0 when it cannot be read.
  double ResidentBytes() const;
  // Processor time of all its threads so far; 0 when it cannot be read.
  double ProcessorSeconds() const;
  // Its children's children, and so on, that run a program of that name now.
  std::vector<pid_t> Descendants(std::string_view program) const;

 private:
  ChildServer() = default;

  pid_t pid_ = -1;
  base::FileDescriptor output_;
  std::string address_;
  base::TempDir cache_;
};

// This program's own file.
std::string OwnExecutable();

}  // namespace formulary::bench

#endif  // FORMULARY_TESTS_BENCH_CHILD_SERVER_H_
