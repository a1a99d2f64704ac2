#ifndef FORMULARY_SERVER_RUNTIME_LEVEL_H_
#define FORMULARY_SERVER_RUNTIME_LEVEL_H_

// Names and declarations of the routines as compiled for one processor level. A public
// fy_v1_exp_f64 is, by dispatch.cc, one of fy_rt2_exp_f64, fy_rt3_exp_f64 and fy_rt4_exp_f64; the
// SIMD forms of exp at level 4 are fy_rt4_b_exp, fy_rt4_d_exp and fy_rt4_e_exp (expf with an f
// behind). For dispatch.cc, the level files and tests that hold the levels against each other; code
// elsewhere must use runtime.h.

#include "server/runtime/runtime.h"

#define FY_RT_JOIN_(level, name) fy_rt##level##_##name
#define FY_RT_JOIN(level, name) FY_RT_JOIN_(level, name)

#define FY_LEVEL_HIDDEN extern "C" __attribute__((visibility("hidden")))

// The scalar and array forms of one stem (exp, strict_exp) at one level.
#define FY_LEVEL_DECLARE_UNARY(level, stem)                                                  \
  FY_LEVEL_HIDDEN double FY_RT_JOIN(level, stem)(double) noexcept;                           \
  FY_LEVEL_HIDDEN float FY_RT_JOIN(level, stem##f)(float) noexcept;                          \
  FY_LEVEL_HIDDEN void FY_RT_JOIN(level, stem##_f64)(double*, const double*, long) noexcept; \
  FY_LEVEL_HIDDEN void FY_RT_JOIN(level, stem##_f32)(float*, const float*, long) noexcept;

#define FY_LEVEL_DECLARE_BINARY(level, stem)                                                      \
  FY_LEVEL_HIDDEN double FY_RT_JOIN(level, stem)(double, double) noexcept;                        \
  FY_LEVEL_HIDDEN float FY_RT_JOIN(level, stem##f)(float, float) noexcept;                        \
  FY_LEVEL_HIDDEN void FY_RT_JOIN(level, stem##_f64)(double*, const double*, long, const double*, \
                                                     long, long) noexcept;                        \
  FY_LEVEL_HIDDEN void FY_RT_JOIN(level, stem##_f32)(float*, const float*, long, const float*,    \
                                                     long, long) noexcept;

#define FY_LEVEL_DECLARE_UNARY_ALL(name, ...) \
  FY_LEVEL_DECLARE_UNARY(2, name)             \
  FY_LEVEL_DECLARE_UNARY(3, name)             \
  FY_LEVEL_DECLARE_UNARY(4, name)             \
  FY_LEVEL_DECLARE_UNARY(2, strict_##name)    \
  FY_LEVEL_DECLARE_UNARY(3, strict_##name)    \
  FY_LEVEL_DECLARE_UNARY(4, strict_##name)
#define FY_LEVEL_DECLARE_BINARY_ALL(name, ...) \
  FY_LEVEL_DECLARE_BINARY(2, name)             \
  FY_LEVEL_DECLARE_BINARY(3, name)             \
  FY_LEVEL_DECLARE_BINARY(4, name)             \
  FY_LEVEL_DECLARE_BINARY(2, strict_##name)    \
  FY_LEVEL_DECLARE_BINARY(3, strict_##name)    \
  FY_LEVEL_DECLARE_BINARY(4, strict_##name)

FY_RUNTIME_LIGHT_UNARY(FY_LEVEL_DECLARE_UNARY_ALL)
FY_RUNTIME_LIGHT_BINARY(FY_LEVEL_DECLARE_BINARY_ALL)
FY_RUNTIME_HEAVY_UNARY(FY_LEVEL_DECLARE_UNARY_ALL)
FY_RUNTIME_HEAVY_BINARY(FY_LEVEL_DECLARE_BINARY_ALL)

#undef FY_LEVEL_DECLARE_UNARY
#undef FY_LEVEL_DECLARE_BINARY
#undef FY_LEVEL_DECLARE_UNARY_ALL
#undef FY_LEVEL_DECLARE_BINARY_ALL

#endif  // FORMULARY_SERVER_RUNTIME_LEVEL_H_
