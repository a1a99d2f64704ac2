#ifndef FORMULARY_SERVER_CODEGEN_CHAINS_H_
#define FORMULARY_SERVER_CODEGEN_CHAINS_H_

// Divides loops whose results wait for each other. A processor works ahead by some hundred
// instructions, which is one iteration or two of a loop with several calls; where those are one
// chain, its units stand idle. As two or more loops over a block, with what crosses in buffers,
// more iterations are under way. Called by Schedule; must never change what is computed, and must
// decide by the program alone.

#include <cstdint>
#include <vector>

#include "server/codegen/loop_program.h"

namespace formulary::codegen {

// How many loops one may become.
inline constexpr uint32_t kMaxParts = 8;

// `phases` as in schedule.cc: loops are the even ones from 2 on. Later phases make room for parts.
void DivideLongChains(const LoopProgram& program, const std::vector<bool>& used,
                      std::vector<uint32_t>* phases);

}  // namespace formulary::codegen

#endif  // FORMULARY_SERVER_CODEGEN_CHAINS_H_
