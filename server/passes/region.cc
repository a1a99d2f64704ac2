#include "server/passes/region.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "server/expr/assumptions.h"
#include "server/expr/catalogue.h"
#include "server/expr/infer.h"

namespace formulary::passes {
namespace {

using expr::DType;
using expr::Graph;
using expr::NodeId;
using expr::NodeKind;
using expr::Program;
namespace fn = expr::fn;

std::vector<DType> TypesOf(const Program& program) {
  std::vector<DType> arguments;
  for (const expr::Argument& argument : program.arguments) {
    const bool unspecified = argument.dtype == DType::kUnspecified;
    arguments.push_back(unspecified ? DType::kFloat64 : argument.dtype);
  }
  return expr::InferTypes(program.graph, arguments);
}

bool IsIntegerPower(const Graph& graph, NodeId id) {
  if (!graph.IsCall(id, fn::kPow)) return false;
  const NodeId exponent = graph.operands(id)[1];
  if (!graph.IsNumber(exponent)) return false;
  const mpq_class& value = graph.number(exponent);
  return value.get_den() == 1 && abs(value) <= kMaxRegionExponent;
}

// Numbers, named constants and powers of numbers stand in a region as they are.
bool IsPlainConstant(const Graph& graph, NodeId id) {
  if (graph.IsConstant(id)) return graph[id].kind != NodeKind::kReal;
  return graph.IsCall(id, fn::kPow) && graph.IsNumber(graph.operands(id)[0]) &&
         graph.IsNumber(graph.operands(id)[1]);
}

class Splitter {
 public:
  Splitter(const Program& program, Grouping grouping)
      : program_(program),
        graph_(program.graph),
        needed_(graph_.Reachable(program.roots())),
        types_(TypesOf(program)),
        inside_(graph_.size(), false),
        group_(graph_.size()),
        grouping_(grouping) {}

  std::vector<Region> Run();

 private:
  void FindInside();
  // Joins nodes that hang together; the first node of a group stands for it.
  void Connect();
  uint32_t GroupOf(uint32_t node);
  // Facts, and what depends on a varying argument.
  void DeriveAllFacts();
  NodeId Imported(NodeId id, Region* region);
  expr::Argument AtomArgument(NodeId atom) const;

  const Program& program_;
  const Graph& graph_;
  std::vector<bool> needed_;
  std::vector<DType> types_;
  std::vector<bool> inside_;
  std::vector<uint32_t> group_;
  std::vector<expr::Facts> facts_;
  std::vector<bool> varying_;
  Grouping grouping_;
  absl::flat_hash_map<std::pair<uint32_t, uint32_t>, NodeId> imported_;  // by region and node
  uint32_t region_index_ = 0;
};

void Splitter::FindInside() {
  for (uint32_t i = 0; i < graph_.size(); ++i) {
    const NodeId id{i};
    if (!needed_[i] || !expr::IsFloat(types_[i]) || IsPlainConstant(graph_, id)) continue;
    inside_[i] =
        graph_.IsCall(id, fn::kAdd) || graph_.IsCall(id, fn::kMul) || IsIntegerPower(graph_, id);
  }
}

uint32_t Splitter::GroupOf(uint32_t node) {
  while (group_[node] != node) {
    group_[node] = group_[group_[node]];
    node = group_[node];
  }
  return node;
}

void Splitter::Connect() {
  std::iota(group_.begin(), group_.end(), 0u);
  if (grouping_ == Grouping::kWhole) {
    const auto first = std::find(inside_.begin(), inside_.end(), true) - inside_.begin();
    for (uint32_t i = 0; i < graph_.size(); ++i) {
      if (inside_[i]) group_[i] = static_cast<uint32_t>(first);
    }
    return;
  }
  for (uint32_t i = 0; i < graph_.size(); ++i) {
    if (!inside_[i]) continue;
    for (const NodeId operand : graph_.operands(NodeId{i})) {
      if (!inside_[operand.value]) continue;
      const uint32_t a = GroupOf(i), b = GroupOf(operand.value);
      group_[std::max(a, b)] = std::min(a, b);
    }
  }
}

void Splitter::DeriveAllFacts() {
  facts_.reserve(graph_.size());
  varying_.assign(graph_.size(), false);
  for (uint32_t i = 0; i < graph_.size(); ++i) {
    const NodeId id{i};
    facts_.push_back(DeriveFacts(graph_, id, facts_, program_.arguments));
    if (graph_[id].kind == NodeKind::kArgument)
      varying_[i] = !program_.arguments[graph_[id].payload].uniform;
    for (const NodeId operand : graph_.operands(id))
      varying_[i] = varying_[i] || varying_[operand.value];
  }
}

expr::Argument Splitter::AtomArgument(NodeId atom) const {
  const expr::Node& node = graph_[atom];
  expr::Argument argument;
  if (node.kind == NodeKind::kArgument) argument = program_.arguments[node.payload];
  argument.uniform = !varying_[atom.value];
  const expr::Facts& facts = facts_[atom.value];
  expr::Assumptions& known = argument.assumptions;
  if (facts.positive) known.positive = true;
  if (facts.nonnegative) known.nonnegative = true;
  if (facts.negative) known.negative = true;
  if (facts.nonzero) known.nonzero = true;
  if (facts.integer) known.integer = true;
  if (facts.finite && !facts.presumed) known.finite = true;
  argument.presumed_finite = facts.finite && facts.presumed;
  return argument;
}

// The node in the region's graph; what is not inside is a constant or becomes an atom.
NodeId Splitter::Imported(NodeId id, Region* region) {
  const auto key = std::make_pair(region_index_, id.value);
  const auto found = imported_.find(key);
  if (found != imported_.end()) return found->second;
  Graph& out = region->program.graph;
  NodeId made;
  if (graph_.IsConstant(id) && IsPlainConstant(graph_, id)) {
    made = out.ImportLeaf(graph_, id);
  } else if (IsPlainConstant(graph_, id)) {
    const NodeId base = out.ImportLeaf(graph_, graph_.operands(id)[0]);
    const NodeId exponent = out.ImportLeaf(graph_, graph_.operands(id)[1]);
    made = out.Call(fn::kPow, {base, exponent});
  } else {
    made = out.Argument(static_cast<uint32_t>(region->atoms.size()));
    region->atoms.push_back(id);
    region->program.arguments.push_back(AtomArgument(id));
  }
  imported_.emplace(key, made);
  return made;
}

std::vector<Region> Splitter::Run() {
  FindInside();
  Connect();
  DeriveAllFacts();
  std::vector<uint32_t> sizes(graph_.size(), 0);
  std::vector<bool> seen_outside(graph_.size(), false);  // has a user that is no arithmetic
  for (const NodeId root : program_.roots()) seen_outside[root.value] = true;
  for (uint32_t i = 0; i < graph_.size(); ++i) {
    if (inside_[i]) ++sizes[GroupOf(i)];
    if (inside_[i] || !needed_[i]) continue;
    for (const NodeId operand : graph_.operands(NodeId{i})) seen_outside[operand.value] = true;
  }
  const auto inside_count = std::count(inside_.begin(), inside_.end(), true);
  std::vector<Region> regions;
  absl::flat_hash_map<uint32_t, uint32_t> index;  // of a group's region
  for (uint32_t i = 0; i < graph_.size(); ++i) {
    if (!inside_[i] || sizes[GroupOf(i)] < 2) continue;
    const auto [found, inserted] = index.emplace(GroupOf(i), static_cast<uint32_t>(regions.size()));
    if (inserted) {
      regions.emplace_back();
      regions.back().program.numerics = program_.numerics;
      regions.back().program.accurate = program_.accurate;
      regions.back().whole = sizes[GroupOf(i)] == inside_count;
    }
    region_index_ = found->second;
    Region& region = regions[region_index_];
    absl::InlinedVector<NodeId, 8> operands;
    for (const NodeId operand : graph_.operands(NodeId{i}))
      operands.push_back(Imported(operand, &region));
    const NodeId made = region.program.graph.Call(graph_[NodeId{i}].function, operands);
    imported_.emplace(std::make_pair(region_index_, i), made);
    if (!seen_outside[i]) continue;
    region.outputs.push_back(NodeId{i});
    region.program.outputs.push_back({"", made});
  }
  return regions;
}

// Adds regions' new forms to the program's graph, node by node as they are asked for.
class Joiner {
 public:
  Joiner(absl::Span<const Region> regions, Program* program)
      : regions_(regions), program_(program), renamed_(program->graph.size()) {
    for (uint32_t r = 0; r < regions_.size(); ++r) {
      for (uint32_t k = 0; k < regions_[r].outputs.size(); ++k)
        outputs_.emplace(regions_[r].outputs[k].value, std::make_pair(r, k));
      made_.emplace_back(regions_[r].program.graph.size(), kUnmade);
    }
  }

  void Run();

 private:
  static constexpr NodeId kUnmade{~0u};
  NodeId Emit(uint32_t region, NodeId root);
  NodeId Leaf(uint32_t region, NodeId id);
  using Operands = absl::InlinedVector<NodeId, 8>;
  NodeId Call(expr::FunctionId function, Operands operands);

  absl::Span<const Region> regions_;
  Program* program_;
  std::vector<NodeId> renamed_;
  absl::flat_hash_map<uint32_t, std::pair<uint32_t, uint32_t>> outputs_;
  std::vector<std::vector<NodeId>> made_;
};

// Operands that commute stand by id, as the rewriter leaves them: a number first in sums and
// products, last in extrema.
NodeId Joiner::Call(expr::FunctionId function, Operands operands) {
  Graph& graph = program_->graph;
  const bool number_first = function == fn::kAdd || function == fn::kMul;
  const bool extremum = function == fn::kMin || function == fn::kMax;
  if (number_first || extremum || function == fn::kAnd || function == fn::kOr) {
    const auto rank = [&](NodeId id) {
      return std::make_pair(graph.IsNumber(id) != number_first, id);
    };
    std::sort(operands.begin(), operands.end(),
              [&](NodeId a, NodeId b) { return rank(a) < rank(b); });
  }
  return graph.Call(function, operands);
}

NodeId Joiner::Leaf(uint32_t region, NodeId id) {
  const Graph& source = regions_[region].program.graph;
  if (source[id].kind == NodeKind::kArgument)
    return renamed_[regions_[region].atoms[source[id].payload].value];
  return program_->graph.ImportLeaf(source, id);
}

NodeId Joiner::Emit(uint32_t region, NodeId root) {
  const Graph& source = regions_[region].program.graph;
  std::vector<NodeId>& made = made_[region];
  std::vector<NodeId> stack = {root};
  while (!stack.empty()) {
    const NodeId id = stack.back();
    if (made[id.value] != kUnmade) {
      stack.pop_back();
      continue;
    }
    if (source[id].kind != NodeKind::kCall) {
      made[id.value] = Leaf(region, id);
      stack.pop_back();
      continue;
    }
    Operands operands;
    const size_t depth = stack.size();
    for (const NodeId operand : source.operands(id)) {
      operands.push_back(made[operand.value]);
      if (operands.back() == kUnmade) stack.push_back(operand);
    }
    if (stack.size() > depth) {
      std::reverse(stack.begin() + static_cast<ptrdiff_t>(depth), stack.end());
      continue;
    }
    made[id.value] = Call(source[id].function, std::move(operands));
    stack.pop_back();
  }
  return made[root.value];
}

void Joiner::Run() {
  Graph& graph = program_->graph;
  const std::vector<bool> needed = graph.Reachable(program_->roots());
  for (uint32_t i = 0; i < renamed_.size(); ++i) {
    const NodeId id{i};
    renamed_[i] = id;
    if (!needed[i] || graph[id].kind != NodeKind::kCall) continue;
    const auto found = outputs_.find(i);
    if (found != outputs_.end()) {
      const auto [region, k] = found->second;
      renamed_[i] = Emit(region, regions_[region].program.outputs[k].node);
      continue;
    }
    Operands operands;
    bool changed = false;
    for (const NodeId operand : graph.operands(id)) {
      operands.push_back(renamed_[operand.value]);
      changed = changed || operands.back() != operand;
    }
    if (changed) renamed_[i] = Call(graph[id].function, std::move(operands));
  }
  for (expr::Output& output : program_->outputs) output.node = renamed_[output.node.value];
}

}  // namespace

std::vector<Region> SplitRegions(const Program& program, Grouping grouping) {
  return Splitter(program, grouping).Run();
}

void PutBack(absl::Span<const Region> regions, Program* program) { Joiner(regions, program).Run(); }

}  // namespace formulary::passes
