#include "server/passes/pattern.h"

#include "absl/container/inlined_vector.h"
#include "server/passes/matcher.h"

namespace formulary::passes {

using expr::Graph;
using expr::Node;
using expr::NodeId;
using expr::NodeKind;
namespace fn = expr::fn;

bool FindMatch(const expr::RowText& pattern, NodeId node, Rewriter* rewriter, Match* match) {
  return Matcher(pattern.graph, rewriter).Root(pattern.root, node, match);
}

uint64_t HeadsBelow(const Graph& graph, NodeId node) {
  uint64_t heads = 0;
  for (const NodeId& operand : graph.operands(node)) {
    if (graph[operand].kind != NodeKind::kCall) continue;
    NodeId base = operand;
    if (graph.IsCall(operand, fn::kMul)) {
      const TermView view = ViewTerm(graph, operand);
      if (view.factors.size() == 1) base = view.factors[0];
    }
    if (graph[base].kind == NodeKind::kCall)
      heads |= uint64_t{1} << (graph[base].function.value % 64);
  }
  return heads;
}

NodeId InstantiateWith(const expr::RowText& text, absl::Span<const NodeId> operands,
                       Rewriter* rewriter) {
  absl::InlinedVector<NodeId, 16> renamed(text.graph.size());
  absl::InlinedVector<NodeId, 8> mapped;
  for (uint32_t i = 0; i <= text.root.value; ++i) {
    const NodeId id{i};
    const Node& node = text.graph[id];
    if (node.kind == NodeKind::kArgument) {
      if (node.payload < operands.size()) renamed[i] = operands[node.payload];
      continue;
    }
    if (node.kind != NodeKind::kCall) {
      renamed[i] = rewriter->graph().ImportLeaf(text.graph, id);
      continue;
    }
    mapped.clear();
    for (const NodeId operand : text.graph.operands(id)) mapped.push_back(renamed[operand.value]);
    renamed[i] = rewriter->Make(node.function, mapped);
  }
  return renamed[text.root.value];
}

}  // namespace formulary::passes
