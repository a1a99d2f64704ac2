#ifndef FORMULARY_SERVER_CODEGEN_SCHEDULE_H_
#define FORMULARY_SERVER_CODEGEN_SCHEDULE_H_

// Puts a lowered program's instructions in their final order: unused ones go, uniform ones come
// first, array calls and long chains (chains.h) divide the rest into loops, and what is long is cut
// into units of bounded size; then gives values that cross units their places in the workspace.

#include "server/codegen/loop_program.h"

namespace formulary::codegen {

// Statements of one function of the C text: gcc needs 1.3 s for 1,000 straight-line ones and 22 s
// for 5,000.
inline constexpr uint32_t kMaxUnitInstructions = 400;

// REQUIRES: instructions and outputs are set; units and places are not.
void Schedule(LoopProgram* program);

}  // namespace formulary::codegen

#endif  // FORMULARY_SERVER_CODEGEN_SCHEDULE_H_
