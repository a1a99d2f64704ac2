#ifndef FORMULARY_SERVER_ANALYSIS_LOCALIZE_H_
#define FORMULARY_SERVER_ANALYSIS_LOCALIZE_H_

// Where in a formula accuracy is lost: each operation alone, applied to the correctly rounded exact
// values of its operands, against the correctly rounded exact value of its result (local error as
// Herbie defines it, Panchekha et al., PLDI 2015). Used by analyze.cc and improve.cc.

#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "server/analysis/sample.h"
#include "server/expr/program.h"

namespace formulary::analysis {

// Larger programs are not localised: the answer would be no help to anybody.
inline constexpr size_t kMaxLocalizedNodes = 4096;
// Sample points that are looked at.
inline constexpr size_t kLocalizedPoints = 48;

struct NodeError {
  expr::NodeId node;  // a call of floating type
  double mean_bits = 0, max_bits = 0;
};

// By mean error, largest first, without those that are at most half a bit. Empty for programs of
// more than kMaxLocalizedNodes. REQUIRES: expanded, conversions explicit.
absl::StatusOr<std::vector<NodeError>> Localize(const expr::Program& program,
                                                absl::Span<const expr::DType> types,
                                                absl::Span<const std::vector<double>> points,
                                                Checkpoint checkpoint);

}  // namespace formulary::analysis

#endif  // FORMULARY_SERVER_ANALYSIS_LOCALIZE_H_
