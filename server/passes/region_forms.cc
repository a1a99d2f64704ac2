#include "server/passes/region_forms.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "server/expr/catalogue.h"
#include "server/passes/polynomial_factor.h"

namespace formulary::passes {

using expr::Graph;
using expr::NodeId;
using expr::NodeKind;
using expr::Program;
namespace fn = expr::fn;

namespace {

enum class Factoring : uint8_t { kNo, kYes };

// Sums of fewer terms, or without a square, have forms as short already.
constexpr size_t kMinFactoredTerms = 3;

bool IsWorthFactoring(const Polynomial& polynomial) {
  return polynomial.size() >= kMinFactoredTerms &&
         std::any_of(polynomial.begin(), polynomial.end(),
                     [](const Term& term) { return DegreeOf(term.monomial) > 1; });
}

// A node for every node there was, in index order.
class HornerRebuilder {
 public:
  // Takes from `known` what became of nodes before.
  HornerRebuilder(Program* region, HornerOrder order, Factoring factoring, KnownForms* known)
      : region_(*region),
        graph_(region->graph),
        size_(graph_.size()),
        needed_(graph_.Reachable(region->roots())),
        order_(order),
        factoring_(factoring),
        known_(*known) {
    known_.Grow(size_);
  }

  void Run();
  // Some sum is a product now. REQUIRES: Run.
  bool factored() const { return factored_; }
  // The other order makes other forms.
  bool orders_differ() const { return orders_differ_; }

 private:
  NodeId Renamed(NodeId id) const { return known_[id].node; }
  NodeId Sum(NodeId id);
  NodeId Plain(absl::Span<const NodeId> operands);
  NodeId ProductOfFactors(const Factorization& factorization, const Variables& variables);
  NodeId Product(NodeId id);
  NodeId Power(NodeId id);

  Program& region_;
  Graph& graph_;
  uint32_t size_;  // of the graph as it came
  std::vector<bool> needed_;
  HornerOrder order_;
  Factoring factoring_;
  KnownForms& known_;
  bool factored_ = false, orders_differ_ = false;
};

NodeId HornerRebuilder::Plain(absl::Span<const NodeId> operands) {
  Nodes terms;
  for (const NodeId operand : operands) terms.push_back(Renamed(operand));
  return BuildSum(terms, &graph_);
}

// Terms that only differ by their numbers stand apart because they may cancel: infinity less
// infinity is NaN.
bool HasEqualTerms(const Polynomial& polynomial) {
  absl::InlinedVector<const Monomial*, 16> monomials;
  for (const Term& term : polynomial) monomials.push_back(&term.monomial);
  std::sort(monomials.begin(), monomials.end(),
            [](const Monomial* a, const Monomial* b) { return *a < *b; });
  const auto equal = [](const Monomial* a, const Monomial* b) { return *a == *b; };
  return std::adjacent_find(monomials.begin(), monomials.end(), equal) != monomials.end();
}

bool AllNegative(const Polynomial& polynomial) {
  return std::all_of(polynomial.begin(), polynomial.end(),
                     [](const Term& term) { return term.coefficient.IsNegative(); });
}

NodeId HornerRebuilder::Sum(NodeId id) {
  const absl::Span<const NodeId> operands = graph_.operands(id);
  if (operands.size() > kMaxHornerTerms) return Plain(operands);
  Variables variables;
  Polynomial polynomial;
  polynomial.reserve(operands.size());
  for (const NodeId operand : operands)
    polynomial.push_back(ReadTerm(graph_, Renamed(operand), &variables));
  if (HasEqualTerms(polynomial)) return Plain(operands);
  if (factoring_ == Factoring::kYes && IsWorthFactoring(polynomial)) {
    const std::optional<Factorization> factorization = FactorPolynomial(polynomial);
    if (factorization.has_value()) return ProductOfFactors(*factorization, variables);
  }
  // A sign before the sum joins the coefficient of a product.
  const bool negative = AllNegative(polynomial);
  for (Term& term : polynomial) {
    if (negative) term.coefficient = -term.coefficient;
  }
  const NodeId sum =
      BuildHorner(std::move(polynomial), order_, variables, &graph_, &known_[id].orders_differ);
  return negative ? BuildProduct(-1, expr::NumberForm::kExact, {&sum, 1}, &graph_) : sum;
}

NodeId HornerRebuilder::ProductOfFactors(const Factorization& factorization,
                                         const Variables& variables) {
  factored_ = true;
  std::vector<NodeId> factors;
  for (const auto& [polynomial, exponent] : factorization.factors) {
    const NodeId factor = BuildHorner(polynomial, order_, variables, &graph_);
    factors.push_back(BuildPower(factor, static_cast<long>(exponent), &graph_));
  }
  return BuildProduct(factorization.number, expr::NumberForm::kExact, factors, &graph_);
}

NodeId HornerRebuilder::Product(NodeId id) {
  Variables variables;
  Term product;
  for (const NodeId operand : graph_.operands(id)) {
    const Term factor = ReadTerm(graph_, Renamed(operand), &variables);
    product.coefficient *= factor.coefficient;
    if (factor.form == expr::NumberForm::kLiteral) product.form = factor.form;
    product.monomial.insert(product.monomial.end(), factor.monomial.begin(), factor.monomial.end());
  }
  JoinEqual(&product.monomial);
  return BuildTerm(product, variables, &graph_);
}

NodeId HornerRebuilder::Power(NodeId id) {
  const NodeId base = Renamed(graph_.operands(id)[0]);
  const NodeId exponent = Renamed(graph_.operands(id)[1]);
  return graph_.Call(fn::kPow, {base, exponent});
}

void HornerRebuilder::Run() {
  for (uint32_t i = 0; i < size_; ++i) {
    const NodeId id{i};
    if (!needed_[i]) continue;
    if (!known_.Has(id)) {
      NodeId form = id;
      if (graph_.IsCall(id, fn::kAdd)) {
        form = Sum(id);
      } else if (graph_.IsCall(id, fn::kMul)) {
        form = Product(id);
      } else if (graph_[id].kind == NodeKind::kCall) {
        form = Power(id);
      }
      known_[id].node = form;
    }
    orders_differ_ = orders_differ_ || known_[id].orders_differ;
  }
  for (expr::Output& output : region_.outputs) output.node = Renamed(output.node);
}

}  // namespace

bool TakeHornerForms(HornerOrder order, KnownForms* known, Program* region) {
  HornerRebuilder rebuilder(region, order, Factoring::kNo, known);
  rebuilder.Run();
  return rebuilder.orders_differ();
}

bool FactorSums(Program* region) {
  KnownForms known;
  HornerRebuilder rebuilder(region, HornerOrder::kMostTerms, Factoring::kYes, &known);
  rebuilder.Run();
  return rebuilder.factored();
}

}  // namespace formulary::passes
