#include "server/eval/slab_pool.h"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <utility>

namespace formulary::eval {
namespace {

constexpr size_t kLeastCapacity = 4096;
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

std::shared_ptr<SlabPool> SlabPool::Create(size_t max_idle_bytes) {
  return std::shared_ptr<SlabPool>(new SlabPool(max_idle_bytes));
}

SlabPool::~SlabPool() {
  for (std::vector<uint8_t*>& list : idle_) {
    for (uint8_t* data : list) std::free(data);
  }
}

Slab SlabPool::Take(size_t size) {
  const size_t capacity = std::bit_ceil(std::max(size, kLeastCapacity));
  const auto size_class = static_cast<size_t>(std::countr_zero(capacity));
  if (size_class < kClasses) {
    base::MutexLock lock(&mutex_);
    std::vector<uint8_t*>& list = idle_[size_class];
    if (!list.empty()) {
      uint8_t* data = list.back();
      list.pop_back();
      idle_bytes_ -= capacity;
      return Slab(shared_from_this(), data, size, capacity);
    }
  }
  uint8_t* const data = NewMemory(capacity);
  if (data == nullptr) return Slab();
  return Slab(shared_from_this(), data, size, capacity);
}

void SlabPool::Give(uint8_t* data, size_t capacity) {
  {
    base::MutexLock lock(&mutex_);
    if (idle_bytes_ + capacity <= max_idle_bytes_) {
      idle_[std::countr_zero(capacity)].push_back(data);
      idle_bytes_ += capacity;
      return;
    }
  }
  std::free(data);
}

size_t SlabPool::idle_bytes() const {
  base::MutexLock lock(&mutex_);
  return idle_bytes_;
}

}  // namespace formulary::eval
