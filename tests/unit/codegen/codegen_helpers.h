#ifndef FORMULARY_TESTS_UNIT_CODEGEN_CODEGEN_HELPERS_H_
#define FORMULARY_TESTS_UNIT_CODEGEN_CODEGEN_HELPERS_H_

// What the tests of code generation share: a text as a lowered program, and counts over it.

#include <algorithm>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "server/codegen/lower.h"
#include "server/expr/infer.h"
#include "server/passes/pipeline.h"
#include "tests/support/engine_harness.h"

namespace formulary::codegen {

// How a text is lowered. Arguments are in order of first use; those not spoken of are varying
// float64.
struct Shape {
  expr::Numerics numerics = expr::Numerics::kStable;
  std::vector<expr::Argument> arguments;  // declared: name, type, uniform
  bool has_fma = true;
  expr::DType output_dtype = expr::DType::kUnspecified;
};

inline expr::Argument Uniform(std::string name) {
  return {.name = std::move(name), .uniform = true, .declared = true};
}
inline expr::Argument Varying(std::string name, expr::DType dtype = expr::DType::kFloat64) {
  return {.name = std::move(name), .dtype = dtype, .declared = true};
}

inline LoopProgram Lowered(const std::vector<std::string>& texts, const Shape& shape = {}) {
  absl::StatusOr<expr::Program> program =
      testing::ParseProgram(texts, shape.numerics, shape.arguments);
  EXPECT_TRUE(program.ok()) << texts[0] << ": " << program.status().ToString();
  EXPECT_TRUE(MakeConversionsExplicit(&*program).ok());
  const expr::Program simplified = passes::Optimize(*program, {}).program;
  LowerOptions options;
  options.has_fma = shape.has_fma;
  options.output_dtype = shape.output_dtype;
  for (const expr::Argument& argument : simplified.arguments) {
    const bool unspecified = argument.dtype == expr::DType::kUnspecified;
    options.argument_types.push_back(unspecified ? expr::DType::kFloat64 : argument.dtype);
    options.uniform.push_back(argument.uniform);
  }
  return Lower(simplified, options);
}

inline int Count(const LoopProgram& program, expr::Opcode opcode, bool varying = true) {
  return static_cast<int>(std::count_if(
      program.instructions.begin(), program.instructions.end(), [&](const Instruction& i) {
        return i.kind == InstructionKind::kOperation && i.opcode == opcode && i.varying == varying;
      }));
}

inline int CountKind(const LoopProgram& program, InstructionKind kind, bool varying = true) {
  return static_cast<int>(
      std::count_if(program.instructions.begin(), program.instructions.end(),
                    [&](const Instruction& i) { return i.kind == kind && i.varying == varying; }));
}

// A formula of about this many operations in one expression, none of them equal.
inline std::string LongFormula(int operations) {
  std::string text = "x";
  for (int i = 0; i < operations / 3; ++i) {
    text = "(" + text + "*y + sin(x)*" + std::to_string(i + 3) + ")";
    if (i % 5 == 4) text = "abs" + text;
  }
  return text;
}

}  // namespace formulary::codegen

#endif  // FORMULARY_TESTS_UNIT_CODEGEN_CODEGEN_HELPERS_H_
