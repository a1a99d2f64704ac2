#include "server/passes/differentiate_slopes.h"

#include "server/base/error.h"
#include "server/base/strings.h"
#include "server/expr/catalogue.h"
#include "server/expr/row_text.h"
#include "server/passes/fold.h"

namespace formulary::passes {

using expr::FunctionId;
using expr::FunctionRow;
using expr::Graph;
using expr::Node;
using expr::NodeId;
using expr::NodeKind;
namespace fn = expr::fn;

namespace {

// Products of numbers are taken at once up to this size; simplification does the rest.
constexpr size_t kMaxProductBits = 256;
// Terms make one selection where it has at most so many values for each of them.
constexpr size_t kMostBranches = 4;

// The text of a row's partial derivative by operand `k` of a call; null: none.
const expr::RowText* PartialText(FunctionId function, size_t k, size_t operands) {
  const FunctionRow& row = expr::Row(function);
  if (row.max_arity == expr::kVariadic && operands > 2 && k > 1) k = 1;
  if (k >= expr::kMaxRowOperands) return nullptr;
  const std::optional<expr::RowText>& text = expr::TextsOf(function).partials[k];
  return text.has_value() ? &*text : nullptr;
}

// value, condition, ..., default: the values and conditions of a selection; empty for any other
// node.
struct Selection {
  std::vector<NodeId> values, conditions;
};
Selection SelectionOf(const Graph& graph, NodeId id) {
  const absl::Span<const NodeId> operands = graph.operands(id);
  if (graph.IsCall(id, fn::kWhere)) return {{operands[1], operands[2]}, {operands[0]}};
  Selection selection;
  if (!graph.IsCall(id, fn::kPiecewise)) return selection;
  for (size_t k = 0; k < operands.size(); ++k)
    (k % 2 == 0 ? selection.values : selection.conditions).push_back(operands[k]);
  return selection;
}

Tangent MakeSum(Graph* graph, absl::Span<const NodeId> terms) {
  std::vector<NodeId> kept;
  for (const NodeId term : terms) {
    if (!graph->IsNumber(term, 0)) kept.push_back(term);
  }
  if (kept.empty()) return std::nullopt;
  return kept.size() == 1 ? kept[0] : graph->Call(fn::kAdd, kept);
}

// `value` where `guard` holds, else 0.
NodeId MakeGuarded(Graph* graph, NodeId guard, NodeId value) {
  if (graph->IsNumber(value, 0)) return value;
  const NodeId zero = graph->Integer(0);
  if (graph->IsCall(guard, fn::kNot))
    return graph->Call(fn::kPiecewise, {zero, graph->operands(guard)[0], value});
  return graph->Call(fn::kPiecewise, {value, guard, zero});
}

// Of a**c for a number c, which is folded: no derivative divides by 0 where it is 0.
NodeId PowerSlope(NodeId base, NodeId exponent, Graph* graph) {
  const mpq_class value = graph->number(exponent);
  const auto form = static_cast<expr::NumberForm>((*graph)[exponent].detail);
  if (value == 0 || value == 1) return graph->Number(value, form);
  const NodeId lower =
      value == 2 ? base : graph->Call(fn::kPow, {base, graph->Number(value - 1, form)});
  return MakeProduct(graph, exponent, lower);
}

}  // namespace

bool Slopes::Passes(NodeId call, size_t k) const {
  const FunctionId function = (*graph_)[call].function;
  const size_t count = (*graph_)[call].operand_count;
  if (function == fn::kPiecewise) return k % 2 == 0;
  if (function == fn::kWithPartials) return k > count / 2;
  const FunctionRow& row = expr::Row(function);
  if (row.typing == expr::Typing::kCompare || row.typing == expr::Typing::kLogic) return false;
  if (row.typing == expr::Typing::kChoose && k == 0) return false;
  const expr::RowText* text = PartialText(function, k, count);
  return text == nullptr || !text->graph.IsNumber(text->root, 0);
}

Slopes::Entry& Slopes::EntryOf(NodeId call, size_t k) {
  const size_t index = (*graph_)[call].payload + k;
  if (entries_.size() <= index) entries_.resize(index + 1);
  return entries_[index];
}

// By value of a selection: when it is the one that is selected; nullopt: always.
std::vector<std::optional<NodeId>> Slopes::GuardsOf(NodeId selection) {
  const Selection parts = SelectionOf(*graph_, selection);
  std::vector<std::optional<NodeId>> guards;
  std::optional<NodeId> none_before;
  for (const NodeId condition : parts.conditions) {
    guards.push_back(Both(graph_, none_before, condition));
    none_before = Both(graph_, none_before, graph_->Call(fn::kNot, {condition}));
  }
  guards.push_back(none_before);
  for (size_t k = 0; k < guards.size(); ++k) {
    if (guards[k].has_value()) branches_.try_emplace(*guards[k], Branch{selection, k});
  }
  return guards;
}

// A partial derivative that is 0 in some branches: what is left is guarded by the others.
Slope Slopes::Guarded(NodeId partial) {
  const Selection selection = SelectionOf(*graph_, partial);
  std::vector<size_t> live;
  for (size_t k = 0; k < selection.values.size(); ++k) {
    if (!graph_->IsNumber(selection.values[k], 0)) live.push_back(k);
  }
  if (live.empty() || live.size() == selection.values.size()) return {partial, std::nullopt};
  const std::vector<std::optional<NodeId>> guards = GuardsOf(partial);
  if (live.size() == 1) return {selection.values[live[0]], guards[live[0]]};
  std::vector<NodeId> any;
  for (const size_t k : live) any.push_back(*guards[k]);
  return {partial, graph_->Call(fn::kOr, any)};
}

void Slopes::FillSelection(NodeId call) {
  const std::vector<std::optional<NodeId>> guards = GuardsOf(call);
  for (size_t k = 0; k < guards.size(); ++k)
    EntryOf(call, 2 * k) = {true, {graph_->Integer(1), guards[k]}};
}

Tangent Slopes::Sum(absl::Span<const GuardedTerm> terms) {
  std::vector<NodeId> sum;
  std::vector<NodeId> guards;  // in order of their first terms
  absl::flat_hash_map<NodeId, std::vector<NodeId>> by_guard;
  for (const GuardedTerm& term : terms) {
    if (!term.guard.has_value()) {
      sum.push_back(term.value);
      continue;
    }
    std::vector<NodeId>& values = by_guard[*term.guard];
    if (values.empty()) guards.push_back(*term.guard);
    values.push_back(term.value);
  }
  std::vector<Selected> selected;  // in order of their first guards
  absl::flat_hash_map<NodeId, size_t> places;
  for (const NodeId guard : guards) {
    const Tangent value = MakeSum(graph_, by_guard[guard]);
    if (!value.has_value()) continue;
    const auto branch = branches_.find(guard);
    if (branch == branches_.end()) {
      sum.push_back(MakeGuarded(graph_, guard, *value));
      continue;
    }
    const NodeId selection = branch->second.selection;
    const auto [place, is_new] = places.try_emplace(selection, selected.size());
    if (is_new) selected.push_back({selection, {}});
    selected[place->second].values.push_back({branch->second.value, guard, *value});
  }
  for (const Selected& each : selected) AddSelected(each, &sum);
  return MakeSum(graph_, sum);
}

// The same selection among other values; guards where most of its values would be 0.
void Slopes::AddSelected(const Selected& selected, std::vector<NodeId>* sum) {
  const Selection parts = SelectionOf(*graph_, selected.selection);
  if (selected.values.size() == 1 || parts.values.size() > kMostBranches * selected.values.size()) {
    for (const SelectedValue& each : selected.values)
      sum->push_back(MakeGuarded(graph_, each.guard, each.value));
    return;
  }
  std::vector<NodeId> operands;
  for (size_t k = 0; k < parts.values.size(); ++k) {
    operands.push_back(graph_->Integer(0));
    if (k < parts.conditions.size()) operands.push_back(parts.conditions[k]);
  }
  for (const SelectedValue& each : selected.values) operands[2 * each.position] = each.value;
  sum->push_back(graph_->Call(fn::kPiecewise, operands));
}

absl::StatusOr<Slope> Slopes::Of(NodeId call, size_t k) {
  if (EntryOf(call, k).known) return EntryOf(call, k).slope;
  const FunctionId function = (*graph_)[call].function;
  const absl::Span<const NodeId> seen = graph_->operands(call);
  const std::vector<NodeId> operands(seen.begin(), seen.end());  // the graph grows
  if (function == fn::kPiecewise) {
    FillSelection(call);
    return EntryOf(call, k).slope;
  }
  Slope slope;
  if (function == fn::kWithPartials) {
    slope.factor = operands[k - operands.size() / 2];
  } else if (function == fn::kPow && k == 0 && graph_->IsNumber(operands[1])) {
    slope.factor = PowerSlope(operands[0], operands[1], graph_);
  } else if (operands.size() == 1 && expr::Row(function).max_arity == expr::kVariadic) {
    slope.factor = graph_->Integer(1);
  } else {
    const expr::RowText* text = PartialText(function, k, operands.size());
    if (text == nullptr) {
      return base::MakeError(
          absl::StatusCode::kUnimplemented,
          base::StrCat("function \"", expr::Row(function).name,
                       "\" has no derivative by its operand ", k + 1, " in the catalogue"),
          {.reason = "NO_DERIVATIVE",
           .metadata = {{"function", std::string(expr::Row(function).name)},
                        {"operand", base::StrCat(k + 1)}}});
    }
    slope = Guarded(expr::Instantiate(*text, operands, call, graph_));
  }
  EntryOf(call, k) = {true, slope};
  return slope;
}

NodeId FoldedCall(FunctionId function, absl::Span<const NodeId> operands, Graph* graph) {
  const bool folds = expr::Row(function).max_arity == expr::kVariadic && operands.size() > 2 &&
                     expr::Row(function).lowering == expr::Lowering::kOperator &&
                     function != fn::kAdd;
  if (!folds) return graph->Call(function, operands);
  NodeId folded = operands[0];
  for (const NodeId operand : operands.subspan(1))
    folded = graph->Call(function, {folded, operand});
  return folded;
}

NodeId MakeProduct(Graph* graph, NodeId a, NodeId b) {
  if (!graph->IsNumber(a)) std::swap(a, b);
  if (!graph->IsNumber(a)) return graph->Call(fn::kMul, {a, b});
  const mpq_class& value = graph->number(a);
  if (value == 1) return b;
  if (value == 0) return a;
  if (graph->IsNumber(b) && BitsOf(value) + BitsOf(graph->number(b)) <= kMaxProductBits) {
    const auto form = static_cast<expr::NumberForm>((*graph)[a].detail | (*graph)[b].detail);
    const mpq_class product = value * graph->number(b);
    return graph->Number(product, form);
  }
  if (value != -1) return graph->Call(fn::kMul, {a, b});
  if (graph->IsCall(b, fn::kNeg)) return graph->operands(b)[0];
  return graph->Call(fn::kNeg, {b});
}

std::optional<NodeId> Both(Graph* graph, const std::optional<NodeId>& a,
                           const std::optional<NodeId>& b) {
  if (!a.has_value()) return b;
  if (!b.has_value() || *a == *b) return a;
  return graph->Call(fn::kAnd, {*a, *b});
}

}  // namespace formulary::passes
