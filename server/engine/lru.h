#ifndef FORMULARY_SERVER_ENGINE_LRU_H_
#define FORMULARY_SERVER_ENGINE_LRU_H_

// A bounded map from text to shared values that forgets the least recently used. The engine's
// memory of programs and formulas.

#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/base/mutex.h"
#include "server/base/strings.h"

namespace formulary::engine {

// Thread-safe. Values may outlive their entry.
template <typename Value>
class LruMap {
 public:
  explicit LruMap(size_t max_entries) : max_entries_(max_entries) {}

  // Null when it is not there.
  std::shared_ptr<Value> Find(std::string_view key) ABSL_LOCKS_EXCLUDED(mutex_) {
    base::MutexLock lock(&mutex_);
    const auto found = index_.find(key);
    if (found == index_.end()) return nullptr;
    order_.splice(order_.end(), order_, found->second);
    return found->second->second;
  }

  // The value that is there afterwards: the first one inserted under a key counts.
  std::shared_ptr<Value> Insert(std::string_view key, std::shared_ptr<Value> value)
      ABSL_LOCKS_EXCLUDED(mutex_) {
    std::shared_ptr<Value> dropped;  // destroyed outside the lock
    base::MutexLock lock(&mutex_);
    const auto found = index_.find(key);
    if (found != index_.end()) return found->second->second;
    order_.emplace_back(std::string(key), value);
    index_.emplace(std::string(key), std::prev(order_.end()));
    if (order_.size() > max_entries_) {
      dropped = std::move(order_.front().second);
      index_.erase(order_.front().first);
      order_.pop_front();
    }
    return value;
  }

  bool Erase(std::string_view key) ABSL_LOCKS_EXCLUDED(mutex_) {
    std::shared_ptr<Value> dropped;
    base::MutexLock lock(&mutex_);
    const auto found = index_.find(key);
    if (found == index_.end()) return false;
    dropped = std::move(found->second->second);
    order_.erase(found->second);
    index_.erase(found);
    return true;
  }

  void Clear() ABSL_LOCKS_EXCLUDED(mutex_) {
    Order dropped;
    base::MutexLock lock(&mutex_);
    dropped.swap(order_);
    index_.clear();
  }

  std::vector<std::shared_ptr<Value>> All() const ABSL_LOCKS_EXCLUDED(mutex_) {
    std::vector<std::shared_ptr<Value>> all;
    base::MutexLock lock(&mutex_);
    for (const auto& [key, value] : order_) all.push_back(value);
    return all;
  }

  size_t size() const ABSL_LOCKS_EXCLUDED(mutex_) {
    base::MutexLock lock(&mutex_);
    return order_.size();
  }

 private:
  using Order =
      std::list<std::pair<std::string, std::shared_ptr<Value>>>;  // least recently used first

  const size_t max_entries_;
  mutable base::Mutex mutex_;
  Order order_ ABSL_GUARDED_BY(mutex_);
  base::StringMap<typename Order::iterator> index_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace formulary::engine

#endif  // FORMULARY_SERVER_ENGINE_LRU_H_
