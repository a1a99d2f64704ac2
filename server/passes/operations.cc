#include "server/passes/operations.h"

#include <vector>

#include "server/expr/catalogue.h"

namespace formulary::passes {
namespace {

using expr::Graph;
using expr::NodeId;
namespace fn = expr::fn;

bool IsMinusOne(const Graph& graph, NodeId node) { return graph.IsNumber(node, -1); }

// A factor that stands under the fraction bar: base to a negative number.
bool IsDivisor(const Graph& graph, NodeId node) {
  return graph.IsCall(node, fn::kPow) && graph.IsNumber(graph.operands(node)[1]) &&
         graph.number(graph.operands(node)[1]) < 0;
}

class Counter {
 public:
  Counter(const Graph& graph, absl::Span<const NodeId> roots)
      : graph_(graph),
        needed_(graph.Reachable(roots)),
        constant_(graph.size(), false),
        alone_(graph.size(), false) {
    for (const NodeId root : roots) alone_[root.value] = true;
    for (uint32_t i = 0; i < graph.size(); ++i) {
      if (needed_[i]) NoteUses(NodeId{i});
    }
  }

  uint32_t Count() {
    uint32_t count = 0;
    for (uint32_t i = 0; i < graph_.size(); ++i) {
      const NodeId id{i};
      constant_[i] = graph_.IsConstant(id);
      if (!needed_[i] || graph_[id].kind != expr::NodeKind::kCall) continue;
      constant_[i] = true;
      for (const NodeId operand : graph_.operands(id))
        constant_[i] = constant_[i] && constant_[operand.value];
      if (!constant_[i]) count += Of(id);
    }
    return count;
  }

 private:
  // A negated term is a subtraction inside a sum, a divisor is part of a product; elsewhere each is
  // an operation of its own.
  void NoteUses(NodeId user) {
    const absl::Span<const NodeId> operands = graph_.operands(user);
    bool first_term = true;
    for (const NodeId operand : operands) {
      const bool in_sum = graph_.IsCall(user, fn::kAdd);
      const bool in_product = graph_.IsCall(user, fn::kMul);
      if (!(in_sum || (in_product && IsDivisor(graph_, operand)))) alone_[operand.value] = true;
      first_term = first_term && in_sum && Negative(operand);
    }
    // -a - b: one term must be negated after all.
    if (graph_.IsCall(user, fn::kAdd) && first_term) alone_[operands[0].value] = true;
  }

  bool Negative(NodeId node) const {
    return graph_.IsCall(node, fn::kMul) && IsMinusOne(graph_, graph_.operands(node)[0]);
  }

  uint32_t Of(NodeId id) const {
    const absl::Span<const NodeId> operands = graph_.operands(id);
    const auto terms = static_cast<uint32_t>(operands.size());
    const expr::FunctionId function = graph_[id].function;
    if (function == fn::kMul) return Product(id, operands);
    if (function == fn::kPow && graph_.IsNumber(operands[1])) {
      const mpq_class& exponent = graph_.number(operands[1]);
      const uint32_t power = abs(exponent) == 1 ? 0 : 1;
      return power + (exponent < 0 && alone_[id.value] ? 1 : 0);
    }
    if (function == fn::kPiecewise) return terms / 2;
    if (function == fn::kAdd) return terms - 1 - SpareConstants(operands);
    if (Row(function).max_arity == expr::kVariadic) return terms - 1;
    return 1;
  }

  // The constants of a sum or product are one constant.
  uint32_t SpareConstants(absl::Span<const NodeId> operands) const {
    uint32_t constants = 0;
    for (const NodeId operand : operands) {
      if (constant_[operand.value]) ++constants;
    }
    return constants == 0 ? 0 : constants - 1;
  }

  uint32_t Product(NodeId id, absl::Span<const NodeId> operands) const {
    uint32_t factors = 0;
    bool numerator = false;
    const bool negated = IsMinusOne(graph_, operands[0]);
    for (const NodeId operand : operands) {
      if (IsMinusOne(graph_, operand)) continue;
      ++factors;
      numerator = numerator || constant_[operand.value] || !IsDivisor(graph_, operand);
    }
    factors -= SpareConstants(operands.subspan(negated ? 1 : 0));
    // Without a numerator there is a division of 1 (or of -1, which saves the negation).
    const uint32_t joints = factors - 1 + (numerator ? 0 : 1);
    return joints + (negated && numerator && alone_[id.value] ? 1 : 0);
  }

  const Graph& graph_;
  std::vector<bool> needed_;
  std::vector<bool> constant_;  // no argument is below it
  std::vector<bool>
      alone_;  // some user is not a sum (of a negated term), not a product (of a divisor)
};

}  // namespace

uint32_t CountOperations(const Graph& graph, absl::Span<const NodeId> roots) {
  return Counter(graph, roots).Count();
}

}  // namespace formulary::passes
