#ifndef FORMULARY_SERVER_KERNEL_KERNEL_CACHE_FLIGHT_H_
#define FORMULARY_SERVER_KERNEL_KERNEL_CACHE_FLIGHT_H_

// One key under way in the kernel cache and those who wait for it, as kernel_cache.cc (who asks and
// who is told) and kernel_cache_build.cc (the stages) share them. Nobody else includes this.

#include <atomic>
#include <memory>
#include <vector>

#include "server/base/cancel_flag.h"
#include "server/base/urgency.h"
#include "server/kernel/kernel_cache.h"

namespace formulary::kernel {

// One caller of Acquire(). Whoever claims it answers it: the flight's end, its own deadline, or
// shutdown.
struct KernelCache::Waiter {
  Done done;
  base::TimerQueue::Id timer = 0;
  std::atomic<bool> claimed{false};

  bool Claim() { return !claimed.exchange(true, std::memory_order_acq_rel); }
};

// One key under way. `request` belongs to the stage that runs; the rest to the cache's mutex_. As a
// rule one build is queued or runs; a second one may race it (Hurry), and the first success, or the
// last failure, is the result.
struct KernelCache::Flight {
  BuildRequest request;
  std::vector<WaiterPointer> waiters;
  PublishOrder publish = PublishOrder::kBeforeAnswer;
  base::ProcessPriority priority = base::ProcessPriority::kIdle;
  int builds = 1;
  bool finished = false;
  std::shared_ptr<const compile::CompileJob> job;            // once it has been made
  std::vector<std::shared_ptr<base::CancelFlag>> compilers;  // that were started
  std::shared_ptr<base::Urgency> idle_compiler;              // of that at idle priority
};

// What a compiler is started with.
struct KernelCache::Compilation {
  compile::CompileJob job;
  std::shared_ptr<base::CancelFlag> cancel = std::make_shared<base::CancelFlag>();
  std::shared_ptr<base::Urgency> urgency;
};

}  // namespace formulary::kernel

#endif  // FORMULARY_SERVER_KERNEL_KERNEL_CACHE_FLIGHT_H_
