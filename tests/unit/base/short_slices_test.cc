#include "server/base/short_slices.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>
#include <thread>

#include "gtest/gtest.h"

namespace formulary::base {
namespace {

// The calling thread's slice in nanoseconds; 0 on kernels that tell none.
uint64_t Slice() {
  struct {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime, deadline, period;
  } attributes = {};
  return syscall(SYS_sched_getattr, 0, &attributes, sizeof attributes, 0) == 0 ? attributes.runtime
                                                                               : 0;
}

uint64_t SliceOfANewThread() {
  uint64_t slice = 0;
  std::thread([&] { slice = Slice(); }).join();
  return slice;
}

TEST(ShortSlicesTest, ThreadsStartedMeanwhileKeepThem) {
  const uint64_t usual = Slice();
  if (usual <= 100'000) GTEST_SKIP() << "this kernel has no slices to shorten";
  {
    const ShortSlices shortened;
    EXPECT_EQ(Slice(), 100'000u);
    EXPECT_EQ(SliceOfANewThread(), 100'000u);
    std::thread([] { EXPECT_EQ(SliceOfANewThread(), 100'000u); }).join();
  }
  EXPECT_EQ(Slice(), usual);
  EXPECT_EQ(SliceOfANewThread(), usual);
}

TEST(ShortSlicesTest, Nested) {
  const uint64_t usual = Slice();
  {
    const ShortSlices outer;
    const uint64_t shortened = Slice();
    { const ShortSlices inner; }
    EXPECT_EQ(Slice(), shortened);
  }
  EXPECT_EQ(Slice(), usual);
}

}  // namespace
}  // namespace formulary::base
