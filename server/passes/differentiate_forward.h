#ifndef FORMULARY_SERVER_PASSES_DIFFERENTIATE_FORWARD_H_
#define FORMULARY_SERVER_PASSES_DIFFERENTIATE_FORWARD_H_

// Forward mode: derivatives of nodes along one direction, operands first, each node once. For
// differentiate_*.cc and expand_derivatives.cc. Must never recurse: graphs are deep.

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "server/passes/differentiate_slopes.h"

namespace formulary::passes {

// A node whose derivative (or adjoint) is given.
struct Seed {
  expr::NodeId node;
  expr::NodeId tangent;
};

// One thread at a time; borrows the slopes and their graph, which it lets grow. Derivatives of
// nodes that were made meanwhile, derivatives among them, can be asked for as well.
class ForwardMode {
 public:
  // `max_nodes`: of the graph.
  ForwardMode(Slopes* slopes, absl::Span<const Seed> seeds, size_t max_nodes);

  // The derivative of `root`. UNIMPLEMENTED (NO_DERIVATIVE), INVALID_ARGUMENT (NODE_LIMIT).
  absl::StatusOr<Tangent> Of(expr::NodeId root);

  // Nodes it keeps count of: what it costs in memory.
  size_t size() const { return states_.size(); }

 private:
  enum class State : uint8_t { kUnknown, kQueued, kZero, kNonzero };

  void Queue(expr::NodeId root);
  absl::StatusOr<Tangent> Derive(expr::NodeId id);
  Tangent OfSelection(expr::NodeId id);
  absl::StatusOr<Tangent> OfCall(expr::NodeId id);
  Tangent Known(expr::NodeId id) const;

  Slopes* const slopes_;
  const size_t max_nodes_;
  std::vector<State> states_;            // by node
  std::vector<expr::NodeId> tangents_;   // where kNonzero
  std::vector<uint32_t> queue_, stack_;  // of one Of
};

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_DIFFERENTIATE_FORWARD_H_
