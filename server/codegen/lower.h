#ifndef FORMULARY_SERVER_CODEGEN_LOWER_H_
#define FORMULARY_SERVER_CODEGEN_LOWER_H_

// Lowering: a simplified program becomes a LoopProgram for given argument types and uniform
// arguments. Sums and products get their order here (uniform parts first, so that they are
// hoisted), small powers become multiplications, quotients share divisions, and multiply-adds are
// fused where the mode and the CPU allow.

#include <vector>

#include "server/codegen/loop_program.h"
#include "server/expr/program.h"

namespace formulary::codegen {

// Programs up to this have a form for blocks whose elements all are in reach of products besides
// one for all others (loop_program.h): what is compiled doubles.
inline constexpr size_t kMaxTwofoldInstructions = 1'000;

struct LowerOptions {
  std::vector<expr::DType> argument_types;  // by argument: kFloat64, kFloat32, kInt64, kBool
  std::vector<bool> uniform;                // by argument: one value per call
  expr::DType output_dtype =
      expr::DType::kUnspecified;  // of every output; else each expression's own
  bool has_fma = true;            // of the target CPU
};

// REQUIRES: the program was simplified (or expanded, with conversions explicit), and argument_types
// and uniform have an entry for each argument. Deterministic.
LoopProgram Lower(const expr::Program& program, const LowerOptions& options);

}  // namespace formulary::codegen

#endif  // FORMULARY_SERVER_CODEGEN_LOWER_H_
