#ifndef FORMULARY_SERVER_PASSES_DIFFERENTIATE_REVERSE_H_
#define FORMULARY_SERVER_PASSES_DIFFERENTIATE_REVERSE_H_

// Reverse mode: adjoints of nodes, users first, in one loop backwards over the graph. An adjoint is
// right wherever its node is needed, which is under the conditions of the selections above it; what
// a user adds to it is selected by that user's own condition. So nothing that is undefined in a
// branch that is not taken reaches a derivative.

#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "server/passes/differentiate_forward.h"
#include "server/passes/differentiate_slopes.h"

namespace formulary::passes {

// By node: whether its value changes with some of `leaves`.
std::vector<bool> DependOn(const Slopes& slopes, const expr::Graph& graph,
                           absl::Span<const expr::NodeId> leaves);

// The adjoints of `leaves`, where those of the seeds' nodes (outputs) are the seeds' tangents.
// `depends` is DependOn of the leaves, of the graph as it was then. UNIMPLEMENTED (NO_DERIVATIVE),
// INVALID_ARGUMENT (NODE_LIMIT).
absl::StatusOr<std::vector<Tangent>> ReverseMode(Slopes* slopes, const std::vector<bool>& depends,
                                                 absl::Span<const Seed> seeds,
                                                 absl::Span<const expr::NodeId> leaves,
                                                 size_t max_nodes);

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_DIFFERENTIATE_REVERSE_H_
