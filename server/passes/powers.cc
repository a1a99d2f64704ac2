#include "server/passes/powers.h"

#include <algorithm>
#include <map>
#include <vector>

#include "server/expr/catalogue.h"
#include "server/passes/polynomial.h"

namespace formulary::passes {

using expr::Graph;
using expr::NodeId;
using expr::Program;
namespace fn = expr::fn;

namespace {

// Constants have their powers for nothing.
bool IsConstantBase(const Graph& graph, NodeId base) {
  return graph.IsConstant(base) ||
         (graph.IsCall(base, fn::kPow) && graph.IsConstant(graph.operands(base)[0]));
}

// The product with joint powers; the node itself where no two factors have one.
NodeId Joined(NodeId id, Graph* graph) {
  Variables variables;
  const Term term = ReadTerm(*graph, id, &variables);
  std::map<uint32_t, Monomial> by_exponent;
  Monomial single;
  for (const Factor& factor : term.monomial) {
    if (factor.exponent > 1 && !IsConstantBase(*graph, variables[factor.variable].base)) {
      by_exponent[factor.exponent].push_back({factor.variable, 1});
    } else {
      single.push_back(factor);
    }
  }
  Nodes factors;
  AppendFactors(single, variables, graph, &factors);
  bool any = false;
  for (const auto& [exponent, bases] : by_exponent) {
    // Under the fraction bar alone they stay apart: the rewriter takes such powers to factors.
    const bool below = std::all_of(bases.begin(), bases.end(), [&](const Factor& factor) {
      return variables[factor.variable].inverse;
    });
    Nodes inner;
    AppendFactors(bases, variables, graph, &inner);
    if (bases.size() < 2 || below) {
      Monomial apart = bases;
      for (Factor& factor : apart) factor.exponent = exponent;
      AppendFactors(apart, variables, graph, &factors);
      continue;
    }
    any = true;
    const NodeId base = BuildProduct(1, expr::NumberForm::kExact, inner, graph);
    factors.push_back(BuildPower(base, static_cast<long>(exponent), graph));
  }
  return any ? BuildProduct(term.coefficient, term.form, factors, graph) : id;
}

// Whether there are two powers, or a product of products that may have some.
bool MayHaveJointPowers(const Graph& graph, const std::vector<bool>& needed) {
  int powers = 0;
  for (uint32_t i = 0; i < graph.size() && powers < 2; ++i) {
    const NodeId id{i};
    if (!needed[i]) continue;
    if (graph.IsCall(id, fn::kPow) && !graph.IsNumber(graph.operands(id)[1], -1)) ++powers;
    if (!graph.IsCall(id, fn::kMul)) continue;
    for (const NodeId operand : graph.operands(id))
      powers += graph.IsCall(operand, fn::kMul) ? 2 : 0;
  }
  return powers >= 2;
}

}  // namespace

void JoinPowers(KnownForms* known, Program* region) {
  Graph& graph = region->graph;
  const uint32_t size = graph.size();
  const std::vector<bool> needed = graph.Reachable(region->roots());
  if (!MayHaveJointPowers(graph, needed)) return;
  known->Grow(size);
  for (uint32_t i = 0; i < size; ++i) {
    const NodeId id{i};
    if (!needed[i] || known->Has(id)) continue;
    NodeId& form = (*known)[id].node;
    form = id;
    if (graph[id].kind != expr::NodeKind::kCall) continue;
    Nodes operands;
    for (const NodeId operand : graph.operands(id)) operands.push_back((*known)[operand].node);
    if (graph.IsCall(id, fn::kMul)) {
      const NodeId product =
          BuildProduct(1, expr::NumberForm::kExact, operands, &graph, Nested::kKept);
      form = Joined(product, &graph);
    } else if (graph.IsCall(id, fn::kAdd)) {
      form = BuildSum(operands, &graph);
    } else {
      form = graph.Call(fn::kPow, operands);
    }
  }
  for (expr::Output& output : region->outputs) output.node = (*known)[output.node].node;
}

}  // namespace formulary::passes
