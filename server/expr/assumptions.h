#ifndef FORMULARY_SERVER_EXPR_ASSUMPTIONS_H_
#define FORMULARY_SERVER_EXPR_ASSUMPTIONS_H_

// What is known of values: checks a client's assumptions for contradictions, and derives facts for
// every node of a graph from those of the arguments. Sound, not complete: an unset fact is unknown.

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "server/expr/interval.h"
#include "server/expr/program.h"

namespace formulary::expr {

// INVALID_ARGUMENT (CONTRADICTION) when the argument's assumptions cannot all hold.
absl::Status CheckAssumptions(const Argument& argument);

// Facts of one node's value, for every input on which the node's operands are all defined. A NaN
// has no sign: facts speak of values that are numbers, infinities included.
struct Facts {
  bool positive = false;     // > 0
  bool nonnegative = false;  // >= 0
  bool negative = false;     // < 0
  bool nonzero = false;
  bool integer = false;
  bool finite = false;  // neither NaN nor infinite; overflow of the arithmetic aside
  bool number = false;  // not NaN
  // `finite` holds where arguments are that are presumed to be finite, and says nothing of NaN.
  bool presumed = false;
  // Where it lies, rounded outward. What is positive has the least subnormal for its lower end.
  Interval range;
};

// The facts of an argument by its assumptions.
Facts FactsOf(const Argument& argument);

// The facts of node `id`, given those of its operands (indexed by node id).
Facts DeriveFacts(const Graph& graph, NodeId id, absl::Span<const Facts> facts,
                  absl::Span<const Argument> arguments);

// True when `facts` has the one called `name` (positive, nonnegative, negative, nonzero,
// integer, finite, number).
bool HasFact(const Facts& facts, std::string_view name);

}  // namespace formulary::expr

#endif  // FORMULARY_SERVER_EXPR_ASSUMPTIONS_H_
