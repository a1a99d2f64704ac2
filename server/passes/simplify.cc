#include "server/passes/simplify.h"

#include <algorithm>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "server/expr/catalogue.h"
#include "server/expr/infer.h"
#include "server/passes/uses.h"

namespace formulary::passes {
namespace {

using expr::Graph;
using expr::NodeId;
namespace fn = expr::fn;

// What a node is to a nest of sums or of products.
enum class Nest : uint8_t { kNone, kSum, kProduct, kNegation };

class Walker {
 public:
  Walker(const expr::Program& program, const Budget& budget, Cancelling cancelling)
      : program_(program),
        source_(program.graph),
        needed_(source_.Reachable(program.roots())),
        rewriter_(program, budget, RulesFor(program.numerics), cancelling) {}

  Simplified Run();

 private:
  using Leaves = absl::InlinedVector<Part, 8>;

  Nest NestOf(NodeId id) const;
  void NoteUses();
  // Decides which nodes are built only as part of the nest above them.
  void FindNests();
  // The leaves of the nest below `id`, in order, each with its side; a product's sign comes as a
  // factor -1.
  Leaves LeavesOf(NodeId id, Nest nest);
  NodeId Build(NodeId id);
  NodeId OfItsType(NodeId before, NodeId after);

  const expr::Program& program_;
  const Graph& source_;
  std::vector<bool> needed_;
  std::vector<uint32_t> uses_;
  std::vector<Nest> nest_;      // negations take the nest of their only user
  std::vector<bool> absorbed_;  // part of its only user's nest
  std::vector<bool> varies_;    // depends on an argument; what does not is computed once
  std::vector<NodeId> renamed_;
  std::vector<expr::DType> types_;  // of the source, when asked for
  Rewriter rewriter_;
};

Nest Walker::NestOf(NodeId id) const {
  if (source_.IsCall(id, fn::kAdd) || source_.IsCall(id, fn::kSub)) return Nest::kSum;
  if (source_.IsCall(id, fn::kMul) || source_.IsCall(id, fn::kDiv)) return Nest::kProduct;
  if (source_.IsCall(id, fn::kNeg)) return Nest::kNegation;
  return Nest::kNone;
}

void Walker::NoteUses() {
  uses_ = CountUses(program_, needed_);
  varies_.assign(source_.size(), false);
  for (uint32_t i = 0; i < source_.size(); ++i) {
    varies_[i] = source_[NodeId{i}].kind == expr::NodeKind::kArgument;
    for (const NodeId operand : source_.operands(NodeId{i}))
      varies_[i] = varies_[i] || varies_[operand.value];
  }
}

// Users come after their operands: walked backwards, each node's user is settled before it.
void Walker::FindNests() {
  nest_.assign(source_.size(), Nest::kNone);
  absorbed_.assign(source_.size(), false);
  for (uint32_t i = 0; i < source_.size(); ++i) {
    const Nest own = NestOf(NodeId{i});
    nest_[i] = own == Nest::kNegation ? Nest::kSum : own;
  }
  for (uint32_t i = source_.size(); i-- > 0;) {
    if (!needed_[i] || nest_[i] == Nest::kNone) continue;
    for (const NodeId operand : source_.operands(NodeId{i})) {
      const Nest own = NestOf(operand);
      if (own == Nest::kNegation && uses_[operand.value] == 1) nest_[operand.value] = nest_[i];
      if (uses_[operand.value] == 1 && nest_[operand.value] == nest_[i] && own != Nest::kNone) {
        absorbed_[operand.value] = true;
      }
    }
  }
}

Walker::Leaves Walker::LeavesOf(NodeId id, Nest nest) {
  Leaves leaves;
  Leaves stack = {{id, false}};
  bool negative = false;  // of a product
  while (!stack.empty()) {
    const Part part = stack.back();
    stack.pop_back();
    const bool inside =
        part.node == id || (absorbed_[part.node.value] && nest_[part.node.value] == nest);
    if (!inside) {
      leaves.push_back({renamed_[part.node.value], part.inverse});
      continue;
    }
    const absl::Span<const NodeId> operands = source_.operands(part.node);
    const bool second_inverts =
        source_.IsCall(part.node, fn::kSub) || source_.IsCall(part.node, fn::kDiv);
    const bool negates = source_.IsCall(part.node, fn::kNeg);
    if (negates && nest == Nest::kProduct) negative = !negative;
    for (size_t k = operands.size(); k-- > 0;) {
      const bool flips = (second_inverts && k == 1) || (negates && nest == Nest::kSum);
      stack.push_back({operands[k], part.inverse != flips});
    }
  }
  if (negative) leaves.push_back({rewriter_.graph().Integer(-1), false});
  return leaves;
}

NodeId Walker::Build(NodeId id) {
  const Nest nest = nest_[id.value];
  if (program_.numerics == expr::Numerics::kStrict || nest == Nest::kNone) {
    absl::InlinedVector<NodeId, 8> operands;
    for (const NodeId operand : source_.operands(id)) operands.push_back(renamed_[operand.value]);
    return rewriter_.Make(source_[id].function, operands);
  }
  const Leaves leaves = LeavesOf(id, nest);
  if (nest == Nest::kSum) return rewriter_.MakeSum(leaves);
  return rewriter_.MakeProduct(leaves);
}

// An output of integers that became a number (n - n, n**0) stays one of integers.
NodeId Walker::OfItsType(NodeId before, NodeId after) {
  if (!rewriter_.graph().IsNumber(after) || source_.IsNumber(before)) return after;
  if (types_.empty()) {
    std::vector<expr::DType> arguments;
    for (const expr::Argument& argument : program_.arguments) {
      const bool unspecified = argument.dtype == expr::DType::kUnspecified;
      arguments.push_back(unspecified ? expr::DType::kFloat64 : argument.dtype);
    }
    types_ = expr::InferTypes(source_, arguments);
  }
  if (types_[before.value] != expr::DType::kInt64) return after;
  return rewriter_.graph().Call(fn::kToInteger, {after});
}

Simplified Walker::Run() {
  NoteUses();
  FindNests();
  const bool strict = program_.numerics == expr::Numerics::kStrict;
  rewriter_.graph().Reserve(
      static_cast<uint32_t>(std::count(needed_.begin(), needed_.end(), true)));
  renamed_.resize(source_.size());
  for (uint32_t i = 0; i < source_.size(); ++i) {
    const NodeId id{i};
    if (!needed_[i]) continue;
    if (source_[id].kind != expr::NodeKind::kCall) {
      renamed_[i] = rewriter_.graph().ImportLeaf(source_, id);
      continue;
    }
    if (absorbed_[i] && !strict) continue;
    renamed_[i] = Build(id);
    if (uses_[i] > 1 && varies_[i]) rewriter_.MarkShared(renamed_[i]);
  }
  Simplified result;
  result.stop_reason = rewriter_.stop_reason();
  result.applications = rewriter_.applications();
  result.program.arguments = program_.arguments;
  result.program.numerics = program_.numerics;
  result.program.accurate = program_.accurate;
  for (const expr::Output& output : program_.outputs) {
    result.program.outputs.push_back(
        {output.name, OfItsType(output.node, renamed_[output.node.value])});
  }
  result.program.graph = std::move(rewriter_.graph());
  return result;
}

}  // namespace

Simplified Simplify(const expr::Program& program, const Budget& budget, Cancelling cancelling) {
  return Walker(program, budget, cancelling).Run();
}

}  // namespace formulary::passes
