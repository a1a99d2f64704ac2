#ifndef FORMULARY_SERVER_PASSES_SPLIT_COMPLEX_H_
#define FORMULARY_SERVER_PASSES_SPLIT_COMPLEX_H_

// Complex programs as real ones: every complex argument becomes two real arguments and every
// complex output two real outputs, so that all that follows (simplification, code generation,
// kernels) knows real numbers only. Rows say in `complex` how they act on real and imaginary parts;
// sums, products and selections are split here. Real operands stay real: sqrt(-1.0) is NaN,
// sqrt(-1.0 + 0*I) is I. Branch cuts as C99 Annex G has them, with the sign of zero.

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "server/expr/program.h"

namespace formulary::passes {

struct SplitArgument {
  uint32_t argument = 0;  // of the program as it was
  expr::Part part = expr::Part::kWhole;
};

struct SplitProgram {
  expr::Program program;
  std::vector<SplitArgument> arguments;  // by argument of `program`
  std::vector<bool> complex_outputs;     // by output as it was: two of `program`'s where true
};

// False when the program speaks of complex numbers whatever its inputs are: the imaginary unit, an
// argument of complex type, one that is declared not to be real.
bool IsReal(const expr::Program& program);

// The program for arguments of these types. UNIMPLEMENTED (COMPLEX_UNIMPLEMENTED, with the
// function's name) where a function has no complex form; NODE_LIMIT beyond max_nodes.
absl::StatusOr<SplitProgram> SplitComplex(const expr::Program& program,
                                          absl::Span<const expr::DType> types, size_t max_nodes);

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_SPLIT_COMPLEX_H_
