#ifndef FORMULARY_SERVER_PASSES_EXTRACTION_H_
#define FORMULARY_SERVER_PASSES_EXTRACTION_H_

// Chooses one form for each node so that the whole becomes cheap. A node counts once however many
// others use it, along the forms chosen so far; so a form that uses what is there anyway is nearly
// free, and one that takes the last use of something away saves it. Called by the pass that makes
// the forms (choices.h).

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "server/expr/program.h"
#include "server/passes/forms.h"

namespace formulary::passes {

// One thread at a time.
class Extraction {
 public:
  // Starts with every node as it is. REQUIRES: `program`, whose graph has all nodes of `forms`,
  // outlives it and does not grow.
  Extraction(const expr::Program& program, absl::Span<const Form> forms, uint64_t max_steps);

  // Node by node, operands first, takes the form that lowers the cost most; then groups of nodes
  // whose forms need the same new operand; then node by node once more. Ends early when max_steps
  // nodes were visited, with what it has.
  void Improve();

  // Back to the node as it is.
  void Reset(expr::NodeId node) { Take(node, node); }

  // Those forms that were chosen for nodes that are used.
  std::vector<Form> Chosen() const;

  bool out_of_steps() const { return steps_ > max_steps_; }

 private:
  void Price();
  void Acquire(expr::NodeId node);
  void Release(expr::NodeId node);
  void Take(expr::NodeId node, expr::NodeId form);
  void ImproveNode(absl::Span<const Form> forms);
  void ImproveGroups();
  bool IsUsed(expr::NodeId node) const { return uses_[node.value] > 0; }

  const expr::Program& program_;
  const expr::Graph& graph_;
  absl::Span<const Form> forms_;
  uint64_t max_steps_;
  uint64_t steps_ = 0;
  double total_ = 0;                    // of all calls that are computed
  std::vector<double> prices_;          // by node
  std::vector<expr::NodeId> chosen_;    // by node
  std::vector<uint32_t> uses_;          // of the node's value
  std::vector<uint32_t> computed_for_;  // nodes in use whose chosen form this is
};

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_EXTRACTION_H_
