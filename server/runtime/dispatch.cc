// Binds the public names to the routines of this processor's level, as GNU indirect functions: the
// dynamic loader asks a resolver once per name, before anything of the program runs. So there is no
// order of initialisation to get wrong, no per-call test, no table that a thread could see half
// filled, and pointers to these functions may stand in constant-initialised tables.
//
// Resolvers run before sanitizers are up; CMakeLists.txt compiles this file without them.

#include "server/runtime/isa.h"
#include "server/runtime/level.h"
#include "server/runtime/runtime.h"
#include "server/runtime/special/bessel_spherical_kernels.h"
#include "server/runtime/special/polynomial_kernels.h"

namespace {

int IsaLevel() {
  __builtin_cpu_init();
  if (__builtin_cpu_supports("x86-64-v4")) return 4;
  return __builtin_cpu_supports("x86-64-v3") ? 3 : 2;
}

template <class Function>
Function* Choose(Function* level2, Function* level3, Function* level4) {
  const int level = IsaLevel();
  if (level == 4) return level4;
  return level == 3 ? level3 : level2;
}

}  // namespace

extern "C" int fy_v1_isa_level() noexcept { return IsaLevel(); }

// `symbol` becomes one of the three routines, which are declared before.
#define FY_BIND(symbol, resolver, result, parameters, level2, level3, level4)       \
  extern "C" {                                                                      \
  static decltype(&level4) resolver() { return Choose(&level2, &level3, &level4); } \
  result symbol parameters noexcept __attribute__((ifunc(#resolver)));              \
  }

#define FY_BIND_LEVELS(stem, result, parameters)                                          \
  FY_BIND(fy_v1_##stem, fy_bind_##stem, result, parameters, fy_rt2_##stem, fy_rt3_##stem, \
          fy_rt4_##stem)

#define FY_BIND_FORMS_UNARY(stem)                                  \
  FY_BIND_LEVELS(stem, double, (double))                           \
  FY_BIND_LEVELS(stem##f, float, (float))                          \
  FY_BIND_LEVELS(stem##_f64, void, (double*, const double*, long)) \
  FY_BIND_LEVELS(stem##_f32, void, (float*, const float*, long))
#define FY_BIND_FORMS_BINARY(stem)                                                            \
  FY_BIND_LEVELS(stem, double, (double, double))                                              \
  FY_BIND_LEVELS(stem##f, float, (float, float))                                              \
  FY_BIND_LEVELS(stem##_f64, void, (double*, const double*, long, const double*, long, long)) \
  FY_BIND_LEVELS(stem##_f32, void, (float*, const float*, long, const float*, long, long))

// SIMD forms are bound as plain symbols, void(): this file is compiled for a baseline that has no
// wide registers to pass, and passes none. The AVX form (c), which gcc declares but never calls for
// the -march values in use, is the AVX2 one; forms wider than the level has are the narrowest
// level's that has them.
#define FY_BIND_SIMD(width, lanes, stem, level2, level3, level4)                    \
  FY_BIND(_ZGV##width##N##lanes##_fy_v1_##stem, fy_bind_##width##_##stem, void, (), \
          fy_rt##level2##_##stem, fy_rt##level3##_##stem, fy_rt##level4##_##stem)

#define FY_DECLARE_SIMD(stem)                      \
  FY_LEVEL_HIDDEN void fy_rt2_b_##stem() noexcept; \
  FY_LEVEL_HIDDEN void fy_rt3_b_##stem() noexcept; \
  FY_LEVEL_HIDDEN void fy_rt3_d_##stem() noexcept; \
  FY_LEVEL_HIDDEN void fy_rt4_b_##stem() noexcept; \
  FY_LEVEL_HIDDEN void fy_rt4_d_##stem() noexcept; \
  FY_LEVEL_HIDDEN void fy_rt4_e_##stem() noexcept;

#define FY_BIND_SIMD_ALL(stem, kinds)               \
  FY_DECLARE_SIMD(stem)                             \
  FY_DECLARE_SIMD(stem##f)                          \
  FY_BIND_SIMD(b, 2##kinds, stem, 2_b, 3_b, 4_b)    \
  FY_BIND_SIMD(c, 4##kinds, stem, 3_d, 3_d, 4_d)    \
  FY_BIND_SIMD(d, 4##kinds, stem, 3_d, 3_d, 4_d)    \
  FY_BIND_SIMD(e, 8##kinds, stem, 4_e, 4_e, 4_e)    \
  FY_BIND_SIMD(b, 4##kinds, stem##f, 2_b, 3_b, 4_b) \
  FY_BIND_SIMD(c, 8##kinds, stem##f, 3_d, 3_d, 4_d) \
  FY_BIND_SIMD(d, 8##kinds, stem##f, 3_d, 3_d, 4_d) \
  FY_BIND_SIMD(e, 16##kinds, stem##f, 4_e, 4_e, 4_e)

#define FY_BIND_HEAVY_UNARY(name, ...) \
  FY_BIND_FORMS_UNARY(name)            \
  FY_BIND_FORMS_UNARY(strict_##name)
#define FY_BIND_HEAVY_BINARY(name, ...) \
  FY_BIND_FORMS_BINARY(name)            \
  FY_BIND_FORMS_BINARY(strict_##name)
#define FY_BIND_LIGHT_UNARY(name, ...) \
  FY_BIND_HEAVY_UNARY(name)            \
  FY_BIND_SIMD_ALL(name, v)            \
  FY_BIND_SIMD_ALL(strict_##name, v)
#define FY_BIND_LIGHT_BINARY(name, ...) \
  FY_BIND_HEAVY_BINARY(name)            \
  FY_BIND_SIMD_ALL(name, vv)            \
  FY_BIND_SIMD_ALL(strict_##name, vv)

FY_RUNTIME_LIGHT_UNARY(FY_BIND_LIGHT_UNARY)
FY_RUNTIME_LIGHT_BINARY(FY_BIND_LIGHT_BINARY)
FY_RUNTIME_HEAVY_UNARY(FY_BIND_HEAVY_UNARY)
FY_RUNTIME_HEAVY_BINARY(FY_BIND_HEAVY_BINARY)

FY_BIND(fy_polynomial_array, fy_bind_polynomial_array, bool, FY_POLYNOMIAL_ARRAY_PARAMETERS,
        fy_rt2_polynomial_array, fy_rt3_polynomial_array, fy_rt4_polynomial_array)
FY_BIND(fy_polynomial_value, fy_bind_polynomial_value, double, FY_POLYNOMIAL_VALUE_PARAMETERS,
        fy_rt2_polynomial_value, fy_rt3_polynomial_value, fy_rt4_polynomial_value)
FY_BIND(fy_spherical_array, fy_bind_spherical_array, bool, FY_SPHERICAL_ARRAY_PARAMETERS,
        fy_rt2_spherical_array, fy_rt3_spherical_array, fy_rt4_spherical_array)
FY_BIND(fy_spherical_value, fy_bind_spherical_value, double, FY_SPHERICAL_VALUE_PARAMETERS,
        fy_rt2_spherical_value, fy_rt3_spherical_value, fy_rt4_spherical_value)
