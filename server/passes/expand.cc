#include "server/passes/expand.h"

#include <utility>
#include <vector>

#include "server/expr/catalogue.h"
#include "server/expr/row_text.h"
#include "server/passes/rebuild.h"

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

expr::Program Expand(const expr::Program& program) { return Rebuilt(program, &ExpandedCall); }

}  // namespace formulary::passes
