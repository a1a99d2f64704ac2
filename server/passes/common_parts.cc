#include "server/passes/common_parts.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "server/expr/catalogue.h"
#include "server/passes/pair_counting.h"
#include "server/passes/polynomial.h"

namespace formulary::passes {

using expr::Graph;
using expr::NodeId;
using expr::NodeKind;
using expr::NumberForm;
using expr::Program;
namespace fn = expr::fn;

namespace {

constexpr NodeId kUnmade{~0u};

// What both kinds of sharing do alike: nodes are added to the region's own graph, operands renamed,
// and what stands in a sum or product of its kind alone is read through.
class Sharer {
 protected:
  Sharer(Program* region, Combining combining)
      : region_(*region),
        graph_(region->graph),
        nesting_(combining == Combining::kSum ? fn::kAdd : fn::kMul),
        size_(graph_.size()) {
    counting_.combining = combining;
    needed_ = graph_.Reachable(region_.roots());
    stands_.assign(size_, false);
    for (const NodeId root : region_.roots()) stands_[root.value] = true;
    for (uint32_t i = 0; i < size_; ++i) {
      if (!needed_[i] || graph_.IsCall(NodeId{i}, nesting_)) continue;
      for (const NodeId operand : graph_.operands(NodeId{i})) stands_[operand.value] = true;
    }
    renamed_.resize(size_);
    for (uint32_t i = 0; i < size_; ++i) renamed_[i] = NodeId{i};
  }

  // A list of its own: a call of the nesting function that something else uses.
  bool IsList(NodeId id) const {
    return needed_[id.value] && stands_[id.value] && graph_.IsCall(id, nesting_);
  }
  void RenameOperands(NodeId id) {
    if (!needed_[id.value] || graph_[id].kind != NodeKind::kCall) return;
    const std::vector<NodeId> before(graph_.operands(id).begin(), graph_.operands(id).end());
    std::vector<NodeId> operands;
    for (const NodeId operand : before) operands.push_back(renamed_[operand.value]);
    if (operands == before) return;
    renamed_[id.value] = graph_.IsCall(id, fn::kAdd) ? BuildSum(operands, &graph_)
                                                     : graph_.Call(graph_[id].function, operands);
  }
  void RenameOutputs() {
    for (expr::Output& output : region_.outputs) output.node = renamed_[output.node.value];
  }
  // Parts that one list or part alone has are spelled out there.
  void CountPartUses() {
    part_uses_.assign(parts_.size(), 0);
    const auto note = [&](const Entry& entry) {
      if (entry.item >= counting_.items)
        part_uses_[entry.item - counting_.items] += entry.weight > 1 ? 2 : 1;
    };
    for (const std::vector<Entry>& list : counting_.lists) {
      if (list.size() < 2 && !list.empty()) note(list[0]);  // it is the part itself
      for (const Entry& entry : list) note(entry);
    }
    for (const CommonPart& part : parts_) {
      note(part.a);
      note(part.b);
    }
  }

  Program& region_;
  Graph& graph_;
  expr::FunctionId nesting_;
  uint32_t size_;
  std::vector<bool> needed_;
  std::vector<bool> stands_;
  std::vector<NodeId> renamed_;
  PairCounting counting_;
  std::vector<CommonPart> parts_;
  std::vector<uint32_t> part_uses_;
  std::vector<NodeId> made_parts_;
};

class ProductSharer : public Sharer {
 public:
  explicit ProductSharer(Program* region) : Sharer(region, Combining::kProduct) {}
  bool Run();

 private:
  struct Product {
    NodeId id;
    bool negative = false;
    NodeId constant = kUnmade;  // all constant factors in one, without sign
    Monomial monomial;
  };
  bool IsConstantBase(NodeId base) const;
  void ReadProducts();
  void FillLists();
  // Adds a factor's nodes; makes the parts it needs.
  void AppendEntry(const Entry& entry, std::vector<NodeId>* factors);
  NodeId Item(uint32_t item);
  NodeId Made(const std::vector<Entry>& entries, bool negative);

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
    Product product{.id = id, .negative = term.coefficient < 0};
    std::vector<NodeId> constants;
    for (const Factor& factor : term.monomial) {
      if (!IsConstantBase(variables_[factor.variable].base)) {
        product.monomial.push_back(factor);
        continue;
      }
      AppendFactors({factor}, variables_, &graph_, &constants);
    }
    const mpq_class size = abs(term.coefficient);
    if (size != 1 || !constants.empty())
      product.constant = BuildProduct(size, term.form, constants, &graph_);
    products_.push_back(std::move(product));
  }
}

void ProductSharer::FillLists() {
  std::map<NodeId, uint32_t> constant_items;
  first_constant_ = variables_.size();
  for (const Product& product : products_) {
    std::vector<Entry> list;
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
  // Powers that stand outside of products.
  for (uint32_t i = 0; i < size_; ++i) {
    if (!needed_[i] || !stands_[i] || !graph_.IsCall(NodeId{i}, fn::kPow)) continue;
    const Term power = ReadTerm(graph_, NodeId{i}, &variables_, JointPowers::kKept);
    if (power.monomial.size() != 1 || power.monomial[0].variable >= first_constant_) continue;
    const auto exponent = static_cast<int32_t>(power.monomial[0].exponent);
    if (exponent > 1) ++counting_.power_uses[{power.monomial[0].variable, exponent}];
  }
}

NodeId ProductSharer::Item(uint32_t item) {
  if (item >= counting_.items) return made_parts_[item - counting_.items];
  return constants_[item - first_constant_];
}

void ProductSharer::AppendEntry(const Entry& first, std::vector<NodeId>* factors) {
  std::vector<Entry> stack = {first};
  while (!stack.empty()) {
    const Entry entry = stack.back();
    stack.pop_back();
    if (entry.item < counting_.items && entry.item >= first_constant_) {
      const NodeId constant = Item(entry.item);
      const absl::Span<const NodeId> inner = graph_.operands(constant);
      if (graph_.IsCall(constant, fn::kMul)) {
        factors->insert(factors->end(), inner.begin(), inner.end());
      } else {
        factors->push_back(constant);
      }
      continue;
    }
    if (entry.item < first_constant_) {
      const Variables::Meaning meaning = variables_[entry.item];
      const long exponent = meaning.inverse ? -entry.weight : entry.weight;
      factors->push_back(BuildPower(renamed_[meaning.base.value], exponent, &graph_));
      continue;
    }
    const uint32_t part = entry.item - counting_.items;
    if (part_uses_[part] > 1) {
      factors->push_back(BuildPower(made_parts_[part], entry.weight, &graph_));
      continue;
    }
    stack.push_back(parts_[part].b);
    stack.push_back(parts_[part].a);
  }
}

NodeId ProductSharer::Made(const std::vector<Entry>& entries, bool negative) {
  // Parts first, in order: each needs only earlier ones.
  std::vector<uint32_t> wanted;
  std::vector<Entry> stack = entries;
  while (!stack.empty()) {
    const Entry entry = stack.back();
    stack.pop_back();
    if (entry.item < counting_.items || made_parts_[entry.item - counting_.items] != kUnmade)
      continue;
    const uint32_t part = entry.item - counting_.items;
    wanted.push_back(part);
    stack.push_back(parts_[part].a);
    stack.push_back(parts_[part].b);
  }
  std::sort(wanted.begin(), wanted.end());
  for (const uint32_t part : wanted) {
    if (part_uses_[part] < 2 || made_parts_[part] != kUnmade) continue;
    std::vector<NodeId> factors;
    AppendEntry(parts_[part].a, &factors);
    AppendEntry(parts_[part].b, &factors);
    made_parts_[part] = BuildProduct(1, NumberForm::kExact, factors, &graph_, Nested::kKept);
  }
  std::vector<NodeId> factors;
  for (const Entry& entry : entries) AppendEntry(entry, &factors);
  return BuildProduct(negative ? -1 : 1, NumberForm::kExact, factors, &graph_, Nested::kKept);
}

bool ProductSharer::Run() {
  ReadProducts();
  FillLists();
  parts_ = TakeCommonParts(&counting_);
  if (parts_.empty()) return false;
  CountPartUses();
  made_parts_.assign(parts_.size(), kUnmade);
  size_t next = 0;
  for (uint32_t i = 0; i < size_; ++i) {
    const NodeId id{i};
    const bool shares = IsList(id) && !counting_.lists[next].empty();
    if (shares) {
      renamed_[i] = Made(counting_.lists[next], products_[next].negative);
    } else {
      RenameOperands(id);
    }
    if (IsList(id)) ++next;
  }
  RenameOutputs();
  return true;
}

class SumSharer : public Sharer {
 public:
  explicit SumSharer(Program* region) : Sharer(region, Combining::kSum) {}
  bool Run();

 private:
  // A term without its sign.
  Entry ReadOne(NodeId term);
  std::vector<Entry> ReadSum(NodeId id);
  NodeId Renamed(NodeId term);
  NodeId WithSign(NodeId node, int32_t sign);
  void AppendEntry(const Entry& entry, std::vector<NodeId>* terms);
  NodeId Made(const std::vector<Entry>& entries);

  std::map<NodeId, uint32_t> items_;
  std::vector<NodeId> terms_;  // by item
};

Entry SumSharer::ReadOne(NodeId term) {
  Entry entry;
  NodeId size = term;
  const absl::Span<const NodeId> operands = graph_.operands(term);
  if (graph_.IsNumber(term) && graph_.number(term) < 0) {
    entry.weight = -1;
    const auto form = static_cast<NumberForm>(graph_[term].detail);
    size = graph_.Number(-graph_.number(term), form);
  } else if (graph_.IsCall(term, fn::kMul) && graph_.IsNumber(operands[0]) &&
             graph_.number(operands[0]) < 0) {
    entry.weight = -1;
    const auto form = static_cast<NumberForm>(graph_[operands[0]].detail);
    const std::vector<NodeId> rest(operands.begin() + 1, operands.end());
    size = BuildProduct(-graph_.number(operands[0]), form, rest, &graph_, Nested::kKept);
  }
  const auto [found, inserted] = items_.emplace(size, static_cast<uint32_t>(terms_.size()));
  if (inserted) {
    terms_.push_back(size);
    // What is exact pairs with what is exact: it cancels without error.
    const bool exact = graph_[size].kind != NodeKind::kCall;
    counting_.kinds.push_back(exact ? 1 : 0);
  }
  entry.item = found->second;
  return entry;
}

std::vector<Entry> SumSharer::ReadSum(NodeId id) {
  std::vector<Entry> entries;
  std::vector<NodeId> stack = {id};
  while (!stack.empty()) {
    const NodeId top = stack.back();
    stack.pop_back();
    if (graph_.IsCall(top, fn::kAdd)) {
      const absl::Span<const NodeId> operands = graph_.operands(top);
      if (entries.size() + stack.size() + operands.size() > kMaxPairedOperands) return {};
      stack.insert(stack.end(), operands.rbegin(), operands.rend());
    } else {
      entries.push_back(ReadOne(top));
    }
  }
  // A term that comes twice (through shared sums) makes no list.
  std::vector<Entry> sorted = entries;
  std::sort(sorted.begin(), sorted.end());
  for (size_t i = 1; i < sorted.size(); ++i) {
    if (sorted[i].item == sorted[i - 1].item) return {};
  }
  return entries;
}

NodeId SumSharer::Renamed(NodeId term) {
  if (term.value < size_ && needed_[term.value]) return renamed_[term.value];
  if (graph_[term].kind != NodeKind::kCall) return term;
  const std::vector<NodeId> before(graph_.operands(term).begin(), graph_.operands(term).end());
  std::vector<NodeId> operands;
  for (const NodeId operand : before)
    operands.push_back(operand.value < size_ ? renamed_[operand.value] : operand);
  return graph_.Call(graph_[term].function, operands);
}

NodeId SumSharer::WithSign(NodeId node, int32_t sign) {
  if (sign > 0) return node;
  const bool is_sum = graph_.IsCall(node, fn::kAdd);
  return BuildProduct(-1, NumberForm::kExact, {&node, 1}, &graph_,
                      is_sum ? Nested::kKept : Nested::kDissolved);
}

void SumSharer::AppendEntry(const Entry& first, std::vector<NodeId>* terms) {
  std::vector<Entry> stack = {first};
  while (!stack.empty()) {
    const Entry entry = stack.back();
    stack.pop_back();
    if (entry.item < counting_.items) {
      terms->push_back(WithSign(Renamed(terms_[entry.item]), entry.weight));
      continue;
    }
    const uint32_t part = entry.item - counting_.items;
    if (part_uses_[part] > 1) {
      terms->push_back(WithSign(made_parts_[part], entry.weight));
      continue;
    }
    const CommonPart& inner = parts_[part];
    stack.push_back({inner.b.item, inner.b.weight * entry.weight});
    stack.push_back({inner.a.item, inner.a.weight * entry.weight});
  }
}

NodeId SumSharer::Made(const std::vector<Entry>& entries) {
  std::vector<uint32_t> wanted;
  std::vector<Entry> stack = entries;
  while (!stack.empty()) {
    const Entry entry = stack.back();
    stack.pop_back();
    if (entry.item < counting_.items || made_parts_[entry.item - counting_.items] != kUnmade)
      continue;
    const uint32_t part = entry.item - counting_.items;
    wanted.push_back(part);
    stack.push_back(parts_[part].a);
    stack.push_back(parts_[part].b);
  }
  std::sort(wanted.begin(), wanted.end());
  for (const uint32_t part : wanted) {
    if (part_uses_[part] < 2 || made_parts_[part] != kUnmade) continue;
    std::vector<NodeId> terms;
    AppendEntry(parts_[part].a, &terms);
    AppendEntry(parts_[part].b, &terms);
    made_parts_[part] = BuildSum(terms, &graph_);
  }
  std::vector<NodeId> terms;
  for (const Entry& entry : entries) AppendEntry(entry, &terms);
  return BuildSum(terms, &graph_);
}

bool SumSharer::Run() {
  for (uint32_t i = 0; i < size_; ++i) {
    if (IsList(NodeId{i})) counting_.lists.push_back(ReadSum(NodeId{i}));
  }
  counting_.items = static_cast<uint32_t>(terms_.size());
  parts_ = TakeCommonParts(&counting_);
  if (parts_.empty()) return false;
  CountPartUses();
  made_parts_.assign(parts_.size(), kUnmade);
  size_t next = 0;
  for (uint32_t i = 0; i < size_; ++i) {
    const NodeId id{i};
    if (IsList(id) && !counting_.lists[next].empty()) {
      renamed_[i] = Made(counting_.lists[next]);
    } else {
      RenameOperands(id);
    }
    if (IsList(id)) ++next;
  }
  RenameOutputs();
  return true;
}

}  // namespace

Program WithCommonParts(const Program& region) {
  Program shared = region;
  ProductSharer(&shared).Run();
  SumSharer(&shared).Run();
  return shared;
}

}  // namespace formulary::passes
