#include "server/kernel/loaded_kernels.h"

#include <iterator>
#include <utility>

namespace formulary::kernel {

KernelPointer LoadedKernels::Find(std::string_view key_hex) {
  base::MutexLock lock(&mutex_);
  const auto found = index_.find(key_hex);
  if (found == index_.end()) return nullptr;
  order_.splice(order_.end(), order_, found->second);
  return *found->second;
}

KernelPointer LoadedKernels::Take(Order::iterator kernel) {
  KernelPointer taken = std::move(*kernel);
  index_.erase(taken->key_hex());
  order_.erase(kernel);
  return taken;
}

std::vector<KernelPointer> LoadedKernels::Insert(KernelPointer kernel) {
  std::vector<KernelPointer> gone;
  base::MutexLock lock(&mutex_);
  if (const auto found = index_.find(kernel->key_hex()); found != index_.end()) {
    gone.push_back(Take(found->second));
  }
  order_.push_back(std::move(kernel));
  index_.emplace(order_.back()->key_hex(), std::prev(order_.end()));
  while (order_.size() > max_kernels_) gone.push_back(Take(order_.begin()));
  return gone;
}

KernelPointer LoadedKernels::Remove(std::string_view key_hex) {
  base::MutexLock lock(&mutex_);
  const auto found = index_.find(key_hex);
  return found == index_.end() ? nullptr : Take(found->second);
}

std::vector<KernelPointer> LoadedKernels::RemoveOldest(size_t count) {
  std::vector<KernelPointer> gone;
  base::MutexLock lock(&mutex_);
  while (gone.size() < count && !order_.empty()) gone.push_back(Take(order_.begin()));
  return gone;
}

std::vector<KernelPointer> LoadedKernels::All() const {
  base::MutexLock lock(&mutex_);
  return {order_.rbegin(), order_.rend()};
}

size_t LoadedKernels::size() const {
  base::MutexLock lock(&mutex_);
  return order_.size();
}

}  // namespace formulary::kernel
