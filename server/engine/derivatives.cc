#include "server/engine/derivatives.h"

#include "server/base/status_macros.h"
#include "server/passes/expand_derivatives.h"

namespace formulary::engine {

absl::StatusOr<expr::NodeId> ExpandDerivatives(expr::NodeId node, const expr::Limits& limits,
                                               expr::Graph* graph) {
  if (!passes::HasDerivatives(*graph, {node})) return node;
  expr::Program program;
  program.outputs = {{"", program.graph.Import(*graph, {node})[0]}};
  ASSIGN_OR_RETURN(const expr::Program expanded, passes::ExpandDerivatives(program, limits));
  return graph->Import(expanded.graph, expanded.roots())[0];
}

}  // namespace formulary::engine
