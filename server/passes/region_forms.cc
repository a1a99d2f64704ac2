#include "server/passes/region_forms.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "server/expr/catalogue.h"

namespace formulary::passes {

using expr::Graph;
using expr::NodeId;
using expr::NodeKind;
using expr::Program;
namespace fn = expr::fn;

namespace {

// A node of the new graph for every node of the old one, in index order.
class HornerRebuilder {
 public:
  HornerRebuilder(const Program& region, HornerOrder order)
      : region_(region), source_(region.graph), order_(order), renamed_(source_.size()) {}

  Program Run();

 private:
  NodeId Sum(NodeId id);
  NodeId Plain(absl::Span<const NodeId> operands);
  NodeId Product(NodeId id);
  NodeId Power(NodeId id);

  const Program& region_;
  const Graph& source_;
  HornerOrder order_;
  std::vector<NodeId> renamed_;
  Graph out_;
};

NodeId HornerRebuilder::Plain(absl::Span<const NodeId> operands) {
  std::vector<NodeId> terms;
  for (const NodeId operand : operands) terms.push_back(renamed_[operand.value]);
  return BuildSum(terms, &out_);
}

// Terms that only differ by their numbers stand apart because they may cancel: infinity less
// infinity is NaN.
bool HasEqualTerms(const Polynomial& polynomial) {
  std::vector<Monomial> monomials;
  for (const Term& term : polynomial) monomials.push_back(term.monomial);
  std::sort(monomials.begin(), monomials.end());
  return std::adjacent_find(monomials.begin(), monomials.end()) != monomials.end();
}

bool AllNegative(const Polynomial& polynomial) {
  return std::all_of(polynomial.begin(), polynomial.end(),
                     [](const Term& term) { return term.coefficient < 0; });
}

NodeId HornerRebuilder::Sum(NodeId id) {
  const absl::Span<const NodeId> operands = source_.operands(id);
  if (operands.size() > kMaxHornerTerms) return Plain(operands);
  Variables variables;
  Polynomial polynomial;
  for (const NodeId operand : operands)
    polynomial.push_back(ReadTerm(out_, renamed_[operand.value], &variables));
  if (HasEqualTerms(polynomial)) return Plain(operands);
  // A sign before the sum joins the coefficient of a product.
  const bool negative = AllNegative(polynomial);
  for (Term& term : polynomial) {
    if (negative) term.coefficient = -term.coefficient;
  }
  const NodeId sum = BuildHorner(std::move(polynomial), order_, variables, &out_);
  return negative ? BuildProduct(-1, expr::NumberForm::kExact, {&sum, 1}, &out_) : sum;
}

NodeId HornerRebuilder::Product(NodeId id) {
  Variables variables;
  Term product;
  for (const NodeId operand : source_.operands(id)) {
    const Term factor = ReadTerm(out_, renamed_[operand.value], &variables);
    product.coefficient *= factor.coefficient;
    if (factor.form == expr::NumberForm::kLiteral) product.form = factor.form;
    product.monomial.insert(product.monomial.end(), factor.monomial.begin(), factor.monomial.end());
  }
  JoinEqual(&product.monomial);
  return BuildTerm(product, variables, &out_);
}

NodeId HornerRebuilder::Power(NodeId id) {
  const NodeId base = renamed_[source_.operands(id)[0].value];
  const NodeId exponent = renamed_[source_.operands(id)[1].value];
  return out_.Call(fn::kPow, {base, exponent});
}

Program HornerRebuilder::Run() {
  for (uint32_t i = 0; i < source_.size(); ++i) {
    const NodeId id{i};
    if (source_[id].kind != NodeKind::kCall) {
      renamed_[i] = out_.ImportLeaf(source_, id);
    } else if (source_.IsCall(id, fn::kAdd)) {
      renamed_[i] = Sum(id);
    } else if (source_.IsCall(id, fn::kMul)) {
      renamed_[i] = Product(id);
    } else {
      renamed_[i] = Power(id);
    }
  }
  std::vector<NodeId> outputs;
  for (const expr::Output& output : region_.outputs) outputs.push_back(renamed_[output.node.value]);
  return InFormOf(region_, std::move(out_), outputs);
}

}  // namespace

Program InFormOf(const Program& region, Graph graph, absl::Span<const NodeId> outputs) {
  Program form;
  form.arguments = region.arguments;
  form.numerics = region.numerics;
  form.accurate = region.accurate;
  form.graph = std::move(graph);
  for (const NodeId output : outputs) form.outputs.push_back({"", output});
  return form;
}

Program WithHornerForms(const Program& region, HornerOrder order) {
  return HornerRebuilder(region, order).Run();
}

}  // namespace formulary::passes
