#include "server/codegen/emit_c.h"

#include <algorithm>
#include <set>
#include <utility>

#include "server/base/strings.h"
#include "server/codegen/emit_expression.h"
#include "server/codegen/emit_prelude.h"

namespace formulary::codegen {
namespace {

using base::StrAppend;
using base::StrCat;

// How the functions of units are linked: within a text, and across the texts of one kernel.
constexpr std::string_view kStatic = "static __attribute__((noinline))";
constexpr std::string_view kHidden = "__attribute__((visibility(\"hidden\"), noinline))";

// A function over all elements, its name, and what the names of its units' functions begin with.
struct Whole {
  std::string_view linkage, name, units;
};
constexpr Whole kKernel = {"__attribute__((visibility(\"default\")))", "FY_KERNEL", "s"};
constexpr Whole kOtherwise = {"static __attribute__((noinline))", "fy_otherwise", "o"};

class Emitter {
 public:
  explicit Emitter(const LoopProgram& program, const Whole& whole = kKernel)
      : program_(program),
        whole_(whole),
        widths_(MaskWidths(program)),
        declared_(program.instructions.size(), false) {}

  // The functions, without what stands in front of them.
  std::string Functions();
  std::string Run();
  std::vector<std::string> RunTexts();

 private:
  const Instruction& at(ValueId value) const { return program_.instructions[value]; }
  bool OutsideUnits(ValueId value) const {
    return at(value).kind == InstructionKind::kInput ||
           at(value).kind == InstructionKind::kUniform ||
           at(value).kind == InstructionKind::kConstant;
  }

  bool TestsReach(uint32_t unit) const {
    return program_.in_reach.has_value() && program_.reach_unit == unit;
  }

  void WholeHead();
  void SingleFunction();
  void UnitFunctions(uint32_t first, uint32_t last, std::string_view linkage);
  void UnitHead(uint32_t unit, std::string_view linkage);
  void UnitFunction(uint32_t unit, std::string_view linkage);
  void BlockLoop();
  void GuardTest(uint32_t guard, std::vector<bool>* tested);
  void Otherwise();
  void ArrayCalls(const Unit& unit);

  // Statements of [unit.first, unit.last) and of what they read from elsewhere.
  void Pointers(uint32_t unit, std::string_view offset);
  void ReadUniforms(const Unit& unit, uint32_t index);
  void Statements(const Unit& unit, std::string_view indent);
  void ReadVarying(ValueId value, const Unit& unit);
  void Loop(uint32_t unit, std::string_view count);

  std::string Name(ValueId value) const;
  // An operand by name, brought to the width that the result's mask has.
  std::string Operand(const Instruction& user, ValueId user_id, ValueId operand) const;
  std::string Declare(ValueId value, std::string_view right) const {
    return StrCat("const ", CType(at(value), widths_[value]), " ", Name(value), " = ", right,
                  ";\n");
  }
  std::string UniformPlace(ValueId value) const;
  std::string UniformRead(ValueId value) const;
  std::string BlockPointer(ValueId value) const;
  std::vector<ValueId> OperandsOutside(const Unit& unit, uint32_t index) const;

  const LoopProgram& program_;
  const Whole& whole_;
  std::vector<int> widths_;
  std::vector<bool> declared_;  // in the function being written
  std::string out_;
};

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
      UniformPlaceBytes(program_) + int64_t{program_.places[value]} * kBlockElements * 8;
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
    StrAppend(&out_, "    far |= ~", Name(*program_.in_reach), ";\n");
  }
  out_ += "  }\n";
}

void Emitter::WholeHead() {
  StrAppend(&out_, whole_.linkage, " void ", whole_.name, "(long n, const fy_v1_args *a) {\n");
}

void Emitter::SingleFunction() {
  WholeHead();
  StrAppend(&out_, "  n &= -", program_.lane_multiple, "L;\n");
  for (uint32_t u = 0; u < program_.units.size(); ++u) {
    const Unit& unit = program_.units[u];
    if (unit.kind == UnitKind::kLoop) Pointers(u, "");
    ReadUniforms(unit, u);
    if (unit.kind == UnitKind::kPrologue) {
      Statements(unit, "  ");
      for (uint32_t i = unit.first; i < unit.last; ++i) declared_[i] = true;
    } else {
      Loop(u, "n");
    }
  }
  out_ += "}\n";
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
  if (TestsReach(index)) out_ += "  long far = 0;\n";
  if (loop) {
    Loop(index, "m");
  } else {
    Statements(unit, "  ");
  }
  if (TestsReach(index)) out_ += "  return far;\n";
  out_ += "}\n";
}

// y = f(x) on a block; a uniform operand is one value, with stride 0.
void Emitter::ArrayCalls(const Unit& unit) {
  for (uint32_t i = unit.first; i < unit.last; ++i) {
    const Instruction& call = at(i);
    std::string arguments;
    std::string setup;
    for (int k = 0; k < call.operand_count; ++k) {
      const ValueId operand = call.operands[k];
      const bool varying = at(operand).varying;
      if (varying) {
        StrAppend(&arguments, ", ", BlockPointer(operand));
      } else {
        const std::string name = StrCat("c", i, "_", k);
        StrAppend(&setup, "    const ", CType(call, 8), " ", name, " = ", UniformRead(operand),
                  ";\n");
        StrAppend(&arguments, ", &", name);
      }
      if (call.operand_count > 1) StrAppend(&arguments, ", ", varying ? 1 : 0);
    }
    StrAppend(&out_, setup, "    ", RoutineName(program_, call), "(", BlockPointer(i), arguments,
              ", m);\n");
  }
}

void Emitter::UnitFunctions(uint32_t first, uint32_t last, std::string_view linkage) {
  for (uint32_t u = first; u < last; ++u) {
    if (program_.units[u].kind != UnitKind::kArrayCall) UnitFunction(u, linkage);
  }
}

// Whether the block has an element that needs what the guard guards, if that was not asked before.
void Emitter::GuardTest(uint32_t index, std::vector<bool>* tested) {
  if ((*tested)[index]) return;
  (*tested)[index] = true;
  const Guard& guard = program_.guards[index];
  const bool nested = guard.around != kNoGuard;
  if (nested) GuardTest(guard.around, tested);  // at most kMaxGuardDepth deep
  StrAppend(&out_, "    const long g", index, " = ");
  if (nested) StrAppend(&out_, "g", guard.around, " == 0 ? 0 : ");
  StrAppend(&out_,
            at(guard.need).varying ? StrCat("fy_any(m, ", BlockPointer(guard.need), ")")
                                   : UniformRead(guard.need),
            ";\n");
}

// Computes the block anew; what has been stored of it is written over.
void Emitter::Otherwise() {
  StrAppend(&out_, "      const void *in[", program_.input_types.size(), "];\n      void *out[",
            program_.output_types.size(), "];\n");
  const auto pointers = [this](std::string_view name, std::string_view field, std::string_view type,
                               absl::Span<const DType> elements) {
    for (size_t k = 0; k < elements.size(); ++k) {
      StrAppend(&out_, "      ", name, "[", k, "] = (", type, " *)a->", field, "[", k, "] + at * ",
                ByteSize(elements[k]), ";\n");
    }
  };
  pointers("in", "inputs", "const unsigned char", program_.input_types);
  pointers("out", "outputs", "unsigned char", program_.output_types);
  StrAppend(&out_, "      const fy_v1_args b = {in, out, a->uniforms, w + ",
            program_.own_workspace_bytes(), "};\n      ", kOtherwise.name,
            "(m, &b);\n      continue;\n    }\n");
}

// The function that calls the units' functions, block by block.
void Emitter::BlockLoop() {
  WholeHead();
  StrAppend(&out_, "  unsigned char *w = a->workspace;\n  n &= -", program_.lane_multiple,
            "L;\n  (void)w;\n");
  for (uint32_t u = 0; u < program_.units.size(); ++u) {
    if (program_.units[u].kind == UnitKind::kPrologue)
      StrAppend(&out_, "  ", whole_.units, u, "(a);\n");
  }
  StrAppend(&out_, "  for (long at = 0; at < n; at += ", kBlockElements,
            ") {\n    const long m = n - at < ", kBlockElements, " ? n - at : ", kBlockElements,
            ";\n");
  std::vector<bool> tested(program_.guards.size(), false);
  for (uint32_t u = 0; u < program_.units.size(); ++u) {
    const Unit& unit = program_.units[u];
    if (unit.kind == UnitKind::kPrologue) continue;
    const bool guarded = unit.guard != kNoGuard;
    if (guarded) GuardTest(unit.guard, &tested);
    if (guarded) StrAppend(&out_, "    if (g", unit.guard, ") {\n");
    const std::string call = StrCat(whole_.units, u, "(m, at, a)");
    if (TestsReach(u)) {
      StrAppend(&out_, "    if (", call, " != 0) {\n");
      Otherwise();
    } else if (unit.kind == UnitKind::kLoop) {
      StrAppend(&out_, "    ", call, ";\n");
    }
    if (unit.kind == UnitKind::kArrayCall) ArrayCalls(unit);
    if (guarded) out_ += "    }\n";
  }
  out_ += "  }\n}\n";
}

std::string Emitter::Functions() {
  for (const LoopProgram& otherwise : program_.otherwise)
    out_ += Emitter(otherwise, kOtherwise).Functions();
  if (program_.single_loop()) {
    SingleFunction();
  } else {
    UnitFunctions(0, static_cast<uint32_t>(program_.units.size()), kStatic);
    BlockLoop();
  }
  return std::move(out_);
}

std::string Emitter::Run() { return PreludeText(program_) + Functions(); }

// The first text has the kernel, the others the functions of some units each.
std::vector<std::string> Emitter::RunTexts() {
  const auto count = static_cast<uint32_t>(program_.units.size());
  if (count <= kMaxTextUnits || !program_.otherwise.empty()) return {Run()};
  const std::string head = PreludeText(program_);
  out_ = head;
  for (uint32_t u = 0; u < count; ++u) {
    if (program_.units[u].kind == UnitKind::kArrayCall) continue;
    UnitHead(u, kHidden);
    out_ += ";\n";
  }
  BlockLoop();
  std::vector<std::string> texts = {std::exchange(out_, head)};
  for (uint32_t first = 0; first < count; first += kMaxTextUnits) {
    UnitFunctions(first, std::min(first + kMaxTextUnits, count), kHidden);
    texts.push_back(std::exchange(out_, head));
  }
  return texts;
}

}  // namespace

std::string EmitC(const LoopProgram& program) { return Emitter(program).Run(); }

std::vector<std::string> EmitTexts(const LoopProgram& program) {
  return Emitter(program).RunTexts();
}

}  // namespace formulary::codegen
