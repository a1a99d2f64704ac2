#ifndef FORMULARY_SERVER_PASSES_RULES_H_
#define FORMULARY_SERVER_PASSES_RULES_H_

// The rewrite rules as the rewriter uses them: every identity of the catalogue's rows and of the
// algebra table (algebra.h), parsed once, brought to the form that graphs have in each mode, and
// indexed by the function at the pattern's head. Immutable; thread-safe.
//
// Why rewriting ends: a pass makes each node once, of operands that are done, so only calls that a
// rule's result is made of can fire another rule. Such a chain never comes to a node twice: a node
// whose result is being made is left as it is (equal nodes are one node, so a cycle of rules comes
// to one), and identities that canonical form carries out itself are no rules. What is left of
// kMaxRuleDepth falls with each link. That chains stay short of that, whatever stands in the place
// of variables, is held by rule_chains_test over all overlaps of two rules.

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "server/expr/assumptions.h"
#include "server/expr/catalogue.h"
#include "server/expr/row_text.h"
#include "server/expr/types.h"

namespace formulary::passes {

// One of an identity's side conditions, on what a variable stands for: a fact of expr/assumptions
// ("positive(a)"); "moderate(a)": its magnitude is known to lie within [2**-100, 2**100], so that
// neither it nor its square overflows or underflows; "below(a, 1)", "above(a, -1/2)": its values
// are known to; "beyond(a, 1e150)": its declared range has magnitudes of at least that, which says
// where an identity pays, not where it holds; "declared_finite(a)": "finite(a)", and not because all
// arguments are presumed to be.
struct Condition {
  std::string_view name;
  uint32_t variable = 0;
  double bound = 0;
};

struct Rule {
  const expr::Identity* identity = nullptr;
  expr::RowText left;   // canonical for the mode; arguments are the pattern's variables
  expr::RowText right;  // as written
  std::vector<Condition> conditions;
  size_t size = 0;      // nodes of the pattern: larger ones are tried first
  uint64_t heads = 0;   // the functions that must stand below a node (HeadsBelow)
  bool dearer = false;  // the right side takes more time than the left: the rule is for accuracy
};

// The conditions of an identity; a mistake in one is fatal.
std::vector<Condition> ParseConditions(std::string_view text);

bool Holds(const Condition& condition, const expr::Facts& facts);

// The rules of one mode. Movable, not copyable: the index points into the rules.
class RuleSet {
 public:
  RuleSet() = default;
  RuleSet(RuleSet&&) = default;
  RuleSet& operator=(RuleSet&&) = default;

  // By the function at the head of the pattern, largest pattern first.
  absl::Span<const Rule* const> ForHead(expr::FunctionId function) const {
    return by_head_[function.value];
  }
  absl::Span<const Rule> rules() const { return rules_; }
  bool Has(const Rule& rule) const {
    return std::any_of(rules_.begin(), rules_.end(),
                       [&](const Rule& own) { return &own == &rule; });
  }

 private:
  friend RuleSet MakeRuleSet(absl::Span<const expr::Identity* const> identities,
                             expr::Numerics numerics);
  friend const RuleSet& NoRules();
  std::vector<Rule> rules_;
  std::vector<std::vector<const Rule*>> by_head_;
};

// Those of `identities` that hold in the mode.
RuleSet MakeRuleSet(absl::Span<const expr::Identity* const> identities, expr::Numerics numerics);

// A set for each mode, of which each keeps the identities that hold in it.
class RuleSets {
 public:
  explicit RuleSets(absl::Span<const expr::Identity* const> identities);

  const RuleSet& For(expr::Numerics numerics) const {
    return sets_[static_cast<size_t>(numerics) - 1];
  }

 private:
  std::array<RuleSet, 3> sets_;  // by mode
};

// All of AllIdentities, made once.
const RuleSet& RulesFor(expr::Numerics numerics);

// No rules at all: for building patterns.
const RuleSet& NoRules();

// Every identity there is, catalogue rows first: for listings and for the tests that prove them.
std::vector<const expr::Identity*> AllIdentities();

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_RULES_H_
