#ifndef FORMULARY_SERVER_PASSES_DIFFERENTIATE_JACOBIAN_H_
#define FORMULARY_SERVER_PASSES_DIFFERENTIATE_JACOBIAN_H_

// Derivatives of several nodes by several arguments, in the mode that takes fewer products, with as
// few sweeps as the pattern of zeros allows. For differentiate.cc.

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "server/passes/differentiate_pattern.h"
#include "server/passes/differentiate_slopes.h"

namespace formulary::passes {

enum class DerivativeMode : uint8_t { kForward = 1, kReverse = 2 };

struct JacobianEntry {
  uint32_t row = 0;
  uint32_t column = 0;
  expr::NodeId node;
};

struct Jacobian {
  std::vector<JacobianEntry>
      entries;  // those wanted that are not 0 everywhere, by row, then column
  DerivativeMode mode = DerivativeMode::kForward;
  uint32_t sweeps = 0;
};

// Adds what it computes to the slopes' graph, up to `max_nodes` nodes. UNIMPLEMENTED
// (NO_DERIVATIVE), INVALID_ARGUMENT (NODE_LIMIT).
absl::StatusOr<Jacobian> MakeJacobian(Slopes* slopes, absl::Span<const expr::NodeId> roots,
                                      absl::Span<const expr::NodeId> leaves, Wanted wanted,
                                      size_t max_nodes);

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_DIFFERENTIATE_JACOBIAN_H_
