#include "server/passes/differentiate_reverse.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "server/base/error.h"
#include "server/base/status_macros.h"
#include "server/expr/catalogue.h"

namespace formulary::passes {

using expr::Graph;
using expr::NodeId;
namespace fn = expr::fn;

namespace {

// When a node is needed: under any of these conditions, or always.
struct Need {
  bool always = false;
  std::vector<NodeId> conditions;
};

// One thread at a time, one sweep.
class Sweep {
 public:
  Sweep(Slopes* slopes, const std::vector<bool>& depends, size_t max_nodes)
      : slopes_(*slopes), graph_(slopes->graph()), depends_(depends), max_nodes_(max_nodes) {}

  absl::StatusOr<std::vector<Tangent>> Run(absl::Span<const Seed> seeds,
                                           absl::Span<const NodeId> leaves);

 private:
  struct Edge {
    NodeId operand;
    size_t position = 0;
  };

  std::vector<Edge> EdgesOf(NodeId id) const;
  void FindActive(absl::Span<const Seed> seeds);
  absl::Status FindNeeds(absl::Span<const Seed> seeds, absl::Span<const NodeId> leaves);
  void Settle(uint32_t i);
  absl::Status PassDown(NodeId id);
  absl::Status CheckSize() const;

  Slopes& slopes_;
  Graph& graph_;
  const std::vector<bool>& depends_;
  const size_t max_nodes_;
  std::vector<bool> active_;                     // a seed needs it, and it depends on a leaf
  std::vector<Need> needs_;                      // while users add to them
  std::vector<std::optional<NodeId>> needed_;    // settled: nullopt is always
  std::vector<std::vector<GuardedTerm>> parts_;  // of adjoints
  std::vector<Tangent> adjoints_;
};

absl::Status Sweep::CheckSize() const {
  if (graph_.size() <= max_nodes_) return absl::OkStatus();
  return base::OverLimit("NODE_LIMIT", "", "max_nodes", max_nodes_, graph_.size());
}

// The operands through which the derivative passes.
std::vector<Sweep::Edge> Sweep::EdgesOf(NodeId id) const {
  std::vector<Edge> edges;
  const absl::Span<const NodeId> operands = graph_.operands(id);
  for (size_t k = 0; k < operands.size(); ++k) {
    if (depends_[operands[k].value] && slopes_.Passes(id, k)) edges.push_back({operands[k], k});
  }
  return edges;
}

void Sweep::FindActive(absl::Span<const Seed> seeds) {
  active_.assign(depends_.size(), false);
  for (const Seed& seed : seeds) active_[seed.node.value] = depends_[seed.node.value];
  for (size_t i = active_.size(); i-- > 0;) {
    if (!active_[i]) continue;
    for (const Edge& edge : EdgesOf(NodeId{static_cast<uint32_t>(i)}))
      active_[edge.operand.value] = true;
  }
}

void Sweep::Settle(uint32_t i) {
  Need& need = needs_[i];
  if (need.always) return;
  std::sort(need.conditions.begin(), need.conditions.end());
  need.conditions.erase(std::unique(need.conditions.begin(), need.conditions.end()),
                        need.conditions.end());
  needed_[i] =
      need.conditions.size() == 1 ? need.conditions[0] : graph_.Call(fn::kOr, need.conditions);
}

// Users before operands. A leaf's adjoint must be right always.
absl::Status Sweep::FindNeeds(absl::Span<const Seed> seeds, absl::Span<const NodeId> leaves) {
  needs_.resize(active_.size());
  needed_.resize(active_.size());
  for (const Seed& seed : seeds) needs_[seed.node.value].always = true;
  for (const NodeId leaf : leaves) needs_[leaf.value].always = true;
  for (size_t i = active_.size(); i-- > 0;) {
    if (!active_[i]) continue;
    const NodeId id{static_cast<uint32_t>(i)};
    Settle(id.value);
    for (const Edge& edge : EdgesOf(id)) {
      Need& need = needs_[edge.operand.value];
      if (need.always) continue;
      ASSIGN_OR_RETURN(const Slope slope, slopes_.Of(id, edge.position));
      const std::optional<NodeId> condition = Both(&graph_, needed_[i], slope.guard);
      need.always = !condition.has_value();
      if (condition.has_value()) need.conditions.push_back(*condition);
    }
    RETURN_IF_ERROR(CheckSize());
  }
  return absl::OkStatus();
}

absl::Status Sweep::PassDown(NodeId id) {
  adjoints_[id.value] = slopes_.Sum(parts_[id.value]);
  parts_[id.value].clear();
  const Tangent adjoint = adjoints_[id.value];
  if (!adjoint.has_value()) return absl::OkStatus();
  const std::optional<NodeId>& needed = needed_[id.value];
  for (const Edge& edge : EdgesOf(id)) {
    ASSIGN_OR_RETURN(const Slope slope, slopes_.Of(id, edge.position));
    // Where the operand is needed under the same condition only, nothing need be selected.
    const std::optional<NodeId> condition = Both(&graph_, needed, slope.guard);
    const std::optional<NodeId>& operand_needed = needed_[edge.operand.value];
    const std::optional<NodeId> guard = operand_needed == condition ? std::nullopt
                                        : operand_needed == needed  ? slope.guard
                                                                    : condition;
    parts_[edge.operand.value].push_back({MakeProduct(&graph_, *adjoint, slope.factor), guard});
  }
  return CheckSize();
}

absl::StatusOr<std::vector<Tangent>> Sweep::Run(absl::Span<const Seed> seeds,
                                                absl::Span<const NodeId> leaves) {
  FindActive(seeds);
  RETURN_IF_ERROR(FindNeeds(seeds, leaves));
  parts_.resize(active_.size());
  adjoints_.resize(active_.size());
  for (const Seed& seed : seeds) {
    if (active_[seed.node.value]) parts_[seed.node.value].push_back({seed.tangent, std::nullopt});
  }
  for (size_t i = active_.size(); i-- > 0;) {
    if (active_[i]) RETURN_IF_ERROR(PassDown(NodeId{static_cast<uint32_t>(i)}));
  }
  std::vector<Tangent> result;
  for (const NodeId leaf : leaves) result.push_back(adjoints_[leaf.value]);
  return result;
}

}  // namespace

std::vector<bool> DependOn(const Slopes& slopes, const Graph& graph,
                           absl::Span<const NodeId> leaves) {
  std::vector<bool> depends(graph.size(), false);
  for (const NodeId leaf : leaves) depends[leaf.value] = true;
  for (uint32_t i = 0; i < graph.size(); ++i) {
    const NodeId id{i};
    const absl::Span<const NodeId> operands = graph.operands(id);
    for (size_t k = 0; k < operands.size() && !depends[i]; ++k)
      depends[i] = depends[operands[k].value] && slopes.Passes(id, k);
  }
  return depends;
}

absl::StatusOr<std::vector<Tangent>> ReverseMode(Slopes* slopes, const std::vector<bool>& depends,
                                                 absl::Span<const Seed> seeds,
                                                 absl::Span<const NodeId> leaves,
                                                 size_t max_nodes) {
  return Sweep(slopes, depends, max_nodes).Run(seeds, leaves);
}

}  // namespace formulary::passes
