#include "server/passes/pipeline.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "server/passes/branches.h"
#include "server/passes/choice_rules.h"
#include "server/passes/choices.h"
#include "server/passes/common_parts.h"
#include "server/passes/cost.h"
#include "server/passes/expand.h"
#include "server/passes/guard.h"
#include "server/passes/operations.h"
#include "server/passes/polynomial_regions.h"
#include "server/passes/propagation.h"
#include "server/passes/split_complex.h"

namespace formulary::passes {
namespace {

// What was applied before comes along into the new graph.
void RunSimplify(const Budget& budget, Simplified* state) {
  Simplified next = Simplify(state->program, budget);
  std::vector<Application> applications = state->applications;
  for (Application& application : applications) {
    const std::vector<expr::NodeId> kept =
        next.program.graph.Import(state->program.graph, {application.before, application.after});
    application.before = kept[0];
    application.after = kept[1];
  }
  for (const Application& application : next.applications) {
    const auto same =
        std::find_if(applications.begin(), applications.end(),
                     [&](const Application& earlier) { return earlier.rule == application.rule; });
    if (same == applications.end()) {
      applications.push_back(application);
    } else {
      same->count += application.count;
    }
  }
  next.applications = std::move(applications);
  *state = std::move(next);
}

void RunPolynomials(const Budget& budget, Simplified* state) {
  if (state->stop_reason == StopReason::kFinished)
    state->stop_reason = RewriteRegions(budget, &state->program);
}

constexpr int kMaxRounds = 4;

bool HasExtrema(const expr::Graph& graph) {
  for (uint32_t i = 0; i < graph.size(); ++i) {
    const expr::NodeId id{i};
    if (graph.IsCall(id, expr::fn::kMin) || graph.IsCall(id, expr::fn::kMax)) return true;
  }
  return false;
}

// Extrema with common parts, in canonical form.
void RunExtrema(const Budget& budget, Simplified* state) {
  if (!HasExtrema(state->program.graph)) return;
  for (int round = 0; round < kMaxRounds; ++round) {
    Simplified next = *state;
    const bool factored = FactorExtrema(&next.program);
    if (factored) RunSimplify(budget, &next);
    const bool shared = ShareCommonExtrema(&next.program);
    if (shared) RunSimplify(budget, &next);
    if (!factored && !shared) return;
    const uint32_t before = CountOperations(state->program.graph, state->program.roots());
    if (CountOperations(next.program.graph, next.program.roots()) >= before) return;
    *state = std::move(next);
  }
}

constexpr Pass kPasses[] = {
    {"simplify",
     "expands rows without a routine, collects sums and products, applies the rules of the mode",
     expr::kAllModes, &RunSimplify, Aim::kForm},
    {"branches", "folds in the branches of a piecewise what its conditions decide",
     expr::kRealModes, &FoldBranches},
    {"choices",
     "takes functions apart or together where others of their family are computed anyway",
     expr::kRealModes, &Choose},
    {"polynomials",
     "gives regions of sums, products and integer powers their cheapest form that rounds as well",
     expr::kRealModes, &RunPolynomials},
    {"extrema", "computes once what several Min or several Max have in common", expr::kRealModes,
     &RunExtrema},
};

// Sums of the same prices in another order differ in the last digits.
bool IsDearer(double after, double before) { return after > before * (1 + 1e-12); }

bool Chose(const Simplified& state) {
  const RuleSet& choices = ChoiceRulesFor(state.program.numerics);
  return std::any_of(
      state.applications.begin(), state.applications.end(),
      [&](const Application& application) { return choices.Has(*application.rule); });
}

// How often rules were applied that cost time: they buy accuracy with it. Those among which costs
// decided do not.
uint64_t BoughtAccuracy(const Simplified& state) {
  const RuleSet& choices = ChoiceRulesFor(state.program.numerics);
  uint64_t times = 0;
  for (const Application& application : state.applications) {
    const bool bought = application.rule->dearer && !choices.Has(*application.rule);
    times += bought ? application.count : 0;
  }
  return times;
}

uint64_t TimesApplied(const Simplified& state) {
  uint64_t times = 0;
  for (const Application& application : state.applications) times += application.count;
  return times;
}

// What one round made, and what it costs.
struct Round {
  const Simplified* state = nullptr;
  double nanoseconds = 0;
};

// No rule was applied in the second that was not in the first, and their programs cost the same.
bool IsSettled(const Round& before, const Round& after) {
  const Simplified &a = *before.state, &b = *after.state;
  return !IsDearer(after.nanoseconds, before.nanoseconds) &&
         !IsDearer(before.nanoseconds, after.nanoseconds) && TimesApplied(a) == TimesApplied(b) &&
         CountOperations(a.program.graph, a.program.roots()) ==
             CountOperations(b.program.graph, b.program.roots());
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

// All passes on the state as it is; returns the modelled nanoseconds. `last`, of the round before,
// if any: where rules and choices find nothing more, the passes after them did their work there.
double RunRound(const Budget& budget, double nanoseconds, const Simplified* last,
                Simplified* state) {
  const double before = nanoseconds;
  for (const Pass& pass : Passes()) {
    if (state->stop_reason == StopReason::kDeadline) break;
    if (Holds(pass.modes, state->program.numerics)) RunGuarded(pass, budget, state, &nanoseconds);
    const bool found_all = pass.run == &Choose && last != nullptr;
    if (found_all && IsSettled({last, before}, {state, nanoseconds})) break;
  }
  return nanoseconds;
}

// All passes, again while forms that were chosen let it become cheaper or more accurate. False when
// the result is dearer than `program` and no more accurate.
bool RunPasses(const expr::Program& program, const Budget& budget, Simplified* state) {
  *state = Simplified();
  state->program = program;
  const double as_it_came = ModelledNanoseconds(program);
  double nanoseconds = RunRound(budget, as_it_came, nullptr, state);
  for (int round = 1; round < kMaxRounds && Chose(*state); ++round) {
    if (state->stop_reason != StopReason::kFinished) break;
    Simplified next = *state;
    const double after = RunRound(budget, nanoseconds, state, &next);
    if (!IsDearer(nanoseconds, after) && BoughtAccuracy(next) <= BoughtAccuracy(*state)) break;
    nanoseconds = after;
    *state = std::move(next);
  }
  return !IsDearer(nanoseconds, as_it_came) || BoughtAccuracy(*state) > 0;
}

// The better of all passes' result and the program as it came, expanded. *better: the former.
Simplified OptimizeReal(const expr::Program& program, const Budget& budget, bool* better) {
  Simplified state;
  *better = RunPasses(program, budget, &state);
  if (!*better) {
    // As it came, expanded; which may be simplified with more success than before.
    expr::Program expanded = Expand(program);
    const bool again = HasExpansions(program.graph) && state.stop_reason != StopReason::kDeadline;
    *better = again && RunPasses(expanded, budget, &state);
    if (!*better) {
      state.program = std::move(expanded);
      state.applications.clear();
    }
  }
  return state;
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
  bool better = false, done = false;
  if (program.numerics == expr::Numerics::kStable) {
    state = OptimizeReal(PresumeFinite(program), budget, &better);
    state.program.arguments = program.arguments;
    done = StillPropagates(program, state.program);
  }
  if (!done) state = OptimizeReal(program, budget, &better);
  // Nothing is done after it. STRICT rewrites nothing that could differ.
  if (better && program.numerics != expr::Numerics::kStrict) Guard(program, &state);
  return state;
}

}  // namespace formulary::passes
