#ifndef FORMULARY_SERVER_SERVICE_CALL_H_
#define FORMULARY_SERVER_SERVICE_CALL_H_

// One unary call as the services see it: bytes in, bytes or a status out, some time later, from any
// thread. The reactors implement it over gRPC; tests implement it over nothing.

#include <atomic>
#include <memory>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/base/deadline.h"
#include "server/base/mutex.h"
#include "server/engine/engine.h"
#include "server/service/message.h"

namespace formulary::service {

// Deadline and cancellation of a call or a stream. A plain value.
struct CallTerms {
  base::Deadline deadline;
  std::shared_ptr<std::atomic<bool>> cancel;  // true: stop

  // OK, DEADLINE_EXCEEDED or CANCELLED: checked before every piece of work.
  absl::Status Check() const {
    if (cancel != nullptr && cancel->load(std::memory_order_relaxed))
      return absl::CancelledError("the call was cancelled");
    if (deadline.expired()) return absl::DeadlineExceededError("the deadline has passed");
    return absl::OkStatus();
  }
};

// Thread-safe.
class Call {
 public:
  explicit Call(CallTerms terms) : terms_(std::move(terms)) {}
  virtual ~Call() = default;
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  const Incoming& request() const { return request_; }
  const CallTerms& terms() const { return terms_; }

  // Keeps `what` until the answer has left the server. Only before Finish.
  void KeepUntilSent(std::shared_ptr<const void> what) {
    base::MutexLock lock(&mutex_);
    kept_.push_back(std::move(what));
  }

  // Answers the call. Exactly once; never blocks.
  virtual void Finish(absl::StatusOr<Outgoing> answer) = 0;

 protected:
  void set_request(Incoming request) { request_ = std::move(request); }
  void ReleaseKept() {
    std::vector<std::shared_ptr<const void>> kept;
    base::MutexLock lock(&mutex_);
    kept.swap(kept_);
  }

 private:
  Incoming request_;
  const CallTerms terms_;
  base::Mutex mutex_;
  std::vector<std::shared_ptr<const void>> kept_ ABSL_GUARDED_BY(mutex_);
};

using CallPtr = std::shared_ptr<Call>;

// Runs `task` on the engine's pool, unless the call is over by then; answers the call when it
// cannot.
inline void RunOnPool(engine::Engine* engine, CallPtr call,
                      absl::AnyInvocable<void(CallPtr)> task) {
  const absl::Status status = engine->RunOnPool([call, task = std::move(task)]() mutable {
    const absl::Status alive = call->terms().Check();
    if (!alive.ok()) return call->Finish(alive);
    task(std::move(call));
  });
  if (!status.ok()) call->Finish(status);
}

}  // namespace formulary::service

#endif  // FORMULARY_SERVER_SERVICE_CALL_H_
