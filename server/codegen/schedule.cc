#include "server/codegen/schedule.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "server/codegen/chains.h"
#include "server/codegen/guards.h"

namespace formulary::codegen {
namespace {

bool IsLeaf(const Instruction& instruction) {
  return instruction.kind == InstructionKind::kInput ||
         instruction.kind == InstructionKind::kUniform ||
         instruction.kind == InstructionKind::kConstant;
}

bool IsArrayCall(const Instruction& instruction) {
  return instruction.kind == InstructionKind::kArrayCall && instruction.varying;
}

// Where an instruction runs: leaves 0, prologue 1, then loop 0, calls 0, loop 1, calls 1, ... as 2,
// 3, 4, 5.
class Scheduler {
 public:
  explicit Scheduler(LoopProgram* program) : program_(*program) {}

  void Run() {
    if (program_.in_reach.has_value()) program_.outputs.push_back(*program_.in_reach);
    guards_ = FindGuards(&program_);
    DropUnused();
    SetPhases();
    DivideLongChains(program_, used_, &phases_);
    Reorder();
    MakeUnits();
    ChooseStoringUnits();
    if (!program_.single_loop()) {
      AssignPlaces();
      ChooseBlock();
    }
    SetLaneMultiple();
    if (program_.in_reach.has_value()) TakeReach();
  }

 private:
  void DropUnused();
  uint32_t PhaseAfter(ValueId value, uint32_t guard) const;
  void SetPhases();
  void Reorder();
  void MakeUnits();
  void AddUnits(UnitKind kind, uint32_t first, uint32_t last);
  void ChooseStoringUnits();
  void AssignPlaces();
  void ChooseBlock();
  void SetLaneMultiple();
  void TakeReach();

  LoopProgram& program_;
  std::vector<bool> used_;
  std::vector<uint32_t> phases_;
  std::vector<uint32_t> guards_;
};

void Scheduler::DropUnused() {
  used_.assign(program_.instructions.size(), false);
  for (const ValueId output : program_.outputs) used_[output] = true;
  for (const Guard& guard : program_.guards) used_[guard.need] = true;
  for (size_t i = program_.instructions.size(); i-- > 0;) {
    if (!used_[i]) continue;
    const Instruction& instruction = program_.instructions[i];
    for (int k = 0; k < instruction.operand_count; ++k) used_[instruction.operands[k]] = true;
  }
}

// The first phase in which an instruction under a guard may read a value.
uint32_t Scheduler::PhaseAfter(ValueId value, uint32_t guard) const {
  const Instruction& instruction = program_.instructions[value];
  const bool elsewhere =
      IsArrayCall(instruction) || (phases_[value] > 1 && guards_[value] != guard);
  return phases_[value] + (elsewhere ? 1 : 0);
}

void Scheduler::SetPhases() {
  phases_.assign(program_.instructions.size(), 0);
  for (size_t i = 0; i < program_.instructions.size(); ++i) {
    const Instruction& instruction = program_.instructions[i];
    if (IsLeaf(instruction)) continue;
    if (!instruction.varying) {
      phases_[i] = 1;
      continue;
    }
    uint32_t phase = 2;
    for (int k = 0; k < instruction.operand_count; ++k) {
      phase = std::max(phase, PhaseAfter(instruction.operands[k], guards_[i]));
    }
    // A guard is looked at between units.
    if (guards_[i] != kNoGuard)
      phase = std::max(phase, phases_[program_.guards[guards_[i]].need] + 1);
    // Calls run in odd phases, loops in even ones.
    const bool odd = phase % 2 == 1;
    phases_[i] = phase + (IsArrayCall(instruction) == odd ? 0 : 1);
  }
}

void Scheduler::Reorder() {
  std::vector<ValueId> order;
  for (ValueId i = 0; i < program_.instructions.size(); ++i) {
    if (used_[i]) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(), [this](ValueId a, ValueId b) {
    return std::tie(phases_[a], guards_[a]) < std::tie(phases_[b], guards_[b]);
  });
  std::vector<ValueId> renamed(program_.instructions.size(), 0);
  std::vector<Instruction> instructions;
  std::vector<uint32_t> phases, guards;
  instructions.reserve(order.size());
  for (const ValueId old : order) {
    renamed[old] = static_cast<ValueId>(instructions.size());
    Instruction instruction = program_.instructions[old];
    for (int k = 0; k < instruction.operand_count; ++k) {
      instruction.operands[k] = renamed[instruction.operands[k]];
    }
    instructions.push_back(instruction);
    phases.push_back(phases_[old]);
    guards.push_back(guards_[old]);
  }
  for (ValueId& output : program_.outputs) output = renamed[output];
  for (Guard& guard : program_.guards) guard.need = renamed[guard.need];
  program_.instructions = std::move(instructions);
  phases_ = std::move(phases);
  guards_ = std::move(guards);
}

void Scheduler::AddUnits(UnitKind kind, uint32_t first, uint32_t last) {
  for (uint32_t at = first; at < last; at += kMaxUnitInstructions) {
    program_.units.push_back({kind, at, std::min(at + kMaxUnitInstructions, last), guards_[first]});
  }
}

void Scheduler::MakeUnits() {
  const auto size = static_cast<uint32_t>(program_.instructions.size());
  uint32_t first = 0;
  while (first < size && phases_[first] == 0) ++first;
  while (first < size) {
    uint32_t last = first;
    while (last < size && phases_[last] == phases_[first] && guards_[last] == guards_[first])
      ++last;
    const uint32_t phase = phases_[first];
    AddUnits(phase == 1       ? UnitKind::kPrologue
             : phase % 2 == 0 ? UnitKind::kLoop
                              : UnitKind::kArrayCall,
             first, last);
    first = last;
  }
  // Outputs that no loop makes (an argument, a constant, the result of an array call) are written
  // by one.
  bool needs_loop = program_.units.empty() || program_.units.back().kind != UnitKind::kLoop ||
                    program_.units.back().guard != kNoGuard;
  if (needs_loop) {
    needs_loop = false;
    for (const ValueId output : program_.outputs) {
      needs_loop = needs_loop || IsLeaf(program_.instructions[output]) ||
                   !program_.instructions[output].varying ||
                   IsArrayCall(program_.instructions[output]);
    }
  }
  if (needs_loop) program_.units.push_back({UnitKind::kLoop, size, size});
}

void Scheduler::ChooseStoringUnits() {
  std::vector<uint32_t> made_in(program_.instructions.size(), kNoPlace);
  uint32_t last_loop = 0;
  for (uint32_t u = 0; u < program_.units.size(); ++u) {
    if (program_.units[u].kind != UnitKind::kLoop) continue;
    if (program_.units[u].guard == kNoGuard) last_loop = u;
    for (uint32_t i = program_.units[u].first; i < program_.units[u].last; ++i) made_in[i] = u;
  }
  for (const ValueId output : program_.outputs) {
    program_.storing_units.push_back(made_in[output] == kNoPlace ? last_loop : made_in[output]);
  }
}

void Scheduler::AssignPlaces() {
  constexpr uint32_t kNowhere = ~0u;
  const size_t size = program_.instructions.size();
  program_.places.assign(size, kNoPlace);
  std::vector<uint32_t> made_in(size, kNowhere), last_use(size, 0);
  for (uint32_t u = 0; u < program_.units.size(); ++u) {
    for (uint32_t i = program_.units[u].first; i < program_.units[u].last; ++i) made_in[i] = u;
  }
  std::vector<bool> crosses(size, false);
  const auto note_use = [&](ValueId value, uint32_t unit) {
    if (made_in[value] == kNowhere) return;
    last_use[value] = std::max(last_use[value], unit);
    if (made_in[value] != unit || IsArrayCall(program_.instructions[value])) crosses[value] = true;
  };
  for (uint32_t u = 0; u < program_.units.size(); ++u) {
    const Unit& unit = program_.units[u];
    if (unit.guard != kNoGuard) note_use(program_.guards[unit.guard].need, u);
    for (uint32_t i = unit.first; i < unit.last; ++i) {
      const Instruction& instruction = program_.instructions[i];
      for (int k = 0; k < instruction.operand_count; ++k) note_use(instruction.operands[k], u);
      if (IsArrayCall(instruction)) crosses[i] = true;
    }
  }
  for (size_t k = 0; k < program_.outputs.size(); ++k)
    note_use(program_.outputs[k], program_.storing_units[k]);
  // Uniform values keep their slots; block buffers are used again once their last user has run.
  std::vector<std::vector<ValueId>> ending(program_.units.size());
  for (ValueId i = 0; i < size; ++i) {
    if (crosses[i] && program_.instructions[i].varying)
      ending[std::max(last_use[i], made_in[i])].push_back(i);
  }
  std::vector<uint32_t> free;
  for (uint32_t u = 0; u < program_.units.size(); ++u) {
    for (uint32_t i = program_.units[u].first; i < program_.units[u].last; ++i) {
      if (!crosses[i]) continue;
      if (!program_.instructions[i].varying) {
        program_.places[i] = program_.uniform_places++;
      } else if (!free.empty()) {
        program_.places[i] = free.back();
        free.pop_back();
      } else {
        program_.places[i] = program_.block_buffers++;
      }
    }
    for (const ValueId value : ending[u]) free.push_back(program_.places[value]);
  }
}

// Loops alone run over blocks whose buffers, inputs and outputs leave half of the first cache to
// what comes next. Array calls have set-up, and guards that look at a block: those take whole ones.
void Scheduler::ChooseBlock() {
  constexpr int64_t kCacheBytes = 24 * 1024, kLeast = 256;
  const bool loops_alone = std::all_of(
      program_.units.begin(), program_.units.end(),
      [](const Unit& unit) { return unit.kind != UnitKind::kArrayCall && unit.guard == kNoGuard; });
  if (!loops_alone) return;
  const auto arrays = static_cast<int64_t>(program_.block_buffers + program_.input_types.size() +
                                           program_.outputs.size());
  int64_t& block = program_.block_elements;
  while (block > kLeast && arrays * block * 8 > kCacheBytes) block /= 2;
}

void Scheduler::SetLaneMultiple() {
  const auto is_bool = [](DType type) { return type == DType::kBool; };
  const bool bytes =
      std::any_of(program_.input_types.begin(), program_.input_types.end(), is_bool) ||
      std::any_of(program_.output_types.begin(), program_.output_types.end(), is_bool);
  program_.lane_multiple = bytes ? kByteLaneMultiple : kLaneMultiple;
}

// Until here the last output.
void Scheduler::TakeReach() {
  program_.in_reach = program_.outputs.back();
  program_.reach_unit = program_.storing_units.back();
  program_.outputs.pop_back();
  program_.storing_units.pop_back();
}

}  // namespace

void Schedule(LoopProgram* program) { Scheduler(program).Run(); }

}  // namespace formulary::codegen
