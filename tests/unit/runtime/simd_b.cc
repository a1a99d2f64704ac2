// Compiled for x86-64-v2.
#define FY_WIDTH b
#define FY_LANES_D 2
#define FY_LANES_F 4
#define FY_REG_D __m128d
#define FY_REG_F __m128
#define FY_FORMS SseForms
#define FY_LEAST_LEVEL 2
#include "tests/unit/runtime/simd_loops.h"
