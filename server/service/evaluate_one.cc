#include "server/service/evaluate_one.h"

#include <utility>

#include "server/base/status_macros.h"
#include "server/service/evaluate_call.h"
#include "server/service/evaluate_response.h"

namespace formulary::service {
namespace {

// Lists up to this size are converted where the request was received.
constexpr size_t kInlineConversionBytes = size_t{256} << 10;

using Reservation = std::shared_ptr<ByteBudget::Reservation>;

absl::StatusOr<engine::EvaluateCall> Prepare(const ServiceContext& context,
                                             const EvaluateItem& item, Reservation* reserved) {
  RETURN_IF_ERROR(item.terms.Check());
  ASSIGN_OR_RETURN(engine::EvaluateCall call,
                   BuildEvaluateCall(*item.target, item.maybe_chunk.get(), context.limits,
                                     context.maybe_regions, item.owner));
  RETURN_IF_ERROR((*reserved)->Grow(EstimateOutputBytes(call, context.limits)));
  call.deadline = item.terms.deadline;
  call.cancel = item.terms.cancel;
  return call;
}

absl::StatusOr<Answer> MakeAnswer(absl::StatusOr<engine::Evaluation> evaluation,
                                  const AnswerForm& form, size_t reserved_before,
                                  Reservation reserved) {
  if (!evaluation.ok()) return evaluation.status();
  const size_t held = reserved->bytes() - reserved_before;
  const size_t needed = OutputBytes(*evaluation);
  if (needed > held) {
    RETURN_IF_ERROR(reserved->Grow(needed - held));
  } else {
    reserved->Shrink(held - needed);
  }
  return Answer{.message = EncodeEvaluation(*std::move(evaluation), form),
                .reserved = std::move(reserved)};
}

void Start(const ServiceContext& context, const EvaluateItem& item, Reservation reserved,
           AnswerDone done) {
  const size_t before = reserved->bytes();
  absl::StatusOr<engine::EvaluateCall> call = Prepare(context, item, &reserved);
  if (!call.ok()) return done(call.status());
  const AnswerForm form = FormOf(*item.target, item.maybe_chunk.get());
  context.engine->Evaluate(
      *std::move(call), [form, before, reserved = std::move(reserved), done = std::move(done)](
                            absl::StatusOr<engine::Evaluation> evaluation) mutable {
        done(MakeAnswer(std::move(evaluation), form, before, std::move(reserved)));
      });
}

}  // namespace

void EvaluateOne(const ServiceContext& context, EvaluateItem item, AnswerDone done) {
  auto reserved = std::make_shared<ByteBudget::Reservation>(context.budget);
  size_t converted = ConvertedBytes(*item.target);
  if (item.maybe_chunk != nullptr) converted += ConvertedBytes(*item.maybe_chunk);
  const absl::Status admitted = reserved->Grow(converted);
  if (!admitted.ok()) return done(admitted);
  if (converted <= kInlineConversionBytes)
    return Start(context, item, std::move(reserved), std::move(done));
  // Shared, because `done` must still be there when the pool refuses the task.
  auto shared_done = std::make_shared<AnswerDone>(std::move(done));
  const absl::Status status = context.engine->RunOnPool(
      [&context, item = std::move(item), reserved = std::move(reserved), shared_done]() mutable {
        Start(context, item, std::move(reserved), std::move(*shared_done));
      });
  if (!status.ok()) (*shared_done)(status);
}

}  // namespace formulary::service
