#ifndef FORMULARY_SERVER_CODEGEN_EMIT_C_H_
#define FORMULARY_SERVER_CODEGEN_EMIT_C_H_

// Prints a LoopProgram as C: plain three-address code without #include, constants as hex floats, no
// names but ours, one statement an instruction. The kernel function is called FY_KERNEL; the
// compiler is told what that is. The same program gives the same text, which is what the artefact
// key digests.

#include <cstdint>
#include <string>
#include <vector>

#include "server/codegen/loop_program.h"

namespace formulary::codegen {

// All of it as one text.
std::string EmitC(const LoopProgram& program);

// For the compiler: texts that are compiled each by itself, at the same time, and linked. One for a
// program of up to kMaxTextUnits units; the time that gcc takes for a text is bounded by that.
inline constexpr uint32_t kMaxTextUnits = 8;
std::vector<std::string> EmitTexts(const LoopProgram& program);

}  // namespace formulary::codegen

#endif  // FORMULARY_SERVER_CODEGEN_EMIT_C_H_
