// The block loops for x86-64-v4; compiled with that -march (CMakeLists.txt).

#define FORMULARY_LEVEL v4
#include "server/eval/block_loops.h"

namespace formulary::eval {

BlockLoop FindBlockLoopV4(expr::Opcode opcode, expr::DType operand, expr::DType result,
                          unsigned uniform) {
  return v4::Find(opcode, operand, result, uniform);
}

}  // namespace formulary::eval
