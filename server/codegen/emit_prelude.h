#ifndef FORMULARY_SERVER_CODEGEN_EMIT_PRELUDE_H_
#define FORMULARY_SERVER_CODEGEN_EMIT_PRELUDE_H_

// What stands before the functions of a kernel's text: types, declarations of the routines it
// calls, and the small functions that C has no operator for. Used by emit_c only. Nothing stands
// there that the program does not use.

#include <string>

#include "server/codegen/loop_program.h"

namespace formulary::codegen {

std::string PreludeText(const LoopProgram& program);

}  // namespace formulary::codegen

#endif  // FORMULARY_SERVER_CODEGEN_EMIT_PRELUDE_H_
