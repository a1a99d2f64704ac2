#include "server/kernel/build_queue.h"

#include <atomic>
#include <thread>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/base/mutex.h"

namespace formulary::kernel {
namespace {

using base::ProcessPriority;
using ::testing::ElementsAre;

// Holds the queue's one thread until opened.
class Gate {
 public:
  void Pass() {
    entered_ = true;
    entered_.notify_all();
    open_.wait(false);
  }
  void AwaitEntered() { entered_.wait(false); }
  void Open() {
    open_ = true;
    open_.notify_all();
  }

 private:
  std::atomic<bool> entered_{false}, open_{false};
};

TEST(BuildQueueTest, UrgentBuildsDoNotWaitForIdleOnes) {
  Gate gate;
  base::Mutex mutex;
  std::vector<std::string> order;
  std::atomic<int> done{0};
  BuildQueue queue(1);
  queue.Push("gate", ProcessPriority::kIdle, [&] { gate.Pass(); });
  gate.AwaitEntered();
  const auto push = [&](const char* key, ProcessPriority priority) {
    queue.Push(key, priority, [&, key] {
      {
        base::MutexLock lock(&mutex);
        order.push_back(key);
      }
      ++done;
      done.notify_all();
    });
  };
  const auto await = [&](int count) {
    for (int now = done; now < count; now = done) done.wait(now);
  };
  push("idle1", ProcessPriority::kIdle);
  push("idle2", ProcessPriority::kIdle);
  push("idle3", ProcessPriority::kIdle);
  push("urgent", ProcessPriority::kNormal);
  await(1);  // while the thread for idle builds is held
  queue.Promote("idle2");
  queue.Promote("no such key");
  await(2);
  EXPECT_EQ(queue.waiting(), 2u);
  gate.Open();
  await(4);
  EXPECT_THAT(order, ElementsAre("urgent", "idle2", "idle1", "idle3"));
}

TEST(BuildQueueTest, TheMostWantedIdleBuildGoesFirst) {
  Gate gate;
  std::atomic<uint64_t> uses{1};
  std::vector<std::string> order;  // of the one thread for idle builds
  std::atomic<int> done{0};
  BuildQueue queue(1);
  queue.Push("gate", ProcessPriority::kIdle, [&] { gate.Pass(); });
  gate.AwaitEntered();
  const auto push = [&](const char* key, BuildQueue::Heat maybe_heat) {
    queue.Push(
        key, ProcessPriority::kIdle,
        [&, key] {
          order.push_back(key);
          ++done;
          done.notify_all();
        },
        std::move(maybe_heat));
  };
  push("unknown1", nullptr);
  push("cold", [] { return uint64_t{2}; });
  push("becomes hot", [&] { return uses.load(); });
  push("as cold", [] { return uint64_t{2}; });
  push("unknown2", nullptr);
  uses = 9;
  gate.Open();
  for (int now = done; now < 5; now = done) done.wait(now);
  EXPECT_THAT(order, ElementsAre("becomes hot", "cold", "as cold", "unknown1", "unknown2"));
}

TEST(BuildQueueTest, ShutdownDropsWhatWaitsAndFinishesWhatRuns) {
  Gate gate;
  std::atomic<bool> finished{false};
  BuildQueue queue(1);
  queue.Push("running", ProcessPriority::kIdle, [&] {
    gate.Pass();
    finished = true;
  });
  gate.AwaitEntered();
  queue.Push("waiting", ProcessPriority::kIdle, [] { FAIL(); });
  std::thread opener([&] {
    while (queue.waiting() != 0) std::this_thread::yield();
    gate.Open();
  });
  queue.Shutdown();
  opener.join();
  EXPECT_TRUE(finished);
  queue.Push("late", ProcessPriority::kNormal, [] { FAIL(); });
  queue.Shutdown();
}

}  // namespace
}  // namespace formulary::kernel
