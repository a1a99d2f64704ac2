#ifndef FORMULARY_SERVER_EVAL_BLOCK_INTERPRETER_H_
#define FORMULARY_SERVER_EVAL_BLOCK_INTERPRETER_H_

// Executes a LoopProgram over blocks, with the same vector routines as compiled kernels and in the
// same order, so that both give the same bits on one CPU. It answers while the compiler works, and
// where there is none.

#include <cstdint>
#include <optional>
#include <vector>

#include "server/codegen/loop_program.h"
#include "server/eval/block_ops.h"

namespace formulary::eval {

// Immutable once made; Run may be called from many threads at once, each with a workspace of its
// own.
class BlockInterpreter {
 public:
  // The program is read here and not kept.
  explicit BlockInterpreter(const codegen::LoopProgram& program);

  // As a kernel (codegen/abi.h), but for n, which may be anything; the arrays must have room for n
  // rounded up to the program's lane multiple only inside the workspace, not in inputs and outputs.
  void Run(int64_t n, const codegen::fy_v1_args& args) const;

  int64_t workspace_bytes() const { return workspace_bytes_; }

 private:
  // Where a step's operand or result lies.
  struct Place {
    bool varying = false;
    int64_t offset =
        0;  // into the workspace; a uniform value takes 64 bytes: one value 8 times over
  };
  static constexpr int64_t kUnguarded = -1;
  struct Step {
    enum class Kind : uint8_t {
      kLoad,
      kLoop,
      kCall,
      kUniformLoop,
      kUniformCall,
      kGuard,  // result: whether the operand is true for some element
    };
    Kind kind = Kind::kLoop;
    expr::DType type = expr::DType::kFloat64;
    uint32_t input = 0;
    BlockLoop loop = nullptr;
    const expr::FunctionRow* row = nullptr;  // of calls
    bool reference = false;                  // the row's reference instead of its routine
    Place result;
    Place operands[expr::kMaxRowOperands];
    int operand_count = 0;
    int64_t guard = kUnguarded;  // where its guard's result lies: it runs only if that is true
  };
  struct Constant {
    uint64_t bits;
    expr::DType type;
    int64_t offset;
  };
  struct Slot {
    uint32_t index;
    expr::DType type;
    int64_t offset;
  };
  struct Store {
    uint32_t output;
    expr::DType type;
    Place value;
  };

  void AssignOffsets(const codegen::LoopProgram& program);
  void AddStep(const codegen::LoopProgram& program, codegen::ValueId value, BlockLoopFinder find);
  void AddSteps(const codegen::LoopProgram& program, BlockLoopFinder find);
  void AddGuards(const codegen::LoopProgram& program, uint32_t guard, std::vector<bool>* tested);
  void RunPrologue(const codegen::fy_v1_args& args) const;
  void RunBlock(int64_t at, int64_t n, const codegen::fy_v1_args& args) const;
  void RunSteps(int64_t at, int64_t n, const codegen::fy_v1_args& args) const;
  void StoreBlock(int64_t at, int64_t n, const codegen::fy_v1_args& args) const;
  codegen::fy_v1_args Behind(const codegen::fy_v1_args& args) const;
  void Load(const Step& step, int64_t at, int64_t n, const codegen::fy_v1_args& args) const;
  template <typename T>
  void CallUniform(const Step& step, const runtime::Forms<T>& routine,
                   unsigned char* workspace) const;
  template <typename T>
  void CallBlock(const Step& step, const runtime::Forms<T>& routine, int64_t n,
                 unsigned char* workspace) const;

  bool strict_ = false;
  int64_t workspace_bytes_ = 0;
  std::vector<Place> places_;    // by value, while it is made
  std::vector<int64_t> guards_;  // by guard, the same
  std::vector<Constant> constants_;
  std::vector<Slot> slots_;
  std::vector<Step> prologue_, steps_;
  std::vector<Store> stores_;
  std::optional<Place> in_reach_;
  int64_t own_workspace_bytes_ = 0;          // without those of otherwise_, which stand behind
  std::vector<BlockInterpreter> otherwise_;  // one, for blocks with an element out of reach
};

}  // namespace formulary::eval

#endif  // FORMULARY_SERVER_EVAL_BLOCK_INTERPRETER_H_
