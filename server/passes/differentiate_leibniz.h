#ifndef FORMULARY_SERVER_PASSES_DIFFERENTIATE_LEIBNIZ_H_
#define FORMULARY_SERVER_PASSES_DIFFERENTIATE_LEIBNIZ_H_

// Derivatives of high order by one argument. Taken one after the other they grow with every order,
// whatever is collected; here each node has all its derivatives up to the order, made of those of
// its operands and of its slopes by Leibniz's rule:
//   y' = sum of f_j*u_j', so y^(k) = sum over j and i of C(k - 1, i) * f_j^(i) * u_j^(k - i).
// Quotients and negative powers are made of their own lower derivatives, from y*b = a and
// u*y' = c*u'*y.
// They share what they have in common, and grow with the square of the order. For
// expand_derivatives.cc and differentiate_orders.cc.

#include <gmpxx.h>

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "server/passes/differentiate_slopes.h"

namespace formulary::passes {

// From this order on they are shorter than derivatives of derivatives.
inline constexpr uint32_t kLeastLeibnizOrder = 5;

// One thread at a time; borrows the slopes and their graph, which it lets grow.
class LeibnizMode {
 public:
  // `max_nodes`: of the graph.
  LeibnizMode(Slopes* slopes, expr::NodeId argument, size_t max_nodes);

  // The derivative of `root` of this order. UNIMPLEMENTED (NO_DERIVATIVE), INVALID_ARGUMENT
  // (NODE_LIMIT). REQUIRES: order > 0.
  absl::StatusOr<Tangent> Of(expr::NodeId root, uint32_t order);

  // Nodes it keeps count of: what it costs in memory.
  size_t size() const { return wanted_.size(); }

 private:
  // Notes of each node that `root` needs up to which order its derivatives are wanted.
  absl::Status FindWanted(expr::NodeId root, uint32_t order);
  absl::Status WantBelow(expr::NodeId id);
  void Want(expr::NodeId id, uint32_t order);
  // Whether a derivative passes to the call from its operand.
  bool PassesFrom(expr::NodeId call, size_t operand) const;
  void NoteNewNodes();

  absl::StatusOr<Tangent> Derive(expr::NodeId id, uint32_t order);
  Tangent OfSelection(expr::NodeId id, uint32_t order);
  Tangent OfQuotient(expr::NodeId id, uint32_t order);
  Tangent OfNegativePower(expr::NodeId id, uint32_t order);
  bool IsNegativePower(expr::NodeId id) const;
  // Whether the node's derivatives are made without slopes.
  bool NeedsNoSlopes(expr::NodeId id) const;
  // times*a*b, where both are there.
  void AddProduct(const mpq_class& times, const Tangent& a, const Tangent& b,
                  std::vector<GuardedTerm>* terms);
  // The terms of one operand.
  absl::Status AddTerms(expr::NodeId id, size_t operand, uint32_t order,
                        std::vector<GuardedTerm>* terms);
  // A node's own value for order 0. REQUIRES: it is known.
  Tangent Known(expr::NodeId id, uint32_t order) const;
  absl::Status CheckSize() const;

  Slopes* const slopes_;
  const expr::NodeId argument_;
  const size_t max_nodes_;
  std::vector<bool> depends_;     // by node: on the argument
  std::vector<uint32_t> wanted_;  // by node: the highest order
  std::vector<expr::NodeId> stack_;
  std::vector<std::vector<Tangent>> known_;  // by node and order, from 1
};

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_DIFFERENTIATE_LEIBNIZ_H_
