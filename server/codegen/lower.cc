#include "server/codegen/lower.h"

#include <algorithm>
#include <bit>

#include "absl/hash/hash.h"
#include "server/codegen/lowerer.h"
#include "server/codegen/schedule.h"
#include "server/expr/infer.h"

namespace formulary::codegen {
namespace {

using expr::NodeId;
using expr::NodeKind;
using expr::Opcode;
namespace fn = expr::fn;

// Literals that stay in the program text: they say what is computed (1 - x, 2*x, x/2) rather than
// with what.
bool StaysInText(uint64_t bits, DType type) {
  double value = 0;
  switch (type) {
    case DType::kBool:
      return true;
    case DType::kInt64:
      value = static_cast<double>(static_cast<int64_t>(bits));
      break;
    case DType::kFloat32:
      value = std::bit_cast<float>(static_cast<uint32_t>(bits));
      break;
    default:
      value = std::bit_cast<double>(bits);
      break;
  }
  return value == 0 || value == 1 || value == -1 || value == 2 || value == -2 || value == 0.5;
}

}  // namespace

size_t Lowerer::InstructionHash::operator()(const Instruction& i) const {
  return absl::HashOf(i.kind, i.type, i.opcode, i.function.value, i.index, i.bits, i.operand_count,
                      i.operands[0], i.operands[1], i.operands[2], i.operands[3], i.operands[4]);
}

Lowerer::Lowerer(const expr::Program& program, const LowerOptions& options,
                 WholePowers whole_powers)
    : program_(program),
      graph_(program.graph),
      options_(options),
      constants_(program),
      strict_(program.numerics == expr::Numerics::kStrict),
      fuse_(!strict_ && options.has_fma),
      default_float_(expr::DefaultFloat(options.argument_types)),
      types_(expr::InferTypes(graph_, options.argument_types)),
      needed_(graph_.Reachable(program.roots())),
      uses_(graph_.size(), 0),
      user_(graph_.size()),
      values_(graph_.size(), 0),
      whole_powers_(whole_powers) {
  out_.strict = strict_ || program.accurate;
  out_.accurate = program.accurate;
  for (uint32_t i = 0; i < program.arguments.size(); ++i) {
    const DType type = options.argument_types[i];
    if (options.uniform[i]) {
      argument_index_.push_back(static_cast<uint32_t>(out_.uniform_types.size()));
      out_.uniform_types.push_back(type);
      out_.uniform_arguments.push_back(i);
    } else {
      argument_index_.push_back(static_cast<uint32_t>(out_.input_types.size()));
      out_.input_types.push_back(type);
      out_.input_arguments.push_back(i);
    }
  }
}

ValueId Lowerer::Emit(Instruction instruction) {
  instruction.varying = instruction.kind == InstructionKind::kInput;
  for (int k = 0; k < instruction.operand_count; ++k) {
    instruction.varying = instruction.varying || at(instruction.operands[k]).varying;
  }
  const auto [found, inserted] =
      index_.emplace(instruction, static_cast<ValueId>(out_.instructions.size()));
  if (inserted) out_.instructions.push_back(instruction);
  return found->second;
}

ValueId Lowerer::Operation(Opcode opcode, DType type, std::initializer_list<ValueId> operands) {
  Instruction instruction{.kind = InstructionKind::kOperation, .type = type, .opcode = opcode};
  for (const ValueId operand : operands)
    instruction.operands[instruction.operand_count++] = operand;
  return Emit(instruction);
}

ValueId Lowerer::Literal(uint64_t bits, DType type) {
  if (StaysInText(bits, type)) {
    return Emit({.kind = InstructionKind::kConstant, .type = type, .bits = bits});
  }
  // Equal literals of one type share a slot.
  const size_t first = out_.uniform_arguments.size();
  for (size_t i = 0; i < out_.literals.size() && i < 256; ++i) {
    if (out_.literals[i] == bits && out_.uniform_types[first + i] == type) {
      return Emit({.kind = InstructionKind::kUniform,
                   .type = type,
                   .index = static_cast<uint32_t>(first + i)});
    }
  }
  const auto slot = static_cast<uint32_t>(first + out_.literals.size());
  out_.literals.push_back(bits);
  out_.uniform_types.push_back(type);
  return Emit({.kind = InstructionKind::kUniform, .type = type, .index = slot});
}

ValueId Lowerer::Converted(ValueId value, DType type) {
  if (at(value).type == type) return value;
  return Operation(Opcode::kConvert, type, {value});
}

ValueId Lowerer::Use(NodeId id, DType type) {
  if (constants_.IsConstant(id)) return Literal(constants_.Bits(id, type), type);
  return Converted(values_[id.value], type);
}

void Lowerer::NoteUses() {
  for (uint32_t i = 0; i < graph_.size(); ++i) {
    if (!needed_[i]) continue;
    for (const NodeId operand : graph_.operands(NodeId{i})) {
      ++uses_[operand.value];
      user_[operand.value] = NodeId{i};
    }
  }
  for (const NodeId root : program_.roots()) uses_[root.value] += 2;
}

// The type operands are brought to: the result's, or for comparisons the one they promote to.
DType Lowerer::MeetingType(NodeId id) const {
  const expr::FunctionRow& row = Row(graph_[id].function);
  if (row.typing != expr::Typing::kCompare) {
    const DType own = types_[id.value];
    return own == DType::kUnspecified ? default_float_ : own;
  }
  DType meeting = DType::kUnspecified;
  for (const NodeId operand : graph_.operands(id)) {
    const DType type = types_[operand.value];
    if (meeting == DType::kUnspecified || type == DType::kFloat64) meeting = type;
    if (meeting == DType::kInt64 && type == DType::kFloat32) meeting = type;
  }
  return meeting == DType::kUnspecified ? default_float_ : meeting;
}

ValueId Lowerer::LowerPiecewise(NodeId id, DType type) {
  const absl::Span<const NodeId> operands = graph_.operands(id);
  ValueId result = Use(operands.back(), type);
  for (size_t i = operands.size() - 1; i >= 2; i -= 2) {
    const ValueId condition = Use(operands[i - 1], DType::kBool);
    result = Operation(Opcode::kSelect, type, {condition, Use(operands[i - 2], type), result});
  }
  return result;
}

ValueId Lowerer::LowerRoutine(NodeId id, DType type) {
  const expr::FunctionRow& row = Row(graph_[id].function);
  Instruction call{.kind = row.lowering == expr::Lowering::kArrayCall ? InstructionKind::kArrayCall
                                                                      : InstructionKind::kCall,
                   .type = type,
                   .function = graph_[id].function};
  for (const NodeId operand : graph_.operands(id)) {
    ValueId value = Use(operand, type);
    // An array routine wants its operands aligned in a buffer; inputs lie as they came.
    if (call.kind == InstructionKind::kArrayCall && at(value).kind == InstructionKind::kInput) {
      value = Operation(Opcode::kConvert, type, {value});
    }
    call.operands[call.operand_count++] = value;
  }
  return Emit(call);
}

ValueId Lowerer::LowerOperator(NodeId id, DType type) {
  const expr::FunctionRow& row = Row(graph_[id].function);
  const absl::Span<const NodeId> operands = graph_.operands(id);
  if (row.opcode == Opcode::kConvert) {
    const DType own = types_[operands[0].value];
    return Converted(Use(operands[0], own == DType::kUnspecified ? default_float_ : own), type);
  }
  const DType meeting = MeetingType(id);
  if (operands.size() == 1) {
    const ValueId only = Use(operands[0], meeting);
    return row.max_arity == expr::kVariadic ? only : Operation(row.opcode, type, {only});
  }
  if (row.opcode == Opcode::kFma) {
    return Operation(row.opcode, type,
                     {Use(operands[0], type), Use(operands[1], type), Use(operands[2], type)});
  }
  const size_t first = row.swapped ? 1 : 0;
  ValueId folded = Operation(row.opcode, type,
                             {Use(operands[first], meeting), Use(operands[1 - first], meeting)});
  for (size_t i = 2; i < operands.size(); ++i) {
    folded = Operation(row.opcode, type, {folded, Use(operands[i], meeting)});
  }
  return folded;
}

ValueId Lowerer::LowerCall(NodeId id, DType type) {
  const expr::FunctionId function = graph_[id].function;
  const expr::FunctionRow& row = Row(function);
  if (function == fn::kBarrier) return Use(graph_.operands(id)[0], type);
  if (function == fn::kPiecewise) return LowerPiecewise(id, type);
  if (function == fn::kPow) return LowerPower(id, type);
  if (!strict_ && function == fn::kAdd) return LowerSum(id, type);
  if (!strict_ && function == fn::kMul) return LowerProduct(id, type);
  const bool routine =
      row.lowering == expr::Lowering::kVectorCall || row.lowering == expr::Lowering::kArrayCall;
  if (routine && type != DType::kInt64) return LowerRoutine(id, type);
  return LowerOperator(id, type);
}

void Lowerer::LowerNode(NodeId id) {
  const expr::Node& node = graph_[id];
  if (constants_.IsConstant(id)) return;
  if (node.kind == NodeKind::kArgument) {
    values_[id.value] = Emit({.kind = options_.uniform[node.payload] ? InstructionKind::kUniform
                                                                     : InstructionKind::kInput,
                              .type = options_.argument_types[node.payload],
                              .index = argument_index_[node.payload]});
    return;
  }
  // A product that only one sum uses is lowered there, where it may be fused.
  const bool in_sum = !strict_ && node.function == fn::kMul && uses_[id.value] == 1 &&
                      graph_.IsCall(user_[id.value], fn::kAdd);
  if (in_sum) return;
  const DType type = types_[id.value] == DType::kUnspecified ? default_float_ : types_[id.value];
  values_[id.value] = LowerCall(id, type);
}

LoopProgram Lowerer::Run() {
  NoteUses();
  if (!strict_) NotePowers();
  if (out_.strict) NoteUnconditional();
  for (uint32_t i = 0; i < graph_.size(); ++i) {
    if (needed_[i]) LowerNode(NodeId{i});
  }
  for (const expr::Output& output : program_.outputs) {
    DType type = types_[output.node.value];
    if (type == DType::kUnspecified) type = default_float_;
    ValueId value = Use(output.node, type);
    if (options_.output_dtype != DType::kUnspecified)
      value = Converted(value, options_.output_dtype);
    out_.outputs.push_back(value);
    out_.output_types.push_back(at(value).type);
  }
  if (!reaches_.empty()) TestReach();
  Schedule(&out_);
  return std::move(out_);
}

LoopProgram Lowerer::RunBehind(LoopProgram* other) {
  out_.literals = other->literals;
  out_.uniform_types = other->uniform_types;
  LoopProgram program = Run();
  other->literals = program.literals;
  other->uniform_types = program.uniform_types;
  return program;
}

LoopProgram Lower(const expr::Program& program, const LowerOptions& options) {
  Lowerer routines(program, options, WholePowers::kRoutine);
  if (program.graph.size() > kMaxTwofoldInstructions) return routines.Run();
  LoopProgram lowered = Lowerer(program, options, WholePowers::kProducts).Run();
  if (!lowered.in_reach.has_value()) return lowered;
  if (lowered.instructions.size() > kMaxTwofoldInstructions) return routines.Run();
  lowered.otherwise.push_back(routines.RunBehind(&lowered));
  return lowered;
}

}  // namespace formulary::codegen
