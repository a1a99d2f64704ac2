#ifndef FORMULARY_SERVER_BASE_SHORT_SLICES_H_
#define FORMULARY_SERVER_BASE_SHORT_SLICES_H_

// Short slices of processor time for threads that answer messages. Since Linux 6.12 (EEVDF) a
// thread that wakes up takes the processor at once from one with a longer slice, where otherwise it
// waits for a tick of the clock, 4 ms or two, while others compute. It costs the computing threads
// nothing but the switch, and no thread gets more time than before. Used by service/server around
// the start of gRPC's threads, which cannot be asked one by one.

#include <cstdint>

namespace formulary::base {

// While it lives, the calling thread, and for good the threads that it starts meanwhile and those
// that they start, have slices of 0.1 ms, the shortest there are. Older kernels, and other policies
// than SCHED_OTHER, take no notice. One thread.
class ShortSlices {
 public:
  ShortSlices();
  ~ShortSlices();
  ShortSlices(const ShortSlices&) = delete;
  ShortSlices& operator=(const ShortSlices&) = delete;

 private:
  uint64_t nanoseconds_before_ = 0;  // 0: nothing was changed
};

}  // namespace formulary::base

#endif  // FORMULARY_SERVER_BASE_SHORT_SLICES_H_
