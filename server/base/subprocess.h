#ifndef FORMULARY_SERVER_BASE_SUBPROCESS_H_
#define FORMULARY_SERVER_BASE_SUBPROCESS_H_

// Runs one program to its end under limits and captures what it prints: how the server calls a
// compiler. There is no shell, the environment is the one given, nothing but the three standard
// descriptors is inherited, and the whole process group dies at the wall limit, at cancellation and
// with the server.
//
// How the child is made: vfork(), then only async-signal-safe system calls (process group, limits,
// descriptors), then execve(). posix_spawn() cannot set resource limits; setting them with
// prlimit() from the parent afterwards is a race, since the gcc driver starts cc1 within a
// millisecond and limits are inherited at that moment; a helper binary that sets them and execs
// costs a second exec (0.6 ms) and must be found at run time. vfork() is what posix_spawn() itself
// uses: the server's memory is neither copied nor counted twice, and its other threads go on. All
// signals are blocked across it, so that no handler of the server runs in the child, which shares
// the memory until it execs.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/base/cancel_flag.h"
#include "server/base/urgency.h"

namespace formulary::base {

struct SubprocessOptions {
  std::vector<std::string> argv;  // argv[0] is the program's path; PATH is not searched
  std::vector<std::string> environment = {"PATH=/usr/bin:/bin", "LC_ALL=C"};
  std::string working_directory = "/";

  absl::Duration wall_limit = absl::InfiniteDuration();
  const CancelFlag* maybe_cancel = nullptr;
  ProcessPriority priority = ProcessPriority::kNormal;
  Urgency* maybe_urgency = nullptr;  // instead of `priority`; may be raised while the program runs

  size_t capture_bytes = size_t{64} << 10;  // per stream; the rest is read and discarded

  // Resource limits of each process of the group; 0: not limited. No core files, ever.
  uint64_t memory_bytes = 0;  // address space
  uint64_t cpu_seconds = 0;
  uint64_t file_bytes = 0;
  uint64_t open_files = 64;
};

struct SubprocessResult {
  enum class End { kExited, kSignalled, kTimedOut, kCancelled };

  End end = End::kExited;
  int exit_code = 0;  // of kExited
  int signal = 0;     // of kSignalled
  std::string standard_output;
  std::string standard_error;
  double wall_seconds = 0;
  double cpu_seconds = 0;      // of the program and the children it waited for
  uint64_t max_rss_bytes = 0;  // of the largest of them

  bool succeeded() const { return end == End::kExited && exit_code == 0; }
};

// Blocks until the program has ended and is reaped. NOT_FOUND: no such program. PERMISSION_DENIED:
// it cannot be executed. RESOURCE_EXHAUSTED or UNAVAILABLE: the system has no descriptor, process
// or memory left. How the program itself fared is in the result. The child also dies when the
// calling *thread* ends, so call from a thread that lives as long as it should. Thread-safe.
absl::StatusOr<SubprocessResult> RunSubprocess(const SubprocessOptions& options);

}  // namespace formulary::base

#endif  // FORMULARY_SERVER_BASE_SUBPROCESS_H_
