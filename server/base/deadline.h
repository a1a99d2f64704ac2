#ifndef FORMULARY_SERVER_BASE_DEADLINE_H_
#define FORMULARY_SERVER_BASE_DEADLINE_H_

// A point on the steady clock after which nobody waits for the answer any more. Made once where a
// request enters and passed down by value; never recomputed from a wall time.

#include <algorithm>

#include "absl/time/time.h"
#include "server/base/clock.h"

namespace formulary::base {

// Immutable.
class Deadline {
 public:
  // Never expires.
  Deadline() = default;
  explicit Deadline(SteadyTime at) : at_(at) {}

  static Deadline Infinite() { return Deadline(); }
  static Deadline After(absl::Duration duration, const Clock& clock = *Clock::Real()) {
    return Deadline(AddSaturated(clock.Now(), duration));
  }

  bool infinite() const { return at_ == SteadyTime::max(); }
  SteadyTime at() const { return at_; }

  bool expired(const Clock& clock = *Clock::Real()) const {
    return !infinite() && clock.Now() >= at_;
  }
  // Never negative; infinite for Infinite().
  absl::Duration remaining(const Clock& clock = *Clock::Real()) const {
    if (infinite()) return absl::InfiniteDuration();
    return std::max(absl::ZeroDuration(), Elapsed(clock.Now(), at_));
  }

  friend bool operator==(Deadline a, Deadline b) { return a.at_ == b.at_; }
  friend auto operator<=>(Deadline a, Deadline b) { return a.at_ <=> b.at_; }

 private:
  SteadyTime at_ = SteadyTime::max();
};

}  // namespace formulary::base

#endif  // FORMULARY_SERVER_BASE_DEADLINE_H_
