#ifndef FORMULARY_SERVER_PASSES_REGION_FORMS_H_
#define FORMULARY_SERVER_PASSES_REGION_FORMS_H_

// Other forms of an arithmetic region: sums in Horner form as they stand, and whole outputs
// multiplied out, collected and brought to Horner form. They say nothing of cost or accuracy: the
// pass that calls them compares both. All add nodes to the region's graph, where equal forms have
// equal outputs.

#include <cstdint>
#include <vector>

#include "server/expr/program.h"
#include "server/passes/horner.h"
#include "server/passes/known_forms.h"

namespace formulary::passes {

// Every sum in Horner form; sums inside products stay factors. Moves the outputs; takes from
// `known`, of this order, what became of nodes before. False where the other order makes the same
// of it.
bool TakeHornerForms(HornerOrder order, KnownForms* known, expr::Program* region);

// Sums of three terms or more as products of their factors, these in Horner form. Moves the
// outputs; false when no sum has factors.
bool FactorSums(expr::Program* region);

// What is multiplied out at most. Differences of inputs are never (they are exact where they
// cancel), nor what grows beyond these.
inline constexpr size_t kMaxExpandedTerms = 64;
inline constexpr size_t kMaxPartialProducts = 1024;
inline constexpr uint32_t kMaxExpandedDegree = 48;
inline constexpr size_t kMaxExpandedBits = 512;  // of a coefficient

struct ExpandedForms {
  std::vector<std::vector<expr::NodeId>> outputs;  // of each form
  bool too_long = false;  // one took more than `most_operations`: it and others are not there
};

// Every output multiplied out and brought to Horner form, in several ways. None when no sum has a
// sum times something among its terms, or when terms would cancel that may be infinite.
ExpandedForms Expanded(uint32_t most_operations, expr::Program* region);

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_REGION_FORMS_H_
