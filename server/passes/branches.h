#ifndef FORMULARY_SERVER_PASSES_BRANCHES_H_
#define FORMULARY_SERVER_PASSES_BRANCHES_H_

// The values of piecewise expressions, simplified by what their conditions say: in a branch where
// b >= 0, another piecewise that asks for b > 0, or |b|, somewhere inside the branch's value, is
// what it is there. Called by the pipeline. Never looks further into a value than a bound, and
// never takes a comparison that failed for its opposite (implied.h).

#include "server/passes/simplify.h"

namespace formulary::passes {

// Leaves the state as it is where nothing is decided, or where parts that branches have in common
// would have to be computed for each.
void FoldBranches(const Budget& budget, Simplified* state);

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_BRANCHES_H_
