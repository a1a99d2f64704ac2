#include "server/base/thread_pool.h"

#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <vector>

#include "gtest/gtest.h"

namespace formulary::base {
namespace {

TEST(ThreadPoolTest, DestructorFinishesQueuedWork) {
  std::atomic<int> done{0};
  {
    ThreadPool pool(2);
    for (int i = 0; i < 1000; ++i) pool.Schedule([&done] { ++done; });
  }
  EXPECT_EQ(done, 1000);
}

TEST(ThreadPoolTest, OneThreadKeepsTheOrder) {
  std::vector<int> order;
  {
    ThreadPool pool(1);
    for (int i = 0; i < 100; ++i) pool.Schedule([&order, i] { order.push_back(i); });
  }
  for (int i = 0; i < 100; ++i) EXPECT_EQ(order[i], i);
}

TEST(ThreadPoolTest, TasksMayScheduleTasksEvenWhileStopping) {
  std::atomic<int> done{0};
  {
    ThreadPool pool(1);
    pool.Schedule([&] { pool.Schedule([&] { ++done; }); });
  }
  EXPECT_EQ(done, 1);
}

int NicenessOfATask(ThreadPriority priority) {
  int niceness = 0;
  {
    ThreadPool pool(2, priority);
    pool.Schedule([&] { niceness = getpriority(PRIO_PROCESS, 0); });
  }
  return niceness;
}

TEST(ThreadPoolTest, LowPriorityIsThatOfItsThreadsAlone) {
  const int own = getpriority(PRIO_PROCESS, 0);
  EXPECT_EQ(NicenessOfATask(ThreadPriority::kNormal), own);
  EXPECT_EQ(NicenessOfATask(ThreadPriority::kLow), std::min(19, own + 10));
  EXPECT_EQ(getpriority(PRIO_PROCESS, 0), own);
}

TEST(ThreadPoolTest, QueuedCountsTasksThatWait) {
  Mutex gate;
  gate.Lock();
  ThreadPool pool(1);
  std::atomic<bool> started{false};
  pool.Schedule([&] {
    started = true;
    started.notify_all();
    MutexLock lock(&gate);
  });
  started.wait(false);
  pool.Schedule([] {});
  pool.Schedule([] {});
  EXPECT_EQ(pool.queued(), 2u);
  gate.Unlock();
}

TEST(ThreadPoolTest, TakesMoveOnlyTasks) {
  std::atomic<int> seen{0};
  {
    ThreadPool pool(1);
    pool.Schedule([&seen, owned = std::make_unique<int>(7)] { seen = *owned; });
  }
  EXPECT_EQ(seen, 7);
}

TEST(ParallelForTest, EveryIndexExactlyOnce) {
  ThreadPool pool(3);
  std::vector<std::atomic<int>> hits(10007);
  ParallelFor(&pool, static_cast<int64_t>(hits.size()), [&](int64_t i) { ++hits[i]; });
  for (const auto& hit : hits) ASSERT_EQ(hit, 1);
}

TEST(ParallelForTest, NothingToDo) {
  ThreadPool pool(1);
  ParallelFor(&pool, 0, [](int64_t) { FAIL(); });
  ParallelFor(&pool, -5, [](int64_t) { FAIL(); });
}

TEST(ParallelForTest, NullPoolRunsOnTheCaller) {
  int sum = 0;  // not atomic: one thread
  ParallelFor(nullptr, 10, [&](int64_t i) { sum += static_cast<int>(i); });
  EXPECT_EQ(sum, 45);
}

TEST(ParallelForTest, NestedCallsOnABusyPoolDoNotDeadlock) {
  ThreadPool pool(1);
  std::atomic<int> count{0};
  ParallelFor(&pool, 8, [&](int64_t) {
    ParallelFor(&pool, 8, [&](int64_t) { ParallelFor(&pool, 4, [&](int64_t) { ++count; }); });
  });
  EXPECT_EQ(count, 256);
}

TEST(ParallelForTest, HelpersThatComeLateTouchNothing) {
  ThreadPool pool(1);
  Mutex gate;
  gate.Lock();
  pool.Schedule([&] { MutexLock lock(&gate); });
  for (int round = 0; round < 100; ++round) {
    auto local = std::make_unique<std::atomic<int>>(0);
    ParallelFor(&pool, 4, [&](int64_t) { ++*local; });
    EXPECT_EQ(*local, 4);
  }
  gate.Unlock();
}

}  // namespace
}  // namespace formulary::base
