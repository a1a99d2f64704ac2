#ifndef FORMULARY_SERVER_CODEGEN_EMIT_C_H_
#define FORMULARY_SERVER_CODEGEN_EMIT_C_H_

// Prints a LoopProgram as C: plain three-address code without #include, constants as hex floats, no
// names but ours, one statement an instruction. The kernel function is called FY_KERNEL; the
// compiler is told what that is. The same program gives the same text, which is what the artefact
// key digests.

#include <string>

#include "server/codegen/loop_program.h"

namespace formulary::codegen {

std::string EmitC(const LoopProgram& program);

}  // namespace formulary::codegen

#endif  // FORMULARY_SERVER_CODEGEN_EMIT_C_H_
