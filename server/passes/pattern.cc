#include "server/passes/pattern.h"

#include <algorithm>
#include <cstddef>
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

  // A sum of two inside another call: one operand is a number or bound already, and the other takes
  // the rest of the sum; or the sum has two terms, in either order.
  bool SumInside(NodeId pattern, NodeId node, Match* match) {
    const absl::Span<const NodeId> wanted = pattern_.operands(pattern);
    if (!graph().IsCall(node, fn::kAdd) || wanted.size() != 2) return false;
    const absl::Span<const NodeId> found = graph().operands(node);
    std::vector<NodeId> candidates(found.begin(), found.end());
    for (size_t known = 0; known < 2; ++known) {
      const Node& operand = pattern_[wanted[known]];
      const bool bound = operand.kind == NodeKind::kArgument && match->bound[operand.payload];
      if (!bound && operand.kind != NodeKind::kNumber) continue;
      for (size_t i = 0; i < candidates.size(); ++i) {
        if (!At(wanted[known], candidates[i], match)) continue;
        candidates.erase(candidates.begin() + static_cast<std::ptrdiff_t>(i));
        const NodeId remainder =
            candidates.size() == 1 ? candidates[0] : rewriter_.Make(fn::kAdd, candidates);
        return At(wanted[1 - known], remainder, match);
      }
      return false;
    }
    if (candidates.size() != 2) return false;
    const Match before = *match;
    for (size_t first = 0; first < 2; ++first) {
      *match = before;
      if (At(wanted[0], candidates[first], match) && At(wanted[1], candidates[1 - first], match))
        return true;
    }
    return false;
  }

  // A term of a sum without the number it carries.
  NodeId Base(NodeId term, const mpq_class& coefficient) {
    if (coefficient == 1) return term;
    return rewriter_.Make(fn::kMul, {rewriter_.graph().Number(1 / coefficient), term});
  }

  bool IsMultipleOf(NodeId term, expr::FunctionId function) const {
    if (graph().IsCall(term, function)) return true;
    if (!graph().IsCall(term, fn::kMul)) return false;
    const absl::Span<const NodeId> factors = graph().operands(term);
    return factors.size() == 2 && graph().IsNumber(factors[0]) &&
           graph().IsCall(factors[1], function);
  }

  // Two terms anywhere in the sum, both scaled alike; other terms are left over.
  bool TermsAtRoot(NodeId pattern, NodeId node, Match* match) {
    struct Term {
      NodeId base;
      mpq_class coefficient;
    };
    Term wanted[2];
    for (size_t k = 0; k < 2; ++k) {
      wanted[k] = {pattern_.operands(pattern)[k], 1};
      if (pattern_.IsCall(wanted[k].base, fn::kMul) &&
          pattern_.IsNumber(pattern_.operands(wanted[k].base)[0])) {
        const NodeId product = wanted[k].base;
        if (pattern_.operands(product).size() != 2) return false;
        wanted[k] = {pattern_.operands(product)[1], pattern_.number(pattern_.operands(product)[0])};
      }
    }
    // A call is looked for, the simplest first: what it binds tells the other.
    const auto size = [this](const Term& term) {
      if (pattern_[term.base].kind != NodeKind::kCall) return std::ptrdiff_t{1} << 16;
      const std::vector<bool> parts = pattern_.Reachable({term.base});
      return std::count(parts.begin(), parts.end(), true);
    };
    if (size(wanted[1]) < size(wanted[0])) std::swap(wanted[0], wanted[1]);
    if (pattern_[wanted[0].base].kind != NodeKind::kCall) return false;
    const absl::Span<const NodeId> found = graph().operands(node);
    const std::vector<NodeId> candidates(found.begin(), found.end());
    if (candidates.size() > kMaxSearchedOperands) return false;
    for (size_t i = 0; i < candidates.size(); ++i) {
      // Most terms are none: no node is made for them.
      if (!IsMultipleOf(candidates[i], pattern_[wanted[0].base].function)) continue;
      const mpq_class coefficient = Coefficient(candidates[i]);
      const mpq_class scale = coefficient / wanted[0].coefficient;
      Match first;
      if (!At(wanted[0].base, Base(candidates[i], coefficient), &first)) continue;
      const mpq_class other = scale * wanted[1].coefficient;
      for (size_t j = 0; j < candidates.size(); ++j) {
        if (j == i || graph().IsNumber(candidates[j]) || Coefficient(candidates[j]) != other)
          continue;
        Match attempt = first;
        if (!At(wanted[1].base, Base(candidates[j], other), &attempt)) continue;
        attempt.scale = scale;
        for (size_t k = 0; k < candidates.size(); ++k) {
          if (k != i && k != j) attempt.rest.push_back(candidates[k]);
        }
        *match = std::move(attempt);
        return true;
      }
    }
    return false;
  }

  // number + coefficient*call anywhere in the sum, both scaled alike; other terms are left over.
  bool SumAtRoot(NodeId pattern, NodeId node, Match* match) {
    const absl::Span<const NodeId> wanted = pattern_.operands(pattern);
    if (wanted.size() == 2 && !pattern_.IsNumber(wanted[0]))
      return TermsAtRoot(pattern, node, match);
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
      Match attempt;
      if (!At(call, Base(candidates[i], coefficient), &attempt)) continue;
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
