#include "server/eval/block_interpreter.h"

#include <algorithm>
#include <cstring>

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
  const BlockLoopFinder find = FinderForCpu();
  for (ValueId value = 0; value < program.instructions.size(); ++value)
    AddStep(program, value, find);
  for (uint32_t k = 0; k < program.outputs.size(); ++k) {
    stores_.push_back({k, program.output_types[k], places_[program.outputs[k]]});
  }
  places_.clear();
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
  int64_t uniform = 0;
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
      step.routine = &Row(instruction.function).routine;
      if (instruction.varying) {
        step.kind = instruction.operand_count == 1 ? Step::Kind::kCall1 : Step::Kind::kCall2;
      } else {
        step.kind =
            instruction.operand_count == 1 ? Step::Kind::kUniformCall1 : Step::Kind::kUniformCall2;
      }
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

void BlockInterpreter::CallUniform(const Step& step, unsigned char* w) const {
  const expr::Routine& routine = *step.routine;
  unsigned char* result = w + step.result.offset;
  if (step.type == DType::kFloat32) {
    float a, b = 0;
    std::memcpy(&a, w + step.operands[0].offset, sizeof a);
    std::memcpy(&b, w + step.operands[1].offset, sizeof b);
    const float value = step.kind == Step::Kind::kUniformCall1
                            ? (strict_ ? routine.strict1f : routine.scalar1f)(a)
                            : (strict_ ? routine.strict2f : routine.scalar2f)(a, b);
    std::memcpy(result, &value, sizeof value);
    return;
  }
  double a, b = 0;
  std::memcpy(&a, w + step.operands[0].offset, sizeof a);
  std::memcpy(&b, w + step.operands[1].offset, sizeof b);
  const double value = step.kind == Step::Kind::kUniformCall1
                           ? (strict_ ? routine.strict1 : routine.scalar1)(a)
                           : (strict_ ? routine.strict2 : routine.scalar2)(a, b);
  std::memcpy(result, &value, sizeof value);
}

template <typename T>
T* Array(unsigned char* workspace, int64_t offset) {
  return reinterpret_cast<T*>(workspace + offset);
}

void BlockInterpreter::CallBlock(const Step& step, int64_t n, unsigned char* w) const {
  const expr::Routine& routine = *step.routine;
  const long padded = Padded(n);
  const int64_t y = step.result.offset, a = step.operands[0].offset, b = step.operands[1].offset;
  const long a_stride = step.operands[0].varying ? 1 : 0,
             b_stride = step.operands[1].varying ? 1 : 0;
  const bool single = step.type == DType::kFloat32;
  if (step.kind == Step::Kind::kCall1) {
    if (single) {
      (strict_ ? routine.strict_array1f : routine.array1f)(Array<float>(w, y), Array<float>(w, a),
                                                           padded);
    } else {
      (strict_ ? routine.strict_array1 : routine.array1)(Array<double>(w, y), Array<double>(w, a),
                                                         padded);
    }
  } else if (single) {
    (strict_ ? routine.strict_array2f : routine.array2f)(
        Array<float>(w, y), Array<float>(w, a), a_stride, Array<float>(w, b), b_stride, padded);
  } else {
    (strict_ ? routine.strict_array2 : routine.array2)(
        Array<double>(w, y), Array<double>(w, a), a_stride, Array<double>(w, b), b_stride, padded);
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
      CallUniform(step, w);
    }
  }
}

void BlockInterpreter::RunBlock(int64_t at, int64_t n, const codegen::fy_v1_args& args) const {
  unsigned char* w = args.workspace;
  for (const Step& step : steps_) {
    unsigned char* result = w + step.result.offset;
    const size_t size = ByteSize(step.type);
    switch (step.kind) {
      case Step::Kind::kLoad: {
        const auto* input = static_cast<const unsigned char*>(args.inputs[step.input]);
        std::memcpy(result, input + static_cast<size_t>(at) * size, static_cast<size_t>(n) * size);
        for (int64_t i = 0; step.type == DType::kBool && i < n; ++i)
          result[i] = result[i] != 0 ? 1 : 0;
        // The rest of the last vector repeats the last element: no routine meets stale numbers.
        const int64_t padded = Padded(n);
        for (int64_t i = n; i < padded; ++i) {
          std::memcpy(result + static_cast<size_t>(i) * size,
                      result + static_cast<size_t>(n - 1) * size, size);
        }
        break;
      }
      case Step::Kind::kLoop:
        step.loop(result, w + step.operands[0].offset, w + step.operands[1].offset,
                  w + step.operands[2].offset, Padded(n));
        break;
      default:
        CallBlock(step, n, w);
        break;
    }
  }
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

void BlockInterpreter::Run(int64_t n, const codegen::fy_v1_args& args) const {
  RunPrologue(args);
  for (int64_t at = 0; at < n; at += kBlockElements)
    RunBlock(at, std::min(kBlockElements, n - at), args);
}

}  // namespace formulary::eval
