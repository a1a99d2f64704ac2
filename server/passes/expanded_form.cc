// Regions multiplied out.

#include <algorithm>
#include <utility>
#include <vector>

#include "server/expr/assumptions.h"
#include "server/expr/catalogue.h"
#include "server/passes/operations.h"
#include "server/passes/region_forms.h"

namespace formulary::passes {

using expr::Graph;
using expr::NodeId;
using expr::NodeKind;
using expr::NumberForm;
using expr::Program;
namespace fn = expr::fn;

namespace {

bool IsPowerOfTwo(const Rational& value) {
  return fmpz_popcnt(fmpq_numref(value.get())) == 1 && fmpz_popcnt(fmpq_denref(value.get())) == 1;
}

// Whether the number that all coefficients have in common goes before the sum.
enum class Content : uint8_t { kInside, kApart };

class Expander {
 public:
  Expander(Program* region, HornerOrder order)
      : region_(*region),
        graph_(region->graph),
        size_(graph_.size()),
        needed_(graph_.Reachable(region->roots())),
        order_(order),
        polynomials_(size_),
        built_(size_) {}

  // False when there is nothing to gain, or it may not be done.
  bool Run();
  // The outputs. REQUIRES: Run.
  std::vector<NodeId> Form(HornerOrder order, Content content);
  // Some coefficients have had a number in common.
  bool has_content() const { return has_content_; }
  // The other order makes other forms.
  bool orders_differ() const { return orders_differ_; }

 private:
  static constexpr NodeId kUnbuilt{~0u};

  // The forms that were made of a polynomial: one serves all orders that agree, and with a common
  // number of 1 one serves all contents.
  struct BuiltForm {
    NodeId node = kUnbuilt;
    HornerOrder order = HornerOrder::kMostTerms;
    bool orders_differ = false;
  };
  struct BuiltForms {
    BuiltForm by_content[2];
    bool has_content = false;
  };

  Polynomial Leaf(NodeId id);
  Polynomial Sum(NodeId id);
  Polynomial Product(NodeId id);
  Polynomial Power(NodeId id);
  // The node as a factor of a product: multiplied out, or one variable, which is kept there.
  const Polynomial& AsFactor(NodeId id, Polynomial* variable);
  Polynomial AsVariable(NodeId node, bool inverse, uint32_t exponent);
  bool IsInputSum(NodeId id) const;
  // nullopt beyond the limits.
  std::optional<Polynomial> Times(const Polynomial& a, const Polynomial& b) const;
  bool MayCancel(const Monomial& monomial) const;
  void CollectTerms(Polynomial* polynomial);
  // The node's polynomial in Horner form.
  NodeId Build(NodeId id);

  const Program& region_;
  Graph& graph_;
  uint32_t size_;  // of the graph as it came
  std::vector<bool> needed_;
  HornerOrder order_;
  Content content_ = Content::kInside;
  std::vector<Polynomial> polynomials_;
  std::vector<BuiltForms> built_;
  Variables variables_;
  std::vector<Monomial> gone_;  // what terms of one sum added up to 0
  bool sound_ = true;
  bool has_content_ = false;
  bool orders_differ_ = false;
};

Polynomial Expander::Leaf(NodeId id) { return {ReadTerm(graph_, id, &variables_)}; }

Polynomial Expander::AsVariable(NodeId node, bool inverse, uint32_t exponent) {
  Term term;
  term.monomial = {{variables_.Of(node, inverse), exponent}};
  return {term};
}

// Inputs times powers of two add up exactly where they cancel.
bool Expander::IsInputSum(NodeId id) const {
  if (!graph_.IsCall(id, fn::kAdd)) return false;
  return std::all_of(polynomials_[id.value].begin(), polynomials_[id.value].end(),
                     [](const Term& term) {
                       return term.monomial.empty() ||
                              (DegreeOf(term.monomial) == 1 && IsPowerOfTwo(Abs(term.coefficient)));
                     });
}

std::optional<Polynomial> Expander::Times(const Polynomial& a, const Polynomial& b) const {
  if (a.size() * b.size() > kMaxPartialProducts) return std::nullopt;
  Polynomial product;
  product.reserve(a.size() * b.size());
  for (const Term& x : a) {
    for (const Term& y : b) {
      Term term;
      term.coefficient = x.coefficient * y.coefficient;
      term.form = std::max(x.form, y.form);
      term.monomial = passes::ProductOf(x.monomial, y.monomial);
      if (term.coefficient.bits() > kMaxExpandedBits) return std::nullopt;
      if (DegreeOf(term.monomial) > kMaxExpandedDegree) return std::nullopt;
      product.push_back(std::move(term));
    }
  }
  return product;
}

// Infinities and NaN must still show where a term goes.
bool Expander::MayCancel(const Monomial& monomial) const {
  if (region_.numerics == expr::Numerics::kFast) return true;
  return std::all_of(monomial.begin(), monomial.end(), [&](const Factor& factor) {
    const NodeId base = variables_[factor.variable].base;
    if (variables_[factor.variable].inverse) return false;
    if (graph_[base].kind != NodeKind::kArgument) return graph_[base].kind != NodeKind::kCall;
    return FactsOf(region_.arguments[graph_[base].payload]).finite;
  });
}

void Expander::CollectTerms(Polynomial* polynomial) {
  gone_.clear();
  Collect(polynomial, &gone_);
  for (const Monomial& monomial : gone_) sound_ = sound_ && MayCancel(monomial);
}

const Polynomial& Expander::AsFactor(NodeId id, Polynomial* variable) {
  if (!IsInputSum(id)) return polynomials_[id.value];
  *variable = AsVariable(Build(id), false, 1);
  return *variable;
}

Polynomial Expander::Sum(NodeId id) {
  Polynomial sum;
  for (const NodeId operand : graph_.operands(id)) {
    const Polynomial& terms = polynomials_[operand.value];
    if (sum.size() + terms.size() > kMaxPartialProducts) {
      sound_ = false;
      return {};
    }
    sum.insert(sum.end(), terms.begin(), terms.end());
  }
  CollectTerms(&sum);
  if (sum.size() > kMaxExpandedTerms) sound_ = false;
  return sum;
}

Polynomial Expander::Product(NodeId id) {
  Polynomial product = {Term{}};
  const std::vector<NodeId> operands(graph_.operands(id).begin(), graph_.operands(id).end());
  for (const NodeId operand : operands) {
    Polynomial variable;
    std::optional<Polynomial> next = Times(product, AsFactor(operand, &variable));
    if (next.has_value()) CollectTerms(&*next);
    if (!next.has_value() || next->size() > kMaxExpandedTerms) {
      // What would grow too large stays a factor.
      next = Times(product, AsVariable(Build(operand), false, 1));
    }
    if (!next.has_value()) {
      sound_ = false;
      return product;
    }
    product = *std::move(next);
  }
  return product;
}

Polynomial Expander::Power(NodeId id) {
  const NodeId base = graph_.operands(id)[0];
  const mpq_class& exponent = graph_.number(graph_.operands(id)[1]);
  if (exponent.get_den() != 1) return AsVariable(id, false, 1);  // a constant
  const auto magnitude = static_cast<uint32_t>(std::abs(exponent.get_num().get_si()));
  const bool inverse = exponent < 0;
  if (graph_.IsNumber(base)) return AsVariable(base, inverse, magnitude);
  Polynomial variable;
  const Polynomial& factor = AsFactor(base, &variable);
  const bool one_term = factor.size() == 1 && factor[0].coefficient.IsUnit();
  if (one_term && factor[0].monomial.size() == 1) {
    const Factor only = factor[0].monomial[0];
    const Variables::Meaning meaning = variables_[only.variable];
    if (!(inverse && meaning.inverse) && only.exponent * magnitude <= kMaxExpandedDegree) {
      Polynomial power =
          AsVariable(meaning.base, inverse || meaning.inverse, only.exponent * magnitude);
      if (factor[0].coefficient.IsNegative() && magnitude % 2 == 1) power[0].coefficient = -1;
      return power;
    }
  }
  if (inverse || magnitude > kMaxExpandedDegree) return AsVariable(Build(base), inverse, magnitude);
  Polynomial power = {Term{}};
  for (uint32_t k = 0; k < magnitude; ++k) {
    std::optional<Polynomial> next = Times(power, factor);
    if (next.has_value()) CollectTerms(&*next);
    if (!next.has_value() || next->size() > kMaxExpandedTerms)
      return AsVariable(Build(base), false, magnitude);
    power = *std::move(next);
  }
  return power;
}

// The greatest rational that leaves integers behind; 1 where coefficients are literals or long.
Rational ContentOf(const Polynomial& polynomial) {
  Rational content = 0;
  for (const Term& term : polynomial) {
    if (term.form == NumberForm::kLiteral) return 1;
    fmpq_gcd(content.get(), content.get(), term.coefficient.get());
    if (content.bits() > kMaxExpandedBits) return 1;
  }
  return content.IsZero() ? Rational(1) : content;
}

NodeId Expander::Build(NodeId id) {
  BuiltForms& forms = built_[id.value];
  const auto place = [&](Content content) -> BuiltForm& {
    return forms.by_content[static_cast<size_t>(content)];
  };
  const bool no_content = place(Content::kApart).node != kUnbuilt && !forms.has_content;
  BuiltForm& form = place(no_content ? Content::kApart : content_);
  if (form.node != kUnbuilt && (form.order == order_ || !form.orders_differ)) return form.node;
  form.order = order_;
  Polynomial polynomial = polynomials_[id.value];
  Term common;
  if (polynomial.size() > 1) {
    common.monomial = polynomial[0].monomial;
    for (const Term& term : polynomial)
      common.monomial = CommonFactor(common.monomial, term.monomial);
    if (content_ == Content::kApart) {
      common.coefficient = ContentOf(polynomial);
      forms.has_content = !common.coefficient.IsOne();
      has_content_ = has_content_ || forms.has_content;
    }
    for (Term& term : polynomial) {
      term.coefficient /= common.coefficient;
      term.monomial = QuotientOf(term.monomial, common.monomial);
    }
  }
  Nodes factors;
  AppendFactors(common.monomial, variables_, &graph_, &factors);
  factors.push_back(
      BuildHorner(std::move(polynomial), order_, variables_, &graph_, &form.orders_differ));
  orders_differ_ = orders_differ_ || form.orders_differ;
  form.node = BuildProduct(common.coefficient, common.form, factors, &graph_);
  return form.node;
}

// Whether a term of some sum is a product with a sum: only there can terms of both meet.
bool HasSumBelowSum(const Program& region) {
  const Graph& graph = region.graph;
  const std::vector<bool> needed = graph.Reachable(region.roots());
  std::vector<bool> has_sum(graph.size(), false);  // products and powers: of a sum
  for (uint32_t i = 0; i < graph.size(); ++i) {
    const NodeId id{i};
    if (!needed[i] || graph[id].kind != NodeKind::kCall) continue;
    for (const NodeId operand : graph.operands(id)) {
      if (graph.IsCall(id, fn::kAdd) && has_sum[operand.value]) return true;
      if (graph.IsCall(operand, fn::kAdd) || has_sum[operand.value])
        has_sum[i] = !graph.IsCall(id, fn::kAdd);
    }
  }
  return false;
}

bool Expander::Run() {
  for (uint32_t i = 0; i < size_ && sound_; ++i) {
    const NodeId id{i};
    if (!needed_[i]) continue;
    if (graph_[id].kind != NodeKind::kCall) {
      polynomials_[i] = Leaf(id);
    } else if (graph_.IsCall(id, fn::kAdd)) {
      polynomials_[i] = Sum(id);
    } else if (graph_.IsCall(id, fn::kMul)) {
      polynomials_[i] = Product(id);
    } else {
      polynomials_[i] = Power(id);
    }
  }
  return sound_;
}

std::vector<NodeId> Expander::Form(HornerOrder order, Content content) {
  order_ = order;
  content_ = content;
  std::vector<NodeId> outputs;
  for (const expr::Output& output : region_.outputs) outputs.push_back(Build(output.node));
  return outputs;
}

}  // namespace

ExpandedForms Expanded(uint32_t most_operations, Program* region) {
  ExpandedForms forms;
  if (!HasSumBelowSum(*region)) return forms;
  Expander expander(region, HornerOrder::kMostTerms);
  if (!expander.Run()) return forms;
  for (const HornerOrder order : {HornerOrder::kMostTerms, HornerOrder::kMostSaved}) {
    if (order != HornerOrder::kMostTerms && !expander.orders_differ()) break;
    std::vector<NodeId> apart = expander.Form(order, Content::kApart);
    forms.too_long = CountOperations(region->graph, apart) > most_operations;
    if (forms.too_long) break;
    if (expander.has_content()) forms.outputs.push_back(expander.Form(order, Content::kInside));
    forms.outputs.push_back(std::move(apart));
  }
  return forms;
}

}  // namespace formulary::passes
