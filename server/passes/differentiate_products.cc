// Products of the Jacobian with a vector, whose elements are new arguments: one sweep each.

#include "server/base/error.h"
#include "server/base/status_macros.h"
#include "server/base/strings.h"
#include "server/passes/differentiate_forward.h"
#include "server/passes/differentiate_parts.h"
#include "server/passes/differentiate_reverse.h"

namespace formulary::passes {

using base::StrCat;
using expr::NodeId;

namespace {

constexpr std::string_view kTangent = "_dot", kAdjoint = "_bar";

absl::StatusOr<NodeId> AddArgument(std::string name, expr::DType dtype, Derivation* d) {
  const size_t count = d->program.arguments.size() + 1;
  if (count > d->limits.max_arguments)
    return base::OverLimit("ARGUMENT_LIMIT", "", "max_arguments", d->limits.max_arguments, count);
  const std::string unique = d->argument_names.Unique(std::move(name));
  d->result.seeds.push_back(unique);
  d->program.arguments.push_back({.name = unique, .dtype = dtype, .declared = true});
  return d->program.graph.Argument(static_cast<uint32_t>(count - 1));
}

void AddProduct(std::string name, const Tangent& tangent, Derivation* d) {
  d->derivatives.push_back({d->names.Unique(std::move(name)),
                            tangent.has_value() ? *tangent : d->program.graph.Integer(0)});
}

absl::Status JacobianVector(Derivation* d) {
  RETURN_IF_ERROR(d->CheckOutputs(d->roots.size()));
  const std::vector<NodeId> leaves = d->Leaves();
  std::vector<Seed> seeds;
  for (size_t k = 0; k < leaves.size(); ++k) {
    const expr::Argument argument = d->program.arguments[d->spec.wrt[k]];
    ASSIGN_OR_RETURN(const NodeId dot,
                     AddArgument(StrCat(argument.name, kTangent), argument.dtype, d));
    seeds.push_back({leaves[k], dot});
  }
  Slopes slopes(&d->program.graph);
  ForwardMode forward(&slopes, seeds, d->limits.max_nodes);
  for (size_t k = 0; k < d->roots.size(); ++k) {
    ASSIGN_OR_RETURN(const Tangent tangent, forward.Of(d->roots[k]));
    AddProduct(StrCat(d->program.outputs[k].name, kTangent), tangent, d);
  }
  d->result.mode = DerivativeMode::kForward;
  return absl::OkStatus();
}

absl::Status VectorJacobian(Derivation* d) {
  RETURN_IF_ERROR(d->CheckOutputs(d->spec.wrt.size()));
  std::vector<Seed> seeds;
  for (size_t k = 0; k < d->roots.size(); ++k) {
    ASSIGN_OR_RETURN(const NodeId bar, AddArgument(StrCat(d->program.outputs[k].name, kAdjoint),
                                                   expr::DType::kUnspecified, d));
    seeds.push_back({d->roots[k], bar});
  }
  const std::vector<NodeId> leaves = d->Leaves();
  Slopes slopes(&d->program.graph);
  const std::vector<bool> depends = DependOn(slopes, d->program.graph, leaves);
  ASSIGN_OR_RETURN(const std::vector<Tangent> adjoints,
                   ReverseMode(&slopes, depends, seeds, leaves, d->limits.max_nodes));
  for (size_t k = 0; k < leaves.size(); ++k)
    AddProduct(StrCat(d->program.arguments[d->spec.wrt[k]].name, kAdjoint), adjoints[k], d);
  d->result.mode = DerivativeMode::kReverse;
  return absl::OkStatus();
}

}  // namespace

absl::Status DeriveProducts(Derivation* derivation) {
  Derivation& d = *derivation;
  const bool forward = d.spec.kind == DerivativeKind::kJacobianVector;
  RETURN_IF_ERROR(forward ? JacobianVector(&d) : VectorJacobian(&d));
  d.result.sweeps = 1;
  if (d.spec.form == DerivativeForm::kAsDerived) return absl::OkStatus();
  std::vector<NodeId> nodes;
  for (const expr::Output& derivative : d.derivatives) nodes.push_back(derivative.node);
  RETURN_IF_ERROR(d.Collect(&nodes));
  for (size_t k = 0; k < nodes.size(); ++k) d.derivatives[k].node = nodes[k];
  return absl::OkStatus();
}

}  // namespace formulary::passes
