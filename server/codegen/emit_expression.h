#ifndef FORMULARY_SERVER_CODEGEN_EMIT_EXPRESSION_H_
#define FORMULARY_SERVER_CODEGEN_EMIT_EXPRESSION_H_

// C expressions of single instructions. Used by emit_c only.
//
// A truth value is a mask, all ones or all zeros, as wide as what it selects: MaskType says which C
// type. A selection is bit arithmetic on such masks: gcc 12 would sink a call into one arm of ?:
// and then not vectorise it.

#include <string>
#include <string_view>
#include <vector>

#include "server/codegen/loop_program.h"

namespace formulary::codegen {

// Bytes of the mask that stands for each truth value (4 or 8); 0 for other values.
std::vector<int> MaskWidths(const LoopProgram& program);

// double, float, long, or int for a mask of 4 bytes.
std::string_view CType(const Instruction& instruction, int mask_width);

// The type of an array element as it lies in memory, at any address.
std::string_view ElementType(DType type);

// A constant in C: hex floats, decimal integers.
std::string ConstantText(const Instruction& instruction);

// The right-hand side that computes an instruction from operands of these names.
std::string ExpressionText(const LoopProgram& program, ValueId value,
                           const std::vector<std::string>& operands,
                           const std::vector<int>& mask_widths);

}  // namespace formulary::codegen

#endif  // FORMULARY_SERVER_CODEGEN_EMIT_EXPRESSION_H_
