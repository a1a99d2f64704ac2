#ifndef FORMULARY_SERVER_PASSES_RULES_H_
#define FORMULARY_SERVER_PASSES_RULES_H_

// The rewrite rules as the rewriter uses them: every identity of the catalogue's rows and of the
// algebra table (rules.cc), parsed once, brought to the form that graphs have in each mode, and
// indexed by the function at the pattern's head. Immutable; thread-safe.

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "server/expr/catalogue.h"
#include "server/expr/row_text.h"
#include "server/expr/types.h"

namespace formulary::passes {

struct Rule {
  const expr::Identity* identity = nullptr;
  expr::RowText left;   // canonical for the mode; arguments are the pattern's variables
  expr::RowText right;  // as written
  std::vector<std::pair<std::string_view, uint32_t>> conditions;  // fact, variable
  size_t size = 0;      // nodes of the pattern: larger ones are tried first
  bool dearer = false;  // the right side takes more time than the left: the rule is for accuracy
};

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

// All of AllIdentities, made once.
const RuleSet& RulesFor(expr::Numerics numerics);

// No rules at all: for building patterns.
const RuleSet& NoRules();

// Every identity there is, catalogue rows first: for listings and for the tests that prove them.
std::vector<const expr::Identity*> AllIdentities();

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_RULES_H_
