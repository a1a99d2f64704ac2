#ifndef FORMULARY_SERVER_PASSES_COST_H_
#define FORMULARY_SERVER_PASSES_COST_H_

// What a program costs to compute: modelled nanoseconds per element of its compiled form, one
// thread, arrays in cache. The passes choose between forms by it. It must never depend on the
// machine it runs on: the same program simplifies alike everywhere.

#include <array>
#include <cstddef>
#include <string_view>

#include "absl/types/span.h"
#include "server/expr/opcode.h"
#include "server/expr/program.h"

namespace formulary::passes {

inline constexpr size_t kOpcodeCount = static_cast<size_t>(expr::Opcode::kConvert) + 1;

// Nanoseconds per element of float64 operations in a vectorised loop, for one instruction set.
struct CostTable {
  std::string_view isa;
  bool has_fma = false;
  std::array<double, kOpcodeCount> operations = {};  // by Opcode
  double vector_calls = 1;   // factor on the catalogue's nanoseconds of routines with SIMD forms
  double array_operand = 0;  // of an array call, each block that is written or read for it

  double Of(expr::Opcode opcode) const { return operations[static_cast<size_t>(opcode)]; }
};

// One for each instruction set that kernels are compiled for, the smallest first. Proposed by
// tests/bench/cost_bench.
absl::Span<const CostTable> CostTables();

// The table that simplification decides by, whatever machine the server runs on: a kernel's C text
// may not depend on more of its machine than the instruction set that its key names.
const CostTable& ReferenceCosts();

// The program as code generation lowers it, operation by operation: products fused into sums,
// shared reciprocals and powers, what depends on no varying argument free. An argument varies
// unless it is declared uniform. Calls that expand are counted expanded. Linear in the graph.
double ModelledNanoseconds(const expr::Program& program, const CostTable& costs = ReferenceCosts());

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_COST_H_
