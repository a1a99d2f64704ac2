#include "server/service/batch_evaluation.h"

#include <algorithm>
#include <utility>

#include "server/service/evaluate_response.h"
#include "server/service/field_path.h"
#include "server/service/status.h"

namespace formulary::service {
namespace {

// Items that a thread starts before other batches have their turn.
constexpr size_t kItemsOfATurn = 8;

// Items under way at a time: enough that every thread has a next one, well under any queue_length.
size_t WindowOf(const ServiceContext& context) {
  const int threads = std::max(1, context.engine->facts().threads);
  return std::max<size_t>(1, std::min<size_t>(4 * static_cast<size_t>(threads),
                                              ToCount(context.engine->options().queue_length)));
}

}  // namespace

BatchEvaluation::BatchEvaluation(const ServiceContext* context, CallPtr call,
                                 std::vector<WireReader> items)
    : context_(*context),
      call_(std::move(call)),
      items_(std::move(items)),
      window_(WindowOf(context_)),
      answers_(items_.size()) {}

void BatchEvaluation::Start() {
  if (items_.empty()) return Finish();
  // As many as there are threads for this.
  const size_t runners = std::min(
      items_.size(), static_cast<size_t>(std::max(1, context_.engine->facts().threads - 1)));
  for (size_t i = 0; i < runners; ++i) {
    const absl::Status status =
        context_.engine->RunInBackground([self = shared_from_this()] { self->Pump(); });
    if (status.ok()) continue;
    if (i == 0) call_->Finish(status);  // else those that run will do it all
    return;
  }
}

bool BatchEvaluation::TakeNext(size_t* index) {
  base::MutexLock lock(&mutex_);
  if (next_ == items_.size() || under_way_ >= window_) return false;
  *index = next_++;
  ++under_way_;
  return true;
}

void BatchEvaluation::Pump() {
  size_t index = 0;
  for (size_t started = 1; TakeNext(&index); ++started) {
    Evaluate(index);
    if (started % kItemsOfATurn == 0 && PumpLater()) return;
  }
}

bool BatchEvaluation::PumpLater() {
  return context_.engine->RunInBackground([self = shared_from_this()] { self->Pump(); }).ok();
}

bool BatchEvaluation::Evaluate(size_t index) {
  absl::StatusOr<EvaluateFields> fields = ParseEvaluateRequest(items_[index], context_.limits);
  if (!fields.ok()) {
    Store(index, fields.status());
    return true;
  }
  EvaluateItem item{.target = std::make_shared<const EvaluateFields>(*std::move(fields)),
                    .owner = call_->request().owner,
                    .terms = call_->terms()};
  // Whoever sets it second goes on with the next item: this thread's loop, unless it has left by
  // then. So items that are answered at once never nest.
  auto passed = std::make_shared<std::atomic<bool>>(false);
  EvaluateOne(context_, std::move(item),
              [self = shared_from_this(), index, passed](absl::StatusOr<Answer> answer) {
                self->Store(index, std::move(answer));
                if (passed->exchange(true) && !self->PumpLater()) self->Pump();
              });
  return passed->exchange(true);
}

void BatchEvaluation::Store(size_t index, absl::StatusOr<Answer> answer) {
  if (!answer.ok()) answer = Within(Indexed("requests", index), answer.status());
  answers_[index] = std::move(answer);
  bool last = false;
  {
    base::MutexLock lock(&mutex_);
    --under_way_;
    last = ++answered_ == items_.size();
  }
  if (last) FinishOnPool();
}

void BatchEvaluation::FinishOnPool() {
  const absl::Status status =
      context_.engine->RunOnPool([self = shared_from_this()] { self->Finish(); });
  if (!status.ok()) Finish();
}

void BatchEvaluation::Finish() {
  // Out of this object, which a turn that still waits in the background may keep for longer than
  // the server lives.
  const CallPtr call = std::move(call_);
  std::vector<std::optional<absl::StatusOr<Answer>>> answers = std::move(answers_);
  const absl::Status alive = call->terms().Check();
  if (!alive.ok()) {
    answers.clear();
    return call->Finish(alive);
  }
  Outgoing batch;
  for (std::optional<absl::StatusOr<Answer>>& answer : answers) {
    if (answer->ok()) {
      call->KeepUntilSent((*answer)->reserved);
      PutBatchResult(std::move((*answer)->message), &batch);
    } else {
      PutBatchResult(ToRpcStatus(answer->status()), &batch);
    }
  }
  answers.clear();
  call->Finish(std::move(batch));
}

}  // namespace formulary::service
