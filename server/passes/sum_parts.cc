// Sums with terms in common, be it with opposite signs.

#include <algorithm>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "server/passes/common_parts.h"
#include "server/passes/sharer.h"

namespace formulary::passes {

using expr::NodeId;
using expr::NodeKind;
using expr::NumberForm;
using expr::Program;
namespace fn = expr::fn;

namespace {

class SumSharer : public Sharer {
 public:
  explicit SumSharer(Program* region) : Sharer(region, Combining::kSum, fn::kAdd) {}

 private:
  void ReadLists() override;
  void AppendItem(const Entry& entry, Nodes* operands) override {
    operands->push_back(WithWeight(Renamed(terms_[entry.item]), entry.weight));
  }
  NodeId WithWeight(NodeId node, int32_t sign) override;
  NodeId Combined(const Nodes& operands) override { return BuildSum(operands, &graph_); }
  NodeId ListNode(size_t, const Nodes& operands) override { return BuildSum(operands, &graph_); }

  // A term without its sign.
  Entry ReadOne(NodeId term);
  EntryList ReadSum(NodeId id);
  NodeId Renamed(NodeId term);

  absl::flat_hash_map<NodeId, uint32_t> items_;
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
    const Nodes rest(operands.begin() + 1, operands.end());
    size = BuildProduct(-Rational(graph_.number(operands[0])), form, rest, &graph_, Nested::kKept);
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

EntryList SumSharer::ReadSum(NodeId id) {
  EntryList entries;
  Nodes stack = {id};
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
  EntryList sorted = entries;
  std::sort(sorted.begin(), sorted.end());
  for (size_t i = 1; i < sorted.size(); ++i) {
    if (sorted[i].item == sorted[i - 1].item) return {};
  }
  return entries;
}

NodeId SumSharer::Renamed(NodeId term) {
  if (term.value < size_ && needed_[term.value]) return renamed_[term.value];
  if (graph_[term].kind != NodeKind::kCall) return term;
  const Nodes before(graph_.operands(term).begin(), graph_.operands(term).end());
  Nodes operands;
  for (const NodeId operand : before)
    operands.push_back(operand.value < size_ ? renamed_[operand.value] : operand);
  return graph_.Call(graph_[term].function, operands);
}

NodeId SumSharer::WithWeight(NodeId node, int32_t sign) {
  if (sign > 0) return node;
  const bool is_sum = graph_.IsCall(node, fn::kAdd);
  return BuildProduct(-1, NumberForm::kExact, {&node, 1}, &graph_,
                      is_sum ? Nested::kKept : Nested::kDissolved);
}

void SumSharer::ReadLists() {
  for (uint32_t i = 0; i < size_; ++i) {
    if (IsList(NodeId{i})) counting_.lists.push_back(ReadSum(NodeId{i}));
  }
  counting_.items = static_cast<uint32_t>(terms_.size());
}

}  // namespace

void ShareSums(Program* region) { SumSharer(region).Run(); }

}  // namespace formulary::passes
