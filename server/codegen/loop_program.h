#ifndef FORMULARY_SERVER_CODEGEN_LOOP_PROGRAM_H_
#define FORMULARY_SERVER_CODEGEN_LOOP_PROGRAM_H_

// The lowered form of a program, for given argument types and a given set of uniform arguments: a
// list of typed machine operations in SSA form, each either uniform (computed once per call, in the
// prologue) or varying (computed for every element), divided into units. emit_c prints it as C; the
// block interpreter executes it: both do the same operations in the same order, so they agree bit
// for bit.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "server/codegen/abi.h"
#include "server/expr/catalogue.h"
#include "server/expr/opcode.h"
#include "server/expr/types.h"

namespace formulary::codegen {

// A truth value is kBool whatever the width of the mask that stands for it.
using expr::DType;

using ValueId = uint32_t;

enum class InstructionKind : uint8_t {
  kInput,      // varying argument `index`
  kUniform,    // slot `index` of the uniform block: a uniform argument or a lifted literal
  kConstant,   // `bits` in the program text
  kOperation,  // `opcode` of the operands
  kCall,       // the row's routine, element by element (it has a SIMD form)
  kArrayCall,  // the row's routine, on a block
};

struct Instruction {
  InstructionKind kind = InstructionKind::kConstant;
  DType type = DType::kFloat64;  // kFloat64, kFloat32, kInt64 or kBool
  bool varying = false;
  expr::Opcode opcode = expr::Opcode::kNone;
  expr::FunctionId function;  // of calls
  uint32_t index = 0;
  uint64_t bits = 0;  // kConstant: the value in the low bytes
  uint8_t operand_count = 0;
  ValueId operands[expr::kMaxRowOperands] = {};

  bool operator==(const Instruction&) const = default;
};

// Instructions [first, last) of the schedule that run together: one function of the C text. Inputs,
// uniform slots and constants stand in front of all units: they are read where they are used.
enum class UnitKind : uint8_t { kPrologue, kLoop, kArrayCall };
inline constexpr uint32_t kNoGuard = ~0u;
struct Unit {
  UnitKind kind = UnitKind::kLoop;
  uint32_t first = 0;
  uint32_t last = 0;
  uint32_t guard = kNoGuard;  // runs only in blocks that its guard lets in
};

// Lets a block in where the guard around it does and `need` holds for some element. What is not
// computed then is what selections mask out for all elements, so no result depends on it.
struct Guard {
  ValueId need = 0;  // of type kBool; made under the guard around it
  uint32_t around = kNoGuard;
};

// Where a value lives between the unit that makes it and the units that use it. Values that live
// within one unit have none.
inline constexpr uint32_t kNoPlace = ~0u;

struct LoopProgram {
  std::vector<Instruction> instructions;  // in schedule order; operands are earlier ones
  std::vector<Unit> units;                // prologue units first
  std::vector<Guard> guards;              // after those around them
  std::vector<uint32_t> places;  // by value: block buffer (varying) or 8-byte slot (uniform)

  std::vector<DType> input_types;         // of the varying arguments, by input index
  std::vector<uint32_t> input_arguments;  // their positions in the program's arguments
  std::vector<DType> uniform_types;  // of the uniform block's slots: arguments first, then literals
  std::vector<uint32_t> uniform_arguments;  // positions of the uniform arguments
  std::vector<uint64_t> literals;           // the literals' 8-byte slots

  std::vector<ValueId> outputs;  // by output index
  std::vector<DType> output_types;
  // By output: the loop that writes it, which is the one that computes it, else the last.
  std::vector<uint32_t> storing_units;

  bool strict = false;    // calls take the strict routines
  bool accurate = false;  // and references where those are not within 1 ulp: see TakesReference
  int64_t lane_multiple = kLaneMultiple;

  // Whether an element lies where this program may compute it, and the loop that says so. A block
  // with one that does not is computed by `otherwise` (one program, of the same inputs, uniform
  // block and outputs), which gives the same bits wherever both may.
  std::optional<ValueId> in_reach;
  uint32_t reach_unit = 0;
  std::vector<LoopProgram> otherwise;

  int64_t block_elements = kBlockElements;  // at a time, in C; at most kBlockElements
  uint32_t block_buffers = 0;               // each block_elements * 8 bytes of the workspace
  uint32_t uniform_places = 0;              // 8 bytes each, in front of the buffers

  // One loop and nothing between: the kernel runs over all elements at once and needs no workspace.
  bool single_loop() const;
  int64_t workspace_bytes() const;
  // Without those of `otherwise`, which stand behind.
  int64_t own_workspace_bytes() const;
};

// Whether an instruction is a call that takes its row's reference (expr/reference_value.h): what
// only the interpreter can execute.
bool TakesReference(const LoopProgram& program, const Instruction& instruction);
bool TakesReferences(const LoopProgram& program);

// Bytes of the uniform places, rounded up so that block buffers start on a cache line.
int64_t UniformPlaceBytes(const LoopProgram& program);

// The routine's name in C: fy_v1_exp, fy_v1_strict_expf, fy_v1_gamma_f64, ...
std::string RoutineName(const LoopProgram& program, const Instruction& instruction);

}  // namespace formulary::codegen

#endif  // FORMULARY_SERVER_CODEGEN_LOOP_PROGRAM_H_
