#include "server/passes/implied.h"

#include <utility>

#include "server/expr/catalogue.h"

namespace formulary::passes {
namespace {

using expr::Graph;
using expr::NodeId;
namespace fn = expr::fn;

// value < limit, value >= limit and the like.
struct Side {
  NodeId value;
  NodeId limit;  // a number
  bool below = false;
  bool strict = false;
};

// -2*x < 0 as x > 0. A smaller scale could make it underflow to 0.
Side WithoutScale(const Graph& graph, Side side) {
  const absl::Span<const NodeId> factors = graph.operands(side.value);
  const bool scaled = graph.IsCall(side.value, fn::kMul) && factors.size() == 2 &&
                      graph.IsNumber(factors[0]) && abs(graph.number(factors[0])) >= 1;
  if (!scaled || !graph.IsNumber(side.limit, 0)) return side;
  if (graph.number(factors[0]) < 0) side.below = !side.below;
  side.value = factors[1];
  return side;
}

std::optional<Side> SideOf(const Graph& graph, NodeId condition) {
  if (graph[condition].kind != expr::NodeKind::kCall) return std::nullopt;
  const expr::FunctionRow& row = Row(graph[condition].function);
  const bool strict = row.opcode == expr::Opcode::kLess;
  if (!strict && row.opcode != expr::Opcode::kLessEqual) return std::nullopt;
  const absl::Span<const NodeId> operands = graph.operands(condition);
  const NodeId less = operands[row.swapped ? 1 : 0], more = operands[row.swapped ? 0 : 1];
  if (graph.IsNumber(more)) return WithoutScale(graph, {less, more, true, strict});
  if (graph.IsNumber(less)) return WithoutScale(graph, {more, less, false, strict});
  return std::nullopt;
}

}  // namespace

std::optional<bool> ImpliedByTrue(const Graph& graph, NodeId known, NodeId asked) {
  if (known == asked) return true;
  if (graph.IsCall(asked, fn::kNot) && graph.operands(asked)[0] == known) return false;
  if (graph.IsCall(known, fn::kNot) && graph.operands(known)[0] == asked) return false;
  if (graph.IsCall(known, fn::kAnd)) {
    for (const NodeId part : graph.operands(known)) {
      if (part == asked) return true;
    }
  }
  const std::optional<Side> a = SideOf(graph, known), b = SideOf(graph, asked);
  if (!a.has_value() || !b.has_value() || a->value != b->value) return std::nullopt;
  const int order = cmp(graph.number(a->limit), graph.number(b->limit));
  const int toward = a->below ? order : -order;  // < 0: what is known is the narrower
  if (a->below == b->below) {
    if (toward < 0 || (toward == 0 && (a->strict || !b->strict))) return true;
    return std::nullopt;
  }
  if (toward < 0 || (toward == 0 && (a->strict || b->strict))) return false;
  return std::nullopt;
}

std::optional<bool> ImpliedByFalse(const Graph& graph, NodeId known, NodeId asked) {
  if (graph.IsCall(asked, fn::kNot) && graph.operands(asked)[0] == known) return true;
  if (graph.IsCall(known, fn::kNot) && graph.operands(known)[0] == asked) return true;
  // What would make the known one true is false.
  if (ImpliedByTrue(graph, asked, known).value_or(false)) return false;
  return std::nullopt;
}

std::optional<bool> Decided(const Graph& graph, NodeId condition, const Known& known) {
  std::optional<bool> truth;
  if (known.holds.has_value()) truth = ImpliedByTrue(graph, *known.holds, condition);
  for (size_t k = 0; k < known.failed.size() && !truth.has_value(); ++k)
    truth = ImpliedByFalse(graph, known.failed[k], condition);
  return truth;
}

std::vector<NodeId> OpenBranches(const Graph& graph, NodeId piecewise, const Known& known) {
  const absl::Span<const NodeId> operands = graph.operands(piecewise);
  std::vector<NodeId> open;
  for (size_t i = 0; i + 1 < operands.size(); i += 2) {
    const std::optional<bool> truth = Decided(graph, operands[i + 1], known);
    if (truth.has_value() && !*truth) continue;
    open.push_back(operands[i]);
    if (truth.has_value()) return open;
    open.push_back(operands[i + 1]);
  }
  open.push_back(operands.back());
  return open;
}

}  // namespace formulary::passes
