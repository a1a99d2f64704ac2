#include "server/expr/text/product_form.h"

#include "server/expr/catalogue.h"

namespace formulary::expr::text {
namespace {

void TakeCoefficient(const Graph& graph, NodeId node, ProductForm* form) {
  const mpq_class& value = graph.number(node);
  form->form = static_cast<NumberForm>(graph[node].detail);
  if (value < 0) form->negative = !form->negative;
  const mpq_class magnitude = abs(value);
  if (form->form == NumberForm::kLiteral) {
    form->coefficient = magnitude;
    form->has_coefficient = true;
    return;
  }
  form->coefficient = magnitude.get_num();
  form->divisor = magnitude.get_den();
  // A 1 is written only where it was written: not for -x and x/3.
  form->has_coefficient = value == 1 || magnitude.get_num() != 1;
}

void TakeFactor(const Graph& graph, NodeId node, ProductForm* form) {
  if (IsReciprocal(graph, node)) {
    const auto operands = graph.operands(node);
    form->below.push_back({operands[0], -graph.number(operands[1])});
  } else {
    form->above.push_back({node, 1});
  }
}

}  // namespace

ProductForm ProductFormOf(const Graph& graph, NodeId node, bool negated) {
  ProductForm form;
  form.negative = negated;
  if (graph.IsNumber(node)) {
    TakeCoefficient(graph, node, &form);
  } else if (!graph.IsCall(node, fn::kMul)) {
    TakeFactor(graph, node, &form);
  } else {
    const auto operands = graph.operands(node);
    const bool coefficient = graph.IsNumber(operands[0]);
    if (coefficient) TakeCoefficient(graph, operands[0], &form);
    for (size_t i = coefficient ? 1 : 0; i < operands.size(); ++i)
      TakeFactor(graph, operands[i], &form);
  }
  if (form.above.empty()) form.has_coefficient = true;
  return form;
}

bool IsNegative(const Graph& graph, NodeId node) {
  if (graph.IsNumber(node)) return graph.number(node) < 0;
  return graph.IsCall(node, fn::kMul) && graph.operands(node).size() > 1 &&
         graph.IsNumber(graph.operands(node)[0]) && graph.number(graph.operands(node)[0]) < 0;
}

bool IsReciprocal(const Graph& graph, NodeId node) {
  if (!graph.IsCall(node, fn::kPow)) return false;
  const NodeId exponent = graph.operands(node)[1];
  return graph.IsNumber(exponent) && graph.number(exponent) < 0 &&
         static_cast<NumberForm>(graph[exponent].detail) == NumberForm::kExact;
}

}  // namespace formulary::expr::text
