// Compiled for x86-64-v3.
#define FY_WIDTH d
#define FY_LANES_D 4
#define FY_LANES_F 8
#define FY_REG_D __m256d
#define FY_REG_F __m256
#define FY_FORMS Avx2Forms
#define FY_LEAST_LEVEL 3
#include "tests/unit/runtime/simd_loops.h"
