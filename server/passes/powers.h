#ifndef FORMULARY_SERVER_PASSES_POWERS_H_
#define FORMULARY_SERVER_PASSES_POWERS_H_

// Powers of products: x**2/y**2 as (x/y)**2, which takes one power and is less prone to overflow.
// Called by the pass on polynomial regions, which compares the cost.

#include "server/expr/program.h"
#include "server/passes/known_forms.h"

namespace formulary::passes {

// Factors of a product with the same exponent share one power. Adds nodes to the region's graph and
// moves its outputs; takes from `known` what became of nodes before. REQUIRES: `region` is an
// arithmetic region (region.h).
void JoinPowers(KnownForms* known, expr::Program* region);

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_POWERS_H_
