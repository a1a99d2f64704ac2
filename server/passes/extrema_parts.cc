// Extrema with operands in common: of a set, in any order, each once.

#include <algorithm>
#include <map>
#include <vector>

#include "server/passes/common_parts.h"
#include "server/passes/sharer.h"

namespace formulary::passes {

using expr::NodeId;
using expr::Program;
namespace fn = expr::fn;

namespace {

// Lists of two operands alone share nothing but equal nodes.
constexpr size_t kShortList = 2;

class ExtremumSharer : public Sharer {
 public:
  ExtremumSharer(Program* region, expr::FunctionId function)
      : Sharer(region, Combining::kSum, function) {
    stands_.assign(size_, true);  // an extremum that others hold is a list, too
  }

 private:
  void ReadLists() override;
  void AppendItem(const Entry& entry, Nodes* operands) override {
    operands->push_back(renamed_[operands_[entry.item].value]);
  }
  NodeId WithWeight(NodeId part, int32_t) override { return part; }
  NodeId Combined(const Nodes& operands) override { return graph_.Call(nesting_, operands); }
  NodeId ListNode(size_t, const Nodes& operands) override {
    return operands.size() == 1 ? operands[0] : graph_.Call(nesting_, operands);
  }

  std::vector<NodeId> operands_;  // by item
};

void ExtremumSharer::ReadLists() {
  std::map<NodeId, uint32_t> items;
  for (uint32_t i = 0; i < size_; ++i) {
    const NodeId id{i};
    if (!IsList(id)) continue;
    EntryList list;
    for (const NodeId operand : graph_.operands(id)) {
      const auto [found, inserted] = items.emplace(operand, static_cast<uint32_t>(items.size()));
      if (inserted) operands_.push_back(operand);
      list.push_back({found->second, 1});
    }
    if (list.size() > kMaxPairedOperands) list.clear();
    counting_.lists.push_back(std::move(list));
  }
  counting_.items = static_cast<uint32_t>(operands_.size());
  counting_.kinds.assign(operands_.size(), 0);
}

bool HasPairs(const Program& program, expr::FunctionId function) {
  const std::vector<bool> needed = program.graph.Reachable(program.roots());
  size_t lists = 0, longest = 0;
  for (uint32_t i = 0; i < needed.size(); ++i) {
    const NodeId id{i};
    if (!needed[i] || !program.graph.IsCall(id, function)) continue;
    ++lists;
    longest = std::max(longest, program.graph.operands(id).size());
  }
  return lists >= 2 && longest > kShortList;
}

}  // namespace

bool ShareCommonExtrema(Program* program) {
  const std::vector<NodeId> before = program->roots();
  for (const expr::FunctionId function : {fn::kMin, fn::kMax}) {
    if (HasPairs(*program, function)) ExtremumSharer(program, function).Run();
  }
  return program->roots() != before;
}

}  // namespace formulary::passes
