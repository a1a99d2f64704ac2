#include "server/passes/polynomial.h"

#include <algorithm>

#include "server/expr/catalogue.h"

namespace formulary::passes {

using expr::Graph;
using expr::NodeId;
using expr::NumberForm;
namespace fn = expr::fn;

namespace {

// Products inside products that a term is read through.
constexpr size_t kMaxReadFactors = 1024;
// Of a power of a product that is read factor by factor.
constexpr uint64_t kMaxJointExponent = 1 << 20;

NumberForm FormOf(const Graph& graph, NodeId number) {
  return static_cast<NumberForm>(graph[number].detail);
}

bool HasNumber(const Graph& graph, NodeId product) {
  const absl::Span<const NodeId> operands = graph.operands(product);
  return std::any_of(operands.begin(), operands.end(),
                     [&](NodeId id) { return graph.IsNumber(id); });
}

bool HasIntegerExponent(const Graph& graph, NodeId id) {
  if (!graph.IsCall(id, fn::kPow)) return false;
  const NodeId exponent = graph.operands(id)[1];
  return graph.IsNumber(exponent) && graph.number(exponent).get_den() == 1 &&
         graph.number(exponent).get_num().fits_sint_p() && graph.number(exponent) != 0;
}

// Merges two monomials: exponents of a variable that both have go through `join`, of others
// through `alone`; factors whose exponent becomes 0 are left out. `most`: of factors.
template <typename Join, typename Alone>
Monomial Merged(const Monomial& a, const Monomial& b, size_t most, Join join, Alone alone) {
  Monomial merged;
  merged.reserve(most);
  const auto add = [&](uint32_t variable, uint32_t exponent) {
    if (exponent != 0) merged.push_back({variable, exponent});
  };
  size_t i = 0, j = 0;
  while (i < a.size() || j < b.size()) {
    if (j == b.size() || (i < a.size() && a[i].variable < b[j].variable)) {
      add(a[i].variable, alone(a[i].exponent));
      ++i;
    } else if (i == a.size() || b[j].variable < a[i].variable) {
      add(b[j].variable, alone(b[j].exponent));
      ++j;
    } else {
      add(a[i].variable, join(a[i].exponent, b[j].exponent));
      ++i;
      ++j;
    }
  }
  return merged;
}

}  // namespace

void JoinEqual(Monomial* monomial) {
  std::sort(monomial->begin(), monomial->end());
  size_t kept = 0;
  for (size_t k = 0; k < monomial->size(); ++k) {
    const Factor factor = (*monomial)[k];
    if (kept > 0 && (*monomial)[kept - 1].variable == factor.variable) {
      (*monomial)[kept - 1].exponent += factor.exponent;
    } else {
      (*monomial)[kept++] = factor;
    }
  }
  monomial->resize(kept);
}

Monomial ProductOf(const Monomial& a, const Monomial& b) {
  return Merged(
      a, b, a.size() + b.size(), [](uint32_t x, uint32_t y) { return x + y; },
      [](uint32_t x) { return x; });
}

Monomial QuotientOf(const Monomial& a, const Monomial& b) {
  return Merged(
      a, b, a.size(), [](uint32_t x, uint32_t y) { return x - y; }, [](uint32_t x) { return x; });
}

Monomial CommonFactor(const Monomial& a, const Monomial& b) {
  return Merged(
      a, b, std::min(a.size(), b.size()), [](uint32_t x, uint32_t y) { return std::min(x, y); },
      [](uint32_t) { return 0u; });
}

uint32_t DegreeOf(const Monomial& monomial) {
  uint32_t degree = 0;
  for (const Factor& factor : monomial) degree += factor.exponent;
  return degree;
}

void Collect(Polynomial* polynomial, std::vector<Monomial>* gone) {
  const auto before = [](const Term& a, const Term& b) { return a.monomial < b.monomial; };
  if (!std::is_sorted(polynomial->begin(), polynomial->end(), before))
    std::stable_sort(polynomial->begin(), polynomial->end(), before);
  size_t kept = 0;
  const auto drop_zero = [&] {
    if (kept == 0 || !(*polynomial)[kept - 1].coefficient.IsZero()) return;
    --kept;
    if (gone != nullptr) gone->push_back((*polynomial)[kept].monomial);
  };
  for (size_t i = 0; i < polynomial->size(); ++i) {
    Term& term = (*polynomial)[i];
    if (kept > 0 && (*polynomial)[kept - 1].monomial == term.monomial) {
      Term& sum = (*polynomial)[kept - 1];
      sum.coefficient += term.coefficient;
      if (term.form == NumberForm::kLiteral) sum.form = NumberForm::kLiteral;
      continue;
    }
    drop_zero();
    if (kept != i) (*polynomial)[kept] = std::move(term);
    ++kept;
  }
  drop_zero();
  polynomial->resize(kept);
}

uint32_t Variables::Of(NodeId base, bool inverse) {
  if (index_.empty()) {
    for (uint32_t i = 0; i < meanings_.size(); ++i) {
      if (meanings_[i].base == base && meanings_[i].inverse == inverse) return i;
    }
    meanings_.push_back({base, inverse});
    if (meanings_.size() > kMaxScanned) {
      for (uint32_t i = 0; i < meanings_.size(); ++i)
        index_.emplace(std::make_pair(meanings_[i].base, meanings_[i].inverse), i);
    }
    return size() - 1;
  }
  const auto [found, inserted] = index_.emplace(std::make_pair(base, inverse), size());
  if (inserted) meanings_.push_back({base, inverse});
  return found->second;
}

void SortNumberFirst(const Graph& graph, absl::Span<NodeId> operands) {
  std::sort(operands.begin(), operands.end(), [&](NodeId a, NodeId b) {
    const bool a_is_number = graph.IsNumber(a), b_is_number = graph.IsNumber(b);
    return a_is_number != b_is_number ? a_is_number : a < b;
  });
}

Term ReadTerm(const Graph& graph, NodeId node, Variables* variables, JointPowers joint_powers) {
  struct Pending {
    NodeId id;
    uint32_t exponent;
  };
  Term term;
  absl::InlinedVector<Pending, 16> stack = {{node, 1}};
  size_t read = 0;
  while (!stack.empty()) {
    const auto [id, outer] = stack.back();
    stack.pop_back();
    const absl::Span<const NodeId> operands = graph.operands(id);
    if (graph.IsNumber(id) && outer == 1) {
      term.coefficient *= graph.number(id);
      if (FormOf(graph, id) == NumberForm::kLiteral) term.form = NumberForm::kLiteral;
      continue;
    }
    if (graph.IsCall(id, fn::kMul) && (read += operands.size()) <= kMaxReadFactors) {
      for (size_t k = operands.size(); k-- > 0;) stack.push_back({operands[k], outer});
      continue;
    }
    long exponent = 1;
    NodeId base = id;
    if (HasIntegerExponent(graph, id)) {
      exponent = graph.number(operands[1]).get_num().get_si();
      base = operands[0];
    }
    const auto magnitude = static_cast<uint32_t>(std::abs(exponent));
    const bool joint = joint_powers == JointPowers::kTakenApart && exponent > 1 &&
                       graph.IsCall(base, fn::kMul) && !HasNumber(graph, base);
    if (joint && uint64_t{magnitude} * outer <= kMaxJointExponent) {
      stack.push_back({base, magnitude * outer});
      continue;
    }
    term.monomial.push_back({variables->Of(base, exponent < 0), magnitude * outer});
  }
  JoinEqual(&term.monomial);
  return term;
}

NodeId BuildProduct(const Rational& number, NumberForm form, absl::Span<const NodeId> factors,
                    Graph* graph, Nested nested) {
  Rational coefficient = number;
  Nodes operands;
  for (const NodeId factor : factors) {
    const absl::Span<const NodeId> inner = graph->operands(factor);
    const bool dissolves = nested == Nested::kDissolved && graph->IsCall(factor, fn::kMul);
    for (const NodeId part : dissolves ? inner : absl::MakeConstSpan(&factor, 1)) {
      if (!graph->IsNumber(part)) {
        operands.push_back(part);
        continue;
      }
      coefficient *= graph->number(part);
      if (FormOf(*graph, part) == NumberForm::kLiteral) form = NumberForm::kLiteral;
    }
  }
  if (!coefficient.IsOne() || operands.empty())
    operands.push_back(graph->Number(coefficient.ToMpq(), form));
  if (operands.size() == 1) return operands[0];
  SortNumberFirst(*graph, absl::MakeSpan(operands));
  return graph->Call(fn::kMul, operands);
}

NodeId BuildSum(absl::Span<const NodeId> terms, Graph* graph) {
  if (terms.empty()) return graph->Integer(0);
  if (terms.size() == 1) return terms[0];
  Nodes operands(terms.begin(), terms.end());
  SortNumberFirst(*graph, absl::MakeSpan(operands));
  return graph->Call(fn::kAdd, operands);
}

NodeId BuildPower(NodeId base, long exponent, Graph* graph) {
  if (exponent == 1) return base;
  return graph->Call(fn::kPow, {base, graph->Integer(exponent)});
}

void AppendFactors(const Monomial& monomial, const Variables& variables, Graph* graph,
                   Nodes* factors) {
  for (const Factor& factor : monomial) {
    const Variables::Meaning meaning = variables[factor.variable];
    const auto exponent = static_cast<long>(factor.exponent);
    factors->push_back(BuildPower(meaning.base, meaning.inverse ? -exponent : exponent, graph));
  }
}

NodeId BuildTerm(const Term& term, const Variables& variables, Graph* graph) {
  Nodes factors;
  AppendFactors(term.monomial, variables, graph, &factors);
  return BuildProduct(term.coefficient, term.form, factors, graph);
}

}  // namespace formulary::passes
