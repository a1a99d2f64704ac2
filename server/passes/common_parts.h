#ifndef FORMULARY_SERVER_PASSES_COMMON_PARTS_H_
#define FORMULARY_SERVER_PASSES_COMMON_PARTS_H_

// Common subexpressions of n-ary sums, products and extrema: pairs of operands that several of them
// have are counted, and the most frequent becomes a node of its own, until none is worth it. (Equal
// nodes are one node already; this finds what only parts of operands' lists have in common.)

#include "server/expr/program.h"

namespace formulary::passes {

// Of sums and products with more operands no pairs are counted.
inline constexpr size_t kMaxPairedOperands = 64;

// Both add nodes to the region's graph and move its outputs.
// REQUIRES: `region` is an arithmetic region (region.h).
void ShareCommonParts(expr::Program* region);
// Of products alone, whose rounding does not depend on how they are taken together.
void ShareCommonProducts(expr::Program* region);

// Of Min and Max anywhere in a program. Adds nodes to its graph and moves its outputs; their
// operands are left in no canonical order. False: nothing was found.
bool ShareCommonExtrema(expr::Program* program);
// The same for operands that several Max in one Min have in common, or the other way round.
bool FactorExtrema(expr::Program* program);

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_COMMON_PARTS_H_
