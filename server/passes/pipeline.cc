#include "server/passes/pipeline.h"

#include <algorithm>
#include <utility>

#include "server/passes/choice_rules.h"
#include "server/passes/choices.h"
#include "server/passes/cost.h"
#include "server/passes/expand.h"
#include "server/passes/polynomial_regions.h"
#include "server/passes/split_complex.h"

namespace formulary::passes {
namespace {

void RunSimplify(const Budget& budget, Simplified* state) {
  Simplified next = Simplify(state->program, budget);
  next.applications.insert(next.applications.begin(), state->applications.begin(),
                           state->applications.end());
  *state = std::move(next);
}

void RunPolynomials(const Budget& budget, Simplified* state) {
  if (state->stop_reason == StopReason::kFinished) RewriteRegions(budget, &state->program);
}

constexpr Pass kPasses[] = {
    {"simplify",
     "expands rows without a routine, collects sums and products, applies the rules of the mode",
     expr::kAllModes, &RunSimplify, Aim::kForm},
    {"choices",
     "takes functions apart or together where others of their family are computed anyway",
     expr::kRealModes, &Choose},
    {"polynomials",
     "gives regions of sums, products and integer powers their cheapest form that rounds as well",
     expr::kRealModes, &RunPolynomials},
};

// Sums of the same prices in another order differ in the last digits.
bool IsDearer(double after, double before) { return after > before * (1 + 1e-12); }

// Rules that cost time buy accuracy with it; those among which costs decided do not.
bool BoughtAccuracy(const Simplified& state) {
  const RuleSet& choices = ChoiceRulesFor(state.program.numerics);
  return std::any_of(state.applications.begin(), state.applications.end(),
                     [&](const Application& application) {
                       return application.rule->dearer && !choices.Has(*application.rule);
                     });
}

// Runs one pass and drops its result when that is dearer.
void RunGuarded(const Pass& pass, const Budget& budget, Simplified* state, double* nanoseconds) {
  Simplified kept;
  if (pass.aim == Aim::kCost) kept = *state;
  pass.run(budget, state);
  const double after = ModelledNanoseconds(state->program);
  if (pass.aim == Aim::kCost && IsDearer(after, *nanoseconds)) {
    kept.stop_reason = state->stop_reason;
    *state = std::move(kept);
    return;
  }
  *nanoseconds = after;
}

// All passes. False when what they make is dearer than `program` and no more accurate.
bool RunPasses(const expr::Program& program, const Budget& budget, Simplified* state) {
  *state = Simplified();
  state->program = program;
  const double as_it_came = ModelledNanoseconds(program);
  double nanoseconds = as_it_came;
  for (const Pass& pass : Passes()) {
    if (state->stop_reason == StopReason::kDeadline) break;
    if (Holds(pass.modes, program.numerics)) RunGuarded(pass, budget, state, &nanoseconds);
  }
  return !IsDearer(nanoseconds, as_it_came) || BoughtAccuracy(*state);
}

}  // namespace

absl::Span<const Pass> Passes() { return kPasses; }

Simplified Optimize(const expr::Program& program, const Budget& budget) {
  Simplified state;
  // The rules are those of real numbers; complex programs are rewritten once they are split.
  if (!IsReal(program)) {
    state.program = program;
    return state;
  }
  if (RunPasses(program, budget, &state)) return state;
  // As it came, expanded; which may be simplified with more success than before.
  expr::Program expanded = Expand(program);
  const bool again = HasExpansions(program.graph) && state.stop_reason != StopReason::kDeadline;
  if (again && RunPasses(expanded, budget, &state)) return state;
  state.program = std::move(expanded);
  state.applications.clear();
  return state;
}

}  // namespace formulary::passes
