#include "server/base/cancel_flag.h"

#include <poll.h>

#include "gtest/gtest.h"

namespace formulary::base {
namespace {

bool Readable(int fd) {
  pollfd entry = {fd, POLLIN, 0};
  return poll(&entry, 1, 0) == 1;
}

TEST(CancelFlagTest, StartsUnset) {
  const CancelFlag flag;
  EXPECT_FALSE(flag.cancelled());
  EXPECT_FALSE(Readable(flag.event_fd()));
}

TEST(CancelFlagTest, CancellingTwiceStaysCancelled) {
  CancelFlag flag;
  flag.Cancel();
  flag.Cancel();
  EXPECT_TRUE(flag.cancelled());
  EXPECT_TRUE(Readable(flag.event_fd()));
}

}  // namespace
}  // namespace formulary::base
