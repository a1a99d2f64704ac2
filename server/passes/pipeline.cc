#include "server/passes/pipeline.h"

#include <utility>

#include "server/passes/split_complex.h"

namespace formulary::passes {
namespace {

void RunSimplify(const Budget& budget, Simplified* state) {
  Simplified next = Simplify(state->program, budget);
  next.applications.insert(next.applications.begin(), state->applications.begin(),
                           state->applications.end());
  *state = std::move(next);
}

constexpr Pass kPasses[] = {
    {"simplify",
     "expands rows without a routine, collects sums and products, applies the rules of the mode",
     expr::kAllModes, &RunSimplify},
};

}  // namespace

absl::Span<const Pass> Passes() { return kPasses; }

Simplified Optimize(const expr::Program& program, const Budget& budget) {
  Simplified state;
  state.program = program;
  // The rules are those of real numbers; complex programs are rewritten once they are split.
  if (!IsReal(program)) return state;
  for (const Pass& pass : Passes()) {
    if (Holds(pass.modes, program.numerics)) pass.run(budget, &state);
  }
  return state;
}

}  // namespace formulary::passes
