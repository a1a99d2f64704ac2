#ifndef FORMULARY_SERVER_ANALYSIS_WORST_H_
#define FORMULARY_SERVER_ANALYSIS_WORST_H_

// A short climb from the worst sample to an input that is worse still. Called by analyze.cc.

#include "absl/status/statusor.h"
#include "server/analysis/exact.h"
#include "server/analysis/measure.h"
#include "server/analysis/sample.h"

namespace formulary::analysis {

// Inputs tried in one climb.
inline constexpr int kWorstTries = 192;

// Outputs that are searched, the first ones.
inline constexpr size_t kSearchedOutputs = 16;

// Moves summary->worst, expected, got and max_bits to the worst input found. Arguments are moved
// one at a time, by smaller and smaller numbers of floating steps.
absl::Status FindWorse(const SampleSpace& space, const ExactEvaluator& exact,
                       const NaiveRunner& runner, size_t output, expr::DType format,
                       Checkpoint checkpoint, ErrorSummary* summary);

}  // namespace formulary::analysis

#endif  // FORMULARY_SERVER_ANALYSIS_WORST_H_
