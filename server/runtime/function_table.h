#ifndef FORMULARY_SERVER_RUNTIME_FUNCTION_TABLE_H_
#define FORMULARY_SERVER_RUNTIME_FUNCTION_TABLE_H_

// The runtime's functions as data: names, accuracy bounds and pointers, derived from the list in
// runtime.h. For the block interpreter, the catalogue's check of itself, tests and benches.
// Constant-initialised; must never hold anything that is not derived from that list.

#include "server/runtime/runtime.h"

namespace formulary::runtime {

using Scalar1F64 = double (*)(double);
using Scalar1F32 = float (*)(float);
using Scalar2F64 = double (*)(double, double);
using Scalar2F32 = float (*)(float, float);
using Array1F64 = void (*)(double* y, const double* x, long n);
using Array1F32 = void (*)(float* y, const float* x, long n);
using Array2F64 = void (*)(double* y, const double* a, long a_stride, const double* b,
                           long b_stride, long n);
using Array2F32 = void (*)(float* y, const float* a, long a_stride, const float* b, long b_stride,
                           long n);

// Largest error in ulp over the domain that the tests let pass.
struct Accuracy {
  double ulp_f64;
  double ulp_f32;
};

// What strict forms on x86-64-v2 may add to their bounds: SLEEF without FMA scales late.
inline constexpr double kLevel2Allowance = 1.0;

enum class Weight { kLight, kHeavy };  // light functions have SIMD forms, heavy ones do not

// Immutable.
struct Function1 {
  const char* name;  // without fy_v1_
  Weight weight;
  Accuracy accuracy;
  Accuracy strict_accuracy;
  Scalar1F64 scalar_f64, strict_scalar_f64;
  Scalar1F32 scalar_f32, strict_scalar_f32;
  Array1F64 array_f64, strict_array_f64;
  Array1F32 array_f32, strict_array_f32;
};

// Immutable.
struct Function2 {
  const char* name;
  Weight weight;
  Accuracy accuracy;
  Accuracy strict_accuracy;
  Scalar2F64 scalar_f64, strict_scalar_f64;
  Scalar2F32 scalar_f32, strict_scalar_f32;
  Array2F64 array_f64, strict_array_f64;
  Array2F32 array_f32, strict_array_f32;
};

#define FY_TABLE_ROW(weight, name, ulp_d, ulp_f, strict_d, strict_f) \
  {#name,                                                            \
   weight,                                                           \
   {ulp_d, ulp_f},                                                   \
   {strict_d, strict_f},                                             \
   &fy_v1_##name,                                                    \
   &fy_v1_strict_##name,                                             \
   &fy_v1_##name##f,                                                 \
   &fy_v1_strict_##name##f,                                          \
   &fy_v1_##name##_f64,                                              \
   &fy_v1_strict_##name##_f64,                                       \
   &fy_v1_##name##_f32,                                              \
   &fy_v1_strict_##name##_f32},
#define FY_TABLE_LIGHT(name, suffix, r1, r2, r3, r4, ...) \
  FY_TABLE_ROW(Weight::kLight, name, __VA_ARGS__)
#define FY_TABLE_HEAVY(name, suffix, r1, r2, r3, r4, ...) \
  FY_TABLE_ROW(Weight::kHeavy, name, __VA_ARGS__)

inline constexpr Function1 kFunctions1[] = {FY_RUNTIME_LIGHT_UNARY(FY_TABLE_LIGHT)
                                                FY_RUNTIME_HEAVY_UNARY(FY_TABLE_HEAVY)};
inline constexpr Function2 kFunctions2[] = {FY_RUNTIME_LIGHT_BINARY(FY_TABLE_LIGHT)
                                                FY_RUNTIME_HEAVY_BINARY(FY_TABLE_HEAVY)};

#undef FY_TABLE_ROW
#undef FY_TABLE_LIGHT
#undef FY_TABLE_HEAVY

}  // namespace formulary::runtime

#endif  // FORMULARY_SERVER_RUNTIME_FUNCTION_TABLE_H_
