#ifndef FORMULARY_SERVER_EXPR_DERIVATIVE_H_
#define FORMULARY_SERVER_EXPR_DERIVATIVE_H_

// The operands of a call of "derivative": an expression, then arguments, each with its order after
// it if that is not 1. Read here for the text parser, which points at what is wrong, for the
// printers, and for the pass that resolves such calls.

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "server/expr/graph.h"

namespace formulary::expr {

struct Variable {
  NodeId argument;
  uint32_t order = 1;
};

// In the order in which the derivatives are taken. INVALID_ARGUMENT: BAD_DERIVATIVE for an operand
// that is neither an argument nor an order after one, DERIVATIVE_ORDER for orders that are above
// `max_derivative_order` together.
absl::StatusOr<std::vector<Variable>> ReadVariables(const Graph& graph,
                                                    absl::Span<const NodeId> operands,
                                                    size_t max_derivative_order);

}  // namespace formulary::expr

#endif  // FORMULARY_SERVER_EXPR_DERIVATIVE_H_
