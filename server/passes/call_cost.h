#ifndef FORMULARY_SERVER_PASSES_CALL_COST_H_
#define FORMULARY_SERVER_PASSES_CALL_COST_H_

// The cost model (cost.h), one call at a time. For the model itself and for passes that compare
// forms of a few nodes.

#include <gmpxx.h>

#include "server/expr/graph.h"
#include "server/expr/types.h"
#include "server/passes/cost.h"

namespace formulary::passes {

// Whether lowering makes base**exponent of multiplications, square roots and a division, rather
// than call pow.
bool IsProductOfPowers(const mpq_class& exponent, expr::Numerics numerics, bool accurate);

// The routine of a call's row.
double RoutineNanoseconds(const expr::Graph& graph, expr::NodeId call, const CostTable& costs);

// A call that is neither sum nor product nor power: its operation, as often as it has operands to
// join, or its routine.
double PlainNanoseconds(const expr::Graph& graph, expr::NodeId call, const CostTable& costs);

// Any call, what lowering shares between nodes left out of account: an estimate.
double CallNanoseconds(const expr::Graph& graph, expr::NodeId call, expr::Numerics numerics,
                       const CostTable& costs = ReferenceCosts());

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_CALL_COST_H_
