#include "tests/support/capabilities.h"

#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <thread>

#include "gtest/gtest.h"

namespace formulary::testing {
namespace {

// Capabilities of the calling thread. glibc has no functions for them, and libcap is one more
// dependency.
struct Capabilities {
  __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  std::array<__user_cap_data_struct, 2> data = {};

  bool Get() { return syscall(SYS_capget, &header, data.data()) == 0; }
  bool Set() { return syscall(SYS_capset, &header, data.data()) == 0; }
};

constexpr uint32_t kNice = uint32_t{1} << CAP_SYS_NICE;

}  // namespace

bool MayRaisePriorities() {
  Capabilities own;
  return own.Get() && (own.data[0].effective & kNice) != 0;
}

void InThreadThatMayNotRaise(absl::FunctionRef<void()> body) {
  std::thread thread([&] {
    Capabilities own;
    ASSERT_TRUE(own.Get());
    own.data[0].effective &= ~kNice;
    ASSERT_TRUE(own.Set());
    body();
  });
  thread.join();
}

}  // namespace formulary::testing
