#include "server/passes/canonicalize.h"

#include <algorithm>
#include <utility>

#include "server/expr/catalogue.h"
#include "server/expr/serialize.h"
#include "server/passes/uses.h"

namespace formulary::passes {
namespace {

using expr::FunctionId;
using expr::Graph;
using expr::Node;
using expr::NodeId;
using expr::NodeKind;
using expr::Program;

constexpr int kMaxRounds = 8;

// A fixed mixing function: orders must be the same in every process, which absl's hashes are not.
uint64_t Mix(uint64_t a, uint64_t b) {
  uint64_t x = a * 0x9e3779b97f4a7c15u + b + 0x7f4a7c159e3779b9u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

uint64_t HashText(std::string_view text) {
  uint64_t hash = text.size();
  for (const char c : text) hash = Mix(hash, static_cast<unsigned char>(c));
  return hash;
}

uint64_t HashInteger(const mpz_class& value) {
  uint64_t hash = static_cast<uint64_t>(sgn(value) + 1);
  for (size_t i = 0; i < mpz_size(value.get_mpz_t()); ++i)
    hash = Mix(hash, mpz_getlimbn(value.get_mpz_t(), i));
  return hash;
}

// How many leading operands may be exchanged without a trace in `mode`.
size_t Commuting(FunctionId function, size_t operands, expr::Numerics mode) {
  const bool sum_like = function == expr::fn::kAdd || function == expr::fn::kMul;
  const bool exact = function == expr::fn::kAnd || function == expr::fn::kOr ||
                     function == expr::fn::kXor || function == expr::fn::kEqual ||
                     function == expr::fn::kNotEqual;
  if (exact) return operands;
  if (!sum_like) return 0;
  // (a + b) + c = (b + a) + c bit for bit, but not (a + c) + b.
  return mode == expr::Numerics::kStrict ? std::min<size_t>(operands, 2) : operands;
}

class Canonicalizer {
 public:
  explicit Canonicalizer(const Program& program)
      : program_(program), graph_(program.graph), needed_(graph_.Reachable(program.roots())) {}

  Canonical Run();
  // Whether nodes that differed before became one. REQUIRES: Run.
  bool merged() const { return merged_; }

 private:
  uint64_t HashArgument(uint32_t position) const;
  // Marks sums inside sums and products inside products that have no other user: a + (b + c) is one
  // sum.
  void FindAbsorbed();
  void HashNodes(const std::vector<uint64_t>& argument_hashes);
  std::vector<uint64_t> UseHashes() const;
  // A node's operands, with those of sums and products it absorbs in their places.
  std::vector<NodeId> Leaves(NodeId id) const;
  uint64_t HashCall(NodeId id);
  // The operands of a node in canonical order, in ids of the source.
  std::vector<NodeId> Ordered(NodeId id) const;
  // Visits what outputs need, operands first, in canonical order; numbers arguments as it meets
  // them.
  void Rebuild();

  const Program& program_;
  const Graph& graph_;
  std::vector<bool> needed_;
  std::vector<bool> absorbed_;
  std::vector<uint64_t> hashes_;
  std::vector<uint64_t>
      commutative_;  // of sums and products: what their operands add to a user that absorbs them
  static constexpr uint32_t kUnnumbered = ~0u;
  std::vector<uint32_t> numbers_;  // of arguments, as they are met
  std::vector<NodeId> renamed_;
  Canonical result_;
  bool merged_ = false;
};

// An argument's hash must not know its name or position, only what it is.
uint64_t Canonicalizer::HashArgument(uint32_t position) const {
  Program alone;
  alone.arguments = {program_.arguments[position]};
  return HashText(expr::EncodeProgram(alone, expr::WithNames::kNo));
}

void Canonicalizer::FindAbsorbed() {
  absorbed_.assign(graph_.size(), false);
  if (program_.numerics == expr::Numerics::kStrict) return;
  const std::vector<uint32_t> uses = CountUses(program_, needed_);
  for (uint32_t i = 0; i < graph_.size(); ++i) {
    const NodeId id{i};
    if (!needed_[i] || !(graph_.IsCall(id, expr::fn::kAdd) || graph_.IsCall(id, expr::fn::kMul)))
      continue;
    for (const NodeId operand : graph_.operands(id)) {
      if (uses[operand.value] == 1 && graph_.IsCall(operand, graph_[id].function)) {
        absorbed_[operand.value] = true;
      }
    }
  }
}

uint64_t Canonicalizer::HashCall(NodeId id) {
  const absl::Span<const NodeId> operands = graph_.operands(id);
  const size_t commuting = Commuting(graph_[id].function, operands.size(), program_.numerics);
  uint64_t unordered = 0, ordered = 0;
  for (size_t k = 0; k < operands.size(); ++k) {
    const uint64_t hash = hashes_[operands[k].value];
    if (k >= commuting) {
      ordered = Mix(ordered, hash);
    } else {
      unordered += absorbed_[operands[k].value] ? commutative_[operands[k].value] : Mix(1, hash);
    }
  }
  commutative_[id.value] = unordered;
  return Mix(HashText(expr::Row(graph_[id].function).name), Mix(unordered, ordered));
}

// Arguments that are alike by themselves differ by where they are used: the hashes of their users,
// which know nothing of names, make a second hash of each.
std::vector<uint64_t> Canonicalizer::UseHashes() const {
  std::vector<uint64_t> use_hashes(program_.arguments.size(), 0);
  for (uint32_t i = 0; i < graph_.size(); ++i) {
    const NodeId id{i};
    if (!needed_[i] || absorbed_[i]) continue;
    const std::vector<NodeId> operands = Leaves(id);
    const size_t commuting = Commuting(graph_[id].function, operands.size(), program_.numerics);
    for (size_t k = 0; k < operands.size(); ++k) {
      const Node& operand = graph_[operands[k]];
      if (operand.kind != NodeKind::kArgument) continue;
      use_hashes[operand.payload] += Mix(hashes_[i], k < commuting ? 0 : k + 1);
    }
  }
  for (size_t k = 0; k < program_.outputs.size(); ++k) {
    const Node& node = graph_[program_.outputs[k].node];
    if (node.kind == NodeKind::kArgument) use_hashes[node.payload] += Mix(k, 17);
  }
  return use_hashes;
}

void Canonicalizer::HashNodes(const std::vector<uint64_t>& argument_hashes) {
  hashes_.resize(graph_.size());
  commutative_.resize(graph_.size());
  for (uint32_t i = 0; i < graph_.size(); ++i) {
    if (!needed_[i]) continue;
    const NodeId id{i};
    const Node& node = graph_[id];
    uint64_t hash = Mix(static_cast<uint64_t>(node.kind), node.detail);
    if (node.kind == NodeKind::kNumber) {
      hash = Mix(hash, Mix(HashInteger(graph_.number(id).get_num()),
                           HashInteger(graph_.number(id).get_den())));
    } else if (node.kind == NodeKind::kReal) {
      hash = Mix(hash, node.bits);
    } else if (node.kind == NodeKind::kArgument) {
      hash = Mix(hash, argument_hashes[node.payload]);
    } else if (node.kind == NodeKind::kCall) {
      hash = Mix(hash, HashCall(id));
    }
    hashes_[i] = hash;
  }
}

std::vector<NodeId> Canonicalizer::Leaves(NodeId id) const {
  std::vector<NodeId> leaves;
  std::vector<NodeId> stack = {id};
  while (!stack.empty()) {
    const NodeId top = stack.back();
    stack.pop_back();
    if (top != id && !absorbed_[top.value]) {
      leaves.push_back(top);
      continue;
    }
    const absl::Span<const NodeId> operands = graph_.operands(top);
    stack.insert(stack.end(), operands.rbegin(), operands.rend());
  }
  return leaves;
}

std::vector<NodeId> Canonicalizer::Ordered(NodeId id) const {
  std::vector<NodeId> ordered = Leaves(id);
  const size_t commuting = Commuting(graph_[id].function, ordered.size(), program_.numerics);
  const auto rank = [this](NodeId node) {
    const Node& leaf = graph_[node];
    const uint32_t number = leaf.kind == NodeKind::kArgument ? numbers_[leaf.payload] : kUnnumbered;
    return std::make_pair(hashes_[node.value], number);
  };
  // Stable: operands that look alike (x + y with other names) stay as written; numbering by first
  // use then makes them the same program.
  std::stable_sort(ordered.begin(), ordered.begin() + static_cast<ptrdiff_t>(commuting),
                   [&](NodeId a, NodeId b) { return rank(a) < rank(b); });
  return ordered;
}

void Canonicalizer::Rebuild() {
  numbers_.assign(program_.arguments.size(), kUnnumbered);
  std::vector<bool> done(graph_.size(), false);
  size_t rebuilt = 0;
  struct Frame {
    NodeId id;
    std::vector<NodeId> operands;
    size_t next = 0;
  };
  std::vector<Frame> stack;
  std::vector<NodeId> mapped;
  renamed_.resize(graph_.size());
  Graph& out = result_.program.graph;
  for (const expr::Output& output : program_.outputs) {
    if (!done[output.node.value]) stack.push_back({output.node, Ordered(output.node)});
    while (!stack.empty()) {
      Frame& frame = stack.back();
      if (frame.next < frame.operands.size()) {
        const NodeId operand = frame.operands[frame.next++];
        if (!done[operand.value]) stack.push_back({operand, Ordered(operand)});
        continue;
      }
      const Node& node = graph_[frame.id];
      NodeId made;
      if (node.kind == NodeKind::kArgument) {
        uint32_t& number = numbers_[node.payload];
        if (number == kUnnumbered) {
          number = static_cast<uint32_t>(result_.original_positions.size());
          result_.original_positions.push_back(node.payload);
          result_.program.arguments.push_back(program_.arguments[node.payload]);
        }
        made = out.Argument(number);
      } else if (node.kind == NodeKind::kCall) {
        mapped.clear();
        for (const NodeId operand : frame.operands) mapped.push_back(renamed_[operand.value]);
        made = out.Call(node.function, mapped);
      } else {
        made = out.ImportLeaf(graph_, frame.id);
      }
      renamed_[frame.id.value] = made;
      done[frame.id.value] = true;
      ++rebuilt;
      stack.pop_back();
    }
  }
  merged_ = out.size() < rebuilt;
}

Canonical Canonicalizer::Run() {
  result_.program.numerics = program_.numerics;
  result_.program.accurate = program_.accurate;
  FindAbsorbed();
  std::vector<uint64_t> argument_hashes;
  for (uint32_t i = 0; i < program_.arguments.size(); ++i)
    argument_hashes.push_back(HashArgument(i));
  HashNodes(argument_hashes);
  const std::vector<uint64_t> use_hashes = UseHashes();
  for (size_t i = 0; i < argument_hashes.size(); ++i) {
    argument_hashes[i] = Mix(argument_hashes[i], use_hashes[i]);
  }
  HashNodes(argument_hashes);
  Rebuild();
  for (const expr::Output& output : program_.outputs) {
    result_.program.outputs.push_back({output.name, renamed_[output.node.value]});
  }
  return std::move(result_);
}

}  // namespace

// Operands in one order may make two nodes one: then what the arguments are used by has changed,
// and with it their order. Every further round has fewer nodes.
Canonical Canonicalize(const Program& program) {
  Canonicalizer first(program);
  Canonical result = first.Run();
  bool merged = first.merged();
  for (int round = 1; merged && round < kMaxRounds; ++round) {
    Canonicalizer next(result.program);
    Canonical again = next.Run();
    for (uint32_t& position : again.original_positions)
      position = result.original_positions[position];
    result = std::move(again);
    merged = next.merged();
  }
  return result;
}

}  // namespace formulary::passes
