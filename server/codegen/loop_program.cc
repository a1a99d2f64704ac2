#include "server/codegen/loop_program.h"

#include <algorithm>

#include "server/base/strings.h"
#include "server/expr/reference_value.h"

namespace formulary::codegen {

bool LoopProgram::single_loop() const {
  if (in_reach.has_value()) return false;
  uint32_t loops = 0, prologues = 0;
  for (const Unit& unit : units) {
    if (unit.kind == UnitKind::kArrayCall) return false;
    ++(unit.kind == UnitKind::kLoop ? loops : prologues);
  }
  return loops <= 1 && prologues <= 1;
}

int64_t UniformPlaceBytes(const LoopProgram& program) {
  return (int64_t{program.uniform_places} * 8 + 63) / 64 * 64;
}

int64_t LoopProgram::own_workspace_bytes() const {
  return UniformPlaceBytes(*this) + int64_t{block_buffers} * block_elements * 8;
}

int64_t LoopProgram::workspace_bytes() const {
  return own_workspace_bytes() + (otherwise.empty() ? 0 : otherwise[0].workspace_bytes());
}

bool TakesReference(const LoopProgram& program, const Instruction& instruction) {
  const bool call =
      instruction.kind == InstructionKind::kCall || instruction.kind == InstructionKind::kArrayCall;
  return program.accurate && call &&
         expr::NeedsReference(Row(instruction.function), instruction.type);
}

bool TakesReferences(const LoopProgram& program) {
  return std::any_of(
      program.instructions.begin(), program.instructions.end(),
      [&program](const Instruction& instruction) { return TakesReference(program, instruction); });
}

std::string RoutineName(const LoopProgram& program, const Instruction& instruction) {
  const auto& routine = *Row(instruction.function).routine;
  const bool single = instruction.type == DType::kFloat32;
  const bool array = instruction.kind == InstructionKind::kArrayCall && instruction.varying;
  const std::string_view suffix = array ? (single ? "_f32" : "_f64") : (single ? "f" : "");
  return base::StrCat("fy_v1_", program.strict && routine.strict_twin ? "strict_" : "",
                      routine.name, suffix);
}

}  // namespace formulary::codegen
