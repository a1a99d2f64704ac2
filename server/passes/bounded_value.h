#ifndef FORMULARY_SERVER_PASSES_BOUNDED_VALUE_H_
#define FORMULARY_SERVER_PASSES_BOUNDED_VALUE_H_

// Evaluation of a program in binary64 with a running error bound: how far each value may be
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

// One thread at a time.
class BoundedEvaluator {
 public:
  // What depends on no argument is evaluated here, once. REQUIRES: `program`, in which rows without
  // a routine are expanded, outlives it.
  explicit BoundedEvaluator(const expr::Program& program);

  // The outputs at a point; truth values are 0 and 1. `sure` becomes false when a comparison lies
  // within its operands' errors.
  std::vector<BoundedValue> At(absl::Span<const double> arguments, bool* sure);

 private:
  const expr::Program& program_;
  std::vector<expr::NodeId> varying_;  // what is needed and depends on an argument
  bool constants_sure_ = true;
  std::vector<BoundedValue> values_;
};

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_BOUNDED_VALUE_H_
