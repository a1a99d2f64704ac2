#include "server/base/short_slices.h"

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace formulary::base {
namespace {

constexpr uint64_t kShortest = 100'000;  // nanoseconds

// struct sched_attr of linux/sched/types.h, which glibc 2.36 has no name for.
struct Attributes {
  uint32_t size = sizeof(Attributes);
  uint32_t policy = 0;
  uint64_t flags = 0;
  int32_t nice = 0;
  uint32_t priority = 0;
  uint64_t runtime = 0, deadline = 0, period = 0;
};

// Policy and niceness stay what they are. False where there are no such slices.
bool ReplaceSlice(uint64_t nanoseconds, uint64_t* before) {
  Attributes attributes;
  if (syscall(SYS_sched_getattr, 0, &attributes, sizeof attributes, 0) != 0) return false;
  if (attributes.policy != SCHED_OTHER || attributes.runtime == 0) return false;
  *before = attributes.runtime;
  attributes.runtime = nanoseconds;
  return syscall(SYS_sched_setattr, 0, &attributes, 0) == 0;
}

}  // namespace

ShortSlices::ShortSlices() {
  if (!ReplaceSlice(kShortest, &nanoseconds_before_)) nanoseconds_before_ = 0;
}

ShortSlices::~ShortSlices() {
  uint64_t ignored = 0;
  if (nanoseconds_before_ != 0) ReplaceSlice(nanoseconds_before_, &ignored);
}

}  // namespace formulary::base
