#ifndef FORMULARY_SERVER_PASSES_CHOICE_RULES_H_
#define FORMULARY_SERVER_PASSES_CHOICE_RULES_H_

// Identities that are no improvement by themselves, only beside what else a program computes:
// tan(a) as sin(a)/cos(a) where both are there anyway. They give nodes further forms, among which
// extraction chooses by cost (choices.h); the rewriter must never apply them.

#include <vector>

#include "server/passes/rules.h"

namespace formulary::passes {

// The rules of a mode, made once.
const RuleSet& ChoiceRulesFor(expr::Numerics numerics);

// All of them: for listings and for the tests that prove them.
std::vector<const expr::Identity*> ChoiceIdentities();

// The rule that power_family.h applies; null in STRICT.
const Rule* PowerStepRule(expr::Numerics numerics);

// 0 for a function that no rule takes apart into others, above those of its parts for one that is.
int FamilyLevel(expr::FunctionId function);

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_CHOICE_RULES_H_
