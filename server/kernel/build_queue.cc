#include "server/kernel/build_queue.h"

#include <pthread.h>

#include <algorithm>
#include <utility>

#include "server/base/check.h"

namespace formulary::kernel {

BuildQueue::BuildQueue(int threads) {
  ABSL_CHECK(threads >= 1);
  for (int i = 0; i <= threads; ++i) {
    threads_.emplace_back(
        [this, takes = i < threads ? Takes::kAll : Takes::kUrgent] { Run(takes); });
    pthread_setname_np(threads_.back().native_handle(), "fy-build");
  }
}

BuildQueue::~BuildQueue() { Shutdown(); }

void BuildQueue::Push(std::string key_hex, base::ProcessPriority priority,
                      absl::AnyInvocable<void()> build, Heat maybe_heat) {
  {
    base::MutexLock lock(&mutex_);
    if (stopping_) return;
    std::list<Item>& queue = priority == base::ProcessPriority::kNormal ? urgent_ : idle_;
    queue.push_back({std::move(key_hex), std::move(build), std::move(maybe_heat)});
  }
  changed_.NotifyAll();
}

void BuildQueue::Promote(std::string_view key_hex) {
  base::MutexLock lock(&mutex_);
  const auto found = std::find_if(idle_.begin(), idle_.end(),
                                  [&](const Item& item) { return item.key_hex == key_hex; });
  if (found == idle_.end()) return;
  urgent_.splice(urgent_.end(), idle_, found);
  changed_.NotifyAll();
}

void BuildQueue::Shutdown() {
  std::list<Item> dropped;  // destroyed after the lock is released
  {
    base::MutexLock lock(&mutex_);
    stopping_ = true;
    dropped.splice(dropped.end(), urgent_);
    dropped.splice(dropped.end(), idle_);
  }
  changed_.NotifyAll();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

size_t BuildQueue::waiting() const {
  base::MutexLock lock(&mutex_);
  return urgent_.size() + idle_.size();
}

std::list<BuildQueue::Item>::iterator BuildQueue::Hottest() {
  auto hottest = idle_.begin();
  uint64_t most = 0;
  for (auto item = idle_.begin(); item != idle_.end(); ++item) {
    const uint64_t heat = item->maybe_heat != nullptr ? item->maybe_heat() : 0;
    if (heat <= most) continue;
    hottest = item;
    most = heat;
  }
  return hottest;
}

void BuildQueue::Run(Takes takes) {
  for (;;) {
    std::list<Item> taken;
    {
      base::MutexLock lock(&mutex_);
      const auto nothing = [&] {
        return urgent_.empty() && (takes == Takes::kUrgent || idle_.empty());
      };
      while (nothing() && !stopping_) changed_.Wait(&mutex_);
      if (stopping_) return;
      if (urgent_.empty()) {
        taken.splice(taken.end(), idle_, Hottest());
      } else {
        taken.splice(taken.end(), urgent_, urgent_.begin());
      }
    }
    std::move(taken.front().build)();
  }
}

}  // namespace formulary::kernel
