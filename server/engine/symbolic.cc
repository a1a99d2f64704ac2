// Simplify and Render.

#include <algorithm>

#include "server/base/error.h"
#include "server/base/status_macros.h"
#include "server/codegen/emit_c.h"
#include "server/engine/engine_impl.h"
#include "server/expr/infer.h"
#include "server/expr/text/print.h"
#include "server/passes/canonicalize.h"
#include "server/passes/operations.h"
#include "server/passes/present.h"

namespace formulary::engine {
namespace {

// Snippets of rules are for reading: longer ones are left out.
constexpr size_t kMaxSnippetBytes = 400;

std::string Snippet(const expr::Program& program, expr::NodeId node) {
  const absl::StatusOr<std::string> text =
      expr::PrintExpression(program.graph, node, program.arguments,
                            {.notation = expr::Notation::kText, .max_bytes = kMaxSnippetBytes});
  return text.ok() ? *text : "...";
}

StopReason Converted(passes::StopReason reason) {
  switch (reason) {
    case passes::StopReason::kFinished:
      return StopReason::kFinished;
    case passes::StopReason::kSteps:
      return StopReason::kSteps;
    case passes::StopReason::kNodes:
      return StopReason::kNodes;
    case passes::StopReason::kDeadline:
      return StopReason::kDeadline;
  }
  return StopReason::kUnspecified;
}

}  // namespace

absl::StatusOr<Simplification> EngineImpl::Simplify(const expr::Program& program,
                                                    SimplifyBudget budget) {
  Simplification result;
  result.operations_before = passes::CountOperations(program.graph, program.roots());
  expr::Program typed = program;
  RETURN_IF_ERROR(expr::MakeConversionsExplicit(&typed));
  passes::Budget limits = Budget();
  limits.deadline = budget.deadline;
  if (budget.max_steps > 0) limits.max_steps = std::min(limits.max_steps, budget.max_steps);
  if (budget.max_nodes > 0) limits.max_nodes = std::min(limits.max_nodes, budget.max_nodes);
  passes::Simplified simplified = passes::Optimize(typed, limits);
  result.program = std::move(simplified.program);
  result.operations_after = passes::CountOperations(result.program.graph, result.program.roots());
  result.stop_reason = Converted(simplified.stop_reason);
  for (const passes::Application& application : simplified.applications) {
    result.rules.push_back({std::string(application.rule->identity->id), application.count,
                            Snippet(result.program, application.before),
                            Snippet(result.program, application.after)});
  }
  if (program.numerics != expr::Numerics::kStrict) result.program = passes::Present(result.program);
  return result;
}

absl::StatusOr<std::string> EngineImpl::Render(const expr::Program& program, Format format,
                                               bool simplified) {
  if (format == Format::kC) {
    std::vector<uint32_t> original;
    ASSIGN_OR_RETURN(const std::shared_ptr<Formula> formula, MakeFormula(program, &original));
    VariantSpec spec;
    for (const expr::Argument& argument : formula->canonical().arguments) {
      spec.types.push_back(argument.dtype == expr::DType::kUnspecified ? expr::DType::kFloat64
                                                                       : argument.dtype);
      spec.uniform.push_back(argument.uniform);
    }
    ASSIGN_OR_RETURN(const std::shared_ptr<const Variant> variant,
                     formula->GetVariant(spec, Target()));
    return variant->CText();
  }
  expr::Program shown = program;
  if (simplified) {
    ASSIGN_OR_RETURN(Simplification simplification, Simplify(program, {}));
    shown = std::move(simplification.program);
  }
  switch (format) {
    case Format::kDot:
      return expr::PrintDot(shown);
    case Format::kLatex:
      return expr::PrintProgram(shown, {.notation = expr::Notation::kLatex});
    case Format::kSymPy:
      return expr::PrintProgram(shown, {.notation = expr::Notation::kSymPy});
    case Format::kFpCore:
      return expr::PrintProgram(shown, {.notation = expr::Notation::kFpCore});
    case Format::kMathMl:
      return expr::PrintProgram(shown, {.notation = expr::Notation::kMathMl});
    default:
      return expr::PrintProgram(shown, {.notation = expr::Notation::kText});
  }
}

}  // namespace formulary::engine
