#ifndef FORMULARY_SERVER_BASE_TIMER_QUEUE_H_
#define FORMULARY_SERVER_BASE_TIMER_QUEUE_H_

// One thread that runs short callbacks at their steady deadlines: how a waiter leaves at its own
// deadline while the work it waited for goes on. Callbacks must not block.

#include <cstdint>
#include <map>
#include <thread>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/any_invocable.h"
#include "server/base/clock.h"
#include "server/base/mutex.h"

namespace formulary::base {

// Thread-safe.
class TimerQueue {
 public:
  using Id = uint64_t;  // never reused; 0 is no timer

  TimerQueue();
  // Drops the callbacks that are not due, waits for one that is running, and joins.
  ~TimerQueue();
  TimerQueue(const TimerQueue&) = delete;
  TimerQueue& operator=(const TimerQueue&) = delete;

  // Runs `callback` once, on the queue's thread, soon after `at`. Equal times run in order of
  // scheduling.
  Id Schedule(SteadyTime at, absl::AnyInvocable<void()> callback) ABSL_LOCKS_EXCLUDED(mutex_);

  // True: the callback will never run. False: it has run, is running, or the id is unknown.
  bool Cancel(Id id) ABSL_LOCKS_EXCLUDED(mutex_);

  size_t pending() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Run() ABSL_LOCKS_EXCLUDED(mutex_);

  mutable Mutex mutex_;
  CondVar changed_;
  std::map<std::pair<SteadyTime, Id>, absl::AnyInvocable<void()>> timers_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<Id, SteadyTime> times_ ABSL_GUARDED_BY(mutex_);
  Id next_id_ ABSL_GUARDED_BY(mutex_) = 1;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;

  std::thread thread_;  // last: it uses the fields above
};

}  // namespace formulary::base

#endif  // FORMULARY_SERVER_BASE_TIMER_QUEUE_H_
