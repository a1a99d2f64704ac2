#ifndef FORMULARY_SERVER_PASSES_GUARD_H_
#define FORMULARY_SERVER_PASSES_GUARD_H_

// The last pass: the rewritten program is evaluated beside the program as sent at a few sample
// points, both with a running error bound. Where they differ by more than both bounds a rule or a
// pass is wrong: the program goes through as it was sent (expanded), the stop reason says so, and
// the rules are logged. Points depend on the arguments' assumptions and positions only, never on
// time or on data. Real programs only; STRICT rewrites nothing that could differ.

#include "server/passes/simplify.h"

namespace formulary::passes {

enum class Agreement : uint8_t { kNotCompared, kAgrees, kDiffers };

// How many of the points said something: the program as sent has a value with a bound there.
struct Comparison {
  Agreement agreement = Agreement::kNotCompared;
  uint32_t points = 0;
};

// REQUIRES: both programs have the same arguments and outputs. Programs whose evaluation would take
// too long get fewer points, or none.
Comparison Compare(const expr::Program& original, const expr::Program& rewritten);

// Compares state->program with `original`, and puts that back if they differ.
void Guard(const expr::Program& original, Simplified* state);

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_GUARD_H_
