#ifndef FORMULARY_SERVER_BASE_CLOCK_H_
#define FORMULARY_SERVER_BASE_CLOCK_H_

// The steady clock everything measures with: it never steps, whatever happens to the date. Passed
// in as `const Clock*` where a test must move time; real code takes Clock::Real(). Never the source
// of a wall time (only base/log prints one).

#include <chrono>

#include "absl/time/time.h"

namespace formulary::base {

using SteadyTime = std::chrono::steady_clock::time_point;

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual SteadyTime Now() const = 0;

  // The machine's monotonic clock; lives as long as the process.
  static const Clock* Real();
};

// `time + duration`, saturating at SteadyTime::max() and min() instead of wrapping.
SteadyTime AddSaturated(SteadyTime time, absl::Duration duration);

inline absl::Duration Elapsed(SteadyTime from, SteadyTime to) {
  return absl::FromChrono(to - from);
}

}  // namespace formulary::base

#endif  // FORMULARY_SERVER_BASE_CLOCK_H_
