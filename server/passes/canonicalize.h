#ifndef FORMULARY_SERVER_PASSES_CANONICALIZE_H_
#define FORMULARY_SERVER_PASSES_CANONICALIZE_H_

// The canonical program: what a kernel's name is the digest of. Arguments are numbered by first
// use, dead nodes are gone, nested sums and products are one, their operands are ordered by
// structure. In STRICT values are the same bit for bit: nothing is merged, and only operands whose
// order cannot show are exchanged.

#include <vector>

#include "server/expr/program.h"

namespace formulary::passes {

struct Canonical {
  expr::Program program;
  // For each argument of `program`, its position in the original; unused arguments are gone.
  std::vector<uint32_t> original_positions;
};

// Never fails. Names of arguments and outputs are kept, but nothing depends on them.
Canonical Canonicalize(const expr::Program& program);

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_CANONICALIZE_H_
