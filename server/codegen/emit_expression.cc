#include "server/codegen/emit_expression.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "absl/strings/str_format.h"
#include "server/base/strings.h"

namespace formulary::codegen {
namespace {

using expr::Opcode;

// How an operation is written: $0, $1, $2 stand for the operands, $f for the suffix of float
// builtins.
struct OpcodeText {
  Opcode opcode;
  std::string_view floating;
  std::string_view integer;  // wraps: computed without sign
};
constexpr OpcodeText kOpcodeTexts[] = {
    {Opcode::kAdd, "$0 + $1", "(long)((unsigned long)$0 + (unsigned long)$1)"},
    {Opcode::kSub, "$0 - $1", "(long)((unsigned long)$0 - (unsigned long)$1)"},
    {Opcode::kMul, "$0 * $1", "(long)((unsigned long)$0 * (unsigned long)$1)"},
    {Opcode::kNeg, "-$0", "(long)(0UL - (unsigned long)$0)"},
    {Opcode::kAbs, "__builtin_fabs$f($0)", "$0 < 0 ? (long)(0UL - (unsigned long)$0) : $0"},
    {Opcode::kMin, "$0 < $1 || $0 != $0 ? $0 : $1", "$0 < $1 ? $0 : $1"},
    {Opcode::kMax, "$0 > $1 || $0 != $0 ? $0 : $1", "$0 > $1 ? $0 : $1"},
    {Opcode::kSign, "$0 > 0 ? 1 : $0 < 0 ? -1 : $0", "$0 > 0 ? 1 : $0 < 0 ? -1 : 0"},
    {Opcode::kMod, "", "fy_mod($0, $1)"},
    {Opcode::kGcd, "", "(long)fy_gcd($0, $1)"},
    {Opcode::kLcm, "", "fy_lcm($0, $1)"},
    {Opcode::kDiv, "$0 / $1", ""},
    {Opcode::kSqrt, "__builtin_sqrt$f($0)", ""},
    {Opcode::kFloor, "__builtin_floor$f($0)", ""},
    {Opcode::kCeil, "__builtin_ceil$f($0)", ""},
    {Opcode::kRound, "__builtin_rint$f($0)", ""},
    {Opcode::kTrunc, "__builtin_trunc$f($0)", ""},
    {Opcode::kFma, "__builtin_fma$f($0, $1, $2)", ""},
    {Opcode::kLess, "-($m)($0 < $1)", "-($m)($0 < $1)"},
    {Opcode::kLessEqual, "-($m)($0 <= $1)", "-($m)($0 <= $1)"},
    {Opcode::kEqual, "-($m)($0 == $1)", "-($m)($0 == $1)"},
    {Opcode::kNotEqual, "-($m)($0 != $1)", "-($m)($0 != $1)"},
};

// Of masks: all operands brought to the width of the result.
constexpr OpcodeText kMaskTexts[] = {
    {Opcode::kAnd, "$0 & $1", ""},      {Opcode::kOr, "$0 | $1", ""},
    {Opcode::kXor, "$0 ^ $1", ""},      {Opcode::kNot, "~$0", ""},
    {Opcode::kEqual, "~($0 ^ $1)", ""}, {Opcode::kNotEqual, "$0 ^ $1", ""},
};

std::string Substitute(std::string_view text, const std::vector<std::string>& operands, bool single,
                       int mask_width) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '$') {
      out.push_back(text[i]);
      continue;
    }
    const char what = text[++i];
    if (what == 'f') {
      if (single) out.push_back('f');
    } else if (what == 'm') {
      out += mask_width == 4 ? "int" : "long";
    } else {
      out += operands[static_cast<size_t>(what - '0')];
    }
  }
  return out;
}

const OpcodeText* Find(absl::Span<const OpcodeText> table, Opcode opcode) {
  for (const OpcodeText& row : table) {
    if (row.opcode == opcode) return &row;
  }
  return nullptr;
}

int WidthOf(DType type) { return type == DType::kFloat32 ? 4 : 8; }

std::string Cast(std::string_view type, std::string_view value) {
  return base::StrCat("(", type, ")", value);
}

std::string ConversionText(const Instruction& from, const Instruction& to,
                           const std::string& operand, int to_width) {
  if (from.type == to.type) return operand;
  const std::string_view type = CType(to, to_width);
  if (to.type == DType::kBool) return base::StrCat("-(", type, ")(", operand, " != 0)");
  if (from.type == DType::kBool) return base::StrCat("(", type, ")(", operand, " & 1)");
  return Cast(type, operand);
}

}  // namespace

std::vector<int> MaskWidths(const LoopProgram& program) {
  std::vector<int> widths(program.instructions.size(), 0);
  for (size_t i = 0; i < widths.size(); ++i) {
    const Instruction& instruction = program.instructions[i];
    if (instruction.type != DType::kBool) continue;
    widths[i] = 4;
    for (int k = 0; k < instruction.operand_count; ++k) {
      const Instruction& operand = program.instructions[instruction.operands[k]];
      const int width =
          operand.type == DType::kBool ? widths[instruction.operands[k]] : WidthOf(operand.type);
      widths[i] = std::max(widths[i], width);
    }
  }
  return widths;
}

std::string_view CType(const Instruction& instruction, int mask_width) {
  switch (instruction.type) {
    case DType::kFloat32:
      return "float";
    case DType::kInt64:
      return "long";
    case DType::kBool:
      return mask_width == 4 ? "int" : "long";
    default:
      return "double";
  }
}

std::string_view ElementType(DType type) {
  switch (type) {
    case DType::kFloat32:
      return "fy_f32";
    case DType::kInt64:
      return "fy_i64";
    case DType::kBool:
      return "unsigned char";
    default:
      return "fy_f64";
  }
}

std::string ConstantText(const Instruction& instruction) {
  switch (instruction.type) {
    case DType::kBool:
      return instruction.bits != 0 ? "-1" : "0";
    case DType::kInt64:
      return base::StrCat(static_cast<int64_t>(instruction.bits));
    case DType::kFloat32:
      return absl::StrFormat("%af", std::bit_cast<float>(static_cast<uint32_t>(instruction.bits)));
    default:
      return absl::StrFormat("%a", std::bit_cast<double>(instruction.bits));
  }
}

std::string ExpressionText(const LoopProgram& program, ValueId value,
                           const std::vector<std::string>& operands,
                           const std::vector<int>& mask_widths) {
  const Instruction& instruction = program.instructions[value];
  const int width = mask_widths[value];
  if (instruction.kind == InstructionKind::kCall ||
      instruction.kind == InstructionKind::kArrayCall) {
    std::string text = base::StrCat(RoutineName(program, instruction), "(", operands[0]);
    for (size_t k = 1; k < operands.size(); ++k) base::StrAppend(&text, ", ", operands[k]);
    return text + ")";
  }
  const Instruction& first = program.instructions[instruction.operands[0]];
  if (instruction.opcode == Opcode::kConvert)
    return ConversionText(first, instruction, operands[0], width);
  if (instruction.opcode == Opcode::kSelect) {
    if (instruction.type == DType::kBool) {
      return base::StrCat("(", operands[1], " & ", operands[0], ") | (", operands[2], " & ~",
                          operands[0], ")");
    }
    const bool narrow = WidthOf(instruction.type) == 4;
    const std::string mask = mask_widths[instruction.operands[0]] == WidthOf(instruction.type)
                                 ? operands[0]
                                 : Cast(narrow ? "int" : "long", operands[0]);
    if (instruction.type == DType::kInt64) {
      return base::StrCat("(", operands[1], " & ", mask, ") | (", operands[2], " & ~", mask, ")");
    }
    return base::StrCat(narrow ? "fy_selectf(" : "fy_select(", mask, ", ", operands[1], ", ",
                        operands[2], ")");
  }
  const bool masks = first.type == DType::kBool;
  const OpcodeText* row =
      masks ? Find(kMaskTexts, instruction.opcode) : Find(kOpcodeTexts, instruction.opcode);
  if (row == nullptr) return "0";
  const std::string_view text =
      !masks && first.type == DType::kInt64 ? row->integer : row->floating;
  return Substitute(text, operands, first.type == DType::kFloat32, width);
}

}  // namespace formulary::codegen
