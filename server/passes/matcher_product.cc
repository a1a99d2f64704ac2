// Products: factors in any order, and the number that is left to explain.

#include <algorithm>
#include <cstddef>

#include "server/passes/matcher.h"

namespace formulary::passes {

using expr::NodeId;
using expr::NodeKind;
namespace fn = expr::fn;

namespace {

constexpr size_t kMaxSearchedFactors = 64;

constexpr uint64_t All(size_t count) {
  return count >= 64 ? ~uint64_t{0} : (uint64_t{1} << count) - 1;
}
constexpr uint64_t Bit(size_t k) { return uint64_t{1} << k; }

}  // namespace

// Without its coefficient: the term of a sum, whose scale is settled.
bool Matcher::StartProduct(const Goal& goal, bool root, bool with_coefficient, Match* match) {
  const TermView pattern = ViewTerm(pattern_, goal.pattern);
  const TermView node = ViewTerm(graph(), goal.node);
  if (node.factors.size() > kMaxSearchedFactors) return false;
  if (!graph().IsCall(goal.node, fn::kMul) && !(pattern.coefficient == -1 && node.factors.empty()))
    return false;
  const Ids wanted(pattern.factors.begin(), pattern.factors.end());
  const Ids found(node.factors.begin(), node.factors.end());
  Goal product;
  product.shape = Shape::kProduct;
  product.root = root;
  product.wanted = &wanted;
  product.found = &found;
  product.open = All(wanted.size());
  product.left = All(found.size());
  product.next = goal.next;
  if (with_coefficient) product.number = Rational(node.coefficient) / Rational(pattern.coefficient);
  // -a: fits what visibly carries a minus.
  if (!root && with_coefficient && pattern.coefficient < 0 && node.coefficient >= 0) return false;
  return Solve(&product, match);
}

bool Matcher::SolveProduct(const Goal& goal, Match* match) {
  if (goal.open == 0) return ProductDone(goal, match);
  const size_t k = NextOpen(goal, *match);
  const NodeId wanted = (*goal.wanted)[k];
  NodeId known;
  if (KnownValue(wanted, *match, &known)) return ProductBound(goal, k, known, match);
  if (pattern_[wanted].kind == NodeKind::kArgument) return ProductFree(goal, k, match);
  return ProductFactor(goal, k, match);
}

bool Matcher::ProductDone(const Goal& goal, Match* match) {
  if (!goal.root) return goal.left == 0 && goal.number.IsOne() && Solve(goal.next, match);
  match->scale = goal.number;
  match->rest.clear();
  for (size_t i = 0; i < goal.found->size(); ++i) {
    if (goal.left & Bit(i)) match->rest.push_back((*goal.found)[i]);
  }
  return Solve(goal.next, match);
}

bool Matcher::ProductFactor(const Goal& goal, size_t k, Match* match) {
  const NodeId wanted = (*goal.wanted)[k];
  for (size_t i = 0; i < goal.found->size(); ++i) {
    const NodeId found = (*goal.found)[i];
    if ((goal.left & Bit(i)) == 0) continue;
    const bool call = pattern_[wanted].kind == NodeKind::kCall;
    if (call && !graph().IsCall(found, pattern_[wanted].function)) continue;
    Goal rest = goal;
    rest.open &= ~Bit(k);
    rest.left &= ~Bit(i);
    Goal inner;
    inner.pattern = wanted;
    inner.node = found;
    inner.next = &rest;
    if (Solve(&inner, match)) return true;
  }
  return false;
}

// The factors of a value that is known, and its coefficient.
bool Matcher::ProductBound(const Goal& goal, size_t k, NodeId value, Match* match) {
  const TermView want = ViewTerm(graph(), value);
  if (want.coefficient == 0) return false;
  Goal next = goal;
  next.open &= ~Bit(k);
  next.number /= Rational(want.coefficient);
  for (const NodeId factor : want.factors) {
    size_t at = 0;
    while (at < goal.found->size() && !((next.left & Bit(at)) && (*goal.found)[at] == factor)) ++at;
    if (at == goal.found->size()) return false;
    next.left &= ~Bit(at);
  }
  return Solve(&next, match);
}

// A variable takes one factor, and the last one all that is left with the number.
bool Matcher::ProductFree(const Goal& goal, size_t k, Match* match) {
  if (goal.root) return false;
  const uint32_t variable = pattern_[(*goal.wanted)[k]].payload;
  Goal next = goal;
  next.open &= ~Bit(k);
  if (next.open == 0) {
    std::vector<NodeId> rest;
    if (!goal.number.IsOne()) rest.push_back(rewriter_.graph().Number(goal.number.ToMpq()));
    for (size_t i = 0; i < goal.found->size(); ++i) {
      if (goal.left & Bit(i)) rest.push_back((*goal.found)[i]);
    }
    if (rest.empty()) return false;
    next.left = 0;
    next.number = Rational(1);
    const NodeId whole = rest.size() == 1 ? rest[0] : rewriter_.graph().Call(fn::kMul, rest);
    return BindThen(variable, whole, &next, match);
  }
  for (size_t i = 0; i < goal.found->size(); ++i) {
    if ((goal.left & Bit(i)) == 0) continue;
    Goal one = next;
    one.left &= ~Bit(i);
    if (BindThen(variable, (*goal.found)[i], &one, match)) return true;
  }
  return false;
}

}  // namespace formulary::passes
