#include "server/passes/common_parts.h"

#include <algorithm>
#include <vector>

#include "server/passes/sharer.h"

namespace formulary::passes {

using expr::NodeId;
using expr::NodeKind;
using expr::Program;
namespace fn = expr::fn;

Sharer::Sharer(Program* region, Combining combining, expr::FunctionId nesting)
    : region_(*region),
      graph_(region->graph),
      nesting_(nesting),
      size_(graph_.size()),
      needed_(graph_.Reachable(region->roots())),
      stands_(size_, false),
      renamed_(size_) {
  counting_.combining = combining;
  for (const NodeId root : region_.roots()) stands_[root.value] = true;
  for (uint32_t i = 0; i < size_; ++i) {
    renamed_[i] = NodeId{i};
    if (!needed_[i] || graph_.IsCall(NodeId{i}, nesting_)) continue;
    for (const NodeId operand : graph_.operands(NodeId{i})) stands_[operand.value] = true;
  }
}

void Sharer::RenameOperands(NodeId id) {
  if (!needed_[id.value] || graph_[id].kind != NodeKind::kCall) return;
  const Nodes before(graph_.operands(id).begin(), graph_.operands(id).end());
  Nodes operands;
  for (const NodeId operand : before) operands.push_back(renamed_[operand.value]);
  if (operands == before) return;
  renamed_[id.value] = graph_.IsCall(id, fn::kAdd) ? BuildSum(operands, &graph_)
                                                   : graph_.Call(graph_[id].function, operands);
}

void Sharer::CountPartUses() {
  part_uses_.assign(parts_.size(), 0);
  const auto note = [&](const Entry& entry) {
    if (entry.item < counting_.items) return;
    part_uses_[entry.item - counting_.items] += entry.weight > 1 ? 2 : 1;
  };
  for (const EntryList& list : counting_.lists) {
    if (list.size() == 1) note(list[0]);  // it is the part itself
    for (const Entry& entry : list) note(entry);
  }
  for (const CommonPart& part : parts_) {
    note(part.a);
    note(part.b);
  }
}

void Sharer::Append(const Entry& first, Nodes* operands) {
  EntryList stack = {first};
  while (!stack.empty()) {
    const Entry entry = stack.back();
    stack.pop_back();
    if (entry.item < counting_.items) {
      AppendItem(entry, operands);
      continue;
    }
    const uint32_t index = entry.item - counting_.items;
    if (part_uses_[index] > 1) {
      operands->push_back(WithWeight(made_parts_[index], entry.weight));
      continue;
    }
    const CommonPart& part = parts_[index];
    stack.push_back({part.b.item, part.b.weight * entry.weight});
    stack.push_back({part.a.item, part.a.weight * entry.weight});
  }
}

// In order: each part needs only earlier ones.
void Sharer::MakeParts(const EntryList& entries) {
  const auto is_part = [this](const Entry& entry) { return entry.item >= counting_.items; };
  if (std::none_of(entries.begin(), entries.end(), is_part)) return;
  std::vector<uint32_t> wanted;
  std::vector<bool> seen(parts_.size(), false);
  EntryList stack = entries;
  while (!stack.empty()) {
    const Entry entry = stack.back();
    stack.pop_back();
    if (!is_part(entry)) continue;
    const uint32_t index = entry.item - counting_.items;
    if (made_parts_[index] != kUnmade || seen[index]) continue;
    seen[index] = true;
    wanted.push_back(index);
    stack.push_back(parts_[index].a);
    stack.push_back(parts_[index].b);
  }
  std::sort(wanted.begin(), wanted.end());
  for (const uint32_t index : wanted) {
    if (part_uses_[index] < 2) continue;
    Nodes operands;
    Append(parts_[index].a, &operands);
    Append(parts_[index].b, &operands);
    made_parts_[index] = Combined(operands);
  }
}

void Sharer::Run() {
  ReadLists();
  parts_ = TakeCommonParts(&counting_);
  if (parts_.empty()) return;
  CountPartUses();
  made_parts_.assign(parts_.size(), kUnmade);
  size_t next = 0;
  for (uint32_t i = 0; i < size_; ++i) {
    const NodeId id{i};
    const bool is_list = IsList(id);
    if (is_list && !counting_.lists[next].empty()) {
      MakeParts(counting_.lists[next]);
      Nodes operands;
      for (const Entry& entry : counting_.lists[next]) Append(entry, &operands);
      renamed_[i] = ListNode(next, operands);
    } else {
      RenameOperands(id);
    }
    if (is_list) ++next;
  }
  for (expr::Output& output : region_.outputs) output.node = renamed_[output.node.value];
}

void ShareCommonProducts(Program* region) { ShareProducts(region); }

void ShareCommonParts(Program* region) {
  ShareProducts(region);
  ShareSums(region);
}

}  // namespace formulary::passes
