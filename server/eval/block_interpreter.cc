#include "server/eval/block_interpreter.h"

#include <algorithm>
#include <cstring>

#include "server/expr/reference_value.h"
#include "server/runtime/isa.h"

namespace formulary::eval {
namespace {

using codegen::Instruction;
using codegen::InstructionKind;
using codegen::kBlockElements;
using codegen::LoopProgram;
using codegen::ValueId;
using expr::DType;

constexpr int64_t kBufferBytes = kBlockElements * 8;
// Uniform values are kept one cache line each, so that loops may read them as one element.
constexpr int64_t kUniformBytes = 64;

BlockLoopFinder FinderForCpu() {
  switch (fy_v1_isa_level()) {
    case 4:
      return &FindBlockLoopV4;
    case 3:
      return &FindBlockLoopV3;
    default:
      return &FindBlockLoopV2;
  }
}

// Routines work on whole vectors: the block is rounded up, into room that every buffer has.
int64_t Padded(int64_t n) {
  return (n + codegen::kLaneMultiple - 1) / codegen::kLaneMultiple * codegen::kLaneMultiple;
}

}  // namespace

BlockInterpreter::BlockInterpreter(const LoopProgram& program) : strict_(program.strict) {
  AssignOffsets(program);
  AddSteps(program, FinderForCpu());
  for (uint32_t k = 0; k < program.outputs.size(); ++k) {
    stores_.push_back({k, program.output_types[k], places_[program.outputs[k]]});
  }
  if (program.in_reach.has_value()) in_reach_ = places_[*program.in_reach];
  places_.clear();
  guards_.clear();
  own_workspace_bytes_ = workspace_bytes_;
  for (const LoopProgram& otherwise : program.otherwise) {
    otherwise_.emplace_back(otherwise);
    workspace_bytes_ += otherwise_.back().workspace_bytes();
  }
}

void BlockInterpreter::AddSteps(const LoopProgram& program, BlockLoopFinder find) {
  const auto size = static_cast<ValueId>(program.instructions.size());
  const ValueId leaves = program.units.empty() ? size : program.units.front().first;
  for (ValueId value = 0; value < leaves; ++value) AddStep(program, value, find);
  std::vector<bool> tested(program.guards.size(), false);
  for (const codegen::Unit& unit : program.units) {
    const bool guarded = unit.guard != codegen::kNoGuard;
    if (guarded) AddGuards(program, unit.guard, &tested);
    const size_t begin = steps_.size();
    for (ValueId value = unit.first; value < unit.last; ++value) AddStep(program, value, find);
    for (size_t i = begin; guarded && i < steps_.size(); ++i) steps_[i].guard = guards_[unit.guard];
  }
}

// Looks at a guard, and at those around it, where that has not been done.
void BlockInterpreter::AddGuards(const LoopProgram& program, uint32_t guard,
                                 std::vector<bool>* tested) {
  std::vector<uint32_t> missing;
  for (uint32_t g = guard; g != codegen::kNoGuard && !(*tested)[g]; g = program.guards[g].around)
    missing.push_back(g);
  for (size_t i = missing.size(); i-- > 0;) {
    const codegen::Guard& added = program.guards[missing[i]];
    Step step{.kind = Step::Kind::kGuard, .type = DType::kBool};
    step.result = {false, guards_[missing[i]]};
    step.operands[0] = places_[added.need];
    step.operand_count = 1;
    if (added.around != codegen::kNoGuard) step.guard = guards_[added.around];
    steps_.push_back(step);
    (*tested)[missing[i]] = true;
  }
}

// Uniform values first, then block buffers, each taken again once its last user has run.
void BlockInterpreter::AssignOffsets(const LoopProgram& program) {
  const size_t size = program.instructions.size();
  places_.resize(size);
  std::vector<ValueId> last_use(size, 0);
  for (ValueId i = 0; i < size; ++i) {
    last_use[i] = i;
    const Instruction& instruction = program.instructions[i];
    for (int k = 0; k < instruction.operand_count; ++k) last_use[instruction.operands[k]] = i;
  }
  for (const ValueId output : program.outputs) last_use[output] = static_cast<ValueId>(size);
  if (program.in_reach.has_value()) last_use[*program.in_reach] = static_cast<ValueId>(size);
  for (const codegen::Unit& unit : program.units) {
    if (unit.guard == codegen::kNoGuard) continue;
    ValueId& last = last_use[program.guards[unit.guard].need];
    last = std::max(last, unit.first);
  }
  int64_t uniform = 0;
  for (size_t g = 0; g < program.guards.size(); ++g) guards_.push_back(kUniformBytes * uniform++);
  for (ValueId i = 0; i < size; ++i) {
    if (program.instructions[i].varying) continue;
    places_[i] = {false, kUniformBytes * uniform++};
  }
  std::vector<std::vector<ValueId>> ending(size + 1);
  for (ValueId i = 0; i < size; ++i) {
    if (program.instructions[i].varying) ending[last_use[i]].push_back(i);
  }
  std::vector<int64_t> free;
  int64_t buffers = 0;
  for (ValueId i = 0; i < size; ++i) {
    if (program.instructions[i].varying) {
      int64_t buffer = buffers;
      if (free.empty()) {
        ++buffers;
      } else {
        buffer = free.back();
        free.pop_back();
      }
      places_[i] = {true, kUniformBytes * uniform + kBufferBytes * buffer};
    }
    for (const ValueId value : ending[i]) {
      free.push_back((places_[value].offset - kUniformBytes * uniform) / kBufferBytes);
    }
  }
  workspace_bytes_ = kUniformBytes * uniform + kBufferBytes * buffers;
}

void BlockInterpreter::AddStep(const LoopProgram& program, ValueId value, BlockLoopFinder find) {
  const Instruction& instruction = program.instructions[value];
  Step step{.type = instruction.type, .result = places_[value]};
  step.operand_count = instruction.operand_count;
  for (int k = 0; k < instruction.operand_count; ++k)
    step.operands[k] = places_[instruction.operands[k]];
  switch (instruction.kind) {
    case InstructionKind::kConstant:
      constants_.push_back({instruction.bits, instruction.type, places_[value].offset});
      return;
    case InstructionKind::kUniform:
      slots_.push_back({instruction.index, instruction.type, places_[value].offset});
      return;
    case InstructionKind::kInput:
      step.kind = Step::Kind::kLoad;
      step.input = instruction.index;
      steps_.push_back(step);
      return;
    case InstructionKind::kCall:
    case InstructionKind::kArrayCall:
      step.row = &Row(instruction.function);
      step.reference = TakesReference(program, instruction);
      step.kind = instruction.varying ? Step::Kind::kCall : Step::Kind::kUniformCall;
      break;
    case InstructionKind::kOperation: {
      const bool select = instruction.opcode == expr::Opcode::kSelect;
      const DType operand =
          select ? instruction.type : program.instructions[instruction.operands[0]].type;
      unsigned uniform = 0;
      for (int k = 0; k < instruction.operand_count; ++k) {
        if (instruction.varying && !step.operands[k].varying) uniform |= 1u << k;
      }
      step.kind = instruction.varying ? Step::Kind::kLoop : Step::Kind::kUniformLoop;
      step.loop = find(instruction.opcode, operand, instruction.type, uniform);
      break;
    }
  }
  (instruction.varying ? steps_ : prologue_).push_back(step);
}

namespace {

template <typename T>
T* Array(unsigned char* workspace, int64_t offset) {
  return reinterpret_cast<T*>(workspace + offset);
}

}  // namespace

template <typename T>
void BlockInterpreter::CallUniform(const Step& step, const runtime::Forms<T>& routine,
                                   unsigned char* w) const {
  T operands[expr::kMaxRowOperands];
  for (int k = 0; k < step.operand_count; ++k)
    std::memcpy(&operands[k], w + step.operands[k].offset, sizeof(T));
  const T value =
      step.reference ? expr::ReferenceValue(*step.row, operands) : routine.value(operands);
  std::memcpy(w + step.result.offset, &value, sizeof value);
}

template <typename T>
void BlockInterpreter::CallBlock(const Step& step, const runtime::Forms<T>& routine, int64_t n,
                                 unsigned char* w) const {
  const T* operands[expr::kMaxRowOperands];
  long strides[expr::kMaxRowOperands];
  for (int k = 0; k < step.operand_count; ++k) {
    operands[k] = Array<T>(w, step.operands[k].offset);
    strides[k] = step.operands[k].varying ? 1 : 0;
  }
  T* const result = Array<T>(w, step.result.offset);
  if (!step.reference) return routine.array(result, operands, strides, Padded(n));
  for (int64_t i = 0; i < Padded(n); ++i) {
    T x[expr::kMaxRowOperands];
    for (int k = 0; k < step.operand_count; ++k) x[k] = operands[k][i * strides[k]];
    // The padding repeats the last element.
    result[i] = i < n ? expr::ReferenceValue(*step.row, x) : result[n - 1];
  }
}

void BlockInterpreter::RunPrologue(const codegen::fy_v1_args& args) const {
  unsigned char* w = args.workspace;
  for (const Constant& constant : constants_) std::memcpy(w + constant.offset, &constant.bits, 8);
  for (const Slot& slot : slots_) {
    std::memcpy(w + slot.offset, args.uniforms + 8 * size_t{slot.index}, 8);
    if (slot.type == DType::kBool) w[slot.offset] = w[slot.offset] != 0 ? 1 : 0;
  }
  for (const Step& step : prologue_) {
    if (step.kind == Step::Kind::kUniformLoop) {
      step.loop(w + step.result.offset, w + step.operands[0].offset, w + step.operands[1].offset,
                w + step.operands[2].offset, 1);
    } else {
      if (step.type == DType::kFloat32) {
        CallUniform(step, step.row->routine->single(strict_), w);
      } else {
        CallUniform(step, step.row->routine->wide(strict_), w);
      }
    }
  }
}

void BlockInterpreter::Load(const Step& step, int64_t at, int64_t n,
                            const codegen::fy_v1_args& args) const {
  unsigned char* result = args.workspace + step.result.offset;
  const size_t size = ByteSize(step.type);
  const auto* input = static_cast<const unsigned char*>(args.inputs[step.input]);
  std::memcpy(result, input + static_cast<size_t>(at) * size, static_cast<size_t>(n) * size);
  for (int64_t i = 0; step.type == DType::kBool && i < n; ++i) result[i] = result[i] != 0 ? 1 : 0;
  // The rest of the last vector repeats the last element: no routine meets stale numbers.
  const int64_t padded = Padded(n);
  for (int64_t i = n; i < padded; ++i) {
    std::memcpy(result + static_cast<size_t>(i) * size, result + static_cast<size_t>(n - 1) * size,
                size);
  }
}

void BlockInterpreter::RunSteps(int64_t at, int64_t n, const codegen::fy_v1_args& args) const {
  unsigned char* w = args.workspace;
  for (const Step& step : steps_) {
    const bool let_in = step.guard == kUnguarded || w[step.guard] != 0;
    unsigned char* result = w + step.result.offset;
    if (step.kind == Step::Kind::kGuard) {
      const auto* need = w + step.operands[0].offset;
      const int64_t count = step.operands[0].varying ? n : 1;
      *result = let_in && std::memchr(need, 1, static_cast<size_t>(count)) != nullptr ? 1 : 0;
      continue;
    }
    if (!let_in) continue;
    switch (step.kind) {
      case Step::Kind::kLoad:
        Load(step, at, n, args);
        break;
      case Step::Kind::kLoop:
        step.loop(result, w + step.operands[0].offset, w + step.operands[1].offset,
                  w + step.operands[2].offset, Padded(n));
        break;
      default:
        if (step.type == DType::kFloat32) {
          CallBlock(step, step.row->routine->single(strict_), n, w);
        } else {
          CallBlock(step, step.row->routine->wide(strict_), n, w);
        }
        break;
    }
  }
}

void BlockInterpreter::StoreBlock(int64_t at, int64_t n, const codegen::fy_v1_args& args) const {
  const unsigned char* w = args.workspace;
  for (const Store& store : stores_) {
    auto* output = static_cast<unsigned char*>(args.outputs[store.output]);
    const size_t size = ByteSize(store.type);
    unsigned char* target = output + static_cast<size_t>(at) * size;
    if (store.value.varying) {
      std::memcpy(target, w + store.value.offset, static_cast<size_t>(n) * size);
      continue;
    }
    for (int64_t i = 0; i < n; ++i) {
      std::memcpy(target + static_cast<size_t>(i) * size, w + store.value.offset, size);
    }
  }
}

codegen::fy_v1_args BlockInterpreter::Behind(const codegen::fy_v1_args& args) const {
  return {args.inputs, args.outputs, args.uniforms, args.workspace + own_workspace_bytes_};
}

void BlockInterpreter::RunBlock(int64_t at, int64_t n, const codegen::fy_v1_args& args) const {
  RunSteps(at, n, args);
  const unsigned char* near = in_reach_.has_value() ? args.workspace + in_reach_->offset : nullptr;
  if (near != nullptr && std::memchr(near, 0, static_cast<size_t>(n)) != nullptr)
    return otherwise_[0].RunBlock(at, n, Behind(args));
  StoreBlock(at, n, args);
}

void BlockInterpreter::Run(int64_t n, const codegen::fy_v1_args& args) const {
  RunPrologue(args);
  if (!otherwise_.empty()) otherwise_[0].RunPrologue(Behind(args));
  for (int64_t at = 0; at < n; at += kBlockElements)
    RunBlock(at, std::min(kBlockElements, n - at), args);
}

}  // namespace formulary::eval
