#ifndef FORMULARY_SERVER_ANALYSIS_REGIMES_H_
#define FORMULARY_SERVER_ANALYSIS_REGIMES_H_

// The best division of one argument's values into few intervals, with a form of the program for
// each. Used by improve.cc.

#include <cstdint>
#include <vector>

#include "absl/types/span.h"

namespace formulary::analysis {

inline constexpr size_t kMaxRegimes = 3;
// Mean bits over all points that another interval must save.
inline constexpr double kRegimeBits = 0.1;

// Forms in the order of the argument's values: form `forms[i]` up to and including points below
// the split `splits[i]`, the last one beyond.
struct Regimes {
  uint32_t argument = 0;
  std::vector<size_t> forms;  // indices of forms
  // By split: the largest value of the interval before, the least of the one behind.
  std::vector<double> below, above;
  double mean_bits = 0;  // over the points, with what intervals cost
};

// `bits`: by form, by point; `points`: by point, by argument. One interval where no division pays.
// REQUIRES: at least one form and one point.
Regimes BestRegimes(absl::Span<const std::vector<double>> bits,
                    absl::Span<const std::vector<double>> points);

}  // namespace formulary::analysis

#endif  // FORMULARY_SERVER_ANALYSIS_REGIMES_H_
