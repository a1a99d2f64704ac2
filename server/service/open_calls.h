#ifndef FORMULARY_SERVER_SERVICE_OPEN_CALLS_H_
#define FORMULARY_SERVER_SERVICE_OPEN_CALLS_H_

// Counts the calls that gRPC has not finished with, so that draining knows when the last answer has
// been sent. Entered and left by the reactors.

#include <cstdint>

#include "server/base/deadline.h"
#include "server/base/mutex.h"

namespace formulary::service {

// Thread-safe.
class OpenCalls {
 public:
  void Enter() ABSL_LOCKS_EXCLUDED(mutex_) {
    base::MutexLock lock(&mutex_);
    ++open_;
  }
  void Leave() ABSL_LOCKS_EXCLUDED(mutex_) {
    base::MutexLock lock(&mutex_);
    if (--open_ == 0) changed_.NotifyAll();
  }
  // True when there is none; false at the deadline.
  bool WaitUntilNone(base::Deadline deadline) ABSL_LOCKS_EXCLUDED(mutex_) {
    base::MutexLock lock(&mutex_);
    while (open_ > 0) {
      if (!changed_.WaitUntil(&mutex_, deadline.at())) return open_ == 0;
    }
    return true;
  }

 private:
  base::Mutex mutex_;
  base::CondVar changed_;
  int64_t open_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace formulary::service

#endif  // FORMULARY_SERVER_SERVICE_OPEN_CALLS_H_
