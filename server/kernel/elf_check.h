#ifndef FORMULARY_SERVER_KERNEL_ELF_CHECK_H_
#define FORMULARY_SERVER_KERNEL_ELF_CHECK_H_

// The allow-list a shared object must meet before it is given to the dynamic loader: what our
// emitter and our flags produce, and nothing that would run or bind before the kernel is called.
// Called by kernel_cache on every artefact, compiled or stored. Reads hostile bytes; follows
// addresses as the loader would.

#include <string_view>

#include "absl/status/status.h"

namespace formulary::kernel {

// OK when `elf` is an x86-64 ET_DYN file with
// - segments: LOAD (none writable and executable, ascending, inside the file), one DYNAMIC,
// GNU_STACK not
//   executable; GNU_RELRO, NOTE and GNU_PROPERTY may be there; no INTERP, TLS or anything else;
// - dynamic entries of the hash, string, symbol and relocation tables only: no NEEDED, INIT, FINI,
// their
//   arrays, TEXTREL, RPATH, SONAME, versions;
// - relocations RELATIVE, GLOB_DAT, JUMP_SLOT and 64 only, into writable segments;
// - undefined symbols `fy_v1_*` and `_ZGV<isa><mask><lanes><parameters>_fy_v1_*` only;
// - exactly one exported symbol: the function `symbol`, in an executable segment.
// DATA_LOSS says which of these does not hold.
absl::Status CheckKernelElf(std::string_view elf, std::string_view symbol);

// True for the names a kernel may import.
bool IsRuntimeSymbol(std::string_view name);

}  // namespace formulary::kernel

#endif  // FORMULARY_SERVER_KERNEL_ELF_CHECK_H_
