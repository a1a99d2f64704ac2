// The block loops for x86-64-v2; compiled with that -march (CMakeLists.txt).

#define FORMULARY_LEVEL v2
#include "server/eval/block_loops.h"

namespace formulary::eval {

BlockLoop FindBlockLoopV2(expr::Opcode opcode, expr::DType operand, expr::DType result,
                          unsigned uniform) {
  return v2::Find(opcode, operand, result, uniform);
}

}  // namespace formulary::eval
