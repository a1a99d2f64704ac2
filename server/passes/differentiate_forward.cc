#include "server/passes/differentiate_forward.h"

#include <algorithm>

#include "server/base/error.h"
#include "server/base/status_macros.h"
#include "server/expr/catalogue.h"

namespace formulary::passes {

using expr::Graph;
using expr::NodeId;
using expr::NodeKind;
namespace fn = expr::fn;

ForwardMode::ForwardMode(Slopes* slopes, absl::Span<const Seed> seeds, size_t max_nodes)
    : slopes_(slopes), max_nodes_(max_nodes) {
  states_.resize(slopes->graph().size(), State::kUnknown);
  tangents_.resize(states_.size());
  for (const Seed& seed : seeds) {
    states_[seed.node.value] = State::kNonzero;
    tangents_[seed.node.value] = seed.tangent;
  }
}

Tangent ForwardMode::Known(NodeId id) const {
  return states_[id.value] == State::kNonzero ? Tangent(tangents_[id.value]) : std::nullopt;
}

// What `root` needs and is not known yet, in order of ids: operands come first.
void ForwardMode::Queue(NodeId root) {
  const Graph& graph = slopes_->graph();
  if (states_.size() < graph.size()) {
    states_.resize(graph.size(), State::kUnknown);
    tangents_.resize(graph.size());
  }
  queue_.clear();
  const auto visit = [this](NodeId id) {
    if (states_[id.value] != State::kUnknown) return;
    states_[id.value] = State::kQueued;
    stack_.push_back(id.value);
  };
  visit(root);
  while (!stack_.empty()) {
    const NodeId id{stack_.back()};
    stack_.pop_back();
    queue_.push_back(id.value);
    const absl::Span<const NodeId> operands = graph.operands(id);
    for (size_t k = 0; k < operands.size(); ++k) {
      if (slopes_->Passes(id, k)) visit(operands[k]);
    }
  }
  std::sort(queue_.begin(), queue_.end());
}

// value, condition, ..., default: the derivative selects among the derivatives.
Tangent ForwardMode::OfSelection(NodeId id) {
  Graph& graph = slopes_->graph();
  const absl::Span<const NodeId> seen = graph.operands(id);
  std::vector<NodeId> operands(seen.begin(), seen.end());
  bool any = false;
  for (size_t k = 0; k < operands.size(); k += 2) {
    const Tangent tangent = Known(operands[k]);
    any |= tangent.has_value();
    operands[k] = tangent.has_value() ? *tangent : graph.Integer(0);
  }
  if (!any) return std::nullopt;
  return graph.Call(fn::kPiecewise, operands);
}

absl::StatusOr<Tangent> ForwardMode::OfCall(NodeId id) {
  Graph& graph = slopes_->graph();
  const absl::Span<const NodeId> seen = graph.operands(id);
  const std::vector<NodeId> operands(seen.begin(), seen.end());  // the graph grows
  std::vector<GuardedTerm> terms;
  for (size_t k = 0; k < operands.size(); ++k) {
    if (!slopes_->Passes(id, k)) continue;
    const Tangent tangent = Known(operands[k]);
    if (!tangent.has_value()) continue;
    ASSIGN_OR_RETURN(const Slope slope, slopes_->Of(id, k));
    terms.push_back({MakeProduct(&graph, *tangent, slope.factor), slope.guard});
  }
  return slopes_->Sum(terms);
}

absl::StatusOr<Tangent> ForwardMode::Derive(NodeId id) {
  const Graph& graph = slopes_->graph();
  if (graph[id].kind != NodeKind::kCall) return Tangent(std::nullopt);
  if (graph.IsCall(id, fn::kPiecewise)) return OfSelection(id);
  return OfCall(id);
}

absl::StatusOr<Tangent> ForwardMode::Of(NodeId root) {
  Queue(root);
  for (const uint32_t i : queue_) {
    absl::StatusOr<Tangent> tangent = Derive(NodeId{i});
    if (!tangent.ok()) {
      for (const uint32_t left : queue_) {
        if (states_[left] == State::kQueued) states_[left] = State::kUnknown;
      }
      return tangent.status();
    }
    states_[i] = tangent->has_value() ? State::kNonzero : State::kZero;
    if (tangent->has_value()) tangents_[i] = **tangent;
    const size_t size = slopes_->graph().size();
    if (size > max_nodes_) return base::OverLimit("NODE_LIMIT", "", "max_nodes", max_nodes_, size);
  }
  return Known(root);
}

}  // namespace formulary::passes
