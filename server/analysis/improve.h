#ifndef FORMULARY_SERVER_ANALYSIS_IMPROVE_H_
#define FORMULARY_SERVER_ANALYSIS_IMPROVE_H_

// The search for a more accurate form of a program, in the manner of Herbie (Panchekha et al., PLDI
// 2015): rewrites where accuracy is lost, series at 0 and at infinity, and a piecewise over ranges
// of one argument that takes the best form in each. Forms are chosen by measured error at sample
// points, and kept only when they are better at other points, too. Called by the engine.
//
// Deterministic: what bounds the search are counts, never time; the checkpoint can only end it with
// a status. The result computes the same real function for finite arguments in the ranges, as far
// as samples tell: NaN and infinities may not go through it as they did.

#include <optional>

#include "absl/status/statusor.h"
#include "server/analysis/analyze.h"

namespace formulary::analysis {

// Larger programs are left as they are.
inline constexpr uint32_t kMaxImprovedNodes = 400;
// Outputs that are improved, the first ones.
inline constexpr size_t kMaxImprovedOutputs = 8;
// Forms of one output that are measured.
inline constexpr size_t kMaxCandidates = 500;
// Points that forms are compared at, and others that the result must be better at.
inline constexpr size_t kTrainingPoints = 160;
inline constexpr size_t kHeldOutPoints = 256;
// Mean bits that an output must gain over the program as written and as simplified.
inline constexpr double kWorthwhileBits = 0.2;

struct Improvement {
  expr::Program program;    // conversions explicit
  Form form;                // over the analysis's samples, as simplified
  uint64_t candidates = 0;  // forms that were measured
};

// nullopt when no output gets better. `program`, `options`: as `analysis` was made from.
absl::StatusOr<std::optional<Improvement>> Improve(const expr::Program& program,
                                                   const AnalyzeOptions& options,
                                                   const Analysis& analysis, Checkpoint checkpoint);

}  // namespace formulary::analysis

#endif  // FORMULARY_SERVER_ANALYSIS_IMPROVE_H_
