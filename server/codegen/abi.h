#ifndef FORMULARY_SERVER_CODEGEN_ABI_H_
#define FORMULARY_SERVER_CODEGEN_ABI_H_

// The kernel ABI, version 1: what a compiled kernel receives. The C text that emit_c writes
// declares the same struct under the same name; kernel/ and eval/ call through it. Bump kAbiVersion
// with any change: it is a field of every artefact key.

#include <cstdint>

namespace formulary::codegen {

inline constexpr int kAbiVersion = 1;

// Elements are processed in multiples of this; callers pad the last block (a kernel starts with
// n &= -16L or -64L).
inline constexpr int64_t kLaneMultiple = 16;
// The same for programs that read or write one-byte elements: gcc then takes 64 elements at a time.
inline constexpr int64_t kByteLaneMultiple = 64;

// Elements of one inner block: what array calls and the block interpreter work on at a time.
inline constexpr int64_t kBlockElements = 1024;

extern "C" {
// Element pointers need no alignment. Nothing is retained after the call; no two outputs overlap.
struct fy_v1_args {
  const void* const* inputs;  // one pointer per varying argument: n elements of its dtype, C order
  void* const* outputs;       // one pointer per output: room for n elements of its dtype
  const unsigned char* uniforms;  // uniform arguments, then lifted literals: 8 bytes each
  unsigned char* workspace;  // workspace_bytes of the program, 64-byte aligned; contents undefined
};
}

// A kernel: reads and writes n elements, n a multiple of the program's lane
// multiple (the rest would not be touched). Reentrant; touches no globals.
using KernelFunction = void (*)(long n, const fy_v1_args* args);

}  // namespace formulary::codegen

#endif  // FORMULARY_SERVER_CODEGEN_ABI_H_
