#ifndef FORMULARY_SERVER_BASE_CANCEL_FLAG_H_
#define FORMULARY_SERVER_BASE_CANCEL_FLAG_H_

// A one-way "stop" that loops can look at and poll(2) can wait for, so that whoever waits for a
// child process needs no ticks. Given to base/subprocess and compile/compiler.

#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>

namespace formulary::base {

// Thread-safe.
class CancelFlag {
 public:
  CancelFlag() : event_fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
  ~CancelFlag() {
    if (event_fd_ >= 0) close(event_fd_);
  }
  CancelFlag(const CancelFlag&) = delete;
  CancelFlag& operator=(const CancelFlag&) = delete;

  void Cancel() {
    cancelled_.store(true, std::memory_order_release);
    const uint64_t one = 1;
    // Fails only when the counter is full, and then the descriptor is readable already.
    if (event_fd_ >= 0 && write(event_fd_, &one, sizeof one) < 0) return;
  }
  bool cancelled() const { return cancelled_.load(std::memory_order_acquire); }

  // Becomes readable at Cancel() and stays so; -1 (which poll(2) ignores) when the system had no
  // descriptor left: then a wait notices the cancellation at its own time limit only.
  int event_fd() const { return event_fd_; }

 private:
  std::atomic<bool> cancelled_{false};
  const int event_fd_;
};

}  // namespace formulary::base

#endif  // FORMULARY_SERVER_BASE_CANCEL_FLAG_H_
