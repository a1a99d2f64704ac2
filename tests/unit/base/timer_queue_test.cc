#include "server/base/timer_queue.h"

#include <atomic>
#include <memory>
#include <vector>

#include "gtest/gtest.h"

namespace formulary::base {
namespace {

SteadyTime In(absl::Duration duration) { return AddSaturated(Clock::Real()->Now(), duration); }

TEST(TimerQueueTest, RunsInOrderOfTimeNotOfScheduling) {
  std::vector<int> order;
  std::atomic<bool> done{false};
  TimerQueue queue;
  const SteadyTime base = In(absl::Milliseconds(20));
  queue.Schedule(AddSaturated(base, absl::Milliseconds(3)), [&] {
    order.push_back(3);
    done = true;
    done.notify_all();
  });
  queue.Schedule(AddSaturated(base, absl::Milliseconds(1)), [&] { order.push_back(1); });
  queue.Schedule(AddSaturated(base, absl::Milliseconds(2)), [&] { order.push_back(2); });
  done.wait(false);
  EXPECT_EQ(order, (std::vector<int>{1, 2, 3}));
}

TEST(TimerQueueTest, NeverEarly) {
  TimerQueue queue;
  const SteadyTime at = In(absl::Milliseconds(10));
  std::atomic<bool> done{false};
  SteadyTime ran_at;
  queue.Schedule(at, [&] {
    ran_at = Clock::Real()->Now();
    done = true;
    done.notify_all();
  });
  done.wait(false);
  EXPECT_GE(ran_at, at);
}

TEST(TimerQueueTest, PastTimesRunAtOnce) {
  TimerQueue queue;
  std::atomic<bool> done{false};
  queue.Schedule(SteadyTime::min(), [&] {
    done = true;
    done.notify_all();
  });
  done.wait(false);
}

TEST(TimerQueueTest, CancelledNeverRuns) {
  std::atomic<bool> ran{false};
  {
    TimerQueue queue;
    const TimerQueue::Id id = queue.Schedule(In(absl::Milliseconds(1000)), [&] { ran = true; });
    EXPECT_TRUE(queue.Cancel(id));
    EXPECT_FALSE(queue.Cancel(id));
    EXPECT_EQ(queue.pending(), 0u);
  }
  EXPECT_FALSE(ran);
}

TEST(TimerQueueTest, UnknownIdsAreNotCancelled) {
  TimerQueue queue;
  EXPECT_FALSE(queue.Cancel(0));
  EXPECT_FALSE(queue.Cancel(12345));
}

TEST(TimerQueueTest, CallbacksMayScheduleAndCancel) {
  TimerQueue queue;
  std::atomic<bool> done{false};
  queue.Schedule(In(absl::Milliseconds(1)), [&] {
    const TimerQueue::Id never = queue.Schedule(SteadyTime::max(), [] { FAIL(); });
    EXPECT_TRUE(queue.Cancel(never));
    queue.Schedule(In(absl::Milliseconds(1)), [&] {
      done = true;
      done.notify_all();
    });
  });
  done.wait(false);
}

TEST(TimerQueueTest, DestructorDropsWhatIsNotDue) {
  const auto owned = std::make_shared<int>(1);
  {
    TimerQueue queue;
    queue.Schedule(In(absl::Hours(1)), [owned] { FAIL(); });
    queue.Schedule(SteadyTime::max(), [owned] { FAIL(); });
    EXPECT_EQ(queue.pending(), 2u);
  }
  EXPECT_EQ(owned.use_count(), 1);
}

}  // namespace
}  // namespace formulary::base
