#ifndef FORMULARY_SERVER_PASSES_PATTERN_H_
#define FORMULARY_SERVER_PASSES_PATTERN_H_

// Matching of rule patterns against nodes, and building of rule results. Sums and products match in
// any order and with terms or factors left over, so rules need no associativity or commutativity of
// their own. Recursion here is over our own patterns, a few nodes deep, never over a client's
// graph; how many pairs of pattern and node are looked at has a limit.

#include <array>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "server/expr/row_text.h"
#include "server/passes/rational.h"
#include "server/passes/rewriter.h"

namespace formulary::passes {

// Where a pattern fits: node = scale * pattern + rest (for a sum), scale * pattern * rest (for a
// product), or the pattern itself.
struct Match {
  std::array<expr::NodeId, expr::kMaxRowOperands + 1> bindings;  // of a, b, c, d, e; r is unused
  std::array<bool, expr::kMaxRowOperands + 1> bound = {};
  Rational scale = 1;
  std::vector<expr::NodeId> rest;
};

// True when the canonical pattern fits `node`. May add nodes (a negated operand) to the rewriter's
// graph.
bool FindMatch(const expr::RowText& pattern, expr::NodeId node, Rewriter* rewriter, Match* match);

// The functions that stand right below `node`, one bit each (by the function's id modulo 64):
// through a term's coefficient. A pattern can only fit where all bits of its own are.
uint64_t HeadsBelow(const expr::Graph& graph, expr::NodeId node);

// The text with `operands` for a, b, c, d, e, each call made by the rewriter.
expr::NodeId InstantiateWith(const expr::RowText& text, absl::Span<const expr::NodeId> operands,
                             Rewriter* rewriter);

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_PATTERN_H_
