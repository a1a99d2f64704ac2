#ifndef FORMULARY_SERVER_CODEGEN_EMITTER_H_
#define FORMULARY_SERVER_CODEGEN_EMITTER_H_

// The machinery behind EmitC, shared by emit_c.cc (kernels and their blocks) and emit_units.cc (the
// functions that run together for a block). Nobody else includes this.

#include <string>
#include <string_view>
#include <vector>

#include "server/base/strings.h"
#include "server/codegen/emit_expression.h"
#include "server/codegen/loop_program.h"

namespace formulary::codegen {

// A function over all elements: its linkage and name, and what the names of its units' functions
// begin with.
struct Whole {
  std::string_view linkage, name, units;
};

// One thread at a time; used once.
class Emitter {
 public:
  Emitter(const LoopProgram& program, const Whole& whole)
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
    return base::StrCat("const ", CType(at(value), widths_[value]), " ", Name(value), " = ", right,
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

}  // namespace formulary::codegen

#endif  // FORMULARY_SERVER_CODEGEN_EMITTER_H_
