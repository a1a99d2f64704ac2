#ifndef FORMULARY_SERVER_PASSES_DIFFERENTIATE_PARTS_H_
#define FORMULARY_SERVER_PASSES_DIFFERENTIATE_PARTS_H_

// The two halves of Differentiate, and what they share: derivatives order by order (gradients,
// Jacobians, Hessians, any order), and products of the Jacobian with a vector. For
// differentiate*.cc only.

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "server/passes/differentiate.h"
#include "server/passes/differentiate_names.h"

namespace formulary::passes {

// One Differentiate under way. One thread at a time.
struct Derivation {
  Derivation(const expr::Program& typed, const DerivativeSpec& wanted,
             const expr::Limits& all_limits, const Budget& simplification);

  // The order of the kind, or the one that was asked for.
  uint32_t order() const;
  // OUTPUT_LIMIT for so many derivatives beside the values.
  absl::Status CheckOutputs(size_t count) const;
  // The arguments that are differentiated by, as nodes.
  std::vector<expr::NodeId> Leaves();
  // Collects `nodes`; those of the values move along.
  absl::Status Collect(std::vector<expr::NodeId>* nodes);

  const DerivativeSpec& spec;
  const expr::Limits& limits;
  const Budget& budget;
  expr::Program program;  // its outputs are those that are differentiated
  std::vector<expr::NodeId> roots;
  Names names;           // of outputs
  Names argument_names;  // taken
  std::vector<expr::Output> derivatives;
  Differentiated result;
};

absl::Status DeriveOrders(Derivation* derivation);
absl::Status DeriveProducts(Derivation* derivation);

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_DIFFERENTIATE_PARTS_H_
