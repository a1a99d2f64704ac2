#ifndef FORMULARY_SERVER_SERVICE_EVALUATE_ONE_H_
#define FORMULARY_SERVER_SERVICE_EVALUATE_ONE_H_

// One evaluation from parsed fields to an encoded answer, with admission: what Evaluate, every item
// of a batch and every chunk of a stream go through.

#include <memory>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "server/engine/engine.h"
#include "server/service/byte_budget.h"
#include "server/service/call.h"
#include "server/service/evaluate_request.h"
#include "server/service/limits.h"
#include "server/service/message.h"
#include "server/service/regions.h"

namespace formulary::service {

// What the services share; lives as long as the server. Immutable.
struct ServiceContext {
  ServiceContext(engine::Engine* the_engine, ByteBudget* the_budget,
                 Regions* maybe_shared = nullptr)
      : engine(the_engine),
        budget(the_budget),
        maybe_regions(maybe_shared),
        limits(the_engine->options()) {}

  engine::Engine* const engine;
  ByteBudget* const budget;
  Regions* const maybe_regions;  // null: no memory is shared
  const RequestLimits limits;
};

struct EvaluateItem {
  std::shared_ptr<const EvaluateFields> target;
  std::shared_ptr<const EvaluateFields> maybe_chunk;
  std::shared_ptr<const void> owner;  // of the bytes of both
  CallTerms terms;
};

struct Answer {
  Outgoing message;                                   // an EvaluateResponse
  std::shared_ptr<ByteBudget::Reservation> reserved;  // to be kept until the message is sent
};
// Called exactly once, on the calling thread or another, with no lock held.
using AnswerDone = absl::AnyInvocable<void(absl::StatusOr<Answer>)>;

// Never blocks: what takes long is done on the pool.
void EvaluateOne(const ServiceContext& context, EvaluateItem item, AnswerDone done);

}  // namespace formulary::service

#endif  // FORMULARY_SERVER_SERVICE_EVALUATE_ONE_H_
