#include "server/passes/pattern.h"

#include <utility>

namespace formulary::passes {
namespace {

using expr::Graph;
using expr::Node;
using expr::NodeId;
using expr::NodeKind;
namespace fn = expr::fn;

// Sums and products longer than this are not searched for a pattern's terms.
constexpr size_t kMaxSearchedOperands = 64;

class Matcher {
 public:
  Matcher(const Graph& pattern, Rewriter* rewriter) : pattern_(pattern), rewriter_(*rewriter) {}

  bool Root(NodeId pattern, NodeId node, Match* match) {
    if (rewriter_.numerics() != expr::Numerics::kStrict) {
      if (pattern_.IsCall(pattern, fn::kAdd)) return SumAtRoot(pattern, node, match);
      if (pattern_.IsCall(pattern, fn::kMul)) return ProductAtRoot(pattern, node, match);
    }
    return At(pattern, node, match);
  }

 private:
  const Graph& graph() const { return rewriter_.graph(); }

  bool At(NodeId pattern, NodeId node, Match* match) {
    const Node& wanted = pattern_[pattern];
    switch (wanted.kind) {
      case NodeKind::kArgument:
        return Bind(wanted.payload, node, match);
      case NodeKind::kNumber:
        return graph().IsNumber(node) && graph().number(node) == pattern_.number(pattern);
      case NodeKind::kReal:
        return graph()[node].kind == NodeKind::kReal && graph()[node].bits == wanted.bits;
      case NodeKind::kNamed:
      case NodeKind::kBoolean:
        return graph()[node].kind == wanted.kind && graph()[node].detail == wanted.detail;
      case NodeKind::kCall:
        break;
    }
    const absl::Span<const NodeId> operands = pattern_.operands(pattern);
    if (rewriter_.numerics() != expr::Numerics::kStrict) {
      if (wanted.function == fn::kMul && operands.size() == 2 &&
          pattern_.IsNumber(operands[0], -1)) {
        return Negated(operands[1], node, match);
      }
      if (wanted.function == fn::kAdd) return SumInside(pattern, node, match);
    }
    if (!graph().IsCall(node, wanted.function)) return false;
    // By value: matching may add nodes, and the graph's operands may move.
    const absl::Span<const NodeId> found = graph().operands(node);
    const std::vector<NodeId> candidates(found.begin(), found.end());
    if (candidates.size() != operands.size()) return false;
    for (size_t i = 0; i < operands.size(); ++i) {
      if (!At(operands[i], candidates[i], match)) return false;
    }
    return true;
  }

  bool Bind(uint32_t variable, NodeId node, Match* match) {
    if (match->bound[variable]) return match->bindings[variable] == node;
    match->bound[variable] = true;
    match->bindings[variable] = node;
    return true;
  }

  // The coefficient that a canonical node carries: c of c*x, or the number itself.
  mpq_class Coefficient(NodeId node) const {
    if (graph().IsNumber(node)) return graph().number(node);
    if (!graph().IsCall(node, fn::kMul)) return 1;
    const NodeId first = graph().operands(node)[0];
    return graph().IsNumber(first) ? graph().number(first) : mpq_class(1);
  }

  // -a: fits what visibly carries a minus.
  bool Negated(NodeId pattern, NodeId node, Match* match) {
    if (Coefficient(node) >= 0) return false;
    return At(pattern, rewriter_.Make(fn::kNeg, {node}), match);
  }

  // number + variable inside another call: the variable takes the rest of the sum.
  bool SumInside(NodeId pattern, NodeId node, Match* match) {
    const absl::Span<const NodeId> wanted = pattern_.operands(pattern);
    if (!graph().IsCall(node, fn::kAdd) || wanted.size() != 2 || !pattern_.IsNumber(wanted[0]))
      return false;
    const absl::Span<const NodeId> found = graph().operands(node);
    const std::vector<NodeId> candidates(found.begin(), found.end());
    if (!graph().IsNumber(candidates[0]) ||
        graph().number(candidates[0]) != pattern_.number(wanted[0])) {
      return false;
    }
    const absl::Span<const NodeId> rest = absl::MakeConstSpan(candidates).subspan(1);
    const NodeId remainder = rest.size() == 1 ? rest[0] : rewriter_.Make(fn::kAdd, rest);
    return At(wanted[1], remainder, match);
  }

  // number + coefficient*call anywhere in the sum, both scaled alike; other terms are left over.
  bool SumAtRoot(NodeId pattern, NodeId node, Match* match) {
    const absl::Span<const NodeId> wanted = pattern_.operands(pattern);
    const absl::Span<const NodeId> found = graph().operands(node);
    const std::vector<NodeId> candidates(found.begin(), found.end());
    if (wanted.size() != 2 || !pattern_.IsNumber(wanted[0]) ||
        candidates.size() > kMaxSearchedOperands || !graph().IsNumber(candidates[0])) {
      return false;
    }
    const mpq_class scale = graph().number(candidates[0]) / pattern_.number(wanted[0]);
    for (size_t i = 1; i < candidates.size(); ++i) {
      NodeId call = wanted[1];
      mpq_class coefficient = scale;
      if (pattern_.IsCall(call, fn::kMul) && pattern_.IsNumber(pattern_.operands(call)[0])) {
        coefficient *= pattern_.number(pattern_.operands(call)[0]);
        call = pattern_.operands(call)[1];
      }
      if (Coefficient(candidates[i]) != coefficient) continue;
      const NodeId base = coefficient == 1
                              ? candidates[i]
                              : rewriter_.Make(fn::kMul, {rewriter_.graph().Number(1 / coefficient),
                                                          candidates[i]});
      Match attempt;
      if (!At(call, base, &attempt)) continue;
      attempt.scale = scale;
      for (size_t k = 1; k < candidates.size(); ++k) {
        if (k != i) attempt.rest.push_back(candidates[k]);
      }
      *match = std::move(attempt);
      return true;
    }
    return false;
  }

  // Two factors anywhere in the product; other factors are left over.
  bool ProductAtRoot(NodeId pattern, NodeId node, Match* match) {
    const absl::Span<const NodeId> wanted = pattern_.operands(pattern);
    const absl::Span<const NodeId> found = graph().operands(node);
    const std::vector<NodeId> candidates(found.begin(), found.end());
    if (wanted.size() != 2 || pattern_.IsNumber(wanted[0]) ||
        candidates.size() > kMaxSearchedOperands) {
      return false;
    }
    for (size_t i = 0; i < candidates.size(); ++i) {
      Match first;
      if (!At(wanted[0], candidates[i], &first)) continue;
      for (size_t j = 0; j < candidates.size(); ++j) {
        Match attempt = first;
        if (j == i || !At(wanted[1], candidates[j], &attempt)) continue;
        for (size_t k = 0; k < candidates.size(); ++k) {
          if (k != i && k != j) attempt.rest.push_back(candidates[k]);
        }
        *match = std::move(attempt);
        return true;
      }
    }
    return false;
  }

  const Graph& pattern_;
  Rewriter& rewriter_;
};

}  // namespace

bool FindMatch(const expr::RowText& pattern, NodeId node, Rewriter* rewriter, Match* match) {
  return Matcher(pattern.graph, rewriter).Root(pattern.root, node, match);
}

NodeId InstantiateWith(const expr::RowText& text, absl::Span<const NodeId> operands,
                       Rewriter* rewriter) {
  std::vector<NodeId> renamed(text.graph.size());
  std::vector<NodeId> mapped;
  for (uint32_t i = 0; i <= text.root.value; ++i) {
    const NodeId id{i};
    const Node& node = text.graph[id];
    if (node.kind == NodeKind::kArgument) {
      if (node.payload < operands.size()) renamed[i] = operands[node.payload];
      continue;
    }
    if (node.kind != NodeKind::kCall) {
      renamed[i] = rewriter->graph().ImportLeaf(text.graph, id);
      continue;
    }
    mapped.clear();
    for (const NodeId operand : text.graph.operands(id)) mapped.push_back(renamed[operand.value]);
    renamed[i] = rewriter->Make(node.function, mapped);
  }
  return renamed[text.root.value];
}

}  // namespace formulary::passes
