#include "server/passes/matcher.h"

#include <algorithm>
#include <bit>
#include <cstddef>

namespace formulary::passes {

using expr::Graph;
using expr::Node;
using expr::NodeId;
using expr::NodeKind;
namespace fn = expr::fn;

namespace {

// Sums and products longer than this are not searched for a pattern's terms: a set is a word.
constexpr size_t kMaxSearchedOperands = 64;
// Pairs of pattern and node that are looked at for one rule at one node.
constexpr int kMaxAttempts = 512;

constexpr uint64_t All(size_t count) {
  return count >= 64 ? ~uint64_t{0} : (uint64_t{1} << count) - 1;
}
constexpr uint64_t Bit(size_t k) { return uint64_t{1} << k; }

bool SameValue(const Graph& graph, NodeId a, NodeId b) {
  return a == b || (graph.IsNumber(a) && graph.IsNumber(b) && graph.number(a) == graph.number(b));
}

// A call that is a term's whole factor, or the product that it is.
bool HasHead(const Graph& graph, NodeId term, expr::FunctionId head) {
  const TermView view = ViewTerm(graph, term);
  if (head == fn::kMul) return view.factors.size() > 1;
  return view.factors.size() == 1 && graph.IsCall(view.factors[0], head);
}

}  // namespace

TermView ViewTerm(const Graph& graph, const NodeId& node) {
  static const mpq_class kOne = 1;
  if (graph.IsNumber(node)) return {graph.number(node), {}};
  if (!graph.IsCall(node, fn::kMul)) return {kOne, absl::MakeConstSpan(&node, 1)};
  const absl::Span<const NodeId> operands = graph.operands(node);
  if (!graph.IsNumber(operands[0])) return {kOne, operands};
  return {graph.number(operands[0]), operands.subspan(1)};
}

bool Matcher::Root(NodeId pattern, NodeId node, Match* match) {
  Goal goal;
  goal.pattern = pattern;
  goal.node = node;
  if (rewriter_.numerics() != expr::Numerics::kStrict) {
    if (pattern_.IsCall(pattern, fn::kAdd)) return StartSum(goal, true, match);
    if (pattern_.IsCall(pattern, fn::kMul)) return StartProduct(goal, true, true, match);
  }
  return Solve(&goal, match);
}

bool Matcher::Solve(const Goal* goal, Match* match) {
  if (goal == nullptr) return true;
  if (++attempts_ > kMaxAttempts) return false;
  switch (goal->shape) {
    case Shape::kNode:
      return SolveNode(*goal, match);
    case Shape::kSum:
      return SolveSum(*goal, match);
    case Shape::kProduct:
      break;
  }
  return SolveProduct(*goal, match);
}

bool Matcher::BindThen(uint32_t variable, NodeId node, const Goal* next, Match* match) {
  if (match->bound[variable]) {
    return SameValue(graph(), match->bindings[variable], node) && Solve(next, match);
  }
  match->bound[variable] = true;
  match->bindings[variable] = node;
  if (Solve(next, match)) return true;
  match->bound[variable] = false;
  return false;
}

bool Matcher::KnownValue(NodeId pattern, const Match& match, NodeId* value) {
  const Node& wanted = pattern_[pattern];
  if (wanted.kind == NodeKind::kArgument) {
    if (!match.bound[wanted.payload]) return false;
    *value = match.bindings[wanted.payload];
    return true;
  }
  if (!pattern_.IsCall(pattern, fn::kPow)) return false;
  const NodeId base = pattern_.operands(pattern)[0], exponent = pattern_.operands(pattern)[1];
  const Node& variable = pattern_[base];
  if (variable.kind != NodeKind::kArgument || !pattern_.IsNumber(exponent)) return false;
  if (!match.bound[variable.payload]) return false;
  const NodeId power = rewriter_.graph().Number(pattern_.number(exponent));
  *value = rewriter_.Canonical(fn::kPow, {match.bindings[variable.payload], power});
  return true;
}

bool Matcher::SolveNode(const Goal& goal, Match* match) {
  const Node& wanted = pattern_[goal.pattern];
  const Node& node = graph()[goal.node];
  switch (wanted.kind) {
    case NodeKind::kArgument:
      return BindThen(wanted.payload, goal.node, goal.next, match);
    case NodeKind::kNumber:
      return graph().IsNumber(goal.node) &&
             graph().number(goal.node) == pattern_.number(goal.pattern) && Solve(goal.next, match);
    case NodeKind::kReal:
      // Any NaN is as good as another.
      return node.kind == NodeKind::kReal &&
             (node.bits == wanted.bits ||
              (graph().real(goal.node) != graph().real(goal.node) &&
               pattern_.real(goal.pattern) != pattern_.real(goal.pattern))) &&
             Solve(goal.next, match);
    case NodeKind::kNamed:
    case NodeKind::kBoolean:
      return node.kind == wanted.kind && node.detail == wanted.detail && Solve(goal.next, match);
    case NodeKind::kCall:
      break;
  }
  NodeId known;
  if (rewriter_.numerics() != expr::Numerics::kStrict) {
    if (wanted.function == fn::kMul) return StartProduct(goal, false, true, match);
    if (wanted.function == fn::kAdd) return StartSum(goal, false, match);
    if (KnownValue(goal.pattern, *match, &known))
      return known == goal.node && Solve(goal.next, match);
  }
  return graph().IsCall(goal.node, wanted.function) && SolveOperands(goal, match);
}

// Operands in their order, each a goal.
bool Matcher::SolveOperands(const Goal& goal, Match* match) {
  const absl::Span<const NodeId> wanted = pattern_.operands(goal.pattern);
  const absl::Span<const NodeId> found = graph().operands(goal.node);
  if (wanted.size() != found.size()) return false;
  absl::InlinedVector<Goal, 4> goals(wanted.size());
  for (size_t k = 0; k < wanted.size(); ++k) {
    goals[k].pattern = wanted[k];
    goals[k].node = found[k];
    goals[k].next = k + 1 < wanted.size() ? &goals[k + 1] : goal.next;
  }
  return Solve(goals.empty() ? goal.next : &goals[0], match);
}

// What tells most comes first: numbers, what is known already, calls (the ones of fewer operands
// first), and variables that take what is left.
int Matcher::Urgency(NodeId pattern, const Match& match) const {
  const Node& wanted = pattern_[pattern];
  if (wanted.kind == NodeKind::kNumber) return 0;
  const TermView view = ViewTerm(pattern_, pattern);
  const NodeId base = view.factors[0];
  if (view.factors.size() > 1) return 4;
  const Node& node = pattern_[base];
  if (node.kind == NodeKind::kArgument) {
    if (match.bound[node.payload]) return 1;
    return view.coefficient < 0 ? 5 : 6;
  }
  if (node.kind != NodeKind::kCall) return 0;
  // exp(a) binds a whole operand, exp(a + b) and exp(2*a) leave a choice.
  bool plain = true;
  for (const NodeId operand : pattern_.operands(base))
    plain = plain && pattern_[operand].kind != NodeKind::kCall;
  return plain ? 2 : 3;
}

size_t Matcher::NextOpen(const Goal& goal, const Match& match) const {
  size_t best = 0;
  int urgency = 100;
  for (size_t k = 0; k < goal.wanted->size(); ++k) {
    if ((goal.open & Bit(k)) == 0) continue;
    const int own = Urgency((*goal.wanted)[k], match);
    if (own < urgency) best = k;
    urgency = std::min(urgency, own);
  }
  return best;
}

bool Matcher::StartSum(const Goal& goal, bool root, Match* match) {
  if (!graph().IsCall(goal.node, fn::kAdd)) return false;
  const absl::Span<const NodeId> wanted = pattern_.operands(goal.pattern);
  const absl::Span<const NodeId> found = graph().operands(goal.node);
  if (found.size() > kMaxSearchedOperands || wanted.size() > found.size() + (root ? 0 : 1))
    return false;
  const Ids wanted_ids(wanted.begin(), wanted.end()), found_ids(found.begin(), found.end());
  Goal sum;
  sum.shape = Shape::kSum;
  sum.root = root;
  sum.scaled = !root;
  sum.wanted = &wanted_ids;
  sum.found = &found_ids;
  sum.open = All(wanted_ids.size());
  sum.left = All(found_ids.size());
  sum.next = goal.next;
  return Solve(&sum, match);
}

bool Matcher::SolveSum(const Goal& goal, Match* match) {
  if (goal.open == 0) return SumDone(goal, match);
  const size_t k = NextOpen(goal, *match);
  const NodeId wanted = (*goal.wanted)[k];
  if (pattern_.IsNumber(wanted)) return SumNumber(goal, k, match);
  const TermView view = ViewTerm(pattern_, wanted);
  NodeId known;
  if (view.factors.size() == 1 && pattern_[view.factors[0]].kind != NodeKind::kCall) {
    if (KnownValue(view.factors[0], *match, &known)) return SumBound(goal, k, known, match);
    if (pattern_[view.factors[0]].kind == NodeKind::kArgument) return SumFree(goal, k, match);
  }
  return SumTerm(goal, k, match);
}

bool Matcher::SumDone(const Goal& goal, Match* match) {
  if (!goal.root) return goal.left == 0 && Solve(goal.next, match);
  match->scale = goal.number;
  match->rest.clear();
  for (size_t i = 0; i < goal.found->size(); ++i) {
    if (goal.left & Bit(i)) match->rest.push_back((*goal.found)[i]);
  }
  return Solve(goal.next, match);
}

bool Matcher::SumNumber(const Goal& goal, size_t k, Match* match) {
  const NodeId first = (*goal.found)[0];
  if ((goal.left & 1) == 0 || !graph().IsNumber(first)) return false;
  Goal next = goal;
  const Rational scale =
      Rational(graph().number(first)) / Rational(pattern_.number((*goal.wanted)[k]));
  if (goal.scaled && !(scale == goal.number)) return false;
  next.number = scale;
  next.scaled = true;
  next.open &= ~Bit(k);
  next.left &= ~uint64_t{1};
  return Solve(&next, match);
}

// A call, with or without a coefficient: any operand of the same head, scaled alike.
bool Matcher::SumTerm(const Goal& goal, size_t k, Match* match) {
  const NodeId wanted = (*goal.wanted)[k];
  const TermView pattern = ViewTerm(pattern_, wanted);
  const bool product = pattern.factors.size() > 1;
  const NodeId base = product ? wanted : pattern.factors[0];
  const bool call = pattern_[base].kind == NodeKind::kCall;
  for (size_t i = 0; i < goal.found->size(); ++i) {
    const NodeId found = (*goal.found)[i];
    if ((goal.left & Bit(i)) == 0 || graph().IsNumber(found)) continue;
    if (call && !HasHead(graph(), found, pattern_[base].function)) continue;
    const TermView term = ViewTerm(graph(), found);
    if (!product && term.factors.size() != 1) continue;
    Goal rest = goal;
    const Rational scale = Rational(term.coefficient) / Rational(pattern.coefficient);
    if (goal.scaled && !(scale == goal.number)) continue;
    rest.number = scale;
    rest.scaled = true;
    rest.open &= ~Bit(k);
    rest.left &= ~Bit(i);
    Goal inner;
    inner.pattern = base;
    inner.node = product ? found : term.factors[0];
    inner.next = &rest;
    if (product ? StartProduct(inner, false, false, match) : Solve(&inner, match)) return true;
  }
  return false;
}

// The terms of a value that is known, each with the same scale.
bool Matcher::SumBound(const Goal& goal, size_t k, NodeId value, Match* match) {
  if (!goal.scaled) return false;
  const Rational scale = goal.number * Rational(ViewTerm(pattern_, (*goal.wanted)[k]).coefficient);
  const bool sum = graph().IsCall(value, fn::kAdd);
  const absl::Span<const NodeId> terms =
      sum ? graph().operands(value) : absl::MakeConstSpan(&value, 1);
  Goal next = goal;
  next.open &= ~Bit(k);
  // Inside, where one variable takes the rest, a number may be left over: x + 3 is (x + 1) + 2.
  const bool absorbs = !goal.root && std::popcount(next.open) == 1;
  Rational surplus = 0;
  bool any_surplus = false;
  for (const NodeId term : terms) {
    const TermView want = ViewTerm(graph(), term);
    bool taken = false;
    for (size_t i = 0; i < goal.found->size() && !taken; ++i) {
      if ((next.left & Bit(i)) == 0) continue;
      const TermView got = ViewTerm(graph(), (*goal.found)[i]);
      if (want.factors.empty() && got.factors.empty() && absorbs && sum) {
        surplus = Rational(got.coefficient) - scale * Rational(want.coefficient);
        any_surplus = !surplus.IsZero();
        taken = true;
      } else if (got.factors == want.factors &&
                 Rational(got.coefficient) == scale * Rational(want.coefficient)) {
        taken = true;
      }
      if (taken) next.left &= ~Bit(i);
    }
    if (!taken && want.factors.empty() && absorbs && sum) {
      surplus = -scale * Rational(want.coefficient);
      any_surplus = taken = true;
    }
    if (!taken) return false;
  }
  if (!any_surplus) return Solve(&next, match);
  Ids found = *goal.found;
  if (found.size() >= kMaxSearchedOperands) return false;
  found.push_back(rewriter_.graph().Number(surplus.ToMpq()));
  next.found = &found;
  next.left |= Bit(found.size() - 1);
  return Solve(&next, match);
}

// A variable takes one term, and the last one all that is left. -a takes what carries a minus.
bool Matcher::SumFree(const Goal& goal, size_t k, Match* match) {
  if (goal.root) return false;
  const TermView pattern = ViewTerm(pattern_, (*goal.wanted)[k]);
  const uint32_t variable = pattern_[pattern.factors[0]].payload;
  const bool negated = pattern.coefficient == -1;
  if (!negated && pattern.coefficient != 1) return false;
  Goal next = goal;
  next.open &= ~Bit(k);
  if (next.open == 0 && !negated) {
    std::vector<NodeId> rest;
    for (size_t i = 0; i < goal.found->size(); ++i) {
      if (goal.left & Bit(i)) rest.push_back((*goal.found)[i]);
    }
    if (rest.empty()) return false;
    next.left = 0;
    std::sort(rest.begin(), rest.end());
    const auto number =
        std::find_if(rest.begin(), rest.end(), [this](NodeId id) { return graph().IsNumber(id); });
    if (number != rest.end()) std::rotate(rest.begin(), number, number + 1);
    const NodeId whole = rest.size() == 1 ? rest[0] : rewriter_.graph().Call(fn::kAdd, rest);
    return BindThen(variable, whole, &next, match);
  }
  for (size_t i = 0; i < goal.found->size(); ++i) {
    if ((goal.left & Bit(i)) == 0) continue;
    const NodeId found = (*goal.found)[i];
    if (negated && ViewTerm(graph(), found).coefficient >= 0) continue;
    Goal one = next;
    one.left &= ~Bit(i);
    const NodeId value = negated ? rewriter_.Canonical(fn::kNeg, {found}) : found;
    if (BindThen(variable, value, &one, match)) return true;
  }
  return false;
}

}  // namespace formulary::passes
