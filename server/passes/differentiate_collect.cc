#include "server/passes/differentiate_collect.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "server/base/status_macros.h"
#include "server/expr/infer.h"
#include "server/passes/differentiate_slopes.h"
#include "server/passes/rebuild.h"
#include "server/passes/simplify.h"

namespace formulary::passes {

using expr::NodeId;
using expr::Program;

Program FoldVariadic(const Program& program) { return Rebuilt(program, &FoldedCall); }

absl::Status CollectTerms(const Budget& budget, Program* program, absl::Span<NodeId> derivatives,
                          absl::Span<NodeId> others) {
  Program collected;
  collected.arguments = program->arguments;
  collected.numerics = program->numerics;
  collected.accurate = program->accurate;
  const std::vector<NodeId> before(derivatives.begin(), derivatives.end());
  for (const NodeId node : collected.graph.Import(program->graph, before))
    collected.outputs.push_back({"", node});
  RETURN_IF_ERROR(expr::MakeConversionsExplicit(&collected));
  collected = FoldVariadic(Simplify(collected, budget, Cancelling::kFreely).program);
  for (size_t k = 0; k < derivatives.size(); ++k) derivatives[k] = collected.outputs[k].node;
  const std::vector<NodeId> kept = collected.graph.Import(program->graph, others);
  std::copy(kept.begin(), kept.end(), others.begin());
  program->graph = std::move(collected.graph);
  return absl::OkStatus();
}

}  // namespace formulary::passes
