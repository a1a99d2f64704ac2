// Extrema of extrema with operands in common: min(max(a, c), max(b, c)) is max(c, min(a, b)), to
// the bit and NaN alike, for either is NaN where one operand is.

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "server/expr/catalogue.h"
#include "server/passes/common_parts.h"
#include "server/passes/uses.h"

namespace formulary::passes {

using expr::FunctionId;
using expr::NodeId;
using expr::Program;
namespace fn = expr::fn;

namespace {

using Operands = std::vector<NodeId>;  // sorted, each once

class Factorer {
 public:
  explicit Factorer(Program* program)
      : program_(*program), graph_(program->graph), size_(graph_.size()), renamed_(size_) {}

  void Run();

 private:
  // Members that have these operands in common, each with others besides.
  struct Group {
    Operands common;
    std::vector<size_t> members;
    size_t saved() const { return members.size() < 2 ? 0 : common.size() * (members.size() - 1); }
  };

  NodeId Extremum(NodeId id);
  NodeId Made(FunctionId function, Operands operands);
  static Group BestGroup(const std::vector<Operands>& members);
  static Group GroupOf(NodeId operand, const std::vector<Operands>& members);
  NodeId Factored(FunctionId function, FunctionId inner, const Group& group,
                  std::vector<Operands>* members);

  Program& program_;
  expr::Graph& graph_;
  uint32_t size_;  // of the graph as it came
  std::vector<uint32_t> uses_;
  std::vector<NodeId> renamed_;
};

NodeId Factorer::Made(FunctionId function, Operands operands) {
  std::sort(operands.begin(), operands.end());
  return operands.size() == 1 ? operands[0] : graph_.Call(function, operands);
}

Factorer::Group Factorer::GroupOf(NodeId operand, const std::vector<Operands>& members) {
  Group group;
  for (size_t i = 0; i < members.size(); ++i) {
    const Operands& member = members[i];
    if (!std::binary_search(member.begin(), member.end(), operand)) continue;
    Operands common;
    if (group.members.empty()) {
      common = member;
    } else {
      std::set_intersection(group.common.begin(), group.common.end(), member.begin(), member.end(),
                            std::back_inserter(common));
    }
    group.common = std::move(common);
    group.members.push_back(i);
  }
  // A member without operands of its own would swallow the others, and a NaN of theirs.
  for (const size_t i : group.members) {
    if (members[i].size() == group.common.size()) return {};
  }
  return group;
}

// The one that saves most, of equals the first by operand.
Factorer::Group Factorer::BestGroup(const std::vector<Operands>& members) {
  std::map<NodeId, size_t> counts;
  for (const Operands& member : members) {
    for (const NodeId operand : member) ++counts[operand];
  }
  Group best;
  for (const auto& [operand, count] : counts) {
    if (count < 2) continue;
    Group group = GroupOf(operand, members);
    if (group.saved() > best.saved()) best = std::move(group);
  }
  return best;
}

NodeId Factorer::Factored(FunctionId function, FunctionId inner, const Group& group,
                          std::vector<Operands>* members) {
  Operands rests;
  for (const size_t i : group.members) {
    Operands rest;
    std::set_difference((*members)[i].begin(), (*members)[i].end(), group.common.begin(),
                        group.common.end(), std::back_inserter(rest));
    rests.push_back(Made(inner, std::move(rest)));
  }
  for (size_t k = group.members.size(); k-- > 0;)
    members->erase(members->begin() + static_cast<ptrdiff_t>(group.members[k]));
  Operands operands = group.common;
  operands.push_back(Made(function, std::move(rests)));
  return Made(inner, std::move(operands));
}

NodeId Factorer::Extremum(NodeId id) {
  const FunctionId function = graph_[id].function;
  const FunctionId inner = function == fn::kMin ? fn::kMax : fn::kMin;
  const Operands before(graph_.operands(id).begin(), graph_.operands(id).end());
  Operands others;
  std::vector<Operands> members;
  for (const NodeId operand : before) {
    const NodeId now = renamed_[operand.value];
    const absl::Span<const NodeId> below = graph_.operands(now);
    if (uses_[operand.value] == 1 && graph_.IsCall(now, inner) &&
        below.size() <= kMaxPairedOperands && members.size() < kMaxPairedOperands) {
      members.emplace_back(below.begin(), below.end());
      std::sort(members.back().begin(), members.back().end());
    } else {
      others.push_back(now);
    }
  }
  bool changed = false;
  for (Group group = BestGroup(members); group.saved() > 0; group = BestGroup(members)) {
    others.push_back(Factored(function, inner, group, &members));
    changed = true;
  }
  if (!changed) {
    Operands operands;
    for (const NodeId operand : before) operands.push_back(renamed_[operand.value]);
    return operands == before ? id : graph_.Call(function, operands);
  }
  for (Operands& member : members) others.push_back(Made(inner, std::move(member)));
  return Made(function, std::move(others));
}

void Factorer::Run() {
  const std::vector<bool> needed = graph_.Reachable(program_.roots());
  uses_ = CountUses(program_, needed);
  Operands operands;
  for (uint32_t i = 0; i < size_; ++i) {
    const NodeId id{i};
    renamed_[i] = id;
    if (!needed[i] || graph_[id].kind != expr::NodeKind::kCall) continue;
    if (graph_.IsCall(id, fn::kMin) || graph_.IsCall(id, fn::kMax)) {
      renamed_[i] = Extremum(id);
      continue;
    }
    operands.clear();
    bool differs = false;
    for (const NodeId operand : graph_.operands(id)) {
      operands.push_back(renamed_[operand.value]);
      differs = differs || operands.back() != operand;
    }
    if (differs) renamed_[i] = graph_.Call(graph_[id].function, operands);
  }
  for (expr::Output& output : program_.outputs) output.node = renamed_[output.node.value];
}

bool HasBoth(const Program& program) {
  const std::vector<bool> needed = program.graph.Reachable(program.roots());
  bool least = false, greatest = false;
  for (uint32_t i = 0; i < needed.size(); ++i) {
    least = least || (needed[i] && program.graph.IsCall(NodeId{i}, fn::kMin));
    greatest = greatest || (needed[i] && program.graph.IsCall(NodeId{i}, fn::kMax));
  }
  return least && greatest;
}

}  // namespace

bool FactorExtrema(Program* program) {
  if (!HasBoth(*program)) return false;
  const std::vector<NodeId> before = program->roots();
  Factorer(program).Run();
  return program->roots() != before;
}

}  // namespace formulary::passes
