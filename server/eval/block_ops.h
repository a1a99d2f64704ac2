#ifndef FORMULARY_SERVER_EVAL_BLOCK_OPS_H_
#define FORMULARY_SERVER_EVAL_BLOCK_OPS_H_

// The block interpreter's loops: one function per operation, element type and pattern of uniform
// operands. Compiled three times, for each level of the CPU (block_ops_v*.cc), from block_loops.h.

#include <cstdint>

#include "server/expr/opcode.h"
#include "server/expr/types.h"

namespace formulary::eval {

// y[i] = op(a[i], b[i], c[i]) for i < n; an operand whose pattern bit is set is one value for all
// elements. Truth values are bytes, 0 or 1. Buffers are aligned and do not overlap, but for y being
// one of the operands.
using BlockLoop = void (*)(void* y, const void* a, const void* b, const void* c, int64_t n);

// The loop for an operation on operands of type `operand` (of a selection: the type selected),
// giving `result`; `uniform`: bit k is set when operand k is one value. Null: no such operation.
using BlockLoopFinder = BlockLoop (*)(expr::Opcode opcode, expr::DType operand, expr::DType result,
                                      unsigned uniform);
BlockLoop FindBlockLoopV2(expr::Opcode opcode, expr::DType operand, expr::DType result,
                          unsigned uniform);
BlockLoop FindBlockLoopV3(expr::Opcode opcode, expr::DType operand, expr::DType result,
                          unsigned uniform);
BlockLoop FindBlockLoopV4(expr::Opcode opcode, expr::DType operand, expr::DType result,
                          unsigned uniform);

}  // namespace formulary::eval

#endif  // FORMULARY_SERVER_EVAL_BLOCK_OPS_H_
