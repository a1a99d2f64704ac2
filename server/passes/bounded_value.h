#ifndef FORMULARY_SERVER_PASSES_BOUNDED_VALUE_H_
#define FORMULARY_SERVER_PASSES_BOUNDED_VALUE_H_

// One evaluation of a program in binary64 with a running error bound: how far each value may be
// from the real one, by first-order rules for arithmetic and by moving the operands of functions to
// the ends of their errors (N. J. Higham, Accuracy and Stability of Numerical Algorithms, section
// 3.3). For the guard; speaks of real programs only.

#include <vector>

#include "absl/types/span.h"
#include "server/expr/program.h"

namespace formulary::passes {

struct BoundedValue {
  double value = 0;
  double error = 0;  // absolute; infinity: nothing is known
};

// The outputs at this point; truth values are 0 and 1. `sure` becomes false when a comparison lies
// within its operands' errors. REQUIRES: rows without a routine are expanded.
std::vector<BoundedValue> EvaluateBounded(const expr::Program& program,
                                          absl::Span<const double> arguments, bool* sure);

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_BOUNDED_VALUE_H_
