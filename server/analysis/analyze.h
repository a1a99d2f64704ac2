#ifndef FORMULARY_SERVER_ANALYSIS_ANALYZE_H_
#define FORMULARY_SERVER_ANALYSIS_ANALYZE_H_

// The analysis of a program's accuracy: its results as written, as simplified and as compiled
// against the exact values at sample points, the worst input found, and the operations that lose
// the most. Called by the engine. Deterministic: fixed seeds, and no measurement decides anything.

#include <cstdint>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "server/analysis/localize.h"
#include "server/analysis/measure.h"
#include "server/analysis/sample.h"
#include "server/expr/program.h"
#include "server/passes/rewriter.h"

namespace formulary::analysis {

inline constexpr uint32_t kDefaultSamples = 256;
inline constexpr uint32_t kMaxSamples = 10'000;
// Nodes of the program times samples: what one analysis may evaluate exactly.
inline constexpr uint64_t kMaxAnalyzedNodes = 5'000'000;
// Operations that are named.
inline constexpr size_t kMaxNodeErrors = 5;

// Results of one form of the program.
struct Form {
  std::vector<std::vector<double>> results;  // by point, by output
  std::vector<ErrorSummary> summaries;       // by output
};

struct Analysis {
  expr::Program as_written;  // expanded, conversions explicit: what is measured
  expr::Program simplified;
  std::vector<expr::DType> types;    // of the arguments
  std::vector<expr::DType> formats;  // of the outputs
  Samples samples;
  Form written, rewritten, compiled;
  std::vector<NodeError> nodes;  // of `as_written`, worst first
};

struct AnalyzeOptions {
  std::vector<Range> ranges;
  uint32_t samples = 0;  // 0: kDefaultSamples
  passes::Budget budget;
};

// What the server would compute for the points (by point, by output).
using CompiledRunner = absl::FunctionRef<absl::StatusOr<std::vector<std::vector<double>>>(
    absl::Span<const std::vector<double>> points)>;

// INVALID_ARGUMENT for ranges and samples that cannot be, and where no sample has a value;
// UNIMPLEMENTED for complex programs. REQUIRES: conversions are explicit.
absl::StatusOr<Analysis> Analyze(const expr::Program& program, const AnalyzeOptions& options,
                                 CompiledRunner run_compiled, Checkpoint checkpoint);

// The types of a program's arguments as an analysis takes them: float64 where none is declared.
std::vector<expr::DType> ArgumentTypes(const expr::Program& program);

}  // namespace formulary::analysis

#endif  // FORMULARY_SERVER_ANALYSIS_ANALYZE_H_
