// Truth values, selections, extrema.

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "server/passes/implied.h"
#include "server/passes/rewriter.h"

namespace formulary::passes {

using expr::NodeId;
using expr::NodeKind;
namespace fn = expr::fn;

namespace {

constexpr size_t kMaxDissolved = 64;
// Of a piecewise, the conditions that later ones are held against.
constexpr size_t kMaxComparedConditions = 16;
constexpr int kMaxNestedBranches = 16;

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
    if (graph_.IsCall(operand, function) && !IsShared(operand) && inner.size() <= kMaxDissolved) {
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

std::optional<bool> Rewriter::Decided(expr::FunctionId function,
                                      absl::Span<const NodeId> operands) {
  const expr::FunctionRow& row = Row(function);
  if (operands.size() != 2) return std::nullopt;
  const expr::Facts a = facts(operands[row.swapped ? 1 : 0]);
  const expr::Facts b = facts(operands[row.swapped ? 0 : 1]);
  const bool apart = a.range.upper < b.range.lower || a.range.lower > b.range.upper;
  // With NaN every comparison is false, but that for difference.
  const bool numbers = a.number && b.number;
  switch (row.opcode) {
    case expr::Opcode::kLess:
      if (a.range.lower >= b.range.upper) return false;
      if (numbers && a.range.upper < b.range.lower) return true;
      break;
    case expr::Opcode::kLessEqual:
      if (a.range.lower > b.range.upper) return false;
      if (numbers && a.range.upper <= b.range.lower) return true;
      break;
    case expr::Opcode::kEqual:
      if (apart) return false;
      break;
    case expr::Opcode::kNotEqual:
      if (apart) return true;
      break;
    default:
      break;
  }
  return std::nullopt;
}

// A piecewise as the value of a branch: there its conditions are known that the branch's own, or
// the failed ones before it, decide.
NodeId Rewriter::WithinBranch(NodeId value, NodeId condition, absl::Span<const NodeId> failed) {
  if (!graph_.IsCall(value, fn::kPiecewise)) return value;
  const absl::Span<const NodeId> inner = graph_.operands(value);
  if (inner.size() > kMaxDissolved || depth_ >= kMaxNestedBranches) return value;
  const std::vector<NodeId> kept = OpenBranches(graph_, value, {condition, failed});
  if (inner == absl::MakeConstSpan(kept)) return value;
  ++depth_;
  const NodeId result = Piecewise(kept);
  --depth_;
  return result;
}

// value, condition, ..., default. Exact in every mode.
NodeId Rewriter::Piecewise(absl::Span<const NodeId> operands) {
  std::vector<NodeId> kept;
  std::vector<NodeId> failed;  // the first conditions, all false where a later branch is taken
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
    const NodeId own = operands[i + 1];
    const bool taken = std::any_of(failed.begin(), failed.end(), [&](NodeId earlier) {
      return ImpliedByTrue(graph_, own, earlier).value_or(false);
    });
    if (taken) continue;
    const NodeId value = WithinBranch(operands[i], own, failed);
    if (failed.size() < kMaxComparedConditions) failed.push_back(own);
    if (kept.size() >= 2 && kept[kept.size() - 2] == value) {
      kept.back() = Or({kept.back(), own});
      continue;
    }
    kept.push_back(value);
    kept.push_back(own);
  }
  // A default that is a piecewise itself goes on where this one ends.
  const absl::Span<const NodeId> nested = graph_.operands(otherwise);
  if (graph_.IsCall(otherwise, fn::kPiecewise) && !IsShared(otherwise) &&
      nested.size() <= kMaxDissolved) {
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
    if (graph_.IsCall(operand, function) && !IsShared(operand) && inner.size() <= kMaxDissolved) {
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
