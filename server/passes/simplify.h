#ifndef FORMULARY_SERVER_PASSES_SIMPLIFY_H_
#define FORMULARY_SERVER_PASSES_SIMPLIFY_H_

// Simplification for computation: one pass over the graph in index order, building it anew through
// the Rewriter. Linear in the graph; a spent budget leaves the rest as it was, never fails.

#include <vector>

#include "server/expr/program.h"
#include "server/passes/rewriter.h"

namespace formulary::passes {

struct Simplified {
  expr::Program program;
  StopReason stop_reason = StopReason::kFinished;
  std::vector<Application> applications;  // ids in program.graph
  uint32_t guard_points = 0;  // at which the result was compared with the program as sent
};

// REQUIRES: MakeConversionsExplicit was applied. Values hold as the program's numerics promises;
// with Cancelling::kFreely only where all that cancels is finite.
Simplified Simplify(const expr::Program& program, const Budget& budget,
                    Cancelling cancelling = Cancelling::kWhereFinite);

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_SIMPLIFY_H_
