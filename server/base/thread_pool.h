#ifndef FORMULARY_SERVER_BASE_THREAD_POOL_H_
#define FORMULARY_SERVER_BASE_THREAD_POOL_H_

// A fixed number of threads over one FIFO of tasks. Made by main/ and engine/ and passed in; tasks
// must not throw, and must not block on other tasks of the same pool (ParallelFor is safe: its
// caller works too).

#include <cstddef>
#include <cstdint>
#include <deque>
#include <thread>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/functional/function_ref.h"
#include "server/base/mutex.h"

namespace formulary::base {

enum class ThreadPriority : uint8_t {
  kNormal,
  kLow,  // niceness 10 above that of the thread that makes the pool: others come first
};

// Thread-safe.
class ThreadPool {
 public:
  using Task = absl::AnyInvocable<void()>;

  // REQUIRES: threads >= 1. Starts fewer when the system refuses some, but at least one.
  explicit ThreadPool(int threads, ThreadPriority priority = ThreadPriority::kNormal);
  // Finishes the queued work, then joins.
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  void Schedule(Task task) ABSL_LOCKS_EXCLUDED(mutex_);

  int size() const { return static_cast<int>(threads_.size()); }
  // Tasks that no thread has taken yet.
  size_t queued() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Run() ABSL_LOCKS_EXCLUDED(mutex_);

  const ThreadPriority priority_;
  mutable Mutex mutex_;
  CondVar work_;
  std::deque<Task> tasks_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;

  std::vector<std::thread> threads_;  // written by the constructor only
};

// Calls body(i) once for each i in [0, tasks), on the pool's threads and on the calling thread, in
// no particular order, and returns when all calls have returned. May be called on a thread of the
// pool. A null pool, or one task, means: all on the calling thread.
void ParallelFor(ThreadPool* pool, int64_t tasks, absl::FunctionRef<void(int64_t)> body);

}  // namespace formulary::base

#endif  // FORMULARY_SERVER_BASE_THREAD_POOL_H_
