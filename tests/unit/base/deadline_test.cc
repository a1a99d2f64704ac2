#include "server/base/deadline.h"

#include "gtest/gtest.h"
#include "tests/support/fake_clock.h"

namespace formulary::base {
namespace {

TEST(DeadlineTest, InfiniteNeverExpires) {
  testing::FakeClock clock;
  clock.Advance(absl::Hours(1000000));
  EXPECT_FALSE(Deadline::Infinite().expired(clock));
  EXPECT_EQ(Deadline::Infinite().remaining(clock), absl::InfiniteDuration());
  EXPECT_TRUE(Deadline::After(absl::InfiniteDuration(), clock).infinite());
}

TEST(DeadlineTest, ExpiresAtItsTimeAndRemainsZeroAfter) {
  testing::FakeClock clock;
  const Deadline deadline = Deadline::After(absl::Seconds(1), clock);
  EXPECT_FALSE(deadline.expired(clock));
  EXPECT_EQ(deadline.remaining(clock), absl::Seconds(1));
  clock.Advance(absl::Seconds(1));
  EXPECT_TRUE(deadline.expired(clock));
  clock.Advance(absl::Seconds(5));
  EXPECT_EQ(deadline.remaining(clock), absl::ZeroDuration());
}

TEST(DeadlineTest, NegativeDurationsHavePassed) {
  const testing::FakeClock clock;
  EXPECT_TRUE(Deadline::After(-absl::Seconds(1), clock).expired(clock));
  EXPECT_TRUE(Deadline::After(-absl::InfiniteDuration(), clock).expired(clock));
}

TEST(DeadlineTest, EarlierIsLess) {
  const testing::FakeClock clock;
  EXPECT_LT(Deadline::After(absl::Seconds(1), clock), Deadline::After(absl::Seconds(2), clock));
  EXPECT_LT(Deadline::After(absl::Seconds(1), clock), Deadline::Infinite());
}

}  // namespace
}  // namespace formulary::base
