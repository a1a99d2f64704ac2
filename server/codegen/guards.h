#ifndef FORMULARY_SERVER_CODEGEN_GUARDS_H_
#define FORMULARY_SERVER_CODEGEN_GUARDS_H_

// Finds what only one branch of a selection needs, so that blocks that take no element from that
// branch may leave it out. Called by the scheduler, before instructions have their final order. It
// may never guard what something else needs too: a skipped value is garbage, which selections mask
// out bit by bit.

#include <cstdint>
#include <vector>

#include "server/codegen/loop_program.h"

namespace formulary::codegen {

// What a branch must cost, in the catalogue's nanoseconds per element, to be guarded: its operands
// and results then go through block buffers, and the condition is looked at once more. Those of
// array calls lie in buffers anyway. Measured by tests/bench/branch_bench.
inline constexpr double kMinGuardedNanoseconds = 3;
inline constexpr double kMinGuardedArrayNanoseconds = 1;
// Nested branches beyond this are computed with the branch around them.
inline constexpr uint32_t kMaxGuardDepth = 16;

// Fills program->guards, adds the instructions that compute their needs, and puts all instructions
// in an order in which a need stands before what it guards. The result is the guard of each
// instruction. Where nothing is worth guarding the program stays as it is. REQUIRES: instructions
// and outputs are set; units are not.
std::vector<uint32_t> FindGuards(LoopProgram* program);

}  // namespace formulary::codegen

#endif  // FORMULARY_SERVER_CODEGEN_GUARDS_H_
