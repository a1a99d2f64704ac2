#include "server/passes/expand.h"

#include <utility>
#include <vector>

#include "server/expr/catalogue.h"
#include "server/expr/row_text.h"

namespace formulary::passes {

using expr::Graph;
using expr::NodeId;

// Recursion follows the rows' own texts, a few deep.
NodeId ExpandedCall(expr::FunctionId function, absl::Span<const NodeId> operands, Graph* graph) {
  const std::optional<expr::RowText>& text = expr::TextsOf(function).expansion;
  if (!text.has_value()) return graph->Call(function, operands);
  std::vector<NodeId> renamed(text->graph.size());
  std::vector<NodeId> mapped;
  for (uint32_t i = 0; i <= text->root.value; ++i) {
    const NodeId id{i};
    const expr::Node& node = text->graph[id];
    if (node.kind == expr::NodeKind::kArgument) {
      if (node.payload < operands.size()) renamed[i] = operands[node.payload];
    } else if (node.kind != expr::NodeKind::kCall) {
      renamed[i] = graph->ImportLeaf(text->graph, id);
    } else {
      mapped.clear();
      for (const NodeId operand : text->graph.operands(id))
        mapped.push_back(renamed[operand.value]);
      renamed[i] = ExpandedCall(node.function, mapped, graph);
    }
  }
  return renamed[text->root.value];
}

bool HasExpansions(const Graph& graph) {
  for (uint32_t i = 0; i < graph.size(); ++i) {
    const expr::Node& node = graph[NodeId{i}];
    if (node.kind == expr::NodeKind::kCall &&
        Row(node.function).lowering == expr::Lowering::kExpansion)
      return true;
  }
  return false;
}

expr::Program Expand(const expr::Program& program) {
  expr::Program result = program;
  result.graph = Graph();
  const Graph& source = program.graph;
  const std::vector<bool> needed = source.Reachable(program.roots());
  std::vector<NodeId> renamed(source.size());
  std::vector<NodeId> operands;
  for (uint32_t i = 0; i < source.size(); ++i) {
    if (!needed[i]) continue;
    const NodeId id{i};
    if (source[id].kind != expr::NodeKind::kCall) {
      renamed[i] = result.graph.ImportLeaf(source, id);
      continue;
    }
    operands.clear();
    for (const NodeId operand : source.operands(id)) operands.push_back(renamed[operand.value]);
    renamed[i] = ExpandedCall(source[id].function, operands, &result.graph);
  }
  for (expr::Output& output : result.outputs) output.node = renamed[output.node.value];
  return result;
}

}  // namespace formulary::passes
