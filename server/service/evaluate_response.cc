#include "server/service/evaluate_response.h"

#include <string>
#include <utility>

#include "formulary/v1/evaluation_service.pb.h"

namespace formulary::service {
namespace {

using v1::BatchEvaluateResponse;
using v1::BatchResult;
using v1::EvaluateResponse;
using v1::EvaluateStreamResponse;

static_assert(int{EvaluateResponse::kOutputsFieldNumber} ==
              int{EvaluateStreamResponse::kOutputsFieldNumber});
static_assert(int{EvaluateResponse::kReportFieldNumber} ==
              int{EvaluateStreamResponse::kReportFieldNumber});

std::string EncodeReport(const engine::Report& report) {
  v1::EvaluationReport sent;
  sent.set_kernel(report.kernel);
  sent.set_tier(static_cast<v1::Tier>(report.tier));
  sent.set_cache(static_cast<v1::CacheOutcome>(report.cache));
  sent.set_simplify_seconds(report.simplify_seconds);
  sent.set_compile_seconds(report.compile_seconds);
  sent.set_evaluate_seconds(report.evaluate_seconds);
  sent.set_elements(report.elements);
  return sent.SerializeAsString();
}

}  // namespace

AnswerForm FormOf(const EvaluateFields& target, const EvaluateFields* maybe_chunk) {
  const bool lists = target.options.encoding == v1::ENCODING_LISTS ||
                     (target.options.encoding == v1::ENCODING_UNSPECIFIED &&
                      (target.has_list() || (maybe_chunk != nullptr && maybe_chunk->has_list())));
  return {.encoding = lists ? ArrayEncoding::kLists : ArrayEncoding::kRaw,
          .want_report = target.options.want_report,
          .places = target.places};
}

size_t OutputBytes(const engine::Evaluation& evaluation) {
  size_t bytes = 0;
  for (const eval::OutputArray& output : evaluation.outputs)
    bytes += output.bytes.borrowed() ? 0 : output.bytes.size();
  return bytes;
}

Outgoing EncodeEvaluation(engine::Evaluation evaluation, const AnswerForm& form) {
  Outgoing message;
  for (eval::OutputArray& output : evaluation.outputs) {
    const SharedPlace* maybe_place = nullptr;
    for (const EvaluateFields::OutputPlace& place : form.places) {
      if (place.output == output.name) maybe_place = &place.place;
    }
    PutNamedArray(EvaluateResponse::kOutputsFieldNumber, std::move(output), form.encoding,
                  maybe_place, &message);
  }
  if (form.want_report) {
    PutBytes(EvaluateResponse::kReportFieldNumber, EncodeReport(evaluation.report), message.tail());
  }
  return message;
}

void PutBatchResult(Outgoing response, Outgoing* batch) {
  const size_t size = response.size();
  PutLength(BatchEvaluateResponse::kResultsFieldNumber, LengthFieldSize(size), batch->tail());
  PutLength(BatchResult::kResponseFieldNumber, size, batch->tail());
  batch->Append(std::move(response));
}

void PutBatchResult(const google::rpc::Status& error, Outgoing* batch) {
  const std::string bytes = error.SerializeAsString();
  PutLength(BatchEvaluateResponse::kResultsFieldNumber, LengthFieldSize(bytes.size()),
            batch->tail());
  PutBytes(BatchResult::kErrorFieldNumber, bytes, batch->tail());
}

}  // namespace formulary::service
