#include "server/passes/propagation.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

#include "server/expr/catalogue.h"

namespace formulary::passes {
namespace {

using expr::Graph;
using expr::NodeId;
using expr::NodeKind;
using expr::Program;
using expr::Typing;
namespace fn = expr::fn;

// Whatever values the other arguments have, or for some.
enum class Sure : uint8_t { kNo, kYes };

// For each node, which arguments' NaN makes it NaN; of truth values, which surely makes it false or
// true.
class ArgumentSets {
 public:
  ArgumentSets(const Program& program, Sure sure)
      : graph_(program.graph),
        sure_(sure),
        words_((program.arguments.size() + 63) / 64),
        nan_or_false_(graph_.size() * words_),
        true_(graph_.size() * words_) {
    for (uint32_t i = 0; i < graph_.size(); ++i) Derive(NodeId{i});
  }

  // True when `other`, of as many arguments, has all that this has.
  bool IsWithin(NodeId node, const ArgumentSets& other, NodeId there) const {
    for (size_t w = 0; w < words_; ++w) {
      if ((NanOrFalse(node)[w] & ~other.NanOrFalse(there)[w]) != 0) return false;
    }
    return true;
  }

 private:
  const uint64_t* NanOrFalse(NodeId id) const { return nan_or_false_.data() + id.value * words_; }
  const uint64_t* True(NodeId id) const { return true_.data() + id.value * words_; }

  void Join(const uint64_t* from, uint64_t* to) const {
    for (size_t w = 0; w < words_; ++w) to[w] |= from[w];
  }
  void Meet(const uint64_t* from, bool first, uint64_t* to) const {
    for (size_t w = 0; w < words_; ++w) to[w] = first ? from[w] : to[w] & from[w];
  }

  void Derive(NodeId id) {
    const expr::Node& node = graph_[id];
    uint64_t* const set = nan_or_false_.data() + id.value * words_;
    if (node.kind == NodeKind::kArgument) {
      set[node.payload / 64] |= uint64_t{1} << node.payload % 64;
    } else if (node.kind == NodeKind::kReal && std::isnan(graph_.real(id))) {
      if (sure_ == Sure::kYes) std::fill_n(set, words_, ~uint64_t{0});
    } else if (node.kind == NodeKind::kCall) {
      DeriveCall(node.function, graph_.operands(id), set, true_.data() + id.value * words_);
    }
  }

  void DeriveCall(expr::FunctionId function, absl::Span<const NodeId> operands, uint64_t* set,
                  uint64_t* when_true) const {
    switch (Row(function).typing) {
      case Typing::kArithmetic:
      case Typing::kFloat:
      case Typing::kPower:
        for (const NodeId operand : operands) Join(NanOrFalse(operand), set);
        break;
      case Typing::kCompare:  // with NaN only != is true
        for (const NodeId operand : operands)
          Join(NanOrFalse(operand), function == fn::kNotEqual ? when_true : set);
        break;
      case Typing::kLogic:
        DeriveLogic(function, operands, set, when_true);
        break;
      case Typing::kPiecewise:
        DeriveBranches(operands, set);
        break;
      case Typing::kChoose:  // condition, value, value
        DeriveBranches({operands[1], operands[0], operands[2]}, set);
        break;
    }
  }

  void DeriveLogic(expr::FunctionId function, absl::Span<const NodeId> operands, uint64_t* set,
                   uint64_t* when_true) const {
    for (size_t k = 0; k < operands.size(); ++k) {
      const uint64_t *const no = NanOrFalse(operands[k]), *const yes = True(operands[k]);
      if (function == fn::kNot) {
        Join(yes, set);
        Join(no, when_true);
      } else if (function == fn::kAnd) {
        Join(no, set);
        Meet(yes, k == 0, when_true);
      } else if (function == fn::kOr) {
        Meet(no, k == 0, set);
        Join(yes, when_true);
      }
    }
  }

  // Value, condition, value, condition, ..., value: surely NaN where each value is that may be
  // taken.
  void DeriveBranches(absl::Span<const NodeId> operands, uint64_t* set) const {
    if (sure_ == Sure::kNo) {
      for (size_t k = 0; k < operands.size(); k += 2) Join(NanOrFalse(operands[k]), set);
      return;
    }
    std::fill_n(set, words_, ~uint64_t{0});
    for (size_t k = 0; k < operands.size(); k += 2) {
      for (size_t w = 0; w < words_; ++w) {
        const bool last = k + 1 == operands.size();
        set[w] &= NanOrFalse(operands[k])[w] | (last ? 0 : NanOrFalse(operands[k + 1])[w]);
      }
    }
  }

  const Graph& graph_;
  const Sure sure_;
  size_t words_;
  std::vector<uint64_t> nan_or_false_, true_;  // words_ of each node
};

}  // namespace

Program PresumeFinite(Program program) {
  for (expr::Argument& argument : program.arguments) argument.presumed_finite = true;
  return program;
}

bool StillPropagates(const Program& before, const Program& after) {
  const size_t words = (before.arguments.size() + 63) / 64;
  if ((before.graph.size() + after.graph.size()) * words > kMaxPropagationWords) return false;
  const ArgumentSets shown(before, Sure::kNo), still(after, Sure::kYes);
  for (size_t k = 0; k < before.outputs.size(); ++k) {
    if (!shown.IsWithin(before.outputs[k].node, still, after.outputs[k].node)) return false;
  }
  return true;
}

}  // namespace formulary::passes
