// The body of simd_<width>.cc, which sets FY_WIDTH (b, c, d, e), FY_LANES_D and FY_LANES_F (with
// their v still to come), FY_REG_D, FY_REG_F, and FY_FORMS and FY_LEAST_LEVEL for the function it
// defines.

#include <immintrin.h>

#include "server/runtime/runtime.h"
#include "tests/unit/runtime/simd_forms.h"

#define FY_SIMD_NAME_(width, lanes, kinds, stem) _ZGV##width##N##lanes##kinds##_fy_v1_##stem
#define FY_SIMD_NAME(width, lanes, kinds, stem) FY_SIMD_NAME_(width, lanes, kinds, stem)

#define FY_TEST_DECLARE1(stem)                                                        \
  extern "C" FY_REG_D FY_SIMD_NAME(FY_WIDTH, FY_LANES_D, v, stem)(FY_REG_D) noexcept; \
  extern "C" FY_REG_F FY_SIMD_NAME(FY_WIDTH, FY_LANES_F, v, stem##f)(FY_REG_F) noexcept;
#define FY_TEST_DECLARE2(stem)                                                                   \
  extern "C" FY_REG_D FY_SIMD_NAME(FY_WIDTH, FY_LANES_D, vv, stem)(FY_REG_D, FY_REG_D) noexcept; \
  extern "C" FY_REG_F FY_SIMD_NAME(FY_WIDTH, FY_LANES_F, vv, stem##f)(FY_REG_F, FY_REG_F) noexcept;
#define FY_TEST_DECLARE_BOTH1(name, ...) FY_TEST_DECLARE1(name) FY_TEST_DECLARE1(strict_##name)
#define FY_TEST_DECLARE_BOTH2(name, ...) FY_TEST_DECLARE2(name) FY_TEST_DECLARE2(strict_##name)

FY_RUNTIME_LIGHT_UNARY(FY_TEST_DECLARE_BOTH1)
FY_RUNTIME_LIGHT_BINARY(FY_TEST_DECLARE_BOTH2)

namespace formulary::runtime {
namespace {

template <class Reg, class T, Reg (*kForm)(Reg) noexcept>
void Loop1(T* y, const T* x, long n) {
  for (long i = 0; i < n; i += static_cast<long>(sizeof(Reg) / sizeof(T))) {
    Reg in;
    __builtin_memcpy(&in, x + i, sizeof in);
    const Reg out = kForm(in);
    __builtin_memcpy(y + i, &out, sizeof out);
  }
}

template <class Reg, class T, Reg (*kForm)(Reg, Reg) noexcept>
void Loop2(T* y, const T* a, long, const T* b, long, long n) {
  for (long i = 0; i < n; i += static_cast<long>(sizeof(Reg) / sizeof(T))) {
    Reg in_a;
    Reg in_b;
    __builtin_memcpy(&in_a, a + i, sizeof in_a);
    __builtin_memcpy(&in_b, b + i, sizeof in_b);
    const Reg out = kForm(in_a, in_b);
    __builtin_memcpy(y + i, &out, sizeof out);
  }
}

#define FY_TEST_ROW(loop, kinds, name)                                                 \
  {&loop<FY_REG_D, double, &FY_SIMD_NAME(FY_WIDTH, FY_LANES_D, kinds, name)>,          \
   &loop<FY_REG_D, double, &FY_SIMD_NAME(FY_WIDTH, FY_LANES_D, kinds, strict_##name)>, \
   &loop<FY_REG_F, float, &FY_SIMD_NAME(FY_WIDTH, FY_LANES_F, kinds, name##f)>,        \
   &loop<FY_REG_F, float, &FY_SIMD_NAME(FY_WIDTH, FY_LANES_F, kinds, strict_##name##f)>},
#define FY_TEST_ROW1(name, ...) FY_TEST_ROW(Loop1, v, name)
#define FY_TEST_ROW2(name, ...) FY_TEST_ROW(Loop2, vv, name)

constexpr SimdForms1 kUnary[] = {FY_RUNTIME_LIGHT_UNARY(FY_TEST_ROW1)};
constexpr SimdForms2 kBinary[] = {FY_RUNTIME_LIGHT_BINARY(FY_TEST_ROW2)};

#define FY_TEST_STRING_(x) #x
#define FY_TEST_STRING(x) FY_TEST_STRING_(x)

}  // namespace

SimdWidth FY_FORMS() { return {FY_TEST_STRING(FY_WIDTH), FY_LEAST_LEVEL, kUnary, kBinary}; }

}  // namespace formulary::runtime
