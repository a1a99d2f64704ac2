#include "server/service/evaluation_service.h"

#include <utility>

#include "formulary/v1/evaluation_service.pb.h"
#include "server/base/status_macros.h"
#include "server/service/batch_evaluation.h"
#include "server/service/encode_catalog.h"
#include "server/service/field_path.h"
#include "server/service/program_request.h"
#include "server/service/small_request.h"

namespace formulary::service {
namespace {

using CompileAction = engine::Engine::CompileAction;

struct CompileOrder {
  expr::Program program;
  CompileAction action = CompileAction::kStart;
  expr::DType output_dtype = expr::DType::kUnspecified;
};

absl::StatusOr<CompileOrder> DecodeCompile(const Incoming& message, const RequestLimits& limits) {
  v1::CompileRequest request;
  CompileOrder order;
  ASSIGN_OR_RETURN(order.program, DecodeProgramRequest(message, limits, &request));
  const v1::EvaluateOptions& options = request.options();
  RETURN_IF_ERROR(CheckOptions({.compilation = static_cast<uint32_t>(options.compilation()),
                                .output_dtype = static_cast<uint32_t>(options.output_dtype()),
                                .encoding = static_cast<uint32_t>(options.encoding())}));
  order.output_dtype = static_cast<expr::DType>(options.output_dtype());
  if (request.validate_only()) {
    order.action = CompileAction::kValidateOnly;
  } else if (options.compilation() == v1::COMPILATION_MODE_WAIT) {
    order.action = CompileAction::kWait;
  }
  return order;
}

Outgoing EncodeCompilation(const engine::Compilation& compilation) {
  v1::CompileResponse response;
  *response.mutable_kernel() = EncodeKernel(compilation.kernel);
  response.mutable_cost()->set_operations(compilation.cost.operations);
  response.mutable_cost()->set_nanoseconds_per_element(compilation.cost.nanoseconds_per_element);
  response.mutable_cost()->set_c_bytes(compilation.cost.c_bytes);
  response.mutable_cost()->set_workspace_bytes(compilation.cost.workspace_bytes);
  return Outgoing(response.SerializeAsString());
}

absl::StatusOr<Outgoing> AnswerCreateRegion(const ServiceContext& context, const Call& call) {
  ASSIGN_OR_RETURN(const auto request, ParseSmall<v1::CreateRegionRequest>(call.request()));
  if (context.maybe_regions == nullptr) return NoRegions();
  ASSIGN_OR_RETURN(const std::shared_ptr<const Region> region,
                   context.maybe_regions->Create(request.byte_size()));
  v1::CreateRegionResponse response;
  response.mutable_region()->set_name(region->name());
  response.mutable_region()->set_object(region->object());
  response.mutable_region()->set_byte_size(region->size());
  response.mutable_region()->set_lease_seconds(
      absl::ToDoubleSeconds(context.maybe_regions->options().lease));
  return Outgoing(response.SerializeAsString());
}

absl::StatusOr<Outgoing> AnswerDeleteRegion(const ServiceContext& context, const Call& call) {
  ASSIGN_OR_RETURN(const auto request, ParseSmall<v1::DeleteRegionRequest>(call.request()));
  if (context.maybe_regions == nullptr) return NoRegions();
  const absl::Status deleted = context.maybe_regions->Delete(request.name());
  if (!deleted.ok()) return AtField("name", deleted);
  return Outgoing(v1::DeleteRegionResponse().SerializeAsString());
}

}  // namespace

void EvaluationService::Compile(CallPtr call) const {
  RunOnPool(context_.engine, std::move(call), [this](CallPtr running) {
    absl::StatusOr<CompileOrder> order = DecodeCompile(running->request(), context_.limits);
    if (!order.ok()) return running->Finish(order.status());
    const base::Deadline deadline = running->terms().deadline;
    context_.engine->Compile(std::move(order->program), order->action, order->output_dtype,
                             deadline, [running](absl::StatusOr<engine::Compilation> compilation) {
                               if (!compilation.ok()) return running->Finish(compilation.status());
                               running->Finish(EncodeCompilation(*compilation));
                             });
  });
}

void EvaluationService::Evaluate(CallPtr call) const {
  absl::StatusOr<EvaluateFields> fields =
      ParseEvaluateRequest(WireReader(call->request().pieces), context_.limits);
  if (!fields.ok()) return call->Finish(fields.status());
  EvaluateItem item{.target = std::make_shared<const EvaluateFields>(*std::move(fields)),
                    .owner = call->request().owner,
                    .terms = call->terms()};
  EvaluateOne(context_, std::move(item), [call](absl::StatusOr<Answer> answer) {
    if (!answer.ok()) return call->Finish(answer.status());
    call->KeepUntilSent(std::move(answer->reserved));
    call->Finish(std::move(answer->message));
  });
}

// Allocating a region's pages takes its time: on the pool.
void EvaluationService::CreateRegion(CallPtr call) const {
  RunOnPool(context_.engine, std::move(call),
            [this](CallPtr running) { running->Finish(AnswerCreateRegion(context_, *running)); });
}

void EvaluationService::DeleteRegion(CallPtr call) const {
  RunOnPool(context_.engine, std::move(call),
            [this](CallPtr running) { running->Finish(AnswerDeleteRegion(context_, *running)); });
}

void EvaluationService::BatchEvaluate(CallPtr call) const {
  absl::StatusOr<std::vector<WireReader>> items =
      ParseBatchRequest(WireReader(call->request().pieces), context_.limits);
  if (!items.ok()) return call->Finish(items.status());
  std::make_shared<BatchEvaluation>(&context_, std::move(call), *std::move(items))->Start();
}

}  // namespace formulary::service
