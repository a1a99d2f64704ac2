#include "server/passes/present.h"

#include <algorithm>
#include <vector>

#include "server/expr/catalogue.h"
#include "server/passes/rebuild.h"

namespace formulary::passes {
namespace {

using expr::Graph;
using expr::NodeId;
namespace fn = expr::fn;

NodeId Presented(expr::FunctionId function, absl::Span<const NodeId> given, Graph* graph) {
  std::vector<NodeId> operands(given.begin(), given.end());
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

expr::Program Present(const expr::Program& simplified) { return Rebuilt(simplified, &Presented); }

}  // namespace formulary::passes
