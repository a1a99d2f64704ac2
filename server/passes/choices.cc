#include "server/passes/choices.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "server/passes/choice_rules.h"
#include "server/passes/cost.h"
#include "server/passes/extraction.h"
#include "server/passes/forms.h"
#include "server/passes/pattern.h"
#include "server/passes/power_family.h"

namespace formulary::passes {
namespace {

using expr::Graph;
using expr::NodeId;
namespace fn = expr::fn;

constexpr size_t kFormsOfNode = 4;
constexpr size_t kMoreForms = 1'000;
// Chosen forms that are tried one by one where they are no gain together.
constexpr size_t kMaxTriedAlone = 16;

// The right side of a rule as it is written: a power of a power, or of a quotient, is what makes it
// another form, which the canonical form would not keep.
NodeId AsWritten(const expr::RowText& text, absl::Span<const NodeId> bindings, Rewriter* rewriter) {
  std::vector<NodeId> renamed(text.graph.size());
  std::vector<NodeId> operands;
  for (uint32_t i = 0; i <= text.root.value; ++i) {
    const expr::Node& node = text.graph[NodeId{i}];
    if (node.kind == expr::NodeKind::kArgument) {
      if (node.payload < bindings.size()) renamed[i] = bindings[node.payload];
      continue;
    }
    if (node.kind != expr::NodeKind::kCall) {
      renamed[i] = rewriter->graph().ImportLeaf(text.graph, NodeId{i});
      continue;
    }
    operands.clear();
    for (const NodeId operand : text.graph.operands(NodeId{i}))
      operands.push_back(renamed[operand.value]);
    const bool constant_power = node.function == fn::kPow &&
                                operands[0].value != operands[1].value &&
                                rewriter->graph().IsNumber(operands[1]);
    renamed[i] = constant_power ? rewriter->graph().Call(node.function, operands)
                                : rewriter->Make(node.function, operands);
  }
  return renamed[text.root.value];
}

// Gives nodes their forms.
class Maker {
 public:
  Maker(const expr::Program& program, const Budget& budget)
      : rules_(ChoiceRulesFor(program.numerics)),
        size_(program.graph.size()),
        rewriter_(program, budget, NoRules()),
        forms_(rewriter_.graph(), kFormsOfNode * size_ + kMoreForms) {}

  // Rules whose functions all occur; false when there are none.
  bool FindActive(const Graph& graph, const std::vector<bool>& needed) {
    std::vector<bool> present(expr::Rows().size(), false);
    for (uint32_t i = 0; i < graph.size(); ++i) {
      const expr::Node& node = graph[NodeId{i}];
      if (needed[i] && node.kind == expr::NodeKind::kCall) present[node.function.value] = true;
    }
    for (const Rule& rule : rules_.rules()) {
      const Graph& left = rule.left.graph;
      bool active = true;
      for (uint32_t i = 0; i < left.size(); ++i) {
        const expr::Node& node = left[NodeId{i}];
        if (node.kind == expr::NodeKind::kCall && node.function != fn::kMul)
          active = active && present[node.function.value];
      }
      active_.push_back(active);
    }
    return std::find(active_.begin(), active_.end(), true) != active_.end();
  }

  void Run(const Graph& graph, const std::vector<bool>& needed) {
    rewriter_.graph() = graph;
    families_ = PowerFamilies(needed, &rewriter_);
    for (uint32_t i = 0; i < size_; ++i) {
      if (!needed[i] || graph[NodeId{i}].kind != expr::NodeKind::kCall) continue;
      AddForms(NodeId{i});
      if (rewriter_.stop_reason() != StopReason::kFinished) return;
    }
  }

  const Forms& forms() const { return forms_; }
  Rewriter& rewriter() { return rewriter_; }

 private:
  // A form of a form is one of the node.
  void AddForms(NodeId node) {
    std::vector<NodeId> alike = {node};
    const auto family = families_.find(node);
    if (family != families_.end())
      forms_.Add(node, family->second, *PowerStepRule(rewriter_.numerics()));
    for (size_t k = 0; k < alike.size(); ++k) {
      const expr::Node& head = rewriter_.graph()[alike[k]];
      if (head.kind != expr::NodeKind::kCall) continue;
      for (const Rule* rule : rules_.ForHead(head.function)) {
        if (!active_[static_cast<size_t>(rule - rules_.rules().data())]) continue;
        const NodeId form = Apply(*rule, alike[k]);
        if (form != alike[k] && forms_.Add(node, form, *rule)) alike.push_back(form);
      }
    }
  }

  // `node` where the rule does not apply.
  NodeId Apply(const Rule& rule, NodeId node) {
    Match match;
    if (!FindMatch(rule.left, node, &rewriter_, &match) ||
        !rewriter_.ConditionHolds(rule, match.bindings))
      return node;
    const expr::FunctionId head = rewriter_.graph()[node].function;
    NodeId result = AsWritten(rule.right, match.bindings, &rewriter_);
    if (match.scale != 1)
      result = rewriter_.Make(fn::kMul, {rewriter_.graph().Number(match.scale), result});
    if (match.rest.empty()) return result;
    match.rest.push_back(result);
    return rewriter_.Make(head, match.rest);
  }

  const RuleSet& rules_;
  std::vector<bool> active_;  // by rule
  absl::flat_hash_map<NodeId, NodeId> families_;
  uint32_t size_;
  Rewriter rewriter_;
  Forms forms_;
};

// The outputs in their chosen forms; `made` gets the new node of every node that took another form.
void Rebuild(absl::Span<const Form> chosen, expr::Program* program,
             absl::flat_hash_map<NodeId, NodeId>* made) {
  Graph& graph = program->graph;
  absl::flat_hash_map<NodeId, NodeId> form_of;
  for (const Form& form : chosen) form_of[form.node] = form.form;
  std::vector<NodeId> renamed(graph.size());
  std::vector<uint8_t> state(graph.size(), 0);  // 1: its operands are under way, 2: done
  std::vector<NodeId> stack = program->roots();
  while (!stack.empty()) {
    const NodeId node = stack.back();
    const auto found = form_of.find(node);
    const NodeId form = found == form_of.end() ? node : found->second;
    std::vector<NodeId> operands(graph.operands(form).begin(), graph.operands(form).end());
    if (state[node.value] == 0) {
      state[node.value] = 1;
      for (const NodeId operand : operands) {
        if (state[operand.value] == 0) stack.push_back(operand);
      }
      continue;
    }
    stack.pop_back();
    if (state[node.value] == 2) continue;
    state[node.value] = 2;
    for (NodeId& operand : operands) operand = renamed[operand.value];
    const bool call = graph[form].kind == expr::NodeKind::kCall;
    renamed[node.value] = call ? graph.Call(graph[form].function, operands) : form;
    if (form != node) (*made)[node] = renamed[node.value];
  }
  for (expr::Output& output : program->outputs) output.node = renamed[output.node.value];
}

void Record(absl::Span<const Form> chosen, const absl::flat_hash_map<NodeId, NodeId>& made,
            Simplified* state) {
  for (const Form& form : chosen) {
    const auto same =
        std::find_if(state->applications.begin(), state->applications.end(),
                     [&](const Application& application) { return application.rule == form.rule; });
    if (same == state->applications.end()) {
      state->applications.push_back({form.rule, 1, form.node, made.at(form.node)});
    } else {
      ++same->count;
    }
  }
}

}  // namespace

void Choose(const Budget& budget, Simplified* state) {
  const std::vector<bool> needed = state->program.graph.Reachable(state->program.roots());
  Maker maker(state->program, budget);
  if (!maker.FindActive(state->program.graph, needed)) return;
  maker.Run(state->program.graph, needed);
  if (maker.rewriter().stop_reason() != StopReason::kFinished)
    state->stop_reason = maker.rewriter().stop_reason();
  if (maker.forms().all().empty() || state->stop_reason == StopReason::kDeadline) return;
  const double before = ModelledNanoseconds(state->program);
  expr::Program grown = state->program;
  grown.graph = std::move(maker.rewriter().graph());
  Extraction extraction(grown, maker.forms().all(), budget.max_steps);
  extraction.Improve();
  std::vector<Form> chosen = extraction.Chosen();
  if (chosen.empty()) return;
  Simplified next = *state;
  const auto take = [&](absl::Span<const Form> forms) {
    absl::flat_hash_map<NodeId, NodeId> made;
    next.program = grown;
    next.applications = state->applications;
    Rebuild(forms, &next.program, &made);
    Record(forms, made, &next);
    return ModelledNanoseconds(next.program) < before;
  };
  // Extraction goes by an estimate: the model has the last word.
  bool better = take(chosen);
  for (size_t i = 0; i < chosen.size() && i < kMaxTriedAlone && !better; ++i)
    better = take({chosen[i]});
  if (better) *state = std::move(next);
}

}  // namespace formulary::passes
