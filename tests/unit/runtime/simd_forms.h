#ifndef FORMULARY_TESTS_UNIT_RUNTIME_SIMD_FORMS_H_
#define FORMULARY_TESTS_UNIT_RUNTIME_SIMD_FORMS_H_

// The exported SIMD forms, each wrapped in a loop over an array, in the order of the light
// functions of kFunctions1 and kFunctions2. One file per register width is compiled for it; call
// only what fy_v1_isa_level() allows.

#include "server/runtime/function_table.h"

namespace formulary::runtime {

// Immutable.
struct SimdForms1 {
  Array1F64 f64, strict_f64;
  Array1F32 f32, strict_f32;
};

// Immutable; strides are taken as 1.
struct SimdForms2 {
  Array2F64 f64, strict_f64;
  Array2F32 f32, strict_f32;
};

struct SimdWidth {
  const char* name;
  int level;  // least
  const SimdForms1* unary;
  const SimdForms2* binary;
};

SimdWidth SseForms();     // b
SimdWidth AvxForms();     // c, on AVX2 machines
SimdWidth Avx2Forms();    // d
SimdWidth Avx512Forms();  // e

}  // namespace formulary::runtime

#endif  // FORMULARY_TESTS_UNIT_RUNTIME_SIMD_FORMS_H_
