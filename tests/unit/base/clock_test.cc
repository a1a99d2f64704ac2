#include "server/base/clock.h"

#include "gtest/gtest.h"
#include "tests/support/fake_clock.h"

namespace formulary::base {
namespace {

TEST(ClockTest, RealTimeNeverGoesBack) {
  const SteadyTime first = Clock::Real()->Now();
  EXPECT_LE(first, Clock::Real()->Now());
}

TEST(ClockTest, AddSaturatesAtBothEnds) {
  const SteadyTime now = Clock::Real()->Now();
  EXPECT_EQ(AddSaturated(now, absl::InfiniteDuration()), SteadyTime::max());
  EXPECT_EQ(AddSaturated(now, -absl::InfiniteDuration()), SteadyTime::min());
  EXPECT_EQ(AddSaturated(SteadyTime::max(), absl::Seconds(1)), SteadyTime::max());
  EXPECT_EQ(AddSaturated(now, absl::Seconds(2)), now + std::chrono::seconds(2));
}

TEST(ClockTest, FakeMovesOnlyWhenTold) {
  testing::FakeClock clock;
  const SteadyTime start = clock.Now();
  EXPECT_EQ(clock.Now(), start);
  clock.Advance(absl::Milliseconds(5));
  EXPECT_EQ(Elapsed(start, clock.Now()), absl::Milliseconds(5));
}

}  // namespace
}  // namespace formulary::base
