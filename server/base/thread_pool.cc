#include "server/base/thread_pool.h"

#include <pthread.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <memory>
#include <system_error>
#include <utility>

#include "server/base/check.h"

namespace formulary::base {
namespace {

// What the threads that help with one ParallelFor share. A helper that is scheduled late finds no
// index left and must not touch `body`, which is gone by then.
class ParallelRun {
 public:
  ParallelRun(int64_t tasks, absl::FunctionRef<void(int64_t)> body) : tasks_(tasks), body_(body) {}

  void Work() {
    int64_t finished = 0;
    for (;;) {
      const int64_t index = next_.fetch_add(1, std::memory_order_relaxed);
      if (index >= tasks_) break;
      body_(index);
      ++finished;
    }
    if (finished == 0) return;
    MutexLock lock(&mutex_);
    finished_ += finished;
    if (finished_ == tasks_) all_finished_.NotifyAll();
  }

  void WaitForAll() {
    MutexLock lock(&mutex_);
    while (finished_ < tasks_) all_finished_.Wait(&mutex_);
  }

 private:
  const int64_t tasks_;
  const absl::FunctionRef<void(int64_t)> body_;
  std::atomic<int64_t> next_{0};

  Mutex mutex_;
  CondVar all_finished_;
  int64_t finished_ ABSL_GUARDED_BY(mutex_) = 0;
};

constexpr int kLowNiceness = 10;

// Of the calling thread, for good: raising it again takes a privilege. Where it is refused, the
// thread does its work as it is.
void LowerPriority() {
  errno = 0;
  const int niceness = getpriority(PRIO_PROCESS, 0);
  if (errno == 0) setpriority(PRIO_PROCESS, 0, niceness + kLowNiceness);  // 19 at most
}

}  // namespace

ThreadPool::ThreadPool(int threads, ThreadPriority priority) : priority_(priority) {
  ABSL_CHECK(threads >= 1);
  threads_.reserve(threads);
  for (int i = 0; i < threads; ++i) {
    // The standard library reports a refused thread by an exception; fewer threads still serve.
    try {
      threads_.emplace_back([this] { Run(); });
    } catch (const std::system_error&) {
      break;
    }
    pthread_setname_np(threads_.back().native_handle(),
                       priority == ThreadPriority::kLow ? "fy-background" : "fy-pool");
  }
  ABSL_CHECK(!threads_.empty());
}

ThreadPool::~ThreadPool() {
  {
    MutexLock lock(&mutex_);
    stopping_ = true;
  }
  work_.NotifyAll();
  for (std::thread& thread : threads_) thread.join();
}

void ThreadPool::Schedule(Task task) {
  {
    MutexLock lock(&mutex_);
    tasks_.push_back(std::move(task));
  }
  work_.NotifyOne();
}

size_t ThreadPool::queued() const {
  MutexLock lock(&mutex_);
  return tasks_.size();
}

void ThreadPool::Run() {
  if (priority_ == ThreadPriority::kLow) LowerPriority();
  for (;;) {
    Task task;
    {
      MutexLock lock(&mutex_);
      while (tasks_.empty() && !stopping_) work_.Wait(&mutex_);
      if (tasks_.empty()) return;
      task = std::move(tasks_.front());
      tasks_.pop_front();
    }
    std::move(task)();
  }
}

void ParallelFor(ThreadPool* pool, int64_t tasks, absl::FunctionRef<void(int64_t)> body) {
  if (pool == nullptr || tasks <= 1) {
    for (int64_t index = 0; index < tasks; ++index) body(index);
    return;
  }
  const auto run = std::make_shared<ParallelRun>(tasks, body);
  const int64_t helpers = std::min<int64_t>(tasks - 1, pool->size());
  for (int64_t i = 0; i < helpers; ++i) pool->Schedule([run] { run->Work(); });
  run->Work();
  run->WaitForAll();
}

}  // namespace formulary::base
