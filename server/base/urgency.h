#ifndef FORMULARY_SERVER_BASE_URGENCY_H_
#define FORMULARY_SERVER_BASE_URGENCY_H_

// The priority of work that programs do, which may become urgent while they run. RunSubprocess
// starts programs at it and keeps track of them here; kernel/kernel_cache raises it when a client
// comes to wait. It never lowers a priority, and touches only processes of the groups that
// RunSubprocess made.

#include <sys/types.h>

#include <cstdint>
#include <vector>

#include "absl/functional/function_ref.h"
#include "server/base/mutex.h"

namespace formulary::base {

enum class ProcessPriority : uint8_t {
  kNormal,
  kIdle,  // SCHED_IDLE and nice 19: gets what nobody else wants
};

// Thread-safe.
class Urgency {
 public:
  explicit Urgency(ProcessPriority priority) : priority_(priority) {}
  Urgency(const Urgency&) = delete;
  Urgency& operator=(const Urgency&) = delete;

  // At which programs are started now.
  ProcessPriority priority() const ABSL_LOCKS_EXCLUDED(mutex_);

  // kNormal from now on, for programs that run too, with the processes they have started: these
  // get SCHED_OTHER and this process's niceness. Reads /proc where programs run. False when the
  // system does not let one of them be raised (sched(7): it takes CAP_SYS_NICE, or an RLIMIT_NICE
  // that allows this niceness), or when one is just being started: it may go on as it was.
  bool Raise() ABSL_LOCKS_EXCLUDED(mutex_);

  // For RunSubprocess. Start calls `start`, which starts a process group at the priority it is
  // given and returns its leader, or -1 and errno. The leader must not be reaped before Ended().
  pid_t Start(absl::FunctionRef<pid_t(ProcessPriority)> start) ABSL_LOCKS_EXCLUDED(mutex_);
  void Ended(pid_t group) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  mutable Mutex mutex_;
  ProcessPriority priority_ ABSL_GUARDED_BY(mutex_);
  int starting_ ABSL_GUARDED_BY(mutex_) = 0;                // at kIdle
  std::vector<pid_t> idle_groups_ ABSL_GUARDED_BY(mutex_);  // running, started at kIdle
};

}  // namespace formulary::base

#endif  // FORMULARY_SERVER_BASE_URGENCY_H_
