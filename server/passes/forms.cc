#include "server/passes/forms.h"

#include <algorithm>
#include <cmath>

#include "server/expr/catalogue.h"
#include "server/passes/choice_rules.h"

namespace formulary::passes {
namespace {

using expr::NodeId;
namespace fn = expr::fn;

// A call beside its operands. A function of another's family costs more than a sum or a product of
// that one's, a power more than a lower one of the same base.
constexpr double kArithmetic = 1;
constexpr double kFunction = 8;
constexpr double kPowerStep = 1.0 / 16;
constexpr double kNumber = 1.0 / 1024;
constexpr double kMostPower = 64;

double Weight(const expr::Graph& graph, NodeId id) {
  const expr::FunctionId function = graph[id].function;
  if (function == fn::kPow && graph.IsNumber(graph.operands(id)[1])) {
    const double exponent = std::abs(graph.number(graph.operands(id)[1]).get_d());
    return kArithmetic + kPowerStep * std::min(exponent, kMostPower);
  }
  if (Row(function).lowering == expr::Lowering::kOperator) return kArithmetic;
  return kFunction * (1 + FamilyLevel(function));
}

}  // namespace

double Forms::Measure(NodeId node) {
  while (measures_.size() <= node.value) {
    const NodeId next{static_cast<uint32_t>(measures_.size())};
    const expr::NodeKind kind = graph_[next].kind;
    double measure = kind == expr::NodeKind::kArgument ? 1 : 0;
    if (kind == expr::NodeKind::kNumber)
      measure = kNumber * std::min(std::abs(graph_.number(next).get_d()), kMostPower);
    if (kind == expr::NodeKind::kCall) {
      measure = Weight(graph_, next);
      for (const NodeId operand : graph_.operands(next)) measure += measures_[operand.value];
    }
    measures_.push_back(measure);
  }
  return measures_[node.value];
}

bool Forms::Add(NodeId node, NodeId form, const Rule& rule) {
  if (form == node || forms_.size() >= max_forms_) return false;
  size_t of_node = 0;
  for (size_t i = forms_.size(); i-- > 0 && forms_[i].node == node;) {
    if (forms_[i].form == form || ++of_node >= kMaxFormsOfNode) return false;
  }
  const double limit = Measure(node);
  for (const NodeId operand : graph_.operands(form)) {
    if (!(Measure(operand) < limit)) return false;
  }
  forms_.push_back({node, form, &rule});
  return true;
}

}  // namespace formulary::passes
