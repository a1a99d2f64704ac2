#ifndef FORMULARY_SERVER_KERNEL_KERNEL_CACHE_H_
#define FORMULARY_SERVER_KERNEL_KERNEL_CACHE_H_

// Finds or builds kernels: memory, then the store, then the compiler, with one flight a key however
// many ask. Called by the engine. It never blocks a caller (but for AcquireAndWait), never runs the
// dynamic loader on a caller's thread, and a store that fails costs no request anything.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/base/cancel_flag.h"
#include "server/base/deadline.h"
#include "server/base/mutex.h"
#include "server/base/strings.h"
#include "server/base/thread_pool.h"
#include "server/base/timer_queue.h"
#include "server/compile/compiler.h"
#include "server/kernel/build_queue.h"
#include "server/kernel/kernel.h"
#include "server/kernel/loaded_kernels.h"
#include "server/kernel/loader.h"
#include "server/store/store.h"

namespace formulary::kernel {

struct KernelCacheOptions {
  int max_jobs = 0;            // compiler threads; 0: one less than the cores, at least one
  size_t queue_length = 1024;  // builds (lookups included) that may be under way or waiting
  size_t max_loaded_kernels = 4096;
  // How long a build that ran into a compile limit is answered from memory, and how long one that
  // the compiler refused or crashed on: neither gets better by trying again at once. Zero: not at
  // all.
  absl::Duration limit_memory = absl::Seconds(30);
  absl::Duration failure_memory = absl::Seconds(5);
  const base::Clock* clock = base::Clock::Real();  // of these memories only
};

enum class PublishOrder { kBeforeAnswer, kAfterAnswer };

struct BuildRequest {
  std::string key_hex;   // store::KeyBuilder::Hex()
  std::string fields;    // store::KeyBuilder::fields(); compared with what is stored
  std::string metadata;  // stored with the artefact, and Kernel::metadata()
  // Called at most once, on a compiler thread, if the kernel is neither in memory nor stored.
  // `symbol`, `priority` and `maybe_urgency` of its job are set here; its toolchain_fingerprint
  // should be the one in the key.
  absl::AnyInvocable<absl::StatusOr<compile::CompileJob>()> make_job;
  // kNormal when a client waits: goes first, and runs at the server's own priority, even if the
  // build has begun at idle priority for others. Where the system does not let that compiler be
  // raised, another one is started beside it.
  base::ProcessPriority priority = base::ProcessPriority::kIdle;
  PublishOrder publish = PublishOrder::kBeforeAnswer;
  // Among builds that nobody waits for the one with the greatest value goes first (build_queue.h).
  BuildQueue::Heat maybe_heat = nullptr;
};

enum class Source { kMemory, kDisk, kCompiled };

struct Acquired {
  std::shared_ptr<const Kernel> kernel;
  Source source = Source::kMemory;  // where this request found it
  double compile_seconds = 0;       // spent for this flight; 0 unless kCompiled
};

struct KernelCacheCounters {
  uint64_t loaded = 0;  // in the map now
  uint64_t loads = 0, unloads = 0;
  uint64_t memory_hits = 0;  // of Find() and Acquire()
  uint64_t disk_hits = 0;
  uint64_t compiles = 0, compile_failures = 0;
  double compile_seconds_total = 0;
  uint64_t flights = 0;  // under way now
  uint64_t flights_joined = 0;
  uint64_t waiters_expired = 0;
  uint64_t rejected = 0;             // queue full
  uint64_t remembered_failures = 0;  // answered from memory
};

// Reasons (base::ErrorDetail) of its own statuses; compile/compiler.h has the others.
inline constexpr std::string_view kQueueFull =
    "QUEUE_FULL";  // RESOURCE_EXHAUSTED, with retry_after
inline constexpr std::string_view kShuttingDown = "SHUTTING_DOWN";  // UNAVAILABLE

// Thread-safe. Lock order: mutex_, then the locks of the parts below. No lock is held across a
// compilation, I/O, loading, or a callback.
class KernelCache {
 public:
  using Done = absl::AnyInvocable<void(absl::StatusOr<Acquired>)>;

  // The parts are borrowed and must outlive the cache. Kernels may outlive all of them.
  KernelCache(KernelCacheOptions options, store::Store* store, compile::Compiler* compiler,
              Loader* loader);
  // Shutdown().
  ~KernelCache();
  KernelCache(const KernelCache&) = delete;
  KernelCache& operator=(const KernelCache&) = delete;

  // Memory only: about 0.1 us. Null when it is not loaded.
  std::shared_ptr<const Kernel> Find(std::string_view key_hex);

  // Calls `done` exactly once: at once on this thread when the answer is known, else on a thread of
  // the cache. `done` must not block, and must not call Shutdown(). Statuses:
  //   DEADLINE_EXCEEDED   the deadline passed; the build goes on for those who come later
  //   RESOURCE_EXHAUSTED  QUEUE_FULL, COMPILE_BUDGET, or no room to load another kernel
  //   UNAVAILABLE         SHUTTING_DOWN, COMPILER_UNAVAILABLE, COMPILER_CHANGED
  //   INTERNAL            COMPILE_FAILED: the compiler refused our C, or made what the loader
  //   refuses
  // or what make_job returned.
  void Acquire(BuildRequest request, base::Deadline deadline, Done done)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // Acquire() for callers that may block. Not for threads of the cache.
  absl::StatusOr<Acquired> AcquireAndWait(BuildRequest request, base::Deadline deadline);

  // Takes it out of memory (not out of the store). False when it was not there.
  bool Evict(std::string_view key_hex);

  // Most recently used first.
  std::vector<std::shared_ptr<const Kernel>> Loaded() const { return loaded_.All(); }

  KernelCacheCounters counters() const ABSL_LOCKS_EXCLUDED(mutex_);

  // Answers all waiters UNAVAILABLE, drops queued builds, kills running compilers, and returns when
  // no thread of the cache runs any more. Find() still works.
  void Shutdown() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Waiter;
  struct Flight;
  struct Compilation;
  struct Failure {
    absl::Status status;
    base::SteadyTime until;
  };
  using FlightPointer = std::shared_ptr<Flight>;
  using WaiterPointer = std::shared_ptr<Waiter>;

  std::optional<absl::StatusOr<Acquired>> AnswerNow(const BuildRequest& request,
                                                    base::Deadline deadline)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status QueueFull() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void AddWaiter(Flight* flight, base::Deadline deadline, Done done)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void RememberFailure(const std::string& key_hex, const absl::Status& status)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // The stages of a flight, each on a thread of the cache.
  void LookUp(const FlightPointer& flight) ABSL_LOCKS_EXCLUDED(mutex_);
  void Build(const FlightPointer& flight) ABSL_LOCKS_EXCLUDED(mutex_);
  // Makes a build urgent whose compiler has been started at idle priority.
  void Hurry(const FlightPointer& flight) ABSL_LOCKS_EXCLUDED(mutex_);
  void Finish(const FlightPointer& flight, absl::StatusOr<Acquired> result)
      ABSL_LOCKS_EXCLUDED(mutex_);

  absl::StatusOr<compile::CompileOutput> Compile(Flight* flight) ABSL_LOCKS_EXCLUDED(mutex_);
  absl::StatusOr<Compilation> PrepareCompilation(Flight* flight) ABSL_LOCKS_EXCLUDED(mutex_);
  absl::StatusOr<KernelPointer> LoadKernel(const Flight& flight, const store::Artifact& artifact);
  void LetGo(std::vector<KernelPointer> kernels);

  const KernelCacheOptions options_;
  store::Store* const store_;
  compile::Compiler* const compiler_;
  Loader* const loader_;

  LoadedKernels loaded_;

  mutable base::Mutex mutex_;
  base::StringMap<FlightPointer> flights_ ABSL_GUARDED_BY(mutex_);
  base::StringMap<Failure> failures_ ABSL_GUARDED_BY(mutex_);
  KernelCacheCounters counters_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::atomic<uint64_t> memory_hits_{0};

  // Last, so that their threads end before what they use.
  base::TimerQueue timers_;
  std::unique_ptr<base::ThreadPool> lookups_;
  BuildQueue builds_;
};

}  // namespace formulary::kernel

#endif  // FORMULARY_SERVER_KERNEL_KERNEL_CACHE_H_
