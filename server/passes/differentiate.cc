#include "server/passes/differentiate.h"

#include <algorithm>
#include <utility>

#include "server/base/error.h"
#include "server/base/status_macros.h"
#include "server/base/strings.h"
#include "server/passes/differentiate_collect.h"
#include "server/passes/differentiate_parts.h"
#include "server/passes/split_complex.h"

namespace formulary::passes {

using base::StrCat;
using expr::NodeId;
using expr::Program;

namespace {

bool IsProduct(DerivativeKind kind) {
  return kind == DerivativeKind::kJacobianVector || kind == DerivativeKind::kVectorJacobian;
}

absl::Status Check(const Derivation& derivation) {
  const DerivativeSpec& spec = derivation.spec;
  const uint32_t order = derivation.order();
  if (spec.order != 0 && spec.order != order) {
    return base::InvalidArgument("DERIVATIVE_ORDER", "order",
                                 StrCat("order: ", spec.order, ", but this kind's order is ", order,
                                        "; kind ORDER takes any"));
  }
  if (order > derivation.limits.max_derivative_order) {
    return base::OverLimit("DERIVATIVE_ORDER", "order", "max_derivative_order",
                           derivation.limits.max_derivative_order, order);
  }
  if (spec.wrt.empty()) {
    return base::InvalidArgument("NOTHING_TO_DIFFERENTIATE_BY", "wrt",
                                 "wrt: the program has no argument to differentiate by");
  }
  for (size_t k = 0; k < spec.wrt.size(); ++k) {
    const absl::Status status = CheckDifferentiable(derivation.program, spec.wrt[k]);
    if (!status.ok()) return base::WithFieldPrefix(status, StrCat("wrt[", k, "]"));
  }
  return CheckReal(derivation.program);
}

}  // namespace

Derivation::Derivation(const Program& typed, const DerivativeSpec& wanted,
                       const expr::Limits& all_limits, const Budget& simplification)
    : spec(wanted),
      limits(all_limits),
      budget(simplification),
      program(FoldVariadic(typed)),
      roots(program.roots()),
      names(limits.max_name_bytes),
      argument_names(limits.max_name_bytes) {
  for (const expr::Argument& argument : program.arguments) argument_names.Take(argument.name);
  if (!spec.include_values) return;
  for (const expr::Output& output : program.outputs) names.Take(output.name);
}

uint32_t Derivation::order() const {
  if (spec.kind == DerivativeKind::kHessian) return 2;
  return spec.kind == DerivativeKind::kOrder ? std::max(1u, spec.order) : 1;
}

absl::Status Derivation::CheckOutputs(size_t count) const {
  const size_t total = count + (spec.include_values ? roots.size() : 0);
  if (total <= limits.max_outputs) return absl::OkStatus();
  return base::OverLimit("OUTPUT_LIMIT", "", "max_outputs", limits.max_outputs, total);
}

std::vector<NodeId> Derivation::Leaves() {
  std::vector<NodeId> leaves;
  for (const uint32_t position : spec.wrt) leaves.push_back(program.graph.Argument(position));
  return leaves;
}

absl::Status Derivation::Collect(std::vector<NodeId>* nodes) {
  return CollectTerms(budget, &program, absl::MakeSpan(*nodes), absl::MakeSpan(roots));
}

absl::StatusOr<Differentiated> Differentiate(const Program& program, const DerivativeSpec& spec,
                                             const expr::Limits& limits, const Budget& budget) {
  Derivation derivation(program, spec, limits, budget);
  RETURN_IF_ERROR(Check(derivation));
  RETURN_IF_ERROR(IsProduct(spec.kind) ? DeriveProducts(&derivation) : DeriveOrders(&derivation));
  Program& derived = derivation.program;
  for (size_t k = 0; k < derivation.roots.size(); ++k)
    derived.outputs[k].node = derivation.roots[k];
  if (!spec.include_values) derived.outputs.clear();
  derived.outputs.insert(derived.outputs.end(), derivation.derivatives.begin(),
                         derivation.derivatives.end());
  derivation.result.program = DropGivenPartials(std::move(derived));
  return std::move(derivation.result);
}

std::vector<uint32_t> DifferentiableArguments(const Program& program) {
  std::vector<uint32_t> positions;
  for (uint32_t k = 0; k < program.arguments.size(); ++k) {
    if (CheckDifferentiable(program, k).ok()) positions.push_back(k);
  }
  return positions;
}

}  // namespace formulary::passes
