#include "server/engine/derivatives.h"

#include "server/base/status_macros.h"
#include "server/passes/expand_derivatives.h"

namespace formulary::engine {

absl::StatusOr<expr::NodeId> ExpandDerivatives(expr::NodeId node, expr::Numerics numerics,
                                               const expr::Limits& limits, expr::Graph* graph) {
  if (!passes::HasDerivatives(*graph, {node})) return node;
  expr::Program program;
  program.numerics = numerics;
  program.outputs = {{"", program.graph.Import(*graph, {node})[0]}};
  for (uint32_t i = 0; i < program.graph.size(); ++i) {
    const expr::Node& each = program.graph[expr::NodeId{i}];
    if (each.kind == expr::NodeKind::kArgument && each.payload >= program.arguments.size())
      program.arguments.resize(each.payload + 1);
  }
  const passes::Budget budget{.max_folded_bits = limits.max_folded_bits};
  ASSIGN_OR_RETURN(const expr::Program expanded,
                   passes::ExpandDerivatives(program, limits, budget));
  return graph->Import(expanded.graph, expanded.roots())[0];
}

}  // namespace formulary::engine
