#ifndef FORMULARY_SERVER_PASSES_OPERATIONS_H_
#define FORMULARY_SERVER_PASSES_OPERATIONS_H_

// Counts operations as the contract defines them: distinct non-leaf nodes of all outputs after
// sharing; an n-ary sum or product of k terms counts k-1, a subtraction or division once, negation,
// call and comparison once, constant subtrees nothing.

#include <cstdint>

#include "absl/types/span.h"
#include "server/expr/graph.h"

namespace formulary::passes {

uint32_t CountOperations(const expr::Graph& graph, absl::Span<const expr::NodeId> roots);

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_OPERATIONS_H_
