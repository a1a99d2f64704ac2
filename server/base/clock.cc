#include "server/base/clock.h"

namespace formulary::base {
namespace {

class RealClock final : public Clock {
 public:
  SteadyTime Now() const override { return std::chrono::steady_clock::now(); }
};

}  // namespace

const Clock* Clock::Real() {
  static const RealClock clock;
  return &clock;
}

SteadyTime AddSaturated(SteadyTime time, absl::Duration duration) {
  const absl::Duration since_epoch = absl::FromChrono(time.time_since_epoch());
  const absl::Duration sum = since_epoch + duration;
  if (sum >= absl::FromChrono(SteadyTime::max().time_since_epoch())) return SteadyTime::max();
  if (sum <= absl::FromChrono(SteadyTime::min().time_since_epoch())) return SteadyTime::min();
  return SteadyTime(absl::ToChronoNanoseconds(sum));
}

}  // namespace formulary::base
