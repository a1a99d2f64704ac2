#ifndef FORMULARY_SERVER_PASSES_DIFFERENTIATE_PATTERN_H_
#define FORMULARY_SERVER_PASSES_DIFFERENTIATE_PATTERN_H_

// Which outputs depend on which arguments, what a derivative costs in each mode, and which columns
// (or rows) of a Jacobian one sweep can have together. For differentiate_jacobian.cc.

#include <cstdint>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/types/span.h"
#include "server/passes/differentiate_slopes.h"

namespace formulary::passes {

struct Pattern {
  // By row (root), in order: the columns (leaves) that it depends on.
  std::vector<std::vector<uint32_t>> columns;
  // Products of a partial derivative with a tangent (forward) or an adjoint (reverse).
  uint64_t forward_products = 0;
  uint64_t reverse_products = 0;
};

// Whether an element of the Jacobian is wanted.
using Wanted = absl::FunctionRef<bool(uint32_t row, uint32_t column)>;

// Linear in the graph for every 64 rows or columns.
Pattern FindPattern(const Slopes& slopes, const expr::Graph& graph,
                    absl::Span<const expr::NodeId> roots, absl::Span<const expr::NodeId> leaves,
                    Wanted wanted);

// A number for each set such that sets of the same number share no element: greedy, in order, as
// Curtis, Powell and Reid estimate sparse Jacobians (J. Inst. Maths Applics 13, 1974). Elements are
// below `universe`.
std::vector<uint32_t> ColourOf(absl::Span<const std::vector<uint32_t>> sets, size_t universe);

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_DIFFERENTIATE_PATTERN_H_
