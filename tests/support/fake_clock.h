#ifndef FORMULARY_TESTS_SUPPORT_FAKE_CLOCK_H_
#define FORMULARY_TESTS_SUPPORT_FAKE_CLOCK_H_

// A steady clock that moves when the test says so.

#include "absl/time/time.h"
#include "server/base/clock.h"
#include "server/base/mutex.h"

namespace formulary::testing {

// Thread-safe.
class FakeClock final : public base::Clock {
 public:
  base::SteadyTime Now() const override {
    base::MutexLock lock(&mutex_);
    return now_;
  }
  void Advance(absl::Duration duration) {
    base::MutexLock lock(&mutex_);
    now_ = base::AddSaturated(now_, duration);
  }

 private:
  mutable base::Mutex mutex_;
  // Not zero: code that takes a default SteadyTime for "never" shows itself.
  base::SteadyTime now_ ABSL_GUARDED_BY(mutex_) = base::SteadyTime(std::chrono::hours(1000));
};

}  // namespace formulary::testing

#endif  // FORMULARY_TESTS_SUPPORT_FAKE_CLOCK_H_
