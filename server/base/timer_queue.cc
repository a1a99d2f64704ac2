#include "server/base/timer_queue.h"

#include <pthread.h>

namespace formulary::base {

TimerQueue::TimerQueue() : thread_([this] { Run(); }) {
  pthread_setname_np(thread_.native_handle(), "fy-timer");
}

TimerQueue::~TimerQueue() {
  {
    MutexLock lock(&mutex_);
    stopping_ = true;
  }
  changed_.NotifyAll();
  thread_.join();
}

TimerQueue::Id TimerQueue::Schedule(SteadyTime at, absl::AnyInvocable<void()> callback) {
  bool is_first = false;
  Id id = 0;
  {
    MutexLock lock(&mutex_);
    id = next_id_++;
    times_.emplace(id, at);
    const auto [position, inserted] = timers_.emplace(std::pair(at, id), std::move(callback));
    is_first = position == timers_.begin();
  }
  if (is_first) changed_.NotifyOne();
  return id;
}

bool TimerQueue::Cancel(Id id) {
  absl::AnyInvocable<void()> dropped;  // destroyed after the lock is released
  MutexLock lock(&mutex_);
  const auto time = times_.find(id);
  if (time == times_.end()) return false;
  const auto timer = timers_.find({time->second, id});
  dropped = std::move(timer->second);
  timers_.erase(timer);
  times_.erase(time);
  return true;
}

size_t TimerQueue::pending() const {
  MutexLock lock(&mutex_);
  return timers_.size();
}

void TimerQueue::Run() {
  for (;;) {
    absl::AnyInvocable<void()> due;
    {
      MutexLock lock(&mutex_);
      for (;;) {
        if (stopping_) return;
        const SteadyTime first = timers_.empty() ? SteadyTime::max() : timers_.begin()->first.first;
        if (first != SteadyTime::max() && first <= Clock::Real()->Now()) break;
        changed_.WaitUntil(&mutex_, first);
      }
      due = std::move(timers_.begin()->second);
      times_.erase(timers_.begin()->first.second);
      timers_.erase(timers_.begin());
    }
    std::move(due)();
  }
}

}  // namespace formulary::base
