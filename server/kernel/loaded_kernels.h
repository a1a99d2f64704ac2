#ifndef FORMULARY_SERVER_KERNEL_LOADED_KERNELS_H_
#define FORMULARY_SERVER_KERNEL_LOADED_KERNELS_H_

// The kernels in memory, by artefact key, bounded in number, least recently used out first. Called
// by kernel_cache only. Taking one out of the map unloads nothing that somebody still holds.

#include <cstddef>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "server/base/mutex.h"
#include "server/base/strings.h"
#include "server/kernel/kernel.h"

namespace formulary::kernel {

using KernelPointer = std::shared_ptr<const Kernel>;

// Thread-safe. One lock, held for a lookup and a list splice (about 0.1 us).
class LoadedKernels {
 public:
  explicit LoadedKernels(size_t max_kernels) : max_kernels_(max_kernels) {}

  // Null when it is not in memory. Counts as a use.
  KernelPointer Find(std::string_view key_hex) ABSL_LOCKS_EXCLUDED(mutex_);

  // Returns the kernels that had to go for it.
  std::vector<KernelPointer> Insert(KernelPointer kernel) ABSL_LOCKS_EXCLUDED(mutex_);

  // Null when there was none.
  KernelPointer Remove(std::string_view key_hex) ABSL_LOCKS_EXCLUDED(mutex_);

  // Takes out the `count` least recently used.
  std::vector<KernelPointer> RemoveOldest(size_t count) ABSL_LOCKS_EXCLUDED(mutex_);

  // Most recently used first.
  std::vector<KernelPointer> All() const ABSL_LOCKS_EXCLUDED(mutex_);

  size_t size() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  using Order = std::list<KernelPointer>;  // least recently used first

  KernelPointer Take(Order::iterator kernel) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const size_t max_kernels_;
  mutable base::Mutex mutex_;
  Order order_ ABSL_GUARDED_BY(mutex_);
  // The keys are views of the kernels' own.
  base::StringMap<Order::iterator, std::string_view> index_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace formulary::kernel

#endif  // FORMULARY_SERVER_KERNEL_LOADED_KERNELS_H_
