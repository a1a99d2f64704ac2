// Compiled for x86-64-v4.
#define FY_WIDTH e
#define FY_LANES_D 8
#define FY_LANES_F 16
#define FY_REG_D __m512d
#define FY_REG_F __m512
#define FY_FORMS Avx512Forms
#define FY_LEAST_LEVEL 4
#include "tests/unit/runtime/simd_loops.h"
