#ifndef FORMULARY_SERVER_PASSES_IMPLIED_H_
#define FORMULARY_SERVER_PASSES_IMPLIED_H_

// What one condition says of another, as far as both compare the same value with numbers or are
// parts of each other. Called where piecewise expressions are folded. Never takes the failure of a
// comparison for its opposite: with NaN both fail. Pure.

#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "server/expr/graph.h"

namespace formulary::passes {

// Whether `asked` is true or false where `known` is true; nullopt: not decided.
std::optional<bool> ImpliedByTrue(const expr::Graph& graph, expr::NodeId known, expr::NodeId asked);

// The same where `known` is false.
std::optional<bool> ImpliedByFalse(const expr::Graph& graph, expr::NodeId known,
                                   expr::NodeId asked);

// What is known in a branch.
struct Known {
  std::optional<expr::NodeId> holds;      // its own condition; none in the default
  absl::Span<const expr::NodeId> failed;  // conditions before it
};

// Whether a condition is true or false there; nullopt: not decided.
std::optional<bool> Decided(const expr::Graph& graph, expr::NodeId condition, const Known& known);

// The operands of a piecewise (value, condition, ..., default) that are left there: all of them
// where nothing is decided, one where its value is.
std::vector<expr::NodeId> OpenBranches(const expr::Graph& graph, expr::NodeId piecewise,
                                       const Known& known);

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_IMPLIED_H_
