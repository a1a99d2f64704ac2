#ifndef FORMULARY_SERVER_PASSES_REGION_H_
#define FORMULARY_SERVER_PASSES_REGION_H_

// Arithmetic regions: the parts of a simplified program that are made of sums, products and integer
// powers alone, each as a small program of its own over atoms (whatever is not arithmetic). The
// passes on polynomials and common parts rewrite regions and put them back; they never look at
// more. Integer arithmetic is no region: it wraps around.

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "server/expr/program.h"

namespace formulary::passes {

// A power of more than this is no part of a region, but an atom.
inline constexpr long kMaxRegionExponent = 1024;

struct Region {
  expr::Program program;              // its arguments are the atoms; outputs are unnamed
  std::vector<expr::NodeId> atoms;    // of the whole program, by argument
  std::vector<expr::NodeId> outputs;  // of the whole program, by output
  bool whole = false;                 // there is no arithmetic outside of it
};

enum class Grouping : uint8_t {
  kConnected,  // one region for each set of arithmetic nodes that hang together
  kWhole,      // all arithmetic in one
};

// The regions with two arithmetic nodes or more, by their first node. What is known of an atom
// stands as its argument's assumptions. Linear in the program.
std::vector<Region> SplitRegions(const expr::Program& program, Grouping grouping);

// The program with `regions` in place of the nodes that they were made of. Adds to the graph: ids
// of other nodes stay.
// REQUIRES: each region computes its outputs from no other atoms than those it had.
void PutBack(absl::Span<const Region> regions, expr::Program* program);

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_REGION_H_
