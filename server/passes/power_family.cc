#include "server/passes/power_family.h"

#include <algorithm>
#include <utility>

#include "server/passes/call_cost.h"

namespace formulary::passes {
namespace {

using expr::Graph;
using expr::NodeId;
namespace fn = expr::fn;

// Exponents further apart are no family: each step costs a product and half a unit in the last
// place.
constexpr int64_t kMostSteps = 4;

using Families = absl::flat_hash_map<NodeId, NodeId>;

// The power as it is written, which the canonical form would give the higher power again.
NodeId Stepped(NodeId base, int64_t steps, NodeId lower, Graph* graph) {
  const NodeId factor = steps == 1 ? base : graph->Call(fn::kPow, {base, graph->Integer(steps)});
  return graph->Call(fn::kMul, {factor, lower});
}

// Powers of one base with numbers for exponents: each by its nearest below.
void AddNumeric(std::vector<std::pair<mpq_class, NodeId>> powers, Graph* graph,
                Families* families) {
  std::sort(powers.begin(), powers.end());
  for (size_t i = 1; i < powers.size(); ++i) {
    for (size_t k = i; k-- > 0;) {
      const mpq_class steps = powers[i].first - powers[k].first;
      if (steps > kMostSteps) break;
      if (steps.get_den() != 1) continue;
      const NodeId base = graph->operands(powers[i].second)[0];
      (*families)[powers[i].second] =
          Stepped(base, steps.get_num().get_si(), powers[k].second, graph);
      break;
    }
  }
}

}  // namespace

Families PowerFamilies(const std::vector<bool>& needed, Rewriter* rewriter) {
  Graph& graph = rewriter->graph();
  Families families;
  std::vector<NodeId> bases;  // in the order of their first power
  absl::flat_hash_map<NodeId, std::vector<std::pair<mpq_class, NodeId>>> numeric;
  std::vector<NodeId> symbolic;
  for (uint32_t i = 0; i < needed.size(); ++i) {
    if (!needed[i] || !graph.IsCall(NodeId{i}, fn::kPow)) continue;
    const NodeId base = graph.operands(NodeId{i})[0], exponent = graph.operands(NodeId{i})[1];
    if (graph.IsConstant(base)) continue;
    if (!graph.IsNumber(exponent)) {
      symbolic.push_back(NodeId{i});
      continue;
    }
    const mpq_class& value = graph.number(exponent);
    if (value <= 0 || IsProductOfPowers(value, rewriter->numerics(), false)) continue;
    std::vector<std::pair<mpq_class, NodeId>>& powers = numeric[base];
    if (powers.empty()) bases.push_back(base);
    powers.emplace_back(value, NodeId{i});
  }
  for (const NodeId base : bases) AddNumeric(std::move(numeric[base]), &graph, &families);
  for (const NodeId lower : symbolic) {
    const NodeId base = graph.operands(lower)[0], exponent = graph.operands(lower)[1];
    if (!rewriter->facts(exponent).positive) continue;
    const NodeId next = rewriter->Make(fn::kAdd, {exponent, graph.Integer(1)});
    const NodeId higher = graph.Call(fn::kPow, {base, next});
    if (higher.value < needed.size() && needed[higher.value])
      families[higher] = Stepped(base, 1, lower, &graph);
  }
  return families;
}

}  // namespace formulary::passes
