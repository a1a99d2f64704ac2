#include "server/passes/branches.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "server/expr/catalogue.h"
#include "server/passes/implied.h"
#include "server/passes/operations.h"

namespace formulary::passes {
namespace {

using expr::Graph;
using expr::NodeId;
namespace fn = expr::fn;

// So many nodes of a branch's value are looked at, so many in all for each of the graph's, and so
// many conditions before a branch.
constexpr size_t kMaxBranchNodes = 256;
constexpr size_t kMaxLooks = 64;
constexpr size_t kMaxKnown = 16;

class Folder {
 public:
  Folder(const expr::Program& program, const Budget& budget)
      : size_(program.graph.size()),
        looks_left_(kMaxLooks * size_),
        rewriter_(program, budget, RulesFor(program.numerics)),
        renamed_(size_) {
    rewriter_.graph() = program.graph;
  }

  void Run(const std::vector<bool>& needed);
  bool changed() const { return changed_; }
  NodeId renamed(NodeId node) const { return renamed_[node.value]; }
  Rewriter& rewriter() { return rewriter_; }

 private:
  Graph& graph() { return rewriter_.graph(); }

  NodeId Piecewise(const std::vector<NodeId>& operands);
  NodeId Within(NodeId value, const Known& known);
  NodeId Folded(NodeId node, const Known& known);
  NodeId FoldedPiecewise(NodeId node, const Known& known);
  NodeId FoldedMagnitude(NodeId node, const Known& known);

  uint32_t size_;
  size_t looks_left_;
  Rewriter rewriter_;
  std::vector<NodeId> renamed_;
  bool changed_ = false;
};

NodeId Folder::FoldedPiecewise(NodeId node, const Known& known) {
  const std::vector<NodeId> open = OpenBranches(graph(), node, known);
  if (graph().operands(node) == absl::MakeConstSpan(open)) return node;
  return open.size() == 1 ? open[0] : rewriter_.Make(fn::kPiecewise, open);
}

// |x| of an x that is not negative, or not positive, there; NaN is either.
NodeId Folder::FoldedMagnitude(NodeId node, const Known& known) {
  const NodeId x = graph().operands(node)[0];
  const NodeId zero = graph().Integer(0);
  if (!Decided(graph(), graph().Call(fn::kLess, {x, zero}), known).value_or(true)) return x;
  if (Decided(graph(), graph().Call(fn::kGreater, {x, zero}), known).value_or(true)) return node;
  return rewriter_.Make(fn::kNeg, {x});
}

NodeId Folder::Folded(NodeId node, const Known& known) {
  if (graph().IsCall(node, fn::kPiecewise)) return FoldedPiecewise(node, known);
  if (graph().IsCall(node, fn::kAbs)) return FoldedMagnitude(node, known);
  return node;
}

// The value as it is where the branch is taken.
NodeId Folder::Within(NodeId value, const Known& known) {
  std::vector<NodeId> inside, stack = {value};
  absl::flat_hash_set<NodeId> seen = {value};
  bool foldable = false;
  while (!stack.empty() && inside.size() < kMaxBranchNodes && looks_left_ > 0) {
    const NodeId node = stack.back();
    stack.pop_back();
    --looks_left_;
    inside.push_back(node);
    foldable = foldable || graph().IsCall(node, fn::kPiecewise) || graph().IsCall(node, fn::kAbs);
    for (const NodeId operand : graph().operands(node)) {
      if (graph()[operand].kind == expr::NodeKind::kCall && seen.insert(operand).second)
        stack.push_back(operand);
    }
  }
  if (!foldable) return value;
  std::sort(inside.begin(), inside.end());
  absl::flat_hash_map<NodeId, NodeId> folded;
  std::vector<NodeId> operands;
  for (const NodeId node : inside) {
    operands.assign(graph().operands(node).begin(), graph().operands(node).end());
    bool differs = false;
    for (NodeId& operand : operands) {
      const auto found = folded.find(operand);
      if (found == folded.end()) continue;
      operand = found->second;
      differs = true;
    }
    NodeId made = node;
    if (differs) made = rewriter_.Make(graph()[node].function, operands);
    made = Folded(made, known);
    if (made != node) folded.emplace(node, made);
  }
  const auto found = folded.find(value);
  return found == folded.end() ? value : found->second;
}

NodeId Folder::Piecewise(const std::vector<NodeId>& operands) {
  std::vector<NodeId> values = operands, failed;
  for (size_t i = 0; i < operands.size(); i += 2) {
    const bool last = i + 1 == operands.size();
    Known known{.failed = failed};
    if (!last) known.holds = operands[i + 1];
    values[i] = Within(operands[i], known);
    if (!last && failed.size() < kMaxKnown) failed.push_back(operands[i + 1]);
  }
  return rewriter_.Make(fn::kPiecewise, values);
}

void Folder::Run(const std::vector<bool>& needed) {
  std::vector<NodeId> operands;
  for (uint32_t i = 0; i < size_; ++i) {
    const NodeId id{i};
    renamed_[i] = id;
    if (!needed[i] || graph()[id].kind != expr::NodeKind::kCall) continue;
    operands.clear();
    bool differs = false;
    for (const NodeId operand : graph().operands(id)) {
      operands.push_back(renamed_[operand.value]);
      differs = differs || operands.back() != operand;
    }
    if (graph().IsCall(id, fn::kPiecewise)) {
      renamed_[i] = Piecewise(operands);
    } else if (differs) {
      renamed_[i] = rewriter_.Make(graph()[id].function, operands);
    }
    changed_ = changed_ || renamed_[i] != id;
  }
}

}  // namespace

void FoldBranches(const Budget& budget, Simplified* state) {
  const Graph& graph = state->program.graph;
  const std::vector<bool> needed = graph.Reachable(state->program.roots());
  bool any = false;
  for (uint32_t i = 0; i < graph.size() && !any; ++i)
    any = needed[i] && graph.IsCall(NodeId{i}, fn::kPiecewise);
  if (!any) return;
  Folder folder(state->program, budget);
  folder.Run(needed);
  if (!folder.changed() || folder.rewriter().stop_reason() != StopReason::kFinished) return;
  expr::Program folded = state->program;
  folded.graph = std::move(folder.rewriter().graph());
  for (expr::Output& output : folded.outputs) output.node = folder.renamed(output.node);
  const uint32_t before = CountOperations(graph, state->program.roots());
  if (CountOperations(folded.graph, folded.roots()) >= before) return;
  state->program = std::move(folded);
}

}  // namespace formulary::passes
