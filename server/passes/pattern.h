#ifndef FORMULARY_SERVER_PASSES_PATTERN_H_
#define FORMULARY_SERVER_PASSES_PATTERN_H_

// Matching of rule patterns against nodes, and building of rule results. Recursion here is over our
// own patterns, a few nodes deep, never over a client's graph.

#include <array>
#include <vector>

#include "absl/types/span.h"
#include "server/expr/row_text.h"
#include "server/passes/rewriter.h"

namespace formulary::passes {

// Where a pattern fits: node = scale * pattern + rest (for a sum), pattern * rest (for a product),
// or the pattern itself.
struct Match {
  std::array<expr::NodeId, 4> bindings;  // of a, b, c; the fourth is r, unused in rules
  std::array<bool, 4> bound = {};
  mpq_class scale = 1;
  std::vector<expr::NodeId> rest;
};

// True when the canonical pattern fits `node`. May add nodes (a negated operand) to the rewriter's
// graph.
bool FindMatch(const expr::RowText& pattern, expr::NodeId node, Rewriter* rewriter, Match* match);

// The text with `operands` for a, b, c, each call made by the rewriter.
expr::NodeId InstantiateWith(const expr::RowText& text, absl::Span<const expr::NodeId> operands,
                             Rewriter* rewriter);

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_PATTERN_H_
