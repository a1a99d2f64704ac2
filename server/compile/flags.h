#ifndef FORMULARY_SERVER_COMPILE_FLAGS_H_
#define FORMULARY_SERVER_COMPILE_FLAGS_H_

// The compiler's command lines, as tables. Called by Compiler to run them and by the engine to put
// them into artefact keys: both read the same rows, so a flag cannot change without the key.

#include <string>
#include <string_view>
#include <vector>

#include "server/compile/target.h"

namespace formulary::compile {

// gcc's -O0 to -O3. Kernels are made with 3 (2 does not vectorise); large programs go lower.
inline constexpr int kMaxOptLevel = 3;

// What stands for paths and names in CompileFlags().
inline constexpr std::string_view kSymbolPlaceholder = "<symbol>";

// Everything after the compiler's own path that can change the bytes of the artefact, without input
// and output: equal for equal targets and levels on every machine. A field of the artefact key.
// REQUIRES: 0 <= opt_level <= kMaxOptLevel.
std::vector<std::string> CompileFlags(TargetIsa isa, int opt_level);

// The same as one line, for the key.
std::string CompileFlagsText(TargetIsa isa, int opt_level);

// The three command lines, file names relative to the working directory.
// One C file to the shared object, in a single call of the driver:
std::vector<std::string> SingleUnitArguments(TargetIsa isa, int opt_level, std::string_view symbol,
                                             std::string_view input, std::string_view output);
// One of several C files to an object file:
std::vector<std::string> UnitArguments(TargetIsa isa, int opt_level, std::string_view symbol,
                                       std::string_view input, std::string_view output);
// Object files to the shared object:
std::vector<std::string> LinkArguments(const std::vector<std::string>& inputs,
                                       std::string_view output);

}  // namespace formulary::compile

#endif  // FORMULARY_SERVER_COMPILE_FLAGS_H_
