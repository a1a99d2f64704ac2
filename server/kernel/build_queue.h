#ifndef FORMULARY_SERVER_KERNEL_BUILD_QUEUE_H_
#define FORMULARY_SERVER_KERNEL_BUILD_QUEUE_H_

// The threads that compile, over two queues: builds a client waits for first, then those for later,
// of which the most wanted goes first.
// Called by kernel_cache only. The threads live as long as the queue, since the compilers they
// start die with them.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "server/base/mutex.h"
#include "server/base/subprocess.h"

namespace formulary::kernel {

// Thread-safe.
class BuildQueue {
 public:
  // `threads` for all builds, and one more for urgent ones alone: a client that waits never queues
  // behind a build at idle priority, which takes as long as the machine is busy. REQUIRES: threads
  // >= 1.
  explicit BuildQueue(int threads);
  ~BuildQueue();
  BuildQueue(const BuildQueue&) = delete;
  BuildQueue& operator=(const BuildQueue&) = delete;

  // How much a build is wanted; it grows while the build waits, and is asked for when a thread is
  // free. Must not block. None: 0.
  using Heat = std::function<uint64_t()>;

  // After Shutdown() the build is dropped.
  void Push(std::string key_hex, base::ProcessPriority priority, absl::AnyInvocable<void()> build,
            Heat maybe_heat = nullptr) ABSL_LOCKS_EXCLUDED(mutex_);

  // Moves a build that still waits to the end of the urgent queue.
  void Promote(std::string_view key_hex) ABSL_LOCKS_EXCLUDED(mutex_);

  // Drops what waits, lets what runs finish, joins.
  void Shutdown() ABSL_LOCKS_EXCLUDED(mutex_);

  // Those for all builds.
  int threads() const { return static_cast<int>(threads_.size()) - 1; }
  size_t waiting() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Item {
    std::string key_hex;
    absl::AnyInvocable<void()> build;
    Heat maybe_heat;
  };

  // The one of idle_ that is wanted most, the first of several. REQUIRES: there is one.
  std::list<Item>::iterator Hottest() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  enum class Takes : uint8_t { kAll, kUrgent };
  void Run(Takes takes) ABSL_LOCKS_EXCLUDED(mutex_);

  mutable base::Mutex mutex_;
  base::CondVar changed_;
  std::list<Item> urgent_ ABSL_GUARDED_BY(mutex_);
  std::list<Item> idle_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;

  std::vector<std::thread> threads_;
};

}  // namespace formulary::kernel

#endif  // FORMULARY_SERVER_KERNEL_BUILD_QUEUE_H_
