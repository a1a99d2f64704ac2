// The block loops for x86-64-v3; compiled with that -march (CMakeLists.txt).

#define FORMULARY_LEVEL v3
#include "server/eval/block_loops.h"

namespace formulary::eval {

BlockLoop FindBlockLoopV3(expr::Opcode opcode, expr::DType operand, expr::DType result,
                          unsigned uniform) {
  return v3::Find(opcode, operand, result, uniform);
}

}  // namespace formulary::eval
