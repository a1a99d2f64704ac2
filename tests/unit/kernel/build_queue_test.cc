#include "server/kernel/build_queue.h"

#include <atomic>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

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

TEST(BuildQueueTest, UrgentFirstThenInOrder) {
  Gate gate;
  std::vector<std::string> order;
  std::atomic<int> left{5};
  BuildQueue queue(1);
  queue.Push("gate", ProcessPriority::kIdle, [&] { gate.Pass(); });
  gate.AwaitEntered();
  const auto push = [&](const char* key, ProcessPriority priority) {
    queue.Push(key, priority, [&, key] {
      order.push_back(key);
      --left;
      left.notify_all();
    });
  };
  push("idle1", ProcessPriority::kIdle);
  push("idle2", ProcessPriority::kIdle);
  push("urgent1", ProcessPriority::kNormal);
  push("idle3", ProcessPriority::kIdle);
  push("urgent2", ProcessPriority::kNormal);
  queue.Promote("idle2");
  queue.Promote("no such key");
  EXPECT_EQ(queue.waiting(), 5u);
  gate.Open();
  while (const int now = left) left.wait(now);
  EXPECT_THAT(order, ElementsAre("urgent1", "urgent2", "idle2", "idle1", "idle3"));
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
