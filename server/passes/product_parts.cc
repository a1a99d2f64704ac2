// Products with factors in common. All constants of a product are one item.

#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "server/passes/common_parts.h"
#include "server/passes/sharer.h"

namespace formulary::passes {

using expr::NodeId;
using expr::NumberForm;
using expr::Program;
namespace fn = expr::fn;

namespace {

class ProductSharer : public Sharer {
 public:
  explicit ProductSharer(Program* region) : Sharer(region, Combining::kProduct, fn::kMul) {}

 private:
  struct Product {
    NodeId id;
    bool negative = false;
    NodeId constant = kUnmade;  // all constant factors in one, without sign
    Monomial monomial;
  };

  void ReadLists() override;
  void AppendItem(const Entry& entry, Nodes* operands) override;
  NodeId WithWeight(NodeId part, int32_t weight) override {
    return BuildPower(part, weight, &graph_);
  }
  NodeId Combined(const Nodes& operands) override {
    return BuildProduct(1, NumberForm::kExact, operands, &graph_, Nested::kKept);
  }
  NodeId ListNode(size_t list, const Nodes& operands) override {
    const long sign = products_[list].negative ? -1 : 1;
    return BuildProduct(sign, NumberForm::kExact, operands, &graph_, Nested::kKept);
  }

  bool IsConstantBase(NodeId base) const;
  void ReadProducts();
  // Powers that stand outside of products.
  void CountOtherPowers();

  Variables variables_;
  std::vector<Product> products_;
  uint32_t first_constant_ = 0;    // items below are variables
  std::vector<NodeId> constants_;  // by item - first_constant_
};

bool ProductSharer::IsConstantBase(NodeId base) const {
  return graph_.IsConstant(base) ||
         (graph_.IsCall(base, fn::kPow) && graph_.IsConstant(graph_.operands(base)[0]));
}

void ProductSharer::ReadProducts() {
  for (uint32_t i = 0; i < size_; ++i) {
    const NodeId id{i};
    if (!IsList(id)) continue;
    Term term = ReadTerm(graph_, id, &variables_, JointPowers::kKept);
    Product product{.id = id, .negative = term.coefficient.IsNegative()};
    Nodes constants;
    for (const Factor& factor : term.monomial) {
      if (!IsConstantBase(variables_[factor.variable].base)) {
        product.monomial.push_back(factor);
        continue;
      }
      AppendFactors({factor}, variables_, &graph_, &constants);
    }
    const Rational size = Abs(term.coefficient);
    if (!size.IsOne() || !constants.empty())
      product.constant = BuildProduct(size, term.form, constants, &graph_);
    products_.push_back(std::move(product));
  }
}

void ProductSharer::ReadLists() {
  ReadProducts();
  absl::flat_hash_map<NodeId, uint32_t> constant_items;
  first_constant_ = variables_.size();
  for (const Product& product : products_) {
    EntryList list;
    for (const Factor& factor : product.monomial)
      list.push_back({factor.variable, static_cast<int32_t>(factor.exponent)});
    if (product.constant != kUnmade) {
      const auto [found, inserted] = constant_items.emplace(
          product.constant, static_cast<uint32_t>(first_constant_ + constants_.size()));
      if (inserted) constants_.push_back(product.constant);
      list.push_back({found->second, 1});
    }
    if (list.size() > kMaxPairedOperands) list.clear();
    counting_.lists.push_back(std::move(list));
  }
  counting_.items = static_cast<uint32_t>(first_constant_ + constants_.size());
  counting_.kinds.assign(counting_.items, 0);
  CountOtherPowers();
}

void ProductSharer::CountOtherPowers() {
  for (uint32_t i = 0; i < size_; ++i) {
    if (!needed_[i] || !stands_[i] || !graph_.IsCall(NodeId{i}, fn::kPow)) continue;
    const Term power = ReadTerm(graph_, NodeId{i}, &variables_, JointPowers::kKept);
    if (power.monomial.size() != 1 || power.monomial[0].variable >= first_constant_) continue;
    const auto exponent = static_cast<int32_t>(power.monomial[0].exponent);
    if (exponent > 1) ++counting_.power_uses[{power.monomial[0].variable, exponent}];
  }
}

void ProductSharer::AppendItem(const Entry& entry, Nodes* operands) {
  if (entry.item < first_constant_) {
    const Variables::Meaning meaning = variables_[entry.item];
    const long exponent = meaning.inverse ? -entry.weight : entry.weight;
    operands->push_back(BuildPower(renamed_[meaning.base.value], exponent, &graph_));
    return;
  }
  const NodeId constant = constants_[entry.item - first_constant_];
  const absl::Span<const NodeId> inner = graph_.operands(constant);
  if (graph_.IsCall(constant, fn::kMul)) {
    operands->insert(operands->end(), inner.begin(), inner.end());
  } else {
    operands->push_back(constant);
  }
}

}  // namespace

void ShareProducts(Program* region) { ProductSharer(region).Run(); }

}  // namespace formulary::passes
