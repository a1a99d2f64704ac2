#ifndef FORMULARY_SERVER_PASSES_PIPELINE_H_
#define FORMULARY_SERVER_PASSES_PIPELINE_H_

// The passes between a canonical program and code generation, as a table: each says its name, what
// it does, in which modes it runs. A new pass is a row. What comes out is never dearer by the cost
// model (cost.h) than what came in, unless a rule bought accuracy.

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "server/expr/program.h"
#include "server/passes/simplify.h"

namespace formulary::passes {

// By what a pass's result is judged.
enum class Aim : uint8_t {
  kCost,  // kept when it is modelled no dearer than what the pass was given
  kForm,  // kept: what follows needs it
};

struct Pass {
  std::string_view name;
  std::string_view doc;
  expr::ModeSet modes;
  // Node ids in state->applications are of state->program.graph: the graph may grow, and not else
  // change, unless the applications change with it.
  void (*run)(const Budget& budget, Simplified* state);
  Aim aim = Aim::kCost;
};

// In the order they run.
absl::Span<const Pass> Passes();

// Runs every pass that serves the program's mode; a pass's result that is dearer is dropped, and so
// is all of it when the program as it came, expanded, is the cheapest.
// REQUIRES: MakeConversionsExplicit was applied.
Simplified Optimize(const expr::Program& program, const Budget& budget);

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_PIPELINE_H_
