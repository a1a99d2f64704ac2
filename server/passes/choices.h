#ifndef FORMULARY_SERVER_PASSES_CHOICES_H_
#define FORMULARY_SERVER_PASSES_CHOICES_H_

// Chooses between forms of equal value by cost: what pays depends on what else the program
// computes. Gives the nodes of a canonical program further forms (choice_rules.h), extracts a cheap
// program (extraction.h), and leaves the program as it is where none is cheaper. A pass of
// pipeline.h. Sums and products stay n-ary; what needs only them is not done here.

#include "server/passes/simplify.h"

namespace formulary::passes {

// The graph grows, and outputs may move to new nodes. Bounded by 4 forms a node and 1,000 more, by
// budget.max_nodes and budget.max_steps.
void Choose(const Budget& budget, Simplified* state);

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_CHOICES_H_
