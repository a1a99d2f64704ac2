#include "server/eval/slab_pool.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace formulary::eval {
namespace {

constexpr size_t kLeastCapacity = 4096;
constexpr size_t kMostCapacity = size_t{1} << 47;  // what an address can reach
constexpr size_t kAlignment = 64;
constexpr size_t kHugePage = size_t{2} << 20;

// Slabs of megabytes lie in huge pages, where the system has them: fewer faults at first, and
// fewer misses of the TLB whenever they are filled and sent.
uint8_t* NewMemory(size_t capacity) {
  const bool huge = capacity >= kHugePage;
  auto* data = static_cast<uint8_t*>(std::aligned_alloc(huge ? kHugePage : kAlignment, capacity));
  if (huge && data != nullptr) madvise(data, capacity, MADV_HUGEPAGE);  // advice: it may fail
  return data;
}

}  // namespace

Slab::Slab(std::shared_ptr<SlabPool> pool, uint8_t* data, size_t size, size_t capacity)
    : pool_(std::move(pool)), data_(data), size_(size), capacity_(capacity) {}

Slab::Slab(Slab&& other) noexcept { *this = std::move(other); }

Slab& Slab::operator=(Slab&& other) noexcept {
  if (this == &other) return *this;
  Release();
  pool_ = std::move(other.pool_);
  data_ = std::exchange(other.data_, nullptr);
  size_ = std::exchange(other.size_, 0);
  capacity_ = std::exchange(other.capacity_, 0);
  return *this;
}

Slab::~Slab() { Release(); }

void Slab::Release() {
  if (data_ != nullptr && pool_ != nullptr) pool_->Give(data_, capacity_);
  data_ = nullptr;
  pool_.reset();
}

SlabPool::SlabPool(size_t max_idle_bytes) : max_idle_bytes_(max_idle_bytes) {
  // Four to the octave, so that at most a fifth of a slab is unused; of huge pages, whole ones.
  for (size_t octave = kLeastCapacity; octave < kMostCapacity; octave *= 2) {
    const size_t step = std::max(octave / 4, octave >= kHugePage ? kHugePage : 1);
    for (size_t capacity = octave; capacity < 2 * octave; capacity += step)
      classes_.push_back({.capacity = capacity});
  }
}

std::shared_ptr<SlabPool> SlabPool::Create(size_t max_idle_bytes) {
  return std::shared_ptr<SlabPool>(new SlabPool(max_idle_bytes));
}

SlabPool::~SlabPool() {
  for (const SizeClass& one : classes_) {
    for (const Idle& slab : one.idle) std::free(slab.data);
  }
}

SlabPool::SizeClass* SlabPool::ClassOf(size_t size) {
  const auto found =
      std::lower_bound(classes_.begin(), classes_.end(), size,
                       [](const SizeClass& one, size_t wanted) { return one.capacity < wanted; });
  return found == classes_.end() ? nullptr : &*found;
}

Slab SlabPool::Take(size_t size) {
  size_t capacity = 0;
  {
    base::MutexLock lock(&mutex_);
    SizeClass* const of_size = ClassOf(size);
    if (of_size == nullptr) return Slab();
    capacity = of_size->capacity;
    if (!of_size->idle.empty()) {
      uint8_t* const data = of_size->idle.back().data;  // the warmest
      of_size->idle.pop_back();
      idle_bytes_ -= capacity;
      return Slab(shared_from_this(), data, size, capacity);
    }
  }
  uint8_t* const data = NewMemory(capacity);
  if (data == nullptr) return Slab();
  return Slab(shared_from_this(), data, size, capacity);
}

uint8_t* SlabPool::EvictOldest() {
  SizeClass* oldest = nullptr;
  for (SizeClass& one : classes_) {
    if (one.idle.empty()) continue;
    if (oldest == nullptr || one.idle.front().given < oldest->idle.front().given) oldest = &one;
  }
  uint8_t* const data = oldest->idle.front().data;
  oldest->idle.pop_front();
  idle_bytes_ -= oldest->capacity;
  return data;
}

void SlabPool::Give(uint8_t* data, size_t capacity) {
  std::vector<uint8_t*> surplus;  // freed without the lock: large ones take long
  if (capacity > max_idle_bytes_) {
    surplus.push_back(data);
  } else {
    base::MutexLock lock(&mutex_);
    while (idle_bytes_ + capacity > max_idle_bytes_) surplus.push_back(EvictOldest());
    ClassOf(capacity)->idle.push_back({data, given_++});
    idle_bytes_ += capacity;
  }
  for (uint8_t* const one : surplus) std::free(one);
}

size_t SlabPool::idle_bytes() const {
  base::MutexLock lock(&mutex_);
  return idle_bytes_;
}

}  // namespace formulary::eval
