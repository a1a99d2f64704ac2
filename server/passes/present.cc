#include "server/passes/present.h"

#include <algorithm>
#include <vector>

#include "server/expr/catalogue.h"

namespace formulary::passes {
namespace {

using expr::Graph;
using expr::NodeId;
namespace fn = expr::fn;

NodeId Presented(expr::FunctionId function, std::vector<NodeId> operands, Graph* graph) {
  if (function == fn::kAdd && graph->IsNumber(operands[0])) {
    std::rotate(operands.begin(), operands.begin() + 1, operands.end());
  }
  if (function == fn::kPow && graph->IsNumber(operands[1])) {
    const mpq_class exponent = graph->number(operands[1]);
    if (abs(exponent) == mpq_class(1, 2)) {
      const NodeId root = graph->Call(fn::kSqrt, {operands[0]});
      return exponent > 0 ? root : graph->Call(fn::kPow, {root, graph->Integer(-1)});
    }
  }
  return graph->Call(function, operands);
}

}  // namespace

expr::Program Present(const expr::Program& simplified) {
  expr::Program shown = simplified;
  shown.graph = Graph();
  const Graph& source = simplified.graph;
  const std::vector<bool> needed = source.Reachable(simplified.roots());
  std::vector<NodeId> renamed(source.size());
  for (uint32_t i = 0; i < source.size(); ++i) {
    if (!needed[i]) continue;
    const NodeId id{i};
    if (source[id].kind != expr::NodeKind::kCall) {
      renamed[i] = shown.graph.ImportLeaf(source, id);
      continue;
    }
    std::vector<NodeId> operands;
    for (const NodeId operand : source.operands(id)) operands.push_back(renamed[operand.value]);
    renamed[i] = Presented(source[id].function, std::move(operands), &shown.graph);
  }
  for (expr::Output& output : shown.outputs) output.node = renamed[output.node.value];
  return shown;
}

}  // namespace formulary::passes
