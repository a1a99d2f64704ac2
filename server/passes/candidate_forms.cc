#include "server/passes/candidate_forms.h"

#include <algorithm>
#include <utility>

#include "server/expr/catalogue.h"
#include "server/passes/common_parts.h"
#include "server/passes/operations.h"
#include "server/passes/polynomial.h"
#include "server/passes/powers.h"
#include "server/passes/quotients.h"
#include "server/passes/region_forms.h"

namespace formulary::passes {

using expr::Graph;
using expr::NodeId;
using expr::Program;
namespace fn = expr::fn;

namespace {

// Work on a form takes time with the graph it is in: beyond so many nodes for each of the region's
// a new graph is begun.
constexpr uint32_t kMaxGrowth = 16;
constexpr uint32_t kSmallGraph = 256;
// Sharing saves some operations of a form, not more than a third: of 4,500 forms of published
// formulas none became cheaper than its region that had 1.4 times as many before.
constexpr double kMaxLonger = 1.5;

// The region's outputs in another graph, operands of sums and products in its order.
Outputs ImportOrdered(const Program& region, Graph* graph) {
  const Graph& source = region.graph;
  const std::vector<bool> needed = source.Reachable(region.roots());
  Outputs renamed(source.size());
  std::vector<NodeId> operands;
  for (uint32_t i = 0; i < source.size(); ++i) {
    const NodeId id{i};
    if (!needed[i]) continue;
    if (source[id].kind != expr::NodeKind::kCall) {
      renamed[i] = graph->ImportLeaf(source, id);
      continue;
    }
    operands.clear();
    for (const NodeId operand : source.operands(id)) operands.push_back(renamed[operand.value]);
    if (source.IsCall(id, fn::kAdd) || source.IsCall(id, fn::kMul)) {
      SortNumberFirst(*graph, absl::MakeSpan(operands));
    }
    renamed[i] = graph->Call(source[id].function, operands);
  }
  Outputs outputs;
  for (const expr::Output& output : region.outputs) outputs.push_back(renamed[output.node.value]);
  return outputs;
}

}  // namespace

bool IsReadOnce(const Program& region) {
  const Graph& graph = region.graph;
  std::vector<bool> used(graph.size(), false);
  std::vector<mpq_class> numbers;
  for (const NodeId root : region.roots()) used[root.value] = true;
  const std::vector<bool> needed = graph.Reachable(region.roots());
  for (uint32_t i = 0; i < graph.size(); ++i) {
    if (!needed[i]) continue;
    for (const NodeId operand : graph.operands(NodeId{i})) {
      if (graph.IsCall(NodeId{i}, fn::kPow) && graph.IsNumber(operand, -1)) continue;
      if (!graph.IsNumber(operand)) {
        if (used[operand.value]) return false;
        used[operand.value] = true;
        continue;
      }
      const mpq_class size = abs(graph.number(operand));
      if (std::find(numbers.begin(), numbers.end(), size) != numbers.end()) return false;
      numbers.push_back(size);
    }
  }
  return true;
}

bool CandidateForms::Note(const Outputs& outputs, std::vector<Outputs>* noted) {
  if (std::find(noted->begin(), noted->end(), outputs) != noted->end()) return false;
  noted->push_back(outputs);
  return true;
}

void CandidateForms::Set(const Outputs& outputs) {
  for (size_t k = 0; k < outputs.size(); ++k) work_.outputs[k].node = outputs[k];
}

const Program& CandidateForms::Form(const Outputs& outputs) {
  Outputs roots = outputs;
  form_.graph = work_.graph.Extract(&roots);
  for (size_t k = 0; k < roots.size(); ++k) form_.outputs[k].node = roots[k];
  return form_;
}

void CandidateForms::AddShared(Effort effort) {
  if (!Note(work_.roots(), &shared_)) return;
  if (effort == Effort::kProducts) {
    ShareCommonProducts(&work_);
  } else {
    ShareCommonParts(&work_);
  }
  if (Note(work_.roots(), &known_)) forms_.push_back(work_.roots());
}

void CandidateForms::AddJoined() {
  if (!Note(work_.roots(), &joined_)) return;
  JoinPowers(&with_joined_powers_, &work_);
  AddShared(Effort::kShared);
}

void CandidateForms::AddIfShort() {
  if (CountOperations(work_.graph, work_.roots()) <= most_operations_) AddJoined();
}

void CandidateForms::AddHornerForms(const Outputs& from) {
  for (const HornerOrder order : {HornerOrder::kMostTerms, HornerOrder::kMostSaved}) {
    Set(from);
    KnownForms& known = horner_forms_[static_cast<size_t>(order)];
    const bool orders_differ = TakeHornerForms(order, &known, &work_);
    AddIfShort();
    if (!orders_differ) break;
  }
  // Multiplied out, the forms of a region are much the same, and it only becomes shorter.
  if (too_long_expanded_) return;
  Set(from);
  const ExpandedForms expanded = Expanded(most_operations_, &work_);
  too_long_expanded_ = expanded.too_long;
  for (const Outputs& form : expanded.outputs) {
    Set(form);
    AddJoined();
  }
}

std::vector<Outputs> CandidateForms::Of(const Program& region, Effort effort) {
  if (work_.graph.size() > std::max(kSmallGraph, kMaxGrowth * region.graph.size())) {
    work_.graph = Graph();
    joined_.clear();
    shared_.clear();
    known_.clear();
    horner_forms_ = {};
    with_joined_powers_ = {};
  }
  const Outputs from = ImportOrdered(region, &work_.graph);
  known_.push_back(from);
  Set(from);
  most_operations_ = static_cast<uint32_t>(kMaxLonger * CountOperations(work_.graph, from));
  AddShared(effort);
  if (effort >= Effort::kAgain) {
    Set(from);
    AddJoined();
    AddHornerForms(from);
  }
  if (effort == Effort::kAll) {
    Set(from);
    if (ReduceQuotients(&work_)) AddShared(effort);
    Set(from);
    if (FactorSums(&work_)) AddIfShort();
  }
  return std::exchange(forms_, {});
}

}  // namespace formulary::passes
