#ifndef FORMULARY_SERVER_PASSES_QUOTIENTS_H_
#define FORMULARY_SERVER_PASSES_QUOTIENTS_H_

// Quotients of polynomials in lowest terms: (x**2 - y**2)/(x - y) is x + y where x - y is known not
// to be 0; elsewhere that would give 0/0 a value, which FAST alone may do. Called by the pass on
// polynomial regions.

#include "server/expr/program.h"

namespace formulary::passes {

// Adds nodes to the region's graph and moves its outputs; false when nothing cancels. REQUIRES:
// `region` is an arithmetic region (region.h).
bool ReduceQuotients(expr::Program* region);

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_QUOTIENTS_H_
