#include "server/service/byte_budget.h"

#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "tests/unit/service/requests.h"

namespace formulary::service {
namespace {

TEST(ByteBudgetTest, WhatIsTakenComesBack) {
  ByteBudget budget(100);
  {
    ByteBudget::Reservation first(&budget);
    EXPECT_OK(first.Grow(60));
    EXPECT_OK(first.Grow(40));
    EXPECT_EQ(budget.in_flight(), 100u);
    first.Shrink(30);
    EXPECT_EQ(budget.in_flight(), 70u);
    ByteBudget::Reservation moved(std::move(first));
    EXPECT_EQ(budget.in_flight(), 70u);
    moved.Shrink(1000);  // no more than it has
    EXPECT_EQ(budget.in_flight(), 0u);
    EXPECT_OK(moved.Grow(10));
  }
  EXPECT_EQ(budget.in_flight(), 0u);
}

TEST(ByteBudgetTest, WhatDoesNotFitNowMayBeRetried) {
  ByteBudget budget(100);
  ByteBudget::Reservation first(&budget), second(&budget);
  ASSERT_OK(first.Grow(60));
  const absl::Status status = second.Grow(41);
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_GT(base::GetErrorDetail(status)->retry_after_seconds, 0);
  EXPECT_EQ(budget.in_flight(), 60u);
  EXPECT_OK(second.Grow(40));
}

TEST(ByteBudgetTest, WhatNeverFitsIsNotToBeRetried) {
  ByteBudget budget(100);
  ByteBudget::Reservation reservation(&budget);
  for (const size_t bytes : {size_t{101}, SIZE_MAX, SIZE_MAX / 2}) {
    const absl::Status status = reservation.Grow(bytes);
    EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
    EXPECT_EQ(base::GetErrorDetail(status)->retry_after_seconds, 0);
  }
}

TEST(ByteBudgetTest, ThreadsNeverTakeMoreThanThereIs) {
  ByteBudget budget(1000);
  std::atomic<bool> over{false};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20'000; ++i) {
        ByteBudget::Reservation reservation(&budget);
        (void)reservation.Grow(400).ok();
        if (budget.in_flight() > 1000) over = true;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_FALSE(over);
  EXPECT_EQ(budget.in_flight(), 0u);
}

}  // namespace
}  // namespace formulary::service
