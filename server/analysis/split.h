#ifndef FORMULARY_SERVER_ANALYSIS_SPLIT_H_
#define FORMULARY_SERVER_ANALYSIS_SPLIT_H_

// A piecewise of forms over intervals of one argument, with the splits between sample points
// settled by a binary search. Used by improve.cc.

#include "absl/status/statusor.h"
#include "server/analysis/candidates.h"
#include "server/analysis/exact.h"
#include "server/analysis/regimes.h"
#include "server/analysis/sample.h"

namespace formulary::analysis {

// `forms`: what the regimes' indices mean. REQUIRES: more than one interval.
absl::StatusOr<expr::Program> Piecewise(const Regimes& regimes,
                                        absl::Span<const Candidate* const> forms,
                                        const ExactEvaluator& exact, const Samples& training,
                                        absl::Span<const expr::DType> types, Checkpoint checkpoint);

}  // namespace formulary::analysis

#endif  // FORMULARY_SERVER_ANALYSIS_SPLIT_H_
