#include "server/base/mutex.h"

#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace formulary::base {
namespace {

TEST(MutexTest, ExcludesOtherThreads) {
  Mutex mutex;
  int count = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 10000; ++i) {
        MutexLock lock(&mutex);
        ++count;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(count, 40000);
}

TEST(MutexTest, TryLockFailsWhileHeld) {
  Mutex mutex;
  mutex.Lock();
  std::thread([&] {
    const bool locked = mutex.TryLock();
    EXPECT_FALSE(locked);
    if (locked) mutex.Unlock();
  }).join();
  mutex.Unlock();
}

TEST(CondVarTest, WaitEndsAtItsDeadlineWithTheLockHeld) {
  Mutex mutex;
  CondVar condition;
  MutexLock lock(&mutex);
  const SteadyTime until = AddSaturated(Clock::Real()->Now(), absl::Milliseconds(5));
  while (condition.WaitUntil(&mutex, until)) {
  }
  EXPECT_GE(Clock::Real()->Now(), until);
}

TEST(CondVarTest, NotifyWakesAWaiterWithoutDeadline) {
  Mutex mutex;
  CondVar condition;
  bool ready = false;
  std::thread waker([&] {
    MutexLock lock(&mutex);
    ready = true;
    condition.NotifyAll();
  });
  {
    MutexLock lock(&mutex);
    while (!ready) condition.WaitUntil(&mutex, SteadyTime::max());
  }
  waker.join();
}

}  // namespace
}  // namespace formulary::base
