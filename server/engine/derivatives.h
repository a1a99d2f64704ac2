#ifndef FORMULARY_SERVER_ENGINE_DERIVATIVES_H_
#define FORMULARY_SERVER_ENGINE_DERIVATIVES_H_

// Derivatives inside definitions, for the service's decoder: a definition is resolved while its
// parameters are still its own, before calls put expressions in their places. Those of the
// program's outputs are the engine's own affair. Holds no state.

#include "absl/status/statusor.h"
#include "server/expr/graph.h"
#include "server/expr/program_builder.h"

namespace formulary::engine {

// `node` of `graph` without calls of "derivative" below it; new nodes are added to the graph, made
// as `numerics` allows. Errors are those of passes::ExpandDerivatives.
absl::StatusOr<expr::NodeId> ExpandDerivatives(expr::NodeId node, expr::Numerics numerics,
                                               const expr::Limits& limits, expr::Graph* graph);

}  // namespace formulary::engine

#endif  // FORMULARY_SERVER_ENGINE_DERIVATIVES_H_
