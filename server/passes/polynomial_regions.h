#ifndef FORMULARY_SERVER_PASSES_POLYNOMIAL_REGIONS_H_
#define FORMULARY_SERVER_PASSES_POLYNOMIAL_REGIONS_H_

// The pass on polynomial regions: each region of sums, products and integer powers is given the
// cheapest form that rounds as well: as it is, in Horner form, or multiplied out and in Horner
// form, each with its common parts shared. Runs after the rules; not in STRICT.

#include "server/expr/program.h"
#include "server/passes/simplify.h"

namespace formulary::passes {

// The program with cheaper forms of its regions; ids of nodes stay, new ones are added.
// kDeadline: some regions were not looked at.
StopReason RewriteRegions(const Budget& budget, expr::Program* program);

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_POLYNOMIAL_REGIONS_H_
