#ifndef FORMULARY_SERVER_PASSES_IMPLIED_H_
#define FORMULARY_SERVER_PASSES_IMPLIED_H_

// What one condition says of another, as far as both compare the same value with numbers or are
// parts of each other. Called where piecewise expressions are folded. Never takes the failure of a
// comparison for its opposite: with NaN both fail. Pure.

#include <optional>

#include "server/expr/graph.h"

namespace formulary::passes {

// Whether `asked` is true or false where `known` is true; nullopt: not decided.
std::optional<bool> ImpliedByTrue(const expr::Graph& graph, expr::NodeId known, expr::NodeId asked);

// The same where `known` is false.
std::optional<bool> ImpliedByFalse(const expr::Graph& graph, expr::NodeId known,
                                   expr::NodeId asked);

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_IMPLIED_H_
