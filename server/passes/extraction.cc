#include "server/passes/extraction.h"

#include <algorithm>
#include <utility>

#include "server/expr/catalogue.h"
#include "server/passes/call_cost.h"

namespace formulary::passes {

using expr::NodeId;

namespace {

// An operation's worth beside its time: of two forms that take equally long, the shorter.
constexpr double kPerOperation = 1e-3;
// What counts as cheaper.
constexpr double kLeastGain = 1e-6;

}  // namespace

Extraction::Extraction(const expr::Program& program, absl::Span<const Form> forms,
                       uint64_t max_steps)
    : program_(program), graph_(program.graph), forms_(forms), max_steps_(max_steps) {
  const uint32_t size = graph_.size();
  uses_.assign(size, 0);
  computed_for_.assign(size, 0);
  chosen_.resize(size);
  for (uint32_t i = 0; i < size; ++i) chosen_[i] = NodeId{i};
  Price();
  for (const NodeId root : program.roots()) Acquire(root);
}

// What depends on no varying argument is computed once per call.
void Extraction::Price() {
  prices_.assign(graph_.size(), 0);
  std::vector<bool> varying(graph_.size(), false);
  for (uint32_t i = 0; i < graph_.size(); ++i) {
    const expr::Node& node = graph_[NodeId{i}];
    if (node.kind == expr::NodeKind::kArgument)
      varying[i] = !program_.arguments[node.payload].uniform;
    for (const NodeId operand : graph_.operands(NodeId{i})) {
      if (varying[operand.value]) varying[i] = true;
    }
    if (!varying[i] || node.kind != expr::NodeKind::kCall) continue;
    prices_[i] = CallNanoseconds(graph_, NodeId{i}, program_.numerics) + kPerOperation;
  }
}

void Extraction::Acquire(NodeId node) {
  std::vector<NodeId> stack = {node};
  while (!stack.empty()) {
    const NodeId used = stack.back();
    stack.pop_back();
    ++steps_;
    if (uses_[used.value]++ > 0) continue;
    const NodeId form = chosen_[used.value];
    if (computed_for_[form.value]++ > 0) continue;
    total_ += prices_[form.value];
    const absl::Span<const NodeId> operands = graph_.operands(form);
    stack.insert(stack.end(), operands.begin(), operands.end());
  }
}

void Extraction::Release(NodeId node) {
  std::vector<NodeId> stack = {node};
  while (!stack.empty()) {
    const NodeId used = stack.back();
    stack.pop_back();
    ++steps_;
    if (--uses_[used.value] > 0) continue;
    const NodeId form = chosen_[used.value];
    if (--computed_for_[form.value] > 0) continue;
    total_ -= prices_[form.value];
    const absl::Span<const NodeId> operands = graph_.operands(form);
    stack.insert(stack.end(), operands.begin(), operands.end());
  }
}

// The new form's operands are acquired before the old one's are released: what both need stays.
void Extraction::Take(NodeId node, NodeId form) {
  const NodeId before = chosen_[node.value];
  if (before == form) return;
  chosen_[node.value] = form;
  if (!IsUsed(node)) return;
  if (computed_for_[form.value]++ == 0) {
    total_ += prices_[form.value];
    for (const NodeId operand : graph_.operands(form)) Acquire(operand);
  }
  if (--computed_for_[before.value] == 0) {
    total_ -= prices_[before.value];
    for (const NodeId operand : graph_.operands(before)) Release(operand);
  }
}

void Extraction::ImproveNode(absl::Span<const Form> forms) {
  const NodeId node = forms[0].node;
  if (!IsUsed(node)) return;
  NodeId best = chosen_[node.value];
  double least = total_ - kLeastGain;
  const auto attempt = [&](NodeId form) {
    Take(node, form);
    if (total_ >= least) return;
    least = total_ - kLeastGain;
    best = form;
  };
  attempt(node);
  for (const Form& form : forms) attempt(form.form);
  Take(node, best);
}

// exp(2*x) and exp(3*x) are cheaper as powers of exp(x) only together.
void Extraction::ImproveGroups() {
  std::vector<std::pair<NodeId, const Form*>> needed;
  for (const Form& form : forms_) {
    if (!IsUsed(form.node)) continue;
    for (const NodeId operand : graph_.operands(form.form)) {
      if (!IsUsed(operand) && graph_[operand].kind == expr::NodeKind::kCall)
        needed.emplace_back(operand, &form);
    }
  }
  std::stable_sort(needed.begin(), needed.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  for (size_t first = 0, last = 0; first < needed.size() && !out_of_steps(); first = last) {
    while (last < needed.size() && needed[last].first == needed[first].first) ++last;
    if (last - first < 2) continue;
    const double before = total_;
    std::vector<std::pair<NodeId, NodeId>> taken;  // node, its form before
    for (size_t i = first; i < last; ++i) {
      const Form& form = *needed[i].second;
      taken.emplace_back(form.node, chosen_[form.node.value]);
      Take(form.node, form.form);
    }
    if (total_ < before - kLeastGain) continue;
    for (size_t i = taken.size(); i-- > 0;) Take(taken[i].first, taken[i].second);
  }
}

void Extraction::Improve() {
  const auto sweep = [this] {
    for (size_t first = 0, last = 0; first < forms_.size() && !out_of_steps(); first = last) {
      while (last < forms_.size() && forms_[last].node == forms_[first].node) ++last;
      ImproveNode(forms_.subspan(first, last - first));
    }
  };
  sweep();
  ImproveGroups();
  sweep();
}

std::vector<Form> Extraction::Chosen() const {
  std::vector<Form> chosen;
  for (const Form& form : forms_) {
    if (IsUsed(form.node) && chosen_[form.node.value] == form.form) chosen.push_back(form);
  }
  return chosen;
}

}  // namespace formulary::passes
