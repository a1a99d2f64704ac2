#include "server/passes/rules.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>

#include "server/passes/algebra.h"
#include "server/passes/cost.h"
#include "server/passes/pattern.h"
#include "server/passes/rewriter.h"

namespace formulary::passes {
namespace {

using expr::Identity;
using expr::NodeId;
using expr::Numerics;
using expr::RowText;

constexpr int kVariables = expr::kMaxRowOperands;

// Magnitudes that "moderate" speaks of.
constexpr double kModerate = 0x1p100;

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

// Whether canonical form makes the right side of the left one without the rule, which would then
// fire on its own result.
bool SameForm(const RowText& left, const RowText& right) {
  expr::Graph graph;
  return graph.Import(left.graph, {left.root})[0] == graph.Import(right.graph, {right.root})[0];
}

double NanosecondsOf(const RowText& text, const expr::Program& arguments) {
  expr::Program program = arguments;
  program.graph = text.graph;
  program.outputs = {{"", text.root}};
  return ModelledNanoseconds(program);
}

// What a pattern asks for, each part as often as it stands in it: 1/(1 + a) - 1 asks for as much
// as (1 + a)**b - 1.
size_t PatternSize(const RowText& pattern) {
  std::vector<size_t> sizes;
  for (uint32_t i = 0; i <= pattern.root.value; ++i) {
    size_t size = 1;
    for (const NodeId operand : pattern.graph.operands(NodeId{i})) size += sizes[operand.value];
    sizes.push_back(size);
  }
  return sizes.back();
}

// Text up to the next comma outside parentheses, without blanks around it; removed from `text`.
std::string_view TakePart(std::string_view* text) {
  size_t end = 0;
  for (int depth = 0; end < text->size() && (depth > 0 || (*text)[end] != ','); ++end) {
    if ((*text)[end] == '(') ++depth;
    if ((*text)[end] == ')') --depth;
  }
  std::string_view part = text->substr(0, end);
  text->remove_prefix(std::min(end + 1, text->size()));
  while (part.starts_with(' ')) part.remove_prefix(1);
  return part;
}

}  // namespace

std::vector<Condition> ParseConditions(std::string_view text) {
  std::vector<Condition> conditions;
  while (!text.empty()) {
    const std::string_view part = TakePart(&text);
    const size_t open = part.find('(');
    if (open == std::string_view::npos || part.size() < open + 3 || part.back() != ')')
      std::abort();
    Condition condition{part.substr(0, open), static_cast<uint32_t>(part[open + 1] - 'a'), 0};
    const std::string_view rest = part.substr(open + 2, part.size() - open - 3);
    if (condition.variable >= expr::kMaxRowOperands || (!rest.empty() && rest[0] != ','))
      std::abort();
    if (!rest.empty()) condition.bound = std::strtod(std::string(rest.substr(1)).c_str(), nullptr);
    conditions.push_back(condition);
  }
  return conditions;
}

bool Holds(const Condition& condition, const expr::Facts& facts) {
  if (condition.name == "below") return facts.range.upper < condition.bound;
  if (condition.name == "above") return facts.range.lower > condition.bound;
  if (condition.name == "beyond") {
    // A side without a bound says nothing.
    return (std::isfinite(facts.range.upper) && facts.range.upper >= condition.bound) ||
           (std::isfinite(facts.range.lower) && facts.range.lower <= -condition.bound);
  }
  if (condition.name == "declared_finite") return facts.finite && !facts.presumed;
  if (condition.name != "moderate") return HasFact(facts, condition.name);
  const bool positive = facts.range.lower >= 1 / kModerate && facts.range.upper <= kModerate;
  return positive || (facts.range.upper <= -1 / kModerate && facts.range.lower >= -kModerate);
}

std::vector<const Identity*> AllIdentities() {
  std::vector<const Identity*> all;
  for (const expr::FunctionRow& row : expr::Rows()) {
    for (const Identity& identity : row.identities) {
      if (!identity.id.empty()) all.push_back(&identity);
    }
  }
  for (const Identity& identity : Algebra()) all.push_back(&identity);
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
    rule.heads = HeadsBelow(rule.left.graph, rule.left.root);
    // What canonical form already does (a*1, -(-a), sqrt(a**2)) leaves nothing to match.
    const bool is_call = rule.left.graph[rule.left.root].kind == expr::NodeKind::kCall;
    if (is_call && !SameForm(rule.left, CanonicalPattern(rule.right, prototype)))
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

RuleSets::RuleSets(absl::Span<const Identity* const> identities)
    : sets_{MakeRuleSet(identities, Numerics::kStrict), MakeRuleSet(identities, Numerics::kStable),
            MakeRuleSet(identities, Numerics::kFast)} {}

const RuleSet& RulesFor(Numerics numerics) {
  static const RuleSets* const kSets = new RuleSets(AllIdentities());
  return kSets->For(numerics);
}

}  // namespace formulary::passes
