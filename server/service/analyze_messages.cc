#include "server/service/analyze_messages.h"

#include <utility>
#include <vector>

#include "server/base/error.h"
#include "server/base/status_macros.h"
#include "server/expr/text/print.h"
#include "server/service/encode_program.h"
#include "server/service/program_request.h"
#include "server/service/symbolic_service.h"

namespace formulary::service {
namespace {

using Doubles = google::protobuf::RepeatedField<double>;

void Copy(const std::vector<double>& values, Doubles* field) {
  field->Add(values.begin(), values.end());
}

void EncodeErrors(const std::vector<engine::OutputError>& errors,
                  google::protobuf::RepeatedPtrField<v1::ErrorSummary>* field) {
  for (const engine::OutputError& error : errors) {
    v1::ErrorSummary* summary = field->Add();
    summary->set_output(error.output);
    summary->set_mean_bits(error.mean_bits);
    summary->set_median_bits(error.median_bits);
    summary->set_p90_bits(error.p90_bits);
    summary->set_max_bits(error.max_bits);
    summary->set_nan_count(error.nans);
    summary->set_infinity_count(error.infinities);
    Copy(error.worst_inputs, summary->mutable_worst_inputs());
    summary->set_expected(error.expected);
    summary->set_got(error.got);
  }
}

void EncodePoints(const std::vector<engine::PointErrors>& points, v1::AnalyzeResponse* response) {
  for (const engine::PointErrors& point : points) {
    v1::PointErrors* errors = response->add_points();
    Copy(point.arguments, errors->mutable_arguments());
    Copy(point.as_written, errors->mutable_as_written());
    Copy(point.simplified, errors->mutable_simplified());
    Copy(point.compiled, errors->mutable_compiled());
    Copy(point.improved, errors->mutable_improved());
  }
}

}  // namespace

absl::Status AddTexts(const expr::Program& program,
                      google::protobuf::RepeatedPtrField<std::string>* texts) {
  for (const expr::Output& output : program.outputs) {
    absl::StatusOr<std::string> text =
        expr::PrintExpression(program.graph, output.node, program.arguments,
                              {.max_bytes = SymbolicService::kMaxTextBytes});
    if (!text.ok() && text.status().code() != absl::StatusCode::kResourceExhausted)
      return text.status();
    *texts->Add() = text.ok() ? *std::move(text) : "";
  }
  return absl::OkStatus();
}

absl::StatusOr<engine::AnalyzeCall> DecodeAnalyzeRequest(const Incoming& message,
                                                         const RequestLimits& limits) {
  ASSIGN_OR_RETURN(SplitRequest split, SplitProgramRequest(WireReader(message.pieces)));
  v1::AnalyzeRequest request;
  if (!request.ParseFromString(split.rest))
    return base::InvalidArgument("MALFORMED_MESSAGE", "", "malformed fields beside the program");
  if (static_cast<size_t>(request.ranges_size()) > limits.expression.max_arguments) {
    return base::OverLimit("TOO_MANY_ARGUMENTS", "ranges", "max_arguments",
                           limits.expression.max_arguments,
                           static_cast<uint64_t>(request.ranges_size()));
  }
  engine::AnalyzeCall call;
  std::vector<std::string> names;
  for (const v1::Range& range : request.ranges()) {
    engine::ArgumentRange& one = call.ranges.emplace_back();
    one.argument = range.argument();
    if (range.has_lower()) one.lower = range.lower();
    if (range.has_upper()) one.upper = range.upper();
    names.push_back(range.argument());
  }
  ASSIGN_OR_RETURN(call.program, DecodeProgram(split.program, limits, names));
  call.samples = request.samples();
  call.improve = request.improve();
  call.want_points = request.want_points();
  return call;
}

absl::StatusOr<v1::AnalyzeResponse> EncodeAccuracyReport(const engine::AccuracyReport& report) {
  v1::AnalyzeResponse response;
  EncodeErrors(report.as_written, response.mutable_as_written());
  EncodeErrors(report.simplified, response.mutable_simplified());
  EncodeErrors(report.compiled, response.mutable_compiled());
  response.set_tier(report.by_kernel ? v1::TIER_COMPILED : v1::TIER_INTERPRETER);
  for (const std::string& argument : report.arguments) response.add_arguments(argument);
  response.set_samples(report.samples);
  response.set_undefined(report.undefined);
  response.set_undecided(report.undecided);
  for (const engine::OperationError& operation : report.operations) {
    v1::OperationError* error = response.add_operations();
    error->set_text(operation.text);
    error->set_mean_bits(operation.mean_bits);
    error->set_max_bits(operation.max_bits);
  }
  EncodePoints(report.points, &response);
  if (!report.improved.has_value()) return response;
  v1::ImprovedProgram* improved = response.mutable_improved();
  *improved->mutable_program() = EncodeProgram(report.improved->program);
  RETURN_IF_ERROR(AddTexts(report.improved->program, improved->mutable_texts()));
  EncodeErrors(report.improved->errors, improved->mutable_errors());
  improved->set_candidates(report.improved->candidates);
  return response;
}

}  // namespace formulary::service
