#ifndef FORMULARY_SERVER_PASSES_DIFFERENTIATE_SLOPES_H_
#define FORMULARY_SERVER_PASSES_DIFFERENTIATE_SLOPES_H_

// How the value of a call changes with one of its operands: the partial derivatives of catalogue
// rows (and those that come with the call, for with_partials) put to use on a call's operands, in
// the graph that is being differentiated. And the arithmetic of derivatives, in which 0 and 1 are
// not multiplied. For the differentiate_*.cc only.

#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "server/expr/graph.h"

namespace formulary::passes {

// A derivative, or an adjoint; nullopt: 0 everywhere, and nothing is computed for it.
using Tangent = std::optional<expr::NodeId>;

// The partial derivative is `factor` where `guard` holds and 0 elsewhere, whatever `factor` would
// be there: a branch that is not taken may be undefined.
struct Slope {
  expr::NodeId factor;
  std::optional<expr::NodeId> guard;  // nullopt: everywhere
};

// What a derivative, or an adjoint, is the sum of.
struct GuardedTerm {
  expr::NodeId value;
  std::optional<expr::NodeId> guard;  // as of a Slope
};

// One thread at a time; borrows the graph, which may grow.
class Slopes {
 public:
  explicit Slopes(expr::Graph* graph) : graph_(graph) {}

  expr::Graph& graph() { return *graph_; }

  // False when the call's value does not change with operand `k` (a condition, a rounding): no
  // derivative passes there. Makes no nodes.
  bool Passes(expr::NodeId call, size_t k) const;

  // UNIMPLEMENTED (NO_DERIVATIVE) naming function and operand where the row has no partial.
  // REQUIRES: Passes(call, k); sums apart, no call of a variadic row has more than two operands
  // (FoldVariadic).
  absl::StatusOr<Slope> Of(expr::NodeId call, size_t k);

  // The sum of the terms where their guards hold. Terms of branches of one selection make one
  // selection.
  Tangent Sum(absl::Span<const GuardedTerm> terms);

 private:
  // A value of a selection, by its guard.
  struct Branch {
    expr::NodeId selection;
    size_t value = 0;
  };
  // Terms that go where values of a selection stand.
  struct SelectedValue {
    size_t position = 0;
    expr::NodeId guard, value;
  };
  struct Selected {
    expr::NodeId selection;
    std::vector<SelectedValue> values;
  };
  struct Entry {
    bool known = false;
    Slope slope;
  };
  void FillSelection(expr::NodeId call);
  Slope Guarded(expr::NodeId partial);
  void AddSelected(const Selected& selected, std::vector<expr::NodeId>* sum);
  std::vector<std::optional<expr::NodeId>> GuardsOf(expr::NodeId selection);
  Entry& EntryOf(expr::NodeId call, size_t k);

  expr::Graph* graph_;
  absl::flat_hash_map<expr::NodeId, Branch> branches_;  // of the guards that were made first
  std::vector<Entry> entries_;  // by a call's first operand in the graph, plus the operand
};

// The same call with at most two operands at a time: f(f(a, b), c), which is how variadic rows are
// computed. Sums stay whole, and rows that are not variadic.
expr::NodeId FoldedCall(expr::FunctionId function, absl::Span<const expr::NodeId> operands,
                        expr::Graph* graph);

// a*b, without what is plain to see: 1*a, 0*a, exact products.
expr::NodeId MakeProduct(expr::Graph* graph, expr::NodeId a, expr::NodeId b);
// Both conditions; nullopt holds everywhere.
std::optional<expr::NodeId> Both(expr::Graph* graph, const std::optional<expr::NodeId>& a,
                                 const std::optional<expr::NodeId>& b);

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_DIFFERENTIATE_SLOPES_H_
