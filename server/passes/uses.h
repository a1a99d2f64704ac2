#ifndef FORMULARY_SERVER_PASSES_USES_H_
#define FORMULARY_SERVER_PASSES_USES_H_

// How often the nodes of a program are used: passes that take a node apart do so only where nothing
// else holds it.

#include <cstdint>
#include <vector>

#include "server/expr/program.h"

namespace formulary::passes {

// By node: the operands, of nodes that are needed, that are this node; an output counts as two, for
// it stands on its own. `needed`: what the outputs need.
inline std::vector<uint32_t> CountUses(const expr::Program& program,
                                       const std::vector<bool>& needed) {
  const expr::Graph& graph = program.graph;
  std::vector<uint32_t> uses(graph.size(), 0);
  for (uint32_t i = 0; i < graph.size(); ++i) {
    if (!needed[i]) continue;
    for (const expr::NodeId operand : graph.operands(expr::NodeId{i})) ++uses[operand.value];
  }
  for (const expr::NodeId root : program.roots()) uses[root.value] += 2;
  return uses;
}

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_USES_H_
