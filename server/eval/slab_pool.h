#ifndef FORMULARY_SERVER_EVAL_SLAB_POOL_H_
#define FORMULARY_SERVER_EVAL_SLAB_POOL_H_

// Memory for outputs that stays warm: fresh pages cost four times the kernel that fills them, so
// slabs come back here when the transport has sent them, up to a bound: where they are too many,
// those go that nobody has wanted for longest. One pool for the process; slabs keep it alive.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "server/base/mutex.h"
#include "server/eval/array.h"

namespace formulary::eval {

// Thread-safe.
class SlabPool : public std::enable_shared_from_this<SlabPool> {
 public:
  // Keeps at most `max_idle_bytes` for later; more is given back to the system.
  static std::shared_ptr<SlabPool> Create(size_t max_idle_bytes);
  ~SlabPool();

  // A slab of `size` bytes, 64-byte aligned; those of megabytes lie in huge pages. Null data when
  // the system has no memory for it.
  Slab Take(size_t size);

  size_t idle_bytes() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  friend class Slab;
  explicit SlabPool(size_t max_idle_bytes);
  void Give(uint8_t* data, size_t capacity) ABSL_LOCKS_EXCLUDED(mutex_);

  struct Idle {
    uint8_t* data;
    uint64_t given;  // which Give() it was
  };
  struct SizeClass {
    size_t capacity = 0;
    std::deque<Idle> idle;  // in the order of Give()
  };
  // The class of slabs of `size` bytes; null when there are none so large.
  SizeClass* ClassOf(size_t size) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Takes out the slab given first.
  uint8_t* EvictOldest() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const size_t max_idle_bytes_;
  mutable base::Mutex mutex_;
  std::vector<SizeClass> classes_ ABSL_GUARDED_BY(mutex_);  // by capacity
  size_t idle_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t given_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace formulary::eval

#endif  // FORMULARY_SERVER_EVAL_SLAB_POOL_H_
