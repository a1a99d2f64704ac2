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
    if (IsFoldable(result)) return node;
    if (!match.scale.IsOne())
      result = rewriter_.Make(fn::kMul, {rewriter_.graph().Number(match.scale.ToMpq()), result});
    if (match.rest.empty()) return result;
    match.rest.push_back(result);
    return rewriter_.Make(head, match.rest);
  }

  // exp(x - x), log(x/x): the rules would not leave it.
  bool IsFoldable(NodeId node) const {
    const absl::Span<const NodeId> operands = rewriter_.graph().operands(node);
    return operands.size() == 1 && (rewriter_.graph().IsNumber(operands[0], 0) ||
                                    rewriter_.graph().IsNumber(operands[0], 1));
  }

  const RuleSet& rules_;
  std::vector<bool> active_;  // by rule
  absl::flat_hash_map<NodeId, NodeId> families_;
  uint32_t size_;
  Rewriter rewriter_;
  Forms forms_;
};

// The program in its chosen forms, in a graph of its own. Nodes keep their order: by it sums and
// products are sorted when the program is simplified again.
class Rebuilder {
 public:
  Rebuilder(const expr::Program& grown, absl::Span<const Form> chosen)
      : source_(grown), renamed_(grown.graph.size()), state_(grown.graph.size(), State::kNew) {
    for (const Form& form : chosen) form_of_[form.node] = form.form;
  }

  Simplified Run(const Simplified& before, absl::Span<const Form> chosen) {
    Simplified after;
    after.stop_reason = before.stop_reason;
    after.program.arguments = source_.arguments;
    after.program.numerics = source_.numerics;
    after.program.accurate = source_.accurate;
    const std::vector<bool> used = Used();
    for (uint32_t i = 0; i < before.program.graph.size(); ++i) {
      if (used[i]) Make(NodeId{i}, &after.program.graph);
    }
    for (const expr::Output& output : source_.outputs)
      after.program.outputs.push_back({output.name, renamed_[output.node.value]});
    after.applications = before.applications;
    for (Application& application : after.applications) {
      const std::vector<NodeId> kept =
          after.program.graph.Import(source_.graph, {application.before, application.after});
      application.before = kept[0];
      application.after = kept[1];
    }
    Record(chosen, &after);
    return after;
  }

 private:
  enum class State : uint8_t { kNew, kUnderWay, kMade };

  NodeId FormOf(NodeId node) const {
    const auto found = form_of_.find(node);
    return found == form_of_.end() ? node : found->second;
  }

  // Which nodes' values the outputs need.
  std::vector<bool> Used() const {
    std::vector<bool> used(source_.graph.size(), false);
    std::vector<NodeId> stack = source_.roots();
    while (!stack.empty()) {
      const NodeId node = stack.back();
      stack.pop_back();
      if (used[node.value]) continue;
      used[node.value] = true;
      const absl::Span<const NodeId> operands = source_.graph.operands(FormOf(node));
      stack.insert(stack.end(), operands.begin(), operands.end());
    }
    return used;
  }

  // The node with all it needs, operands first.
  void Make(NodeId wanted, Graph* graph) {
    std::vector<NodeId> stack = {wanted};
    while (!stack.empty()) {
      const NodeId node = stack.back();
      State& state = state_[node.value];
      if (state == State::kMade) {
        stack.pop_back();
        continue;
      }
      const NodeId form = FormOf(node);
      const absl::Span<const NodeId> operands = source_.graph.operands(form);
      if (state == State::kNew) {
        state = State::kUnderWay;
        for (size_t k = operands.size(); k-- > 0;) stack.push_back(operands[k]);
        continue;
      }
      stack.pop_back();
      state = State::kMade;
      std::vector<NodeId> made;
      for (const NodeId operand : operands) made.push_back(renamed_[operand.value]);
      const expr::Node& call = source_.graph[form];
      renamed_[node.value] = call.kind == expr::NodeKind::kCall
                                 ? graph->Call(call.function, made)
                                 : graph->ImportLeaf(source_.graph, form);
    }
  }

  void Record(absl::Span<const Form> chosen, Simplified* after) {
    for (const Form& form : chosen) {
      const auto same = std::find_if(
          after->applications.begin(), after->applications.end(),
          [&](const Application& application) { return application.rule == form.rule; });
      if (same != after->applications.end()) {
        ++same->count;
        continue;
      }
      const NodeId node = after->program.graph.Import(source_.graph, {form.node})[0];
      after->applications.push_back({form.rule, 1, node, renamed_[form.node.value]});
    }
  }

  const expr::Program& source_;
  absl::flat_hash_map<NodeId, NodeId> form_of_;
  std::vector<NodeId> renamed_;
  std::vector<State> state_;
};

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
  Simplified next;
  const auto take = [&](absl::Span<const Form> forms) {
    next = Rebuilder(grown, forms).Run(*state, forms);
    return ModelledNanoseconds(next.program) < before;
  };
  // Extraction goes by an estimate: the model has the last word.
  bool better = take(chosen);
  for (size_t i = 0; i < chosen.size() && i < kMaxTriedAlone && !better; ++i)
    better = take({chosen[i]});
  if (better) *state = std::move(next);
}

}  // namespace formulary::passes
