// Sums and products: flattening, collecting, one exact coefficient.

#include <algorithm>
#include <optional>
#include <utility>

#include "server/passes/fold.h"
#include "server/passes/rewriter.h"

namespace formulary::passes {

using expr::NodeId;
using expr::NodeKind;
using expr::NumberForm;
namespace fn = expr::fn;

namespace {

// Factors of a product with a sign that is taken apart though others hold it.
constexpr size_t kMaxJoined = 4;
// A sum or product of more terms is not dissolved into another: keeps the work per call bounded.
constexpr size_t kMaxDissolved = 64;
// How deep a nest is dissolved at once (results of rules; a client's own nests arrive flat).
constexpr int kMaxDissolveDepth = 8;

// Operands that are kept while the graph grows.
using Operands = absl::InlinedVector<NodeId, 8>;

NumberForm FormOf(const expr::Graph& graph, NodeId node) {
  return graph[node].detail != 0 ? NumberForm::kLiteral : NumberForm::kExact;
}

}  // namespace

uint32_t Rewriter::TermList::First(NodeId base) const {
  if (!firsts_.empty()) {
    const auto found = firsts_.find(base);
    return found == firsts_.end() ? kNoPlace : found->second;
  }
  for (uint32_t place = 0; place < terms.size(); ++place) {
    if (terms[place].base == base) return place;
  }
  return kNoPlace;
}

void Rewriter::TermList::Append(Term term) {
  const auto place = static_cast<uint32_t>(terms.size());
  uint32_t last = First(term.base);
  const bool is_first = last == kNoPlace;
  while (last != kNoPlace && terms[last].next != kNoPlace) last = terms[last].next;
  if (!is_first) terms[last].next = place;
  if (is_first && !firsts_.empty()) firsts_.emplace(term.base, place);
  terms.push_back(std::move(term));
  if (firsts_.empty() && terms.size() > kMaxScanned) {
    for (uint32_t k = 0; k < terms.size(); ++k) firsts_.emplace(terms[k].base, k);
  }
}

NodeId Rewriter::Sum(absl::Span<const NodeId> operands) {
  TermList terms;
  for (const NodeId operand : operands) AddTerm(operand, 1, NumberForm::kExact, 0, &terms);
  return BuildSum(&terms);
}

NodeId Rewriter::Difference(absl::Span<const NodeId> operands) {
  TermList terms;
  AddTerm(operands[0], 1, NumberForm::kExact, 0, &terms);
  AddTerm(operands[1], -1, NumberForm::kExact, 0, &terms);
  return BuildSum(&terms);
}

NodeId Rewriter::MakeSum(absl::Span<const Part> parts) {
  TermList terms;
  for (const Part& part : parts)
    AddTerm(part.node, part.inverse ? -1 : 1, NumberForm::kExact, 0, &terms);
  if (OutOfBudget()) return BuildSum(&terms);
  return ApplyRules(BuildSum(&terms));
}

NodeId Rewriter::MakeProduct(absl::Span<const Part> parts) {
  TermList factors;
  factors.number = 1;
  for (const Part& part : parts) AddFactor(part.node, part.inverse ? -1 : 1, 0, &factors);
  if (OutOfBudget()) return BuildProduct(&factors);
  return ApplyRules(BuildProduct(&factors));
}

NodeId Rewriter::Negation(absl::Span<const NodeId> operands) {
  return Product({graph_.Integer(-1), operands[0]});
}

NodeId Rewriter::Product(absl::Span<const NodeId> operands) {
  TermList factors;
  factors.number = 1;
  for (const NodeId operand : operands) AddFactor(operand, 1, 0, &factors);
  return BuildProduct(&factors);
}

NodeId Rewriter::Quotient(absl::Span<const NodeId> operands) {
  TermList factors;
  factors.number = 1;
  AddFactor(operands[0], 1, 0, &factors);
  AddFactor(operands[1], -1, 0, &factors);
  return BuildProduct(&factors);
}

void Rewriter::AddTerm(NodeId node, const Rational& scale, NumberForm form, int depth,
                       TermList* terms) {
  if (graph_.IsNumber(node)) {
    terms->number += scale * Rational(graph_.number(node));
    if (FormOf(graph_, node) == NumberForm::kLiteral || form == NumberForm::kLiteral) {
      terms->form = NumberForm::kLiteral;
    }
    return;
  }
  const bool shared = IsShared(node);
  const absl::Span<const NodeId> operands = graph_.operands(node);
  if (graph_.IsCall(node, fn::kAdd) && !shared && scale.IsUnit() &&
      operands.size() <= kMaxDissolved && depth < kMaxDissolveDepth) {
    const Operands inner(operands.begin(), operands.end());
    for (const NodeId operand : inner) AddTerm(operand, scale, form, depth + 1, terms);
    return;
  }
  Term term{node, scale, form};
  if (graph_.IsCall(node, fn::kMul) && graph_.IsNumber(operands[0])) {
    term.number *= graph_.number(operands[0]);
    if (FormOf(graph_, operands[0]) == NumberForm::kLiteral) term.form = NumberForm::kLiteral;
    const Operands rest(operands.begin() + 1, operands.end());
    term.base = rest.size() == 1 ? rest[0] : graph_.Call(fn::kMul, rest);
    // -1*(a + b) as a term: its sum may dissolve now.
    const bool shared_base = IsShared(term.base);
    if (graph_.IsCall(term.base, fn::kAdd) && term.number.IsUnit() && !shared && !shared_base &&
        depth < kMaxDissolveDepth) {
      return AddTerm(term.base, term.number, term.form, depth + 1, terms);
    }
  }
  // inf - inf and the like are NaN and must stay so.
  const bool plain = graph_[term.base].kind != NodeKind::kReal;
  uint32_t place = plain ? terms->First(term.base) : kNoPlace;
  for (; place != kNoPlace; place = terms->terms[place].next) {
    Term& other = terms->terms[place];
    Rational total = other.number;
    total += term.number;
    if (total.IsZero() && !CancelsFreely() && !facts(term.base).finite) continue;
    other.number = std::move(total);
    if (term.form == NumberForm::kLiteral) other.form = NumberForm::kLiteral;
    return;
  }
  terms->Append(std::move(term));
}

NodeId Rewriter::Scaled(const Term& term) {
  if (term.number.IsOne()) return term.base;
  const NodeId coefficient = graph_.Number(term.number.ToMpq(), term.form);
  const bool shared = IsShared(term.base);
  if (!graph_.IsCall(term.base, fn::kMul) || shared)
    return graph_.Call(fn::kMul, {coefficient, term.base});
  Operands operands = {coefficient};
  const absl::Span<const NodeId> factors = graph_.operands(term.base);
  operands.insert(operands.end(), factors.begin(), factors.end());
  return graph_.Call(fn::kMul, operands);
}

// c*x - c*x + c*x is c*x in whatever order the terms come: what does not cancel as a whole is one
// term.
void Rewriter::JoinPlaces(TermList* terms) {
  for (uint32_t i = 0; i < terms->terms.size(); ++i) {
    Term& first = terms->terms[i];
    if (first.next == kNoPlace || terms->First(first.base) != i) continue;
    if (graph_[first.base].kind == NodeKind::kReal) continue;
    Rational total = 0;
    for (uint32_t place = i; place != kNoPlace; place = terms->terms[place].next)
      total += terms->terms[place].number;
    if (total.IsZero()) continue;
    for (uint32_t place = i; place != kNoPlace; place = terms->terms[place].next) {
      if (terms->terms[place].form == NumberForm::kLiteral) first.form = NumberForm::kLiteral;
      terms->terms[place].number = 0;
    }
    first.number = total;
  }
}

NodeId Rewriter::BuildSum(TermList* terms) {
  JoinPlaces(terms);
  Operands operands;
  for (const Term& term : terms->terms) {
    if (!term.number.IsZero()) operands.push_back(Scaled(term));
  }
  std::sort(operands.begin(), operands.end());
  if (!terms->number.IsZero() || operands.empty()) {
    operands.insert(operands.begin(), graph_.Number(terms->number.ToMpq(), terms->form));
  }
  return operands.size() == 1 ? operands[0] : graph_.Call(fn::kAdd, operands);
}

void Rewriter::MultiplyCoefficient(const Rational& value, NumberForm form, TermList* factors) {
  factors->number *= value;
  if (form == NumberForm::kLiteral) factors->form = NumberForm::kLiteral;
}

// May a**e and a**f become a**(e + f)? Not where that would define it where it was not, or lose a
// NaN.
bool Rewriter::MayCombine(const Term& a, const Rational& exponent) {
  if (numerics() == expr::Numerics::kFast) return true;
  Rational total = a.number;
  total += exponent;
  const expr::Facts& base = facts(a.base);
  const bool integral = a.number.IsInteger() && exponent.IsInteger();
  if (!integral && total.IsInteger() && !base.nonnegative) return false;
  if (a.number.sign() == exponent.sign() || CancelsFreely()) return true;
  return base.nonzero && (!total.IsZero() || base.finite);
}

void Rewriter::AddFactor(NodeId node, const Rational& exponent, int depth, TermList* factors) {
  if (graph_.IsNumber(node)) {
    const mpq_class& number = graph_.number(node);
    const size_t bits = factors->number.bits() + BitsOf(number);
    if (exponent.IsOne() && bits <= budget_.max_folded_bits)
      return MultiplyCoefficient(number, FormOf(graph_, node), factors);
    const std::optional<mpq_class> value =
        FoldPower(number, exponent.ToMpq(), budget_.max_folded_bits);
    if (value.has_value() && factors->number.bits() + BitsOf(*value) <= budget_.max_folded_bits)
      return MultiplyCoefficient(*value, FormOf(graph_, node), factors);
  }
  const bool shared = IsShared(node);
  const absl::Span<const NodeId> operands = graph_.operands(node);
  const bool integral = exponent.IsInteger();
  // A short product with a sign joins even where others hold it, too: -(-x) is x however often -x
  // is used.
  const bool joins = graph_.IsCall(node, fn::kMul) && exponent.IsOne() &&
                     graph_.IsNumber(operands[0]) &&
                     Rational(graph_.number(operands[0])).IsUnit() && operands.size() <= kMaxJoined;
  if (graph_.IsCall(node, fn::kMul) && integral && (!shared || exponent.IsNegative() || joins) &&
      operands.size() <= kMaxDissolved && depth < kMaxDissolveDepth) {
    const Operands inner(operands.begin(), operands.end());
    for (const NodeId operand : inner) AddFactor(operand, exponent, depth + 1, factors);
    return;
  }
  Term factor{node, exponent};
  if (graph_.IsCall(node, fn::kPow) && integral && graph_.IsNumber(operands[1])) {
    const mpq_class& inner = graph_.number(operands[1]);
    // (a**(1/2))**2 is a only where a >= 0; (a**-1)**-1 only where a is not 0.
    const bool whole = inner.get_den() == 1;
    const bool safe = exponent.IsOne() || (whole && (exponent.sign() > 0 || inner > 0)) ||
                      (whole && facts(graph_.operands(node)[0]).nonzero);
    if (safe && BitsOf(inner) + exponent.bits() <= kMaxExponentBits) {
      factor.number *= inner;
      factor.base = operands[0];
    }
  }
  // (a*b)**-2 comes apart (NumericPower): its factors meet the others here.
  const absl::Span<const NodeId> parts = graph_.operands(factor.base);
  if (factor.base != node && graph_.IsCall(factor.base, fn::kMul) && factor.number.IsNegative() &&
      factor.number.IsInteger() && parts.size() <= kMaxDissolved && depth < kMaxDissolveDepth) {
    for (const NodeId part : Operands(parts.begin(), parts.end()))
      AddFactor(part, factor.number, depth + 1, factors);
    return;
  }
  const bool plain = graph_[factor.base].kind != NodeKind::kReal;
  uint32_t place = plain ? factors->First(factor.base) : kNoPlace;
  for (; place != kNoPlace; place = factors->terms[place].next) {
    Term& other = factors->terms[place];
    if (!MayCombine(other, factor.number)) continue;
    if (other.number.bits() + factor.number.bits() > 2 * kMaxExponentBits) continue;
    other.number += factor.number;
    return;
  }
  factors->Append(std::move(factor));
}

// A product that was kept together because others hold it, too, beside an inverse of one of its
// factors: they meet now, since they would when nobody else holds it any more.
void Rewriter::DissolveCancelling(TermList* factors) {
  const size_t count = factors->terms.size();
  for (size_t i = 0; i < count; ++i) {
    const NodeId kept = factors->terms[i].base;
    if (!graph_.IsCall(kept, fn::kMul) || !factors->terms[i].number.IsOne()) continue;
    const absl::Span<const NodeId> operands = graph_.operands(kept);
    if (operands.size() > kMaxDissolved) continue;
    const Operands inner(operands.begin(), operands.end());
    const bool cancels = std::any_of(inner.begin(), inner.end(), [&](NodeId operand) {
      const NodeId base = graph_.IsCall(operand, fn::kPow) ? graph_.operands(operand)[0] : operand;
      for (uint32_t place = factors->First(base); place != kNoPlace;
           place = factors->terms[place].next) {
        if (factors->terms[place].number.IsNegative()) return true;
      }
      return false;
    });
    if (!cancels) continue;
    factors->terms[i].number = 0;
    for (const NodeId operand : inner) AddFactor(operand, 1, 1, factors);
  }
}

NodeId Rewriter::BuildProduct(TermList* factors) {
  DissolveCancelling(factors);
  Operands operands;
  bool all_finite = true;
  for (const Term& factor : factors->terms) {
    if (factor.number.IsZero()) continue;
    const bool once = factor.number.IsOne();
    const NodeId power = once ? factor.base : NumericPower(factor.base, factor.number.ToMpq());
    all_finite = all_finite && facts(power).finite;
    // A power may bring a coefficient of its own: (4*x)**(1/2) = 2*x**(1/2).
    const absl::Span<const NodeId> inner = graph_.operands(power);
    if (graph_.IsNumber(power)) {
      MultiplyCoefficient(graph_.number(power), FormOf(graph_, power), factors);
    } else if (!once && graph_.IsCall(power, fn::kMul) && graph_.IsNumber(inner[0])) {
      MultiplyCoefficient(graph_.number(inner[0]), FormOf(graph_, inner[0]), factors);
      operands.insert(operands.end(), inner.begin() + 1, inner.end());
    } else {
      operands.push_back(power);
    }
  }
  if (factors->number.IsZero() && (all_finite || CancelsFreely())) return graph_.Integer(0);
  std::sort(operands.begin(), operands.end());
  if (!factors->number.IsOne() || operands.empty()) {
    operands.insert(operands.begin(), graph_.Number(factors->number.ToMpq(), factors->form));
  }
  if (operands.size() == 1) return operands[0];
  return graph_.Call(fn::kMul, operands);
}

}  // namespace formulary::passes
