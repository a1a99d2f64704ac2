#ifndef FORMULARY_SERVER_SERVICE_BYTE_BUDGET_H_
#define FORMULARY_SERVER_SERVICE_BYTE_BUDGET_H_

// Admission: how many bytes of requests and answers may be in the server at once
// (max_inflight_bytes). Every call reserves before it allocates; what does not fit is refused at
// once, so that overload cannot pile up.

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

#include "absl/status/status.h"

namespace formulary::service {

// Thread-safe; outlives its reservations.
class ByteBudget {
 public:
  // Bytes that one call holds; given back when it ends. One thread at a time.
  class Reservation {
   public:
    explicit Reservation(ByteBudget* budget) : budget_(budget) {}
    Reservation(Reservation&& other) noexcept
        : budget_(other.budget_), bytes_(std::exchange(other.bytes_, 0)) {}
    Reservation& operator=(Reservation&& other) = delete;
    ~Reservation() { budget_->Release(bytes_); }

    // RESOURCE_EXHAUSTED: with a retry time when the bytes may fit later, without when they never
    // can.
    absl::Status Grow(size_t bytes) {
      const absl::Status status = budget_->Take(bytes);
      if (status.ok()) bytes_ += bytes;
      return status;
    }
    void Shrink(size_t bytes) {
      bytes = bytes < bytes_ ? bytes : bytes_;
      bytes_ -= bytes;
      budget_->Release(bytes);
    }
    size_t bytes() const { return bytes_; }

   private:
    ByteBudget* const budget_;
    size_t bytes_ = 0;
  };

  explicit ByteBudget(size_t limit) : limit_(limit) {}

  size_t limit() const { return limit_; }
  size_t in_flight() const { return in_flight_.load(std::memory_order_relaxed); }

 private:
  absl::Status Take(size_t bytes);
  void Release(size_t bytes) { in_flight_.fetch_sub(bytes, std::memory_order_relaxed); }

  const size_t limit_;
  std::atomic<size_t> in_flight_{0};
};

}  // namespace formulary::service

#endif  // FORMULARY_SERVER_SERVICE_BYTE_BUDGET_H_
