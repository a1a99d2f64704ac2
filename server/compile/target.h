#ifndef FORMULARY_SERVER_COMPILE_TARGET_H_
#define FORMULARY_SERVER_COMPILE_TARGET_H_

// The CPU targets that kernels are compiled for. The engine picks one at start and puts its name
// and its explicit feature list into every artefact key, so that a store shared by unlike machines
// never serves a kernel to a CPU that cannot run it. Never -march=native.

#include <optional>
#include <string_view>

namespace formulary::compile {

enum class TargetIsa { kX86V2, kX86V3, kX86V4 };

// The highest target whose every feature this CPU (and its operating system) offers; kX86V2 at
// least, which is what the server itself is built for.
TargetIsa HostTarget();

// True when code for `isa` runs on this machine.
bool HostRuns(TargetIsa isa);

// "x86-64-v3": gcc's -march name.
std::string_view TargetName(TargetIsa isa);
std::optional<TargetIsa> TargetFromName(std::string_view name);

// The features code for `isa` may use, separated by blanks, in a fixed order: a field of the
// artefact key.
std::string_view TargetFeatures(TargetIsa isa);

// Widest vector register in bytes: 16, 32, 64.
int VectorBytes(TargetIsa isa);

}  // namespace formulary::compile

#endif  // FORMULARY_SERVER_COMPILE_TARGET_H_
