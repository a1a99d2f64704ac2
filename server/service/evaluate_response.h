#ifndef FORMULARY_SERVER_SERVICE_EVALUATE_RESPONSE_H_
#define FORMULARY_SERVER_SERVICE_EVALUATE_RESPONSE_H_

// The messages that carry arrays out: EvaluateResponse (and EvaluateStreamResponse, which has the
// same fields) and BatchEvaluateResponse. Raw elements travel as the evaluator's slabs.

#include <vector>

#include "absl/status/statusor.h"
#include "google/rpc/status.pb.h"
#include "server/engine/engine.h"
#include "server/service/arrays.h"
#include "server/service/evaluate_request.h"
#include "server/service/message.h"

namespace formulary::service {

// How the answer to a request is written.
struct AnswerForm {
  ArrayEncoding encoding = ArrayEncoding::kRaw;
  bool want_report = false;
  std::vector<EvaluateFields::OutputPlace> places;  // of outputs in shared memory
};

// As the options ask; else lists when some input, of the request or the chunk, was a list.
AnswerForm FormOf(const EvaluateFields& target, const EvaluateFields* maybe_chunk);

// Bytes of all outputs.
size_t OutputBytes(const engine::Evaluation& evaluation);

Outgoing EncodeEvaluation(engine::Evaluation evaluation, const AnswerForm& form);

// Appends one BatchResult to a BatchEvaluateResponse.
void PutBatchResult(Outgoing response, Outgoing* batch);
void PutBatchResult(const google::rpc::Status& error, Outgoing* batch);

}  // namespace formulary::service

#endif  // FORMULARY_SERVER_SERVICE_EVALUATE_RESPONSE_H_
