#ifndef FORMULARY_SERVER_PASSES_ROUNDING_ERROR_H_
#define FORMULARY_SERVER_PASSES_ROUNDING_ERROR_H_

// Whether another form of an arithmetic region rounds as well as the first: running error bounds
// (first order, in units of the rounding unit) of both at a fixed set of points, among them some
// near the zeros of either form's sums. Points depend on the forms and on what is known of the
// atoms alone, so the answer is the same everywhere and always.

#include "server/expr/program.h"

namespace formulary::passes {

// True when at every point where the original is finite each output of `changed` has its value
// within both bounds, and a bound of at most twice that of `original`, or 4 ulp. REQUIRES: both
// have the same arguments and outputs.
bool RoundsAsWell(const expr::Program& original, const expr::Program& changed);

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_ROUNDING_ERROR_H_
