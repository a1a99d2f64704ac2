// Simplify, Differentiate and Render.

#include <algorithm>

#include "server/base/error.h"
#include "server/base/status_macros.h"
#include "server/base/strings.h"
#include "server/codegen/emit_c.h"
#include "server/engine/engine_impl.h"
#include "server/engine/snippet.h"
#include "server/expr/infer.h"
#include "server/expr/text/print.h"
#include "server/passes/canonicalize.h"
#include "server/passes/differentiate.h"
#include "server/passes/expand_derivatives.h"
#include "server/passes/operations.h"
#include "server/passes/present.h"

namespace formulary::engine {
namespace {

// Longer snippets are left out.
constexpr size_t kMaxSnippetBytes = 400;
// Derivatives are expanded naively, to be counted, up to this size.
constexpr size_t kMaxNaiveNodes = 20'000;

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
    case passes::StopReason::kGuard:
      return StopReason::kGuard;
  }
  return StopReason::kUnspecified;
}

// Operations of a program as sent, with derivatives expanded naively; `resolved` is what it is
// without them. Naive derivatives of high orders have no end: then those of the resolved program.
uint32_t CountAsSent(const expr::Program& program, const expr::Program& resolved,
                     expr::Limits limits) {
  limits.max_nodes = std::min(limits.max_nodes, kMaxNaiveNodes);
  absl::StatusOr<expr::Program> naive = absl::NotFoundError("no derivatives");
  if (passes::HasDerivatives(program.graph, program.roots())) {
    naive = passes::ResolveDerivatives(program, limits, passes::Budget(),
                                       passes::DerivativeForm::kAsDerived);
  }
  const expr::Program& counted = naive.ok() ? *naive : resolved;
  return passes::CountOperations(counted.graph, counted.roots());
}

absl::StatusOr<uint32_t> PositionOf(const expr::Program& program, std::string_view name) {
  for (uint32_t k = 0; k < program.arguments.size(); ++k) {
    if (program.arguments[k].name == name) return k;
  }
  return base::InvalidArgument(
      "UNKNOWN_ARGUMENT", "",
      base::StrCat("\"", name.substr(0, 64), "\" is not an argument of the program"));
}

// Names become positions; a kind that is not stated is by the order.
absl::StatusOr<passes::DerivativeSpec> SpecOf(const expr::Program& program,
                                              const DifferentiateSpec& spec) {
  passes::DerivativeSpec result{.order = spec.order,
                                .include_values = spec.include_values,
                                .sparse = spec.sparse,
                                .form = spec.as_derived ? passes::DerivativeForm::kAsDerived
                                                        : passes::DerivativeForm::kCollected};
  const auto own = spec.order > 1 ? DerivativeKind::kOrder : DerivativeKind::kGradient;
  result.kind = static_cast<passes::DerivativeKind>(
      spec.kind == DerivativeKind::kUnspecified ? own : spec.kind);
  for (size_t k = 0; k < spec.wrt.size(); ++k) {
    const std::string field = base::StrCat("wrt[", k, "]");
    const absl::StatusOr<uint32_t> position = PositionOf(program, spec.wrt[k]);
    if (!position.ok()) return base::WithFieldPrefix(position.status(), field);
    if (std::find(result.wrt.begin(), result.wrt.end(), *position) != result.wrt.end()) {
      return base::InvalidArgument(
          "DUPLICATE_ARGUMENT", field,
          base::StrCat("\"", spec.wrt[k].substr(0, 64), "\" stands twice"));
    }
    result.wrt.push_back(*position);
  }
  if (spec.wrt.empty()) result.wrt = passes::DifferentiableArguments(program);
  return result;
}

}  // namespace

passes::Budget EngineImpl::Within(const SimplifyBudget& budget) const {
  passes::Budget limits = Budget();
  limits.deadline = budget.deadline;
  if (budget.max_steps > 0) limits.max_steps = std::min(limits.max_steps, budget.max_steps);
  if (budget.max_nodes > 0) limits.max_nodes = std::min(limits.max_nodes, budget.max_nodes);
  return limits;
}

std::string Snippet(const expr::Program& program, expr::NodeId node) {
  const absl::StatusOr<std::string> text =
      expr::PrintExpression(program.graph, node, program.arguments,
                            {.notation = expr::Notation::kText, .max_bytes = kMaxSnippetBytes});
  return text.ok() ? *text : "...";
}

absl::StatusOr<Simplification> EngineImpl::Simplify(const expr::Program& program,
                                                    SimplifyBudget budget) {
  Simplification result;
  const expr::Limits limits = options_.expression_limits();
  ASSIGN_OR_RETURN(expr::Program typed,
                   passes::ResolveDerivatives(program, limits, Within(budget)));
  result.operations_before = CountAsSent(program, typed, limits);
  RETURN_IF_ERROR(expr::MakeConversionsExplicit(&typed));
  passes::Simplified simplified = passes::Optimize(typed, Within(budget));
  result.program = std::move(simplified.program);
  result.operations_after = passes::CountOperations(result.program.graph, result.program.roots());
  result.stop_reason = Converted(simplified.stop_reason);
  result.guard_points = simplified.guard_points;
  for (const passes::Application& application : simplified.applications) {
    result.rules.push_back({std::string(application.rule->identity->id), application.count,
                            Snippet(result.program, application.before),
                            Snippet(result.program, application.after)});
  }
  if (program.numerics != expr::Numerics::kStrict) result.program = passes::Present(result.program);
  return result;
}

absl::StatusOr<Differentiation> EngineImpl::Differentiate(const expr::Program& program,
                                                          const DifferentiateSpec& spec) {
  const expr::Limits limits = options_.expression_limits();
  ASSIGN_OR_RETURN(passes::DerivativeSpec derivative, SpecOf(program, spec));
  ASSIGN_OR_RETURN(expr::Program typed,
                   passes::ExpandDerivatives(program, limits, Within(spec.budget)));
  RETURN_IF_ERROR(expr::MakeConversionsExplicit(&typed));
  ASSIGN_OR_RETURN(passes::Differentiated derived,
                   passes::Differentiate(typed, derivative, limits, Within(spec.budget)));
  Differentiation result;
  result.program = std::move(derived.program);
  result.seeds = std::move(derived.seeds);
  result.rows = std::move(derived.rows);
  result.columns = std::move(derived.columns);
  result.mode = static_cast<DerivativeMode>(derived.mode);
  result.operations_before = passes::CountOperations(result.program.graph, result.program.roots());
  result.operations_after = result.operations_before;
  if (spec.as_derived) return result;
  ASSIGN_OR_RETURN(Simplification simplified, Simplify(result.program, spec.budget));
  result.program = std::move(simplified.program);
  result.operations_after = simplified.operations_after;
  result.stop_reason = simplified.stop_reason;
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
    return codegen::EmitC(variant->program);
  }
  expr::Program shown = passes::DropGivenPartials(program);
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
