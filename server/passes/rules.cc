#include "server/passes/rules.h"

#include <algorithm>
#include <cstdlib>

#include "server/passes/cost.h"
#include "server/passes/rewriter.h"

namespace formulary::passes {
namespace {

using expr::FunctionId;
using expr::Identity;
using expr::kRealModes;
using expr::NodeId;
using expr::Numerics;
using expr::RowText;

// Identities between functions: those that belong to no single row.
constexpr Identity kAlgebra[] = {
    {"sqrt_difference", "sqrt(a + b) - sqrt(a)", "b/(sqrt(a + b) + sqrt(a))", kRealModes,
     "nonzero(b)"},
    {"expm1_from_exp", "exp(a) - 1", "expm1(a)", kRealModes, ""},
    {"logistic_from_quotient", "exp(a)/(1 + exp(a))", "logistic(a)", kRealModes, ""},
    {"softplus_from_log", "log(1 + exp(a))", "softplus(a)", kRealModes, ""},
    {"tan_from_quotient", "sin(a)/cos(a)", "tan(a)", kRealModes, ""},
    {"tanh_from_quotient", "sinh(a)/cosh(a)", "tanh(a)", kRealModes, ""},
    {"exp_of_negative", "1/exp(a)", "exp(-a)", kRealModes, ""},
};

constexpr int kVariables = 3;

// "nonnegative(a), integer(b)" as pairs; a mistake is fatal at start-up.
std::vector<std::pair<std::string_view, uint32_t>> ParseConditions(std::string_view text) {
  std::vector<std::pair<std::string_view, uint32_t>> conditions;
  while (!text.empty()) {
    const size_t end = std::min(text.find(','), text.size());
    std::string_view part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    while (part.starts_with(' ')) part.remove_prefix(1);
    const size_t open = part.find('(');
    if (open == std::string_view::npos || part.size() != open + 3 || part.back() != ')')
      std::abort();
    conditions.emplace_back(part.substr(0, open), static_cast<uint32_t>(part[open + 1] - 'a'));
  }
  return conditions;
}

// The pattern in the form that the rewriter gives graphs.
RowText CanonicalPattern(const RowText& text, const Rewriter& prototype) {
  Rewriter rewriter = prototype;
  std::vector<NodeId> renamed(text.graph.size());
  std::vector<NodeId> operands;
  for (uint32_t i = 0; i <= text.root.value; ++i) {
    const NodeId id{i};
    const expr::Node& node = text.graph[id];
    if (node.kind != expr::NodeKind::kCall) {
      renamed[i] = rewriter.graph().ImportLeaf(text.graph, id);
      continue;
    }
    operands.clear();
    for (const NodeId operand : text.graph.operands(id)) operands.push_back(renamed[operand.value]);
    renamed[i] = rewriter.Canonical(node.function, operands);
  }
  RowText pattern;
  pattern.root = pattern.graph.Import(rewriter.graph(), {renamed[text.root.value]})[0];
  return pattern;
}

double NanosecondsOf(const RowText& text, const expr::Program& arguments) {
  expr::Program program = arguments;
  program.graph = text.graph;
  program.outputs = {{"", text.root}};
  return ModelledNanoseconds(program);
}

size_t PatternSize(const RowText& pattern) { return pattern.graph.size(); }

}  // namespace

std::vector<const Identity*> AllIdentities() {
  std::vector<const Identity*> all;
  for (const expr::FunctionRow& row : expr::Rows()) {
    for (const Identity& identity : row.identities) {
      if (!identity.id.empty()) all.push_back(&identity);
    }
  }
  for (const Identity& identity : kAlgebra) all.push_back(&identity);
  return all;
}

RuleSet MakeRuleSet(absl::Span<const Identity* const> identities, Numerics numerics) {
  RuleSet set;
  set.by_head_.resize(expr::Rows().size());
  expr::Program program;
  program.numerics = numerics;
  program.arguments.resize(kVariables);
  const Rewriter prototype(program, Budget{}, NoRules());
  for (const Identity* identity : identities) {
    if (!Holds(identity->modes, numerics)) continue;
    Rule rule;
    rule.identity = identity;
    const RowText left = expr::ParseRowText(identity->left);
    rule.left = numerics == Numerics::kStrict ? left : CanonicalPattern(left, prototype);
    rule.right = expr::ParseRowText(identity->right);
    rule.conditions = ParseConditions(identity->condition);
    rule.size = PatternSize(rule.left);
    rule.dearer = NanosecondsOf(rule.right, program) > NanosecondsOf(left, program);
    // What canonical form already does (a*1, -(-a)) leaves no call to match, or matches anything.
    if (rule.left.graph[rule.left.root].kind == expr::NodeKind::kCall)
      set.rules_.push_back(std::move(rule));
  }
  for (const Rule& rule : set.rules_) {
    set.by_head_[rule.left.graph[rule.left.root].function.value].push_back(&rule);
  }
  for (std::vector<const Rule*>& rules : set.by_head_) {
    std::stable_sort(rules.begin(), rules.end(),
                     [](const Rule* a, const Rule* b) { return a->size > b->size; });
  }
  return set;
}

const RuleSet& NoRules() {
  static const RuleSet* const kNone = [] {
    auto* none = new RuleSet;
    none->by_head_.resize(expr::Rows().size());
    return none;
  }();
  return *kNone;
}

const RuleSet& RulesFor(Numerics numerics) {
  static const RuleSet* const kStrict =
      new RuleSet(MakeRuleSet(AllIdentities(), Numerics::kStrict));
  static const RuleSet* const kStable =
      new RuleSet(MakeRuleSet(AllIdentities(), Numerics::kStable));
  static const RuleSet* const kFast = new RuleSet(MakeRuleSet(AllIdentities(), Numerics::kFast));
  switch (numerics) {
    case Numerics::kStrict:
      return *kStrict;
    case Numerics::kStable:
      return *kStable;
    case Numerics::kFast:
      break;
  }
  return *kFast;
}

}  // namespace formulary::passes
