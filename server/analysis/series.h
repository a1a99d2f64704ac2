#ifndef FORMULARY_SERVER_ANALYSIS_SERIES_H_
#define FORMULARY_SERVER_ANALYSIS_SERIES_H_

// Expansion of a formula in powers of one argument: at 0 and at both infinities, with coefficients
// that are formulas of the other arguments, and with logarithms, exponentials and symbolic powers
// of the argument left in them where there is no other way. How far a truncated series serves is
// for the caller to measure. Used by improve.cc.

#include <cstdint>
#include <vector>

#include "server/expr/program.h"

namespace formulary::analysis {

// Powers that are computed of every part, before any cancel.
inline constexpr size_t kSeriesLength = 12;
// Larger formulas are not expanded.
inline constexpr uint32_t kMaxSeriesNodes = 200;
// Nodes that the coefficients may take together.
inline constexpr uint32_t kMaxSeriesGraph = 20'000;

enum class ExpansionPoint : uint8_t { kZero, kInfinity, kMinusInfinity };

// The first output as its 1, 2, ... `most` leading terms, one program each; fewer where the series
// ends; none where there is no such series. REQUIRES: the program is canonical (CanonicalForm).
std::vector<expr::Program> Expansions(const expr::Program& program, uint32_t argument,
                                      ExpansionPoint point, size_t most);

}  // namespace formulary::analysis

#endif  // FORMULARY_SERVER_ANALYSIS_SERIES_H_
