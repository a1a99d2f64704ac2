#ifndef FORMULARY_SERVER_EVAL_EVALUATOR_H_
#define FORMULARY_SERVER_EVAL_EVALUATOR_H_

// Evaluates a lowered program on arrays, with a compiled kernel or the block interpreter, in blocks
// on the pool. Inputs are read where they lie and outputs written where they will be sent from;
// only the block that straddles two pieces of an input, and the last one, go through scratch.

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "server/base/deadline.h"
#include "server/base/thread_pool.h"
#include "server/codegen/loop_program.h"
#include "server/eval/array.h"
#include "server/eval/block_interpreter.h"
#include "server/eval/slab_pool.h"
#include "server/kernel/kernel.h"

namespace formulary::eval {

// Elements between two looks at the deadline and the cancel flag, and of one task on the pool, at
// most.
inline constexpr int64_t kTaskElements = 64 * 1024;
// What such a task may take by prediction: slower programs have smaller tasks, but for the least. A
// multiple of every lane multiple.
inline constexpr double kTaskNanoseconds = 4e6;
inline constexpr int64_t kLeastTaskElements = 64;

struct Work {
  const codegen::LoopProgram* program = nullptr;
  const kernel::Kernel* kernel = nullptr;  // null: interpret
  const BlockInterpreter* interpreter = nullptr;
  Shape batch;
  // By argument of the program: the array that feeds it. Each broadcasts to `batch` and casts
  // safely to the type the program was lowered for; uniform arguments have one element.
  std::vector<const ArrayView*> arguments;
  // The part of each that is meant; empty: all are whole. And which results are complex: two
  // outputs of the program, real and imaginary part, each; empty: none.
  absl::Span<const expr::Part> parts;
  const std::vector<bool>* complex_outputs = nullptr;
  // By result: where it goes, if not to a slab of the pool (null data). Empty: all go to slabs.
  std::vector<absl::Span<uint8_t>> places;
  base::Deadline deadline;
  const std::atomic<bool>* cancel = nullptr;  // may be null
  double nanoseconds_per_element = 0;         // predicted, compiled
};

struct Evaluated {
  std::vector<Slab> outputs;  // by result: a complex one is two outputs of the program
  std::vector<expr::DType> types;
  double seconds = 0;  // from the first block's start to the last block's end
};

// CANCELLED or DEADLINE_EXCEEDED when told so between blocks, RESOURCE_EXHAUSTED when there is no
// memory for the outputs, INVALID_ARGUMENT when a place has not exactly its result's bytes. The
// calling thread takes part; with a null pool it works alone.
absl::StatusOr<Evaluated> Evaluate(const Work& work, SlabPool* slabs, base::ThreadPool* maybe_pool);

}  // namespace formulary::eval

#endif  // FORMULARY_SERVER_EVAL_EVALUATOR_H_
