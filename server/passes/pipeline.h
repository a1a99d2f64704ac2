#ifndef FORMULARY_SERVER_PASSES_PIPELINE_H_
#define FORMULARY_SERVER_PASSES_PIPELINE_H_

// The passes between a canonical program and code generation, as a table: each says its name, what
// it does, in which modes it runs. A new pass is a row.

#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "server/expr/program.h"
#include "server/passes/simplify.h"

namespace formulary::passes {

struct Pass {
  std::string_view name;
  std::string_view doc;
  expr::ModeSet modes;
  void (*run)(const Budget& budget, Simplified* state);
};

// In the order they run.
absl::Span<const Pass> Passes();

// Runs every pass that serves the program's mode.
// REQUIRES: MakeConversionsExplicit was applied.
Simplified Optimize(const expr::Program& program, const Budget& budget);

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_PIPELINE_H_
