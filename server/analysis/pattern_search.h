#ifndef FORMULARY_SERVER_ANALYSIS_PATTERN_SEARCH_H_
#define FORMULARY_SERVER_ANALYSIS_PATTERN_SEARCH_H_

// Every way in which a pattern fits a node, up to a limit: the search for accurate forms tries them
// all and lets measurement choose, where simplification takes the first. Used by rewrites.cc.

#include <gmpxx.h>

#include <array>
#include <vector>

#include "server/expr/row_text.h"
#include "server/passes/rewriter.h"

namespace formulary::analysis {

inline constexpr size_t kPatternVariables = 4;  // a, b, c, d
inline constexpr size_t kMaxFits = 12;          // of one pattern at one node
// Sums and products of more operands are not searched.
inline constexpr size_t kMaxSearchedOperands = 12;

// node = scale * pattern + rest for a sum, pattern * rest for a product, else the pattern itself.
struct Fit {
  std::array<expr::NodeId, kPatternVariables> bindings;
  std::array<bool, kPatternVariables> bound = {};
  mpq_class scale = 1;
  bool scaled = false;  // `scale` is settled
  std::vector<expr::NodeId> rest;
};

// REQUIRES: pattern and node are in the rewriter's canonical form. May add nodes to its graph.
std::vector<Fit> FindFits(const expr::RowText& pattern, expr::NodeId node,
                          passes::Rewriter* rewriter);

// A pattern's text in canonical form.
expr::RowText CanonicalText(const expr::RowText& text);

}  // namespace formulary::analysis

#endif  // FORMULARY_SERVER_ANALYSIS_PATTERN_SEARCH_H_
