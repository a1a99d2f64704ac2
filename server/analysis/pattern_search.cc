#include "server/analysis/pattern_search.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "server/expr/catalogue.h"

namespace formulary::analysis {
namespace {

using expr::Graph;
using expr::NodeId;
using expr::NodeKind;
using expr::RowText;
namespace fn = expr::fn;

struct Term {  // number * base; base is the number 1 of a number alone
  mpq_class number;
  NodeId base;
};

// Goes through the ways to fit; recursion is over the pattern, which is a text of our own.
class Search {
 public:
  using Next = std::function<void(Fit)>;

  Search(const Graph& pattern, passes::Rewriter* rewriter)
      : pattern_(pattern), rewriter_(*rewriter) {}

  std::vector<Fit> Run(NodeId root, NodeId node) {
    const Next keep = [this](Fit fit) {
      if (found_.size() < kMaxFits) found_.push_back(std::move(fit));
    };
    if (pattern_.IsCall(root, fn::kAdd)) {
      Terms(root, node, keep);
    } else if (pattern_.IsCall(root, fn::kMul) && !IsQuotient(root)) {
      Factors(root, node, keep);
    } else {
      At(root, node, {}, keep);
    }
    return std::move(found_);
  }

 private:
  Graph& graph() { return rewriter_.graph(); }
  // By value: the graph grows while it is searched.
  std::vector<NodeId> OperandsOf(NodeId node) {
    const absl::Span<const NodeId> operands = graph().operands(node);
    return {operands.begin(), operands.end()};
  }
  bool IsVariable(NodeId pattern) const { return pattern_[pattern].kind == NodeKind::kArgument; }
  // a/b of two variables.
  bool IsQuotient(NodeId pattern) const {
    const absl::Span<const NodeId> factors = pattern_.operands(pattern);
    return pattern_.IsCall(pattern, fn::kMul) && factors.size() == 2 &&
           std::any_of(factors.begin(), factors.end(),
                       [this](NodeId factor) { return IsVariable(factor); }) &&
           std::any_of(factors.begin(), factors.end(), [this](NodeId factor) {
             return pattern_.IsCall(factor, fn::kPow) && IsVariable(pattern_.operands(factor)[0]) &&
                    pattern_.IsNumber(pattern_.operands(factor)[1], -1);
           });
  }

  static Term TermOf(const Graph& graph, NodeId node) {
    if (graph.IsNumber(node)) return {graph.number(node), node};
    if (graph.IsCall(node, fn::kMul) && graph.IsNumber(graph.operands(node)[0]))
      return {graph.number(graph.operands(node)[0]), node};
    return {1, node};
  }
  NodeId Scaled(NodeId node, const mpq_class& factor) {
    return factor == 1 ? node : rewriter_.Make(fn::kMul, {graph().Number(factor), node});
  }

  void Bind(NodeId variable, NodeId value, Fit fit, const Next& next) {
    const uint32_t position = pattern_[variable].payload;
    if (fit.bound[position]) {
      if (fit.bindings[position] == value) next(std::move(fit));
      return;
    }
    fit.bound[position] = true;
    fit.bindings[position] = value;
    next(std::move(fit));
  }

  void At(NodeId pattern, NodeId node, Fit fit, const Next& next) {
    if (found_.size() >= kMaxFits) return;
    const expr::Node& wanted = pattern_[pattern];
    if (wanted.kind == NodeKind::kArgument) return Bind(pattern, node, std::move(fit), next);
    if (wanted.kind == NodeKind::kNumber) {
      if (graph().IsNumber(node) && graph().number(node) == pattern_.number(pattern))
        next(std::move(fit));
      return;
    }
    if (wanted.kind != NodeKind::kCall) {
      if (graph()[node].kind == wanted.kind && graph()[node].detail == wanted.detail)
        next(std::move(fit));
      return;
    }
    const absl::Span<const NodeId> operands = pattern_.operands(pattern);
    if (IsQuotient(pattern)) return Quotient(pattern, node, std::move(fit), next);
    // A number times a variable: any value is that.
    if (wanted.function == fn::kMul && operands.size() == 2 && pattern_.IsNumber(operands[0]))
      return At(operands[1], Scaled(node, 1 / pattern_.number(operands[0])), std::move(fit), next);
    if (!graph().IsCall(node, wanted.function)) return;
    const std::vector<NodeId> found = OperandsOf(node);
    if (found.size() == operands.size()) Each(operands, found, 0, std::move(fit), next);
  }

  void Each(absl::Span<const NodeId> wanted, const std::vector<NodeId>& found, size_t i, Fit fit,
            const Next& next) {
    if (i == wanted.size()) return next(std::move(fit));
    At(wanted[i], found[i], std::move(fit),
       [&, i](Fit more) { Each(wanted, found, i + 1, std::move(more), next); });
  }

  void Quotient(NodeId pattern, NodeId node, Fit fit, const Next& next) {
    std::vector<NodeId> above, below;
    for (const NodeId factor : OperandsOf(node)) {
      const bool inverse = graph().IsCall(factor, fn::kPow) &&
                           graph().IsNumber(graph().operands(factor)[1]) &&
                           graph().number(graph().operands(factor)[1]) < 0;
      inverse ? below.push_back(rewriter_.Make(fn::kPow, {factor, graph().Integer(-1)}))
              : above.push_back(factor);
    }
    if (!graph().IsCall(node, fn::kMul) || below.empty()) return;
    const NodeId numerator = above.empty() ? graph().Integer(1) : rewriter_.Make(fn::kMul, above);
    const NodeId denominator = rewriter_.Make(fn::kMul, below);
    NodeId first = pattern_.operands(pattern)[0], second = pattern_.operands(pattern)[1];
    if (!IsVariable(first)) std::swap(first, second);
    At(first, numerator, std::move(fit),
       [&](Fit more) { At(pattern_.operands(second)[0], denominator, std::move(more), next); });
  }

  // Terms of the pattern against distinct terms of the sum: calls first, then numbers, then
  // variables, which take any term or all that are left.
  void Terms(NodeId root, NodeId node, const Next& next) {
    if (!graph().IsCall(node, fn::kAdd)) return;
    const std::vector<NodeId> candidates = OperandsOf(node);
    if (candidates.size() > kMaxSearchedOperands) return;
    std::vector<NodeId> wanted;
    const absl::Span<const NodeId> operands = pattern_.operands(root);
    for (const int kind : {0, 1, 2}) {
      for (const NodeId operand : operands) {
        if (KindOf(operand) == kind) wanted.push_back(operand);
      }
    }
    TermsFrom(wanted, 0, candidates, {}, next);
  }

  // 0: a call, maybe scaled; 1: a number; 2: a variable, maybe scaled.
  int KindOf(NodeId pattern) const {
    if (pattern_.IsNumber(pattern)) return 1;
    if (IsVariable(pattern)) return 2;
    const bool scaled_variable = pattern_.IsCall(pattern, fn::kMul) &&
                                 pattern_.operands(pattern).size() == 2 &&
                                 pattern_.IsNumber(pattern_.operands(pattern)[0]) &&
                                 IsVariable(pattern_.operands(pattern)[1]);
    return scaled_variable ? 2 : 0;
  }

  void TermsFrom(const std::vector<NodeId>& wanted, size_t i, const std::vector<NodeId>& candidates,
                 Fit fit, const Next& next) {
    if (found_.size() >= kMaxFits) return;
    if (i == wanted.size()) {
      fit.rest = candidates;
      return next(std::move(fit));
    }
    const Term term = TermOf(pattern_, wanted[i]);
    const int kind = KindOf(wanted[i]);
    for (size_t k = 0; k < candidates.size(); ++k) {
      std::vector<NodeId> others = candidates;
      others.erase(others.begin() + static_cast<std::ptrdiff_t>(k));
      const auto go_on = [&](Fit more) { TermsFrom(wanted, i + 1, others, std::move(more), next); };
      const Term found = TermOf(graph(), candidates[k]);
      Fit attempt = fit;
      if (!attempt.scaled) {
        if (graph().IsNumber(candidates[k]) != (kind == 1)) continue;
        attempt.scale = found.number / term.number;
        attempt.scaled = true;
      }
      // What is left after the scale must be the pattern's term; a variable takes its own number.
      if (kind == 1 &&
          (!graph().IsNumber(candidates[k]) || found.number != attempt.scale * term.number))
        continue;
      if (kind == 1) {
        go_on(std::move(attempt));
        continue;
      }
      if (kind == 0 && found.number != attempt.scale * term.number) continue;
      const NodeId value = Scaled(candidates[k], 1 / mpq_class(attempt.scale));
      At(wanted[i], value, std::move(attempt), go_on);
    }
    if (kind != 2 || candidates.size() < 2 || !fit.scaled) return;
    const NodeId all = Scaled(rewriter_.Make(fn::kAdd, candidates), 1 / mpq_class(fit.scale));
    At(wanted[i], all, fit, [&](Fit more) { TermsFrom(wanted, i + 1, {}, std::move(more), next); });
  }

  void Factors(NodeId root, NodeId node, const Next& next) {
    if (!graph().IsCall(node, fn::kMul)) return;
    const std::vector<NodeId> candidates = OperandsOf(node);
    if (candidates.size() > kMaxSearchedOperands) return;
    const absl::Span<const NodeId> operands = pattern_.operands(root);
    FactorsFrom({operands.begin(), operands.end()}, 0, candidates, {}, next);
  }

  void FactorsFrom(const std::vector<NodeId>& wanted, size_t i,
                   const std::vector<NodeId>& candidates, Fit fit, const Next& next) {
    if (i == wanted.size()) {
      fit.rest = candidates;
      return next(std::move(fit));
    }
    for (size_t k = 0; k < candidates.size(); ++k) {
      std::vector<NodeId> others = candidates;
      others.erase(others.begin() + static_cast<std::ptrdiff_t>(k));
      At(wanted[i], candidates[k], fit,
         [&](Fit more) { FactorsFrom(wanted, i + 1, others, std::move(more), next); });
    }
  }

  const Graph& pattern_;
  passes::Rewriter& rewriter_;
  std::vector<Fit> found_;
};

}  // namespace

std::vector<Fit> FindFits(const RowText& pattern, NodeId node, passes::Rewriter* rewriter) {
  return Search(pattern.graph, rewriter).Run(pattern.root, node);
}

RowText CanonicalText(const RowText& text) {
  expr::Program program;
  program.arguments.resize(kPatternVariables);
  passes::Rewriter rewriter(program, {}, passes::NoRules());
  std::vector<NodeId> renamed(text.graph.size());
  for (uint32_t i = 0; i <= text.root.value; ++i) {
    const NodeId id{i};
    if (text.graph[id].kind != NodeKind::kCall) {
      renamed[i] = rewriter.graph().ImportLeaf(text.graph, id);
      continue;
    }
    std::vector<NodeId> operands;
    for (const NodeId operand : text.graph.operands(id)) operands.push_back(renamed[operand.value]);
    renamed[i] = rewriter.Canonical(text.graph[id].function, operands);
  }
  RowText pattern;
  pattern.root = pattern.graph.Import(rewriter.graph(), {renamed[text.root.value]})[0];
  return pattern;
}

}  // namespace formulary::analysis
