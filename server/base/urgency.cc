#include "server/base/urgency.h"

#include <dirent.h>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <memory>

namespace formulary::base {
namespace {

// Looks through /proc: a process that is not raised yet may start another one meanwhile.
constexpr int kMaxLooks = 4;

enum class Outcome : uint8_t { kRaised, kWasRaised, kRefused };

// A process that is gone by now needs nothing more.
Outcome RaiseProcess(pid_t pid) {
  if (sched_getscheduler(pid) != SCHED_IDLE) return Outcome::kWasRaised;
  const sched_param none = {};
  const int own_niceness = getpriority(PRIO_PROCESS, static_cast<id_t>(getpid()));
  // Niceness first: where that is refused, the process stays what it was.
  if (setpriority(PRIO_PROCESS, static_cast<id_t>(pid), own_niceness) != 0 ||
      sched_setscheduler(pid, SCHED_OTHER, &none) != 0) {
    return errno == ESRCH ? Outcome::kWasRaised : Outcome::kRefused;
  }
  return Outcome::kRaised;
}

std::vector<pid_t> ProcessesOf(pid_t group) {
  std::vector<pid_t> found;
  const std::unique_ptr<DIR, int (*)(DIR*)> proc(opendir("/proc"), &closedir);
  if (proc == nullptr) return found;
  while (const dirent* entry = readdir(proc.get())) {
    const auto pid = static_cast<pid_t>(std::strtol(entry->d_name, nullptr, 10));
    if (pid > 0 && getpgid(pid) == group) found.push_back(pid);
  }
  return found;
}

bool RaiseGroup(pid_t group) {
  // The leader first: what it starts from here on is raised by birth.
  if (RaiseProcess(group) == Outcome::kRefused) return false;
  for (int look = 0; look < kMaxLooks; ++look) {
    bool found_idle = false;
    for (const pid_t pid : ProcessesOf(group)) {
      const Outcome outcome = RaiseProcess(pid);
      if (outcome == Outcome::kRefused) return false;
      found_idle |= outcome == Outcome::kRaised;
    }
    if (!found_idle) break;
  }
  return true;
}

}  // namespace

ProcessPriority Urgency::priority() const {
  MutexLock lock(&mutex_);
  return priority_;
}

// The lock is held throughout: an id stays that of our process until Ended() has returned.
bool Urgency::Raise() {
  MutexLock lock(&mutex_);
  priority_ = ProcessPriority::kNormal;
  return std::all_of(idle_groups_.begin(), idle_groups_.end(), &RaiseGroup) && starting_ == 0;
}

// Not under the lock: a program at idle priority may take long to start, and nobody waits for that.
pid_t Urgency::Start(absl::FunctionRef<pid_t(ProcessPriority)> start) {
  ProcessPriority at;
  {
    MutexLock lock(&mutex_);
    at = priority_;
    if (at == ProcessPriority::kIdle) ++starting_;
  }
  const pid_t group = start(at);
  if (at != ProcessPriority::kIdle) return group;
  const int error = errno;
  {
    MutexLock lock(&mutex_);
    --starting_;
    if (group > 0) idle_groups_.push_back(group);
    // Raise() has told that it was too early for this one; where it can be raised, it is.
    if (group > 0 && priority_ == ProcessPriority::kNormal) RaiseGroup(group);
  }
  errno = error;
  return group;
}

void Urgency::Ended(pid_t group) {
  MutexLock lock(&mutex_);
  std::erase(idle_groups_, group);
}

}  // namespace formulary::base
