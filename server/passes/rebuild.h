#ifndef FORMULARY_SERVER_PASSES_REBUILD_H_
#define FORMULARY_SERVER_PASSES_REBUILD_H_

// The walk that passes share which make each call anew, one by one: expansion, presentation,
// folding of derivatives. What no output needs is left behind.

#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "server/expr/program.h"

namespace formulary::passes {

// The program with `make(function, operands, &graph)` in place of every call; operands are nodes of
// that graph, made already.
template <typename Make>
expr::Program Rebuilt(const expr::Program& program, Make make) {
  expr::Program result;
  result.arguments = program.arguments;
  result.outputs = program.outputs;
  result.numerics = program.numerics;
  result.accurate = program.accurate;
  const expr::Graph& source = program.graph;
  const std::vector<bool> needed = source.Reachable(program.roots());
  std::vector<expr::NodeId> renamed(source.size());
  std::vector<expr::NodeId> operands;
  for (uint32_t i = 0; i < source.size(); ++i) {
    if (!needed[i]) continue;
    const expr::NodeId id{i};
    if (source[id].kind != expr::NodeKind::kCall) {
      renamed[i] = result.graph.ImportLeaf(source, id);
      continue;
    }
    operands.clear();
    for (const expr::NodeId operand : source.operands(id))
      operands.push_back(renamed[operand.value]);
    renamed[i] = make(source[id].function, absl::MakeConstSpan(operands), &result.graph);
  }
  for (expr::Output& output : result.outputs) output.node = renamed[output.node.value];
  return result;
}

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_REBUILD_H_
