// The functions of units: what a loop or a prologue reads, computes and stores.

#include <set>

#include "server/codegen/emitter.h"

namespace formulary::codegen {

using base::StrAppend;
using base::StrCat;

std::string Emitter::Name(ValueId value) const {
  const Instruction& instruction = at(value);
  if (instruction.kind == InstructionKind::kConstant) return ConstantText(instruction);
  return StrCat(instruction.varying ? "v" : "u", value);
}

std::string Emitter::Operand(const Instruction& user, ValueId user_id, ValueId operand) const {
  const std::string name = Name(operand);
  const bool mask_to_mask = user.type == DType::kBool && at(operand).type == DType::kBool;
  if (mask_to_mask && widths_[operand] != widths_[user_id]) {
    return StrCat("(", widths_[user_id] == 4 ? "int" : "long", ")", name);
  }
  const bool negative = name.front() == '-';
  return negative ? StrCat("(", name, ")") : name;
}

// Where a uniform value lies between functions: its bits in an 8-byte slot of the workspace.
std::string Emitter::UniformPlace(ValueId value) const {
  const std::string_view type =
      at(value).type == DType::kBool ? std::string_view("fy_i64") : ElementType(at(value).type);
  return StrCat("*(", type, " *)(w + ", 8 * program_.places[value], ")");
}

// A uniform value as the kernel function reads it, block by block.
std::string Emitter::UniformRead(ValueId value) const {
  const Instruction& instruction = at(value);
  if (instruction.kind == InstructionKind::kConstant) return ConstantText(instruction);
  if (instruction.kind != InstructionKind::kUniform) return UniformPlace(value);
  return StrCat("*(const ", ElementType(instruction.type), " *)(a->uniforms + ",
                8 * int64_t{instruction.index}, ")");
}

// The block buffer of a varying value, as elements of its own type.
std::string Emitter::BlockPointer(ValueId value) const {
  const std::string_view type =
      at(value).type == DType::kBool ? std::string_view("long") : CType(at(value), 8);
  const int64_t offset =
      UniformPlaceBytes(program_) + int64_t{program_.places[value]} * program_.block_elements * 8;
  return StrCat("(", type, " *)(w + ", offset, ")");
}

// What a unit's instructions, and the outputs it stores, read from outside of it.
std::vector<ValueId> Emitter::OperandsOutside(const Unit& unit, uint32_t index) const {
  std::set<ValueId> outside;
  const auto note = [&](ValueId value) {
    if (value < unit.first || value >= unit.last) outside.insert(value);
  };
  for (uint32_t i = unit.first; i < unit.last; ++i) {
    for (int k = 0; k < at(i).operand_count; ++k) note(at(i).operands[k]);
  }
  for (size_t k = 0; k < program_.outputs.size(); ++k) {
    if (unit.kind == UnitKind::kLoop && program_.storing_units[k] == index)
      note(program_.outputs[k]);
  }
  if (TestsReach(index)) note(*program_.in_reach);
  return {outside.begin(), outside.end()};
}

void Emitter::Pointers(uint32_t index, std::string_view offset) {
  const Unit& unit = program_.units[index];
  for (const ValueId value : OperandsOutside(unit, index)) {
    const Instruction& instruction = at(value);
    if (instruction.kind == InstructionKind::kInput) {
      const std::string_view type = ElementType(instruction.type);
      StrAppend(&out_, "  const ", type, " *x", instruction.index, " = (const ", type,
                " *)a->inputs[", instruction.index, "]", offset, ";\n");
    } else if (!OutsideUnits(value) && instruction.varying) {
      StrAppend(&out_, "  const ",
                instruction.type == DType::kBool ? "long" : CType(instruction, 8), " *b", value,
                " = ", BlockPointer(value), ";\n");
    }
  }
  for (uint32_t i = unit.first; i < unit.last && !program_.places.empty(); ++i) {
    if (unit.kind != UnitKind::kLoop || program_.places[i] == kNoPlace) continue;
    StrAppend(&out_, "  ", at(i).type == DType::kBool ? "long" : CType(at(i), 8), " *b", i, " = ",
              BlockPointer(i), ";\n");
  }
  for (size_t k = 0; k < program_.outputs.size(); ++k) {
    if (unit.kind != UnitKind::kLoop || program_.storing_units[k] != index) continue;
    const std::string_view type = ElementType(program_.output_types[k]);
    StrAppend(&out_, "  ", type, " *y", k, " = (", type, " *)a->outputs[", k, "]", offset, ";\n");
  }
}

// Uniform values a unit needs: from the uniform block, or from where an earlier function left them.
void Emitter::ReadUniforms(const Unit& unit, uint32_t index) {
  for (const ValueId value : OperandsOutside(unit, index)) {
    const Instruction& instruction = at(value);
    if (instruction.varying || declared_[value] || instruction.kind == InstructionKind::kConstant)
      continue;
    declared_[value] = true;
    if (instruction.kind == InstructionKind::kUniform) {
      const std::string place = UniformRead(value);
      const bool mask = instruction.type == DType::kBool;
      out_ += "  " + Declare(value, mask ? StrCat("-(int)(", place, " != 0)") : place);
    } else {
      out_ += "  " + Declare(value, UniformPlace(value));
    }
  }
}

void Emitter::ReadVarying(ValueId value, const Unit& unit) {
  const Instruction& instruction = at(value);
  const bool inside = value >= unit.first && value < unit.last;
  if (inside || declared_[value] || !instruction.varying) return;
  declared_[value] = true;
  if (instruction.kind == InstructionKind::kInput) {
    const std::string element = StrCat("x", instruction.index, "[i]");
    const bool mask = instruction.type == DType::kBool;
    out_ += "    " + Declare(value, mask ? StrCat("-(int)(", element, " != 0)") : element);
  } else {
    out_ += "    " + Declare(value, StrCat("b", value, "[i]"));
  }
}

void Emitter::Statements(const Unit& unit, std::string_view indent) {
  for (uint32_t i = unit.first; i < unit.last; ++i) {
    const Instruction& instruction = at(i);
    std::vector<std::string> operands;
    for (int k = 0; k < instruction.operand_count; ++k) {
      if (unit.kind == UnitKind::kLoop) ReadVarying(instruction.operands[k], unit);
      operands.push_back(Operand(instruction, i, instruction.operands[k]));
    }
    StrAppend(&out_, indent, Declare(i, ExpressionText(program_, i, operands, widths_)));
    const bool placed = !program_.places.empty() && program_.places[i] != kNoPlace;
    if (placed && instruction.varying) StrAppend(&out_, indent, "b", i, "[i] = ", Name(i), ";\n");
    if (placed && !instruction.varying)
      StrAppend(&out_, indent, UniformPlace(i), " = ", Name(i), ";\n");
  }
}

void Emitter::Loop(uint32_t index, std::string_view count) {
  const Unit& unit = program_.units[index];
  StrAppend(&out_, "#pragma GCC ivdep\n  for (long i = 0; i < ", count, "; ++i) {\n");
  Statements(unit, "    ");
  for (size_t k = 0; k < program_.outputs.size(); ++k) {
    if (program_.storing_units[k] != index) continue;
    const ValueId value = program_.outputs[k];
    ReadVarying(value, unit);
    const bool mask = program_.output_types[k] == DType::kBool;
    StrAppend(&out_, "    y", k,
              "[i] = ", mask ? StrCat("(unsigned char)(", Name(value), " & 1)") : Name(value),
              ";\n");
  }
  if (TestsReach(index)) {
    ReadVarying(*program_.in_reach, unit);
    StrAppend(&out_, "    near &= ", Name(*program_.in_reach), ";\n");
  }
  out_ += "  }\n";
}

void Emitter::UnitHead(uint32_t index, std::string_view linkage) {
  const bool loop = program_.units[index].kind == UnitKind::kLoop;
  StrAppend(&out_, linkage, TestsReach(index) ? " long " : " void ", whole_.units, index,
            loop ? "(long m, long at, const fy_v1_args *a)" : "(const fy_v1_args *a)");
}

void Emitter::UnitFunction(uint32_t index, std::string_view linkage) {
  const Unit& unit = program_.units[index];
  declared_.assign(program_.instructions.size(), false);
  const bool loop = unit.kind == UnitKind::kLoop;
  UnitHead(index, linkage);
  out_ += " {\n";
  if (loop) StrAppend(&out_, "  m &= -", program_.lane_multiple, "L;\n");
  out_ += "  unsigned char *w = a->workspace;\n  (void)w;\n";
  if (loop) Pointers(index, " + at");
  ReadUniforms(unit, index);
  if (TestsReach(index)) out_ += "  long near = -1;\n";
  if (loop) {
    Loop(index, "m");
  } else {
    Statements(unit, "  ");
  }
  if (TestsReach(index)) out_ += "  return near;\n";
  out_ += "}\n";
}

}  // namespace formulary::codegen
