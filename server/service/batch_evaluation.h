#ifndef FORMULARY_SERVER_SERVICE_BATCH_EVALUATION_H_
#define FORMULARY_SERVER_SERVICE_BATCH_EVALUATION_H_

// One BatchEvaluate call: its items run a bounded number at a time, so that a large batch neither
// floods the engine's queue nor holds every output at once more than it must, and what they need
// before evaluation is done in the background, where it delays others least; results go out in the
// order of the items.

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "server/base/mutex.h"
#include "server/service/call.h"
#include "server/service/evaluate_one.h"
#include "server/service/wire.h"

namespace formulary::service {

// Thread-safe; keeps itself alive until the call is answered.
class BatchEvaluation : public std::enable_shared_from_this<BatchEvaluation> {
 public:
  BatchEvaluation(const ServiceContext* context, CallPtr call, std::vector<WireReader> items);

  // Starts in the background. Answers the call at once when the engine refuses.
  void Start();

 private:
  // Starts items on this thread until none is left or enough are under way; now and then behind
  // what else waits in the background.
  void Pump() ABSL_LOCKS_EXCLUDED(mutex_);
  // The same in the background. False when there is no room.
  bool PumpLater();
  bool TakeNext(size_t* index) ABSL_LOCKS_EXCLUDED(mutex_);
  // True when the item was answered before this returned.
  bool Evaluate(size_t index);
  void Store(size_t index, absl::StatusOr<Answer> answer) ABSL_LOCKS_EXCLUDED(mutex_);
  void Finish();
  // The same on the pool, if there is room: gRPC may start threads to send the answer, and these
  // get the priority of the one that starts them.
  void FinishOnPool();

  const ServiceContext& context_;
  CallPtr call_;  // null once it is answered
  const std::vector<WireReader> items_;
  const size_t window_;
  std::vector<std::optional<absl::StatusOr<Answer>>> answers_;  // each written once, by its item

  base::Mutex mutex_;
  size_t next_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t under_way_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t answered_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace formulary::service

#endif  // FORMULARY_SERVER_SERVICE_BATCH_EVALUATION_H_
