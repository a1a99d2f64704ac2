#ifndef FORMULARY_SERVER_RUNTIME_ISA_H_
#define FORMULARY_SERVER_RUNTIME_ISA_H_

// The instruction set the runtime's routines were chosen for. Called by code generation and the
// compiler driver to pick -march (kernels must never be built for more than this), and by tests. It
// must never depend on anything but the processor: routines are bound to it once, when the program
// is loaded.

extern "C" {
// 4, 3 or 2: x86-64-v4 (AVX-512 F, BW, CD, DQ, VL), x86-64-v3 (AVX2, FMA) or x86-64-v2 (SSE4.2),
// which is the least the server runs on. Thread-safe, callable at any time, even before main.
[[gnu::const]] int fy_v1_isa_level() noexcept;
}

#endif  // FORMULARY_SERVER_RUNTIME_ISA_H_
