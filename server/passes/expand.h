#ifndef FORMULARY_SERVER_PASSES_EXPAND_H_
#define FORMULARY_SERVER_PASSES_EXPAND_H_

// Expansion: functions without a routine of their own become functions that have one, as their
// catalogue rows say (factorial(n) becomes gamma(n + 1)). Nothing else changes. Simplify expands as
// it goes; this pass alone serves what must not simplify: the reference interpreter of the tests.

#include "absl/types/span.h"
#include "server/expr/program.h"

namespace formulary::passes {

expr::Program Expand(const expr::Program& program);

// True when some node is a call that expands.
bool HasExpansions(const expr::Graph& graph);

// One call, `function` of `operands`, expanded, in `graph`.
expr::NodeId ExpandedCall(expr::FunctionId function, absl::Span<const expr::NodeId> operands,
                          expr::Graph* graph);

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_EXPAND_H_
