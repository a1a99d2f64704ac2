// Analyze.

#include "server/analysis/analyze.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "server/analysis/improve.h"
#include "server/base/status_macros.h"
#include "server/engine/engine_impl.h"
#include "server/engine/snippet.h"
#include "server/expr/infer.h"
#include "server/expr/interpret.h"
#include "server/passes/expand_derivatives.h"

namespace formulary::engine {
namespace {

using Points = std::vector<std::vector<double>>;

// One argument's values in its type, as an input is sent.
std::string ColumnBytes(absl::Span<const std::vector<double>> points, size_t argument,
                        expr::DType type) {
  std::string bytes;
  for (const std::vector<double>& point : points) {
    const expr::Scalar value = Convert(expr::Scalar::Float64(point[argument]), type);
    const void* data = type == expr::DType::kFloat32 ? static_cast<const void*>(&value.f32)
                       : type == expr::DType::kInt64 ? static_cast<const void*>(&value.i64)
                       : type == expr::DType::kBool  ? static_cast<const void*>(&value.boolean)
                                                     : static_cast<const void*>(&value.f64);
    bytes.append(static_cast<const char*>(data), ByteSize(type));
  }
  return bytes;
}

template <typename T>
T ElementAt(const uint8_t* data, size_t i) {
  T value;
  std::memcpy(&value, data + i * sizeof(T), sizeof(T));
  return value;
}

double ElementAt(expr::DType type, const uint8_t* data, size_t i) {
  switch (type) {
    case expr::DType::kFloat32:
      return ElementAt<float>(data, i);
    case expr::DType::kInt64:
      return static_cast<double>(ElementAt<int64_t>(data, i));
    case expr::DType::kBool:
      return data[i] != 0 ? 1 : 0;
    default:
      return ElementAt<double>(data, i);
  }
}

OutputError Converted(const analysis::ErrorSummary& summary, const std::string& output) {
  return {.output = output,
          .mean_bits = summary.mean_bits,
          .median_bits = summary.median_bits,
          .p90_bits = summary.p90_bits,
          .max_bits = summary.max_bits,
          .nans = summary.nans,
          .infinities = summary.infinities,
          .worst_inputs = summary.worst,
          .expected = summary.expected,
          .got = summary.got};
}

std::vector<OutputError> Converted(const analysis::Form& form, const expr::Program& program) {
  std::vector<OutputError> errors;
  for (size_t k = 0; k < form.summaries.size(); ++k)
    errors.push_back(Converted(form.summaries[k], program.outputs[k].name));
  return errors;
}

// The errors of a form in bits, output by output, put into the points.
void AddPointErrors(const analysis::Analysis& analysis, const Points& results,
                    std::vector<double> PointErrors::*field, std::vector<PointErrors>* points) {
  for (size_t k = 0; k < analysis.formats.size(); ++k) {
    const std::vector<double> bits = ErrorBits(analysis.samples, results, k, analysis.formats[k]);
    for (size_t i = 0; i < bits.size(); ++i) ((*points)[i].*field).push_back(bits[i]);
  }
}

AccuracyReport ReportOf(const analysis::Analysis& analysis, bool want_points) {
  AccuracyReport report;
  for (const expr::Argument& argument : analysis.as_written.arguments)
    report.arguments.push_back(argument.name);
  report.as_written = Converted(analysis.written, analysis.as_written);
  report.simplified = Converted(analysis.rewritten, analysis.as_written);
  report.compiled = Converted(analysis.compiled, analysis.as_written);
  report.samples = analysis.samples.points.size();
  report.undefined = analysis.samples.undefined;
  report.undecided = analysis.samples.undecided;
  for (const analysis::NodeError& node : analysis.nodes) {
    report.operations.push_back(
        {Snippet(analysis.as_written, node.node), node.mean_bits, node.max_bits});
  }
  if (!want_points) return report;
  for (const std::vector<double>& point : analysis.samples.points)
    report.points.push_back({.arguments = point});
  AddPointErrors(analysis, analysis.written.results, &PointErrors::as_written, &report.points);
  AddPointErrors(analysis, analysis.rewritten.results, &PointErrors::simplified, &report.points);
  AddPointErrors(analysis, analysis.compiled.results, &PointErrors::compiled, &report.points);
  return report;
}

}  // namespace

absl::StatusOr<std::vector<std::vector<double>>> EngineImpl::EvaluatePoints(
    const expr::Program& program, absl::Span<const std::vector<double>> points,
    const AnalyzeCall& call, bool* by_kernel) {
  std::vector<uint32_t> original;
  ASSIGN_OR_RETURN(const std::shared_ptr<Formula> formula, MakeFormula(program, &original));
  VariantSpec spec;
  for (const uint32_t position : original) {
    const expr::DType type = program.arguments[position].dtype;
    spec.types.push_back(type == expr::DType::kUnspecified ? expr::DType::kFloat64 : type);
    spec.uniform.push_back(false);
  }
  ASSIGN_OR_RETURN(const std::shared_ptr<const Variant> variant,
                   formula->GetVariant(spec, Target()));
  // The interpreter gives the same bits, should there be no kernel.
  absl::StatusOr<kernel::Acquired> acquired = kernels_->AcquireAndWait(
      RequestFor(formula, variant, base::ProcessPriority::kNormal), call.deadline);
  *by_kernel = acquired.ok();
  eval::Work work;
  work.program = &variant->program;
  work.interpreter = &variant->interpreter;
  if (acquired.ok()) work.kernel = acquired->kernel.get();
  work.batch = {static_cast<int64_t>(points.size())};
  work.deadline = call.deadline;
  work.cancel = call.cancel.get();
  work.nanoseconds_per_element = variant->nanoseconds_per_element;
  std::vector<std::string> columns;
  std::vector<eval::ArrayView> views(original.size());
  for (size_t k = 0; k < original.size(); ++k)
    columns.push_back(ColumnBytes(points, original[k], spec.types[k]));
  for (size_t k = 0; k < views.size(); ++k) {
    views[k] = {spec.types[k], work.batch, eval::ByteRope(columns[k].data(), columns[k].size())};
    work.arguments.push_back(&views[k]);
  }
  ASSIGN_OR_RETURN(const eval::Evaluated evaluated, eval::Evaluate(work, slabs_.get(), nullptr));
  Points results(points.size());
  for (size_t k = 0; k < evaluated.outputs.size(); ++k) {
    for (size_t i = 0; i < points.size(); ++i)
      results[i].push_back(ElementAt(evaluated.types[k], evaluated.outputs[k].data(), i));
  }
  return results;
}

absl::StatusOr<AccuracyReport> EngineImpl::Analyze(const AnalyzeCall& call) {
  ASSIGN_OR_RETURN(
      expr::Program program,
      passes::ResolveDerivatives(call.program, options_.expression_limits(), Budget()));
  RETURN_IF_ERROR(expr::MakeConversionsExplicit(&program));
  analysis::AnalyzeOptions options;
  for (const ArgumentRange& range : call.ranges)
    options.ranges.push_back({range.argument, range.lower, range.upper});
  options.samples = call.samples;
  options.budget = Budget();
  const auto checkpoint = [&call]() -> absl::Status {
    if (call.cancel != nullptr && call.cancel->load(std::memory_order_relaxed))
      return absl::CancelledError("the call was cancelled");
    if (call.deadline.expired()) return absl::DeadlineExceededError("the deadline has passed");
    return absl::OkStatus();
  };
  bool by_kernel = false;
  const auto run_compiled = [&](absl::Span<const std::vector<double>> points) {
    return EvaluatePoints(program, points, call, &by_kernel);
  };
  ASSIGN_OR_RETURN(const analysis::Analysis analysis,
                   analysis::Analyze(program, options, run_compiled, checkpoint));
  AccuracyReport report = ReportOf(analysis, call.want_points);
  report.by_kernel = by_kernel;
  if (!call.improve) return report;
  ASSIGN_OR_RETURN(std::optional<analysis::Improvement> improvement,
                   analysis::Improve(program, options, analysis, checkpoint));
  if (!improvement.has_value()) return report;
  if (call.want_points) {
    AddPointErrors(analysis, improvement->form.results, &PointErrors::improved, &report.points);
  }
  report.improved = {.program = std::move(improvement->program),
                     .errors = Converted(improvement->form, analysis.as_written),
                     .candidates = improvement->candidates};
  return report;
}

}  // namespace formulary::engine
