#ifndef FORMULARY_SERVER_PASSES_FORMS_H_
#define FORMULARY_SERVER_PASSES_FORMS_H_

// Nodes of one graph that have the same value, kept as further forms of a node: an e-graph without
// merging, bounded in size and acyclic whatever form is taken where. Made and read by the pass that
// chooses between forms (choices.h).

#include <cstddef>
#include <vector>

#include "absl/types/span.h"
#include "server/expr/graph.h"
#include "server/passes/rules.h"

namespace formulary::passes {

struct Form {
  expr::NodeId node;  // whose value it is
  expr::NodeId form;  // another node of the graph, computed from its own operands
  const Rule* rule;   // why
};

inline constexpr size_t kMaxFormsOfNode = 8;

// One thread at a time.
class Forms {
 public:
  // REQUIRES: `graph` outlives it; it may grow.
  Forms(const expr::Graph& graph, size_t max_forms) : graph_(graph), max_forms_(max_forms) {}

  // True when `form` is new to `node` and may be taken: there is room, and every operand of the
  // form is simpler than the node, so that no choice of forms can lead back to where it started.
  // REQUIRES: nodes come in ascending order.
  bool Add(expr::NodeId node, expr::NodeId form, const Rule& rule);

  // Those of one node are neighbours.
  absl::Span<const Form> all() const { return forms_; }

 private:
  // Grows strictly from operands to users: the size of the expression written out, functions that
  // are taken apart into several being larger. Infinite where that overflows.
  double Measure(expr::NodeId node);

  const expr::Graph& graph_;
  size_t max_forms_;
  std::vector<Form> forms_;
  std::vector<double> measures_;
};

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_FORMS_H_
