// Truth values, selections, extrema.

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "server/passes/rewriter.h"

namespace formulary::passes {

using expr::NodeId;
using expr::NodeKind;
namespace fn = expr::fn;

namespace {

constexpr size_t kMaxDissolved = 64;

}  // namespace

NodeId Rewriter::And(absl::Span<const NodeId> operands) {
  return Connective(fn::kAnd, false, operands);
}

NodeId Rewriter::Or(absl::Span<const NodeId> operands) {
  return Connective(fn::kOr, true, operands);
}

// `absorbing` decides the whole; the other truth value does nothing; twice the same is once.
NodeId Rewriter::Connective(expr::FunctionId function, bool absorbing,
                            absl::Span<const NodeId> operands) {
  std::vector<NodeId> kept;
  const auto add = [&](NodeId operand) {
    if (graph_[operand].kind == NodeKind::kBoolean && (graph_[operand].detail != 0) != absorbing)
      return;
    kept.push_back(operand);
  };
  for (const NodeId operand : operands) {
    const absl::Span<const NodeId> inner = graph_.operands(operand);
    if (graph_.IsCall(operand, function) && inner.size() <= kMaxDissolved) {
      for (const NodeId part : inner) add(part);
    } else {
      add(operand);
    }
  }
  std::sort(kept.begin(), kept.end());
  kept.erase(std::unique(kept.begin(), kept.end()), kept.end());
  const NodeId decisive = graph_.Boolean(absorbing);
  if (std::find(kept.begin(), kept.end(), decisive) != kept.end()) return decisive;
  if (kept.empty()) return graph_.Boolean(!absorbing);
  return kept.size() == 1 ? kept[0] : graph_.Call(function, kept);
}

NodeId Rewriter::Not(absl::Span<const NodeId> operands) {
  const expr::Node& node = graph_[operands[0]];
  if (node.kind == NodeKind::kBoolean) return graph_.Boolean(node.detail == 0);
  if (graph_.IsCall(operands[0], fn::kNot)) return graph_.operands(operands[0])[0];
  return graph_.Call(fn::kNot, operands);
}

// value, condition, ..., default. Exact in every mode.
NodeId Rewriter::Piecewise(absl::Span<const NodeId> operands) {
  std::vector<NodeId> kept;
  absl::flat_hash_set<NodeId> conditions;
  NodeId otherwise = operands.back();
  for (size_t i = 0; i + 1 < operands.size(); i += 2) {
    const expr::Node& condition = graph_[operands[i + 1]];
    if (condition.kind == NodeKind::kBoolean) {
      if (condition.detail == 0) continue;
      otherwise = operands[i];
      break;
    }
    if (!conditions.insert(operands[i + 1]).second) continue;  // an earlier branch has taken it
    kept.push_back(operands[i]);
    kept.push_back(operands[i + 1]);
  }
  // A default that is a piecewise itself goes on where this one ends.
  const absl::Span<const NodeId> nested = graph_.operands(otherwise);
  const bool shared = otherwise.value < shared_.size() && shared_[otherwise.value];
  if (graph_.IsCall(otherwise, fn::kPiecewise) && !shared && nested.size() <= kMaxDissolved) {
    kept.insert(kept.end(), nested.begin(), nested.end());
    if (!kept.empty() && kept.size() > nested.size()) return Piecewise(std::vector<NodeId>(kept));
    return otherwise;
  }
  while (kept.size() >= 2 && kept[kept.size() - 2] == otherwise) kept.resize(kept.size() - 2);
  if (kept.empty()) return otherwise;
  kept.push_back(otherwise);
  return graph_.Call(fn::kPiecewise, kept);
}

NodeId Rewriter::Least(absl::Span<const NodeId> operands) { return Extremum(fn::kMin, operands); }

NodeId Rewriter::Greatest(absl::Span<const NodeId> operands) {
  return Extremum(fn::kMax, operands);
}

NodeId Rewriter::Extremum(expr::FunctionId function, absl::Span<const NodeId> operands) {
  std::vector<NodeId> kept;
  NodeId number{};
  bool any_number = false;
  const auto add = [&](NodeId operand) {
    if (!graph_.IsNumber(operand)) {
      kept.push_back(operand);
      return;
    }
    const bool better =
        any_number && ((graph_.number(operand) < graph_.number(number)) == (function == fn::kMin));
    if (!any_number || better) number = operand;
    any_number = true;
  };
  for (const NodeId operand : operands) {
    const std::vector<NodeId> inner(graph_.operands(operand).begin(),
                                    graph_.operands(operand).end());
    if (graph_.IsCall(operand, function) && inner.size() <= kMaxDissolved) {
      for (const NodeId part : inner) add(part);
    } else {
      add(operand);
    }
  }
  std::sort(kept.begin(), kept.end());
  kept.erase(std::unique(kept.begin(), kept.end()), kept.end());
  if (any_number) kept.push_back(number);
  return kept.size() == 1 ? kept[0] : graph_.Call(function, kept);
}

}  // namespace formulary::passes
