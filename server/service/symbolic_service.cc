#include "server/service/symbolic_service.h"

#include <string>
#include <utility>

#include "formulary/v1/symbolic_service.pb.h"
#include "server/base/deadline.h"
#include "server/base/error.h"
#include "server/base/status_macros.h"
#include "server/base/strings.h"
#include "server/service/analyze_messages.h"
#include "server/service/encode_program.h"
#include "server/service/program_request.h"

namespace formulary::service {
namespace {

// Of the time that is left, what rewriting may take: the rest is for the answer.
constexpr double kShareOfRewriting = 0.75;

base::Deadline DeadlineOfRewriting(base::Deadline call) {
  if (call.infinite()) return call;
  return base::Deadline::After(call.remaining() * kShareOfRewriting);
}

absl::StatusOr<v1::SimplifyResponse> EncodeSimplification(
    const engine::Simplification& simplification) {
  v1::SimplifyResponse response;
  *response.mutable_program() = EncodeProgram(simplification.program);
  RETURN_IF_ERROR(AddTexts(simplification.program, response.mutable_texts()));
  response.set_operations_before(simplification.operations_before);
  response.set_operations_after(simplification.operations_after);
  response.set_stop_reason(static_cast<v1::StopReason>(simplification.stop_reason));
  response.set_guard_points(simplification.guard_points);
  for (const engine::AppliedRule& rule : simplification.rules) {
    v1::AppliedRule* applied = response.add_applied_rules();
    applied->set_rule(rule.rule);
    applied->set_count(rule.count);
    applied->set_before(rule.before);
    applied->set_after(rule.after);
  }
  return response;
}

absl::StatusOr<Outgoing> AnswerSimplify(const ServiceContext& context, const Call& call) {
  v1::SimplifyRequest request;
  ASSIGN_OR_RETURN(const expr::Program program,
                   DecodeProgramRequest(call.request(), context.limits, &request));
  RETURN_IF_ERROR(call.terms().Check());
  ASSIGN_OR_RETURN(
      const engine::Simplification simplification,
      context.engine->Simplify(program, {.max_steps = request.budget().max_steps(),
                                         .max_nodes = request.budget().max_nodes(),
                                         .deadline = DeadlineOfRewriting(call.terms().deadline)}));
  RETURN_IF_ERROR(call.terms().Check());
  ASSIGN_OR_RETURN(const v1::SimplifyResponse response, EncodeSimplification(simplification));
  return Outgoing(response.SerializeAsString());
}

engine::DifferentiateSpec SpecOf(const v1::DifferentiateRequest& request, base::Deadline deadline) {
  return {.kind = static_cast<engine::DerivativeKind>(request.kind()),
          .wrt = {request.wrt().begin(), request.wrt().end()},
          .order = request.order(),
          .include_values = request.include_values(),
          .sparse = request.sparse(),
          .as_derived = request.unsimplified(),
          .budget = {.max_steps = request.budget().max_steps(),
                     .max_nodes = request.budget().max_nodes(),
                     .deadline = DeadlineOfRewriting(deadline)}};
}

absl::StatusOr<v1::DifferentiateResponse> EncodeDifferentiation(
    const engine::Differentiation& derived) {
  v1::DifferentiateResponse response;
  *response.mutable_program() = EncodeProgram(derived.program);
  RETURN_IF_ERROR(AddTexts(derived.program, response.mutable_texts()));
  response.mutable_seeds()->Assign(derived.seeds.begin(), derived.seeds.end());
  response.mutable_rows()->Assign(derived.rows.begin(), derived.rows.end());
  response.mutable_columns()->Assign(derived.columns.begin(), derived.columns.end());
  response.set_mode(static_cast<v1::DerivativeMode>(derived.mode));
  response.set_operations_before(derived.operations_before);
  response.set_operations_after(derived.operations_after);
  response.set_stop_reason(static_cast<v1::StopReason>(derived.stop_reason));
  return response;
}

absl::StatusOr<Outgoing> AnswerDifferentiate(const ServiceContext& context, const Call& call) {
  v1::DifferentiateRequest request;
  ASSIGN_OR_RETURN(const expr::Program program,
                   DecodeProgramRequest(call.request(), context.limits, &request));
  if (!v1::DerivativeKind_IsValid(request.kind())) {
    return base::InvalidArgument(
        "UNKNOWN_ENUM_VALUE", "kind",
        base::StrCat("kind: ", int{request.kind()}, " is not a value of the enum"));
  }
  RETURN_IF_ERROR(call.terms().Check());
  ASSIGN_OR_RETURN(const engine::Differentiation derived,
                   context.engine->Differentiate(program, SpecOf(request, call.terms().deadline)));
  RETURN_IF_ERROR(call.terms().Check());
  ASSIGN_OR_RETURN(const v1::DifferentiateResponse response, EncodeDifferentiation(derived));
  return Outgoing(response.SerializeAsString());
}

absl::StatusOr<Outgoing> AnswerRender(const ServiceContext& context, const Call& call) {
  v1::RenderRequest request;
  ASSIGN_OR_RETURN(const expr::Program program,
                   DecodeProgramRequest(call.request(), context.limits, &request));
  if (!v1::Format_IsValid(request.format())) {
    return base::InvalidArgument(
        "UNKNOWN_ENUM_VALUE", "format",
        base::StrCat("format: ", int{request.format()}, " is not a value of the enum"));
  }
  const auto format = request.format() == v1::FORMAT_UNSPECIFIED
                          ? engine::Format::kText
                          : static_cast<engine::Format>(request.format());
  RETURN_IF_ERROR(call.terms().Check());
  v1::RenderResponse response;
  ASSIGN_OR_RETURN(*response.mutable_text(),
                   context.engine->Render(program, format, request.simplified()));
  return Outgoing(response.SerializeAsString());
}

absl::StatusOr<Outgoing> AnswerAnalyze(const ServiceContext& context, const Call& call) {
  ASSIGN_OR_RETURN(engine::AnalyzeCall analyze,
                   DecodeAnalyzeRequest(call.request(), context.limits));
  analyze.deadline = call.terms().deadline;
  analyze.cancel = call.terms().cancel;
  RETURN_IF_ERROR(call.terms().Check());
  ASSIGN_OR_RETURN(const engine::AccuracyReport report, context.engine->Analyze(analyze));
  ASSIGN_OR_RETURN(const v1::AnalyzeResponse response, EncodeAccuracyReport(report));
  return Outgoing(response.SerializeAsString());
}

}  // namespace

void SymbolicService::Analyze(CallPtr call) const {
  RunOnPool(context_.engine, std::move(call),
            [this](CallPtr running) { running->Finish(AnswerAnalyze(context_, *running)); });
}

void SymbolicService::Simplify(CallPtr call) const {
  RunOnPool(context_.engine, std::move(call),
            [this](CallPtr running) { running->Finish(AnswerSimplify(context_, *running)); });
}

void SymbolicService::Differentiate(CallPtr call) const {
  RunOnPool(context_.engine, std::move(call),
            [this](CallPtr running) { running->Finish(AnswerDifferentiate(context_, *running)); });
}

void SymbolicService::Render(CallPtr call) const {
  RunOnPool(context_.engine, std::move(call),
            [this](CallPtr running) { running->Finish(AnswerRender(context_, *running)); });
}

}  // namespace formulary::service
