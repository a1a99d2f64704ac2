#include "server/analysis/analyze.h"

#include <algorithm>
#include <utility>

#include "server/analysis/worst.h"
#include "server/base/error.h"
#include "server/base/status_macros.h"
#include "server/base/strings.h"
#include "server/expr/infer.h"
#include "server/passes/expand.h"
#include "server/passes/pipeline.h"
#include "server/passes/split_complex.h"

namespace formulary::analysis {
namespace {

using base::StrCat;
using expr::DType;

constexpr uint64_t kStream = 0;

absl::Status Check(const expr::Program& program, const AnalyzeOptions& options) {
  if (!passes::IsReal(program)) {
    return base::MakeError(absl::StatusCode::kUnimplemented,
                           "the accuracy of complex programs is not analysed",
                           {.reason = "COMPLEX_UNIMPLEMENTED", .field = "program"});
  }
  if (options.samples > kMaxSamples)
    return base::OverLimit("TOO_MANY_SAMPLES", "samples", "max_samples", kMaxSamples,
                           options.samples);
  return absl::OkStatus();
}

std::vector<DType> FormatsOf(const expr::Program& program, absl::Span<const DType> types) {
  const std::vector<DType> nodes = expr::InferTypes(program.graph, types);
  std::vector<DType> formats;
  for (const expr::Output& output : program.outputs) {
    const DType type = nodes[output.node.value];
    formats.push_back(type == DType::kUnspecified ? expr::DefaultFloat(types) : type);
  }
  return formats;
}

absl::Status SummarizeAll(const Analysis& analysis, Form* form) {
  if (form->results.size() != analysis.samples.points.size())
    return absl::InternalError("the compiled form did not answer for every sample");
  for (size_t k = 0; k < analysis.formats.size(); ++k)
    form->summaries.push_back(Summarize(analysis.samples, form->results, k, analysis.formats[k]));
  return absl::OkStatus();
}

absl::Status MeasureNaively(const expr::Program& program, const SampleSpace& space,
                            const ExactEvaluator& exact, Checkpoint checkpoint,
                            const Analysis& analysis, Form* form) {
  const NaiveRunner runner(program, analysis.types);
  ASSIGN_OR_RETURN(form->results, runner.Run(absl::MakeConstSpan(analysis.samples.points)));
  RETURN_IF_ERROR(SummarizeAll(analysis, form));
  for (size_t k = 0; k < std::min(form->summaries.size(), kSearchedOutputs); ++k) {
    RETURN_IF_ERROR(
        FindWorse(space, exact, runner, k, analysis.formats[k], checkpoint, &form->summaries[k]));
  }
  return absl::OkStatus();
}

absl::Status NoSamples(const Samples& samples) {
  return base::InvalidArgument(
      "NO_SAMPLES", "ranges",
      StrCat("none of ", samples.undefined + samples.undecided,
             " points drawn from the ranges has a finite real value: ", samples.undefined,
             " are undefined or overflow, ", samples.undecided, " need more than ", kMaxExactBits,
             " bits; narrow the ranges"));
}

}  // namespace

std::vector<DType> ArgumentTypes(const expr::Program& program) {
  std::vector<DType> types;
  for (const expr::Argument& argument : program.arguments)
    types.push_back(argument.dtype == DType::kUnspecified ? DType::kFloat64 : argument.dtype);
  return types;
}

absl::StatusOr<Analysis> Analyze(const expr::Program& program, const AnalyzeOptions& options,
                                 CompiledRunner run_compiled, Checkpoint checkpoint) {
  RETURN_IF_ERROR(Check(program, options));
  Analysis analysis;
  analysis.types = ArgumentTypes(program);
  analysis.as_written = passes::Expand(program);
  analysis.formats = FormatsOf(analysis.as_written, analysis.types);
  const uint32_t count = options.samples == 0 ? kDefaultSamples : options.samples;
  const uint64_t work = uint64_t{count} * analysis.as_written.graph.size();
  if (work > kMaxAnalyzedNodes) {
    return base::OverLimit("TOO_MUCH_WORK", "samples", "max_analyzed_nodes (samples times nodes)",
                           kMaxAnalyzedNodes, work);
  }
  ASSIGN_OR_RETURN(const SampleSpace space,
                   SampleSpace::Make(analysis.as_written, analysis.types, options.ranges));
  const ExactEvaluator exact(analysis.as_written, analysis.types);
  ASSIGN_OR_RETURN(analysis.samples, DrawSamples(space, exact, kStream, count, checkpoint));
  if (analysis.samples.points.empty()) return NoSamples(analysis.samples);
  RETURN_IF_ERROR(
      MeasureNaively(analysis.as_written, space, exact, checkpoint, analysis, &analysis.written));
  analysis.simplified = passes::Expand(passes::Optimize(program, options.budget).program);
  RETURN_IF_ERROR(
      MeasureNaively(analysis.simplified, space, exact, checkpoint, analysis, &analysis.rewritten));
  RETURN_IF_ERROR(checkpoint());
  ASSIGN_OR_RETURN(analysis.compiled.results, run_compiled(analysis.samples.points));
  RETURN_IF_ERROR(SummarizeAll(analysis, &analysis.compiled));
  ASSIGN_OR_RETURN(analysis.nodes, Localize(analysis.as_written, analysis.types,
                                            analysis.samples.points, checkpoint));
  if (analysis.nodes.size() > kMaxNodeErrors) analysis.nodes.resize(kMaxNodeErrors);
  return analysis;
}

}  // namespace formulary::analysis
