#ifndef FORMULARY_SERVER_ANALYSIS_BALL_GRAPH_H_
#define FORMULARY_SERVER_ANALYSIS_BALL_GRAPH_H_

// Evaluates a whole graph in Arb's ball arithmetic at one precision: every node's value enclosed,
// or surely undefined, or not known at this precision. Operations are those of the reals: nothing
// is rounded, nothing overflows. Called by exact.cc, which raises the precision. Never recurses.

#include <vector>

#include "absl/types/span.h"
#include "server/analysis/ball_value.h"
#include "server/expr/graph.h"

namespace formulary::analysis {

// Immutable.
class BallGraph {
 public:
  // REQUIRES: `graph` outlives it; rows without a routine are expanded, conversions explicit.
  BallGraph(const expr::Graph& graph, std::vector<expr::NodeId> roots);

  // Values of the nodes that the roots need, by node id. REQUIRES: values->size() == graph.size();
  // an argument for each position that occurs.
  void Evaluate(absl::Span<const BallValue> arguments, slong precision,
                std::vector<BallValue>* values) const;

  const std::vector<bool>& needed() const { return needed_; }

 private:
  void Call(expr::NodeId id, slong precision, std::vector<BallValue>* values) const;

  const expr::Graph& graph_;
  std::vector<bool> needed_;
};

}  // namespace formulary::analysis

#endif  // FORMULARY_SERVER_ANALYSIS_BALL_GRAPH_H_
