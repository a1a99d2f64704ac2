#ifndef FORMULARY_SERVER_PASSES_PROPAGATION_H_
#define FORMULARY_SERVER_PASSES_PROPAGATION_H_

// Which arguments' NaN shows in which outputs. Optimize lets terms cancel that depend on arguments
// as long as these still show in the result: sin(x)**2 + cos(x)**2 + x may become 1 + x, but
// x - x + y may not become y. Linear in the graph, by one set of arguments for each node.

#include <vector>

#include "server/expr/program.h"

namespace formulary::passes {

// Every argument is taken as finite in what follows (Argument::presumed_finite).
expr::Program PresumeFinite(expr::Program program);

// True when each argument whose NaN may make an output of `before` NaN surely makes the same output
// of `after` NaN, whichever branches the other arguments take.
// False where the sets take more than kMaxPropagationWords. REQUIRES: outputs and arguments are the
// same in number and order.
bool StillPropagates(const expr::Program& before, const expr::Program& after);

// Each has 64 arguments of a node, in two sets: 64 MB.
inline constexpr size_t kMaxPropagationWords = size_t{1} << 22;

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_PROPAGATION_H_
