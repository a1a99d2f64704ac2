#include "server/expr/derivative.h"

#include "server/base/error.h"
#include "server/base/strings.h"

namespace formulary::expr {
namespace {

bool IsOrder(const Graph& graph, NodeId id) {
  return graph.IsNumber(id) && graph.number(id).get_den() == 1 && graph.number(id) >= 0;
}

}  // namespace

absl::StatusOr<std::vector<Variable>> ReadVariables(const Graph& graph,
                                                    absl::Span<const NodeId> operands,
                                                    size_t max_derivative_order) {
  std::vector<Variable> variables;
  mpz_class total = 0;
  bool order_may_follow = false;
  for (size_t k = 1; k < operands.size(); ++k) {
    const bool order = order_may_follow && IsOrder(graph, operands[k]);
    if (!order && graph[operands[k]].kind != NodeKind::kArgument) {
      return base::InvalidArgument(
          "BAD_DERIVATIVE", "",
          base::StrCat("operand ", k + 1, " of a derivative is neither an argument",
                       order_may_follow ? " nor an order (a whole number)" : ""));
    }
    total += order ? mpz_class(graph.number(operands[k]).get_num() - 1) : mpz_class(1);
    if (total > max_derivative_order) {
      return base::InvalidArgument(
          "DERIVATIVE_ORDER", "",
          base::StrCat("a derivative of order ", total.get_str().substr(0, 32),
                       "; the limit max_derivative_order is ", max_derivative_order));
    }
    if (order) {
      variables.back().order = static_cast<uint32_t>(graph.number(operands[k]).get_num().get_ui());
    } else {
      variables.push_back({operands[k], 1});
    }
    order_may_follow = !order;
  }
  return variables;
}

}  // namespace formulary::expr
