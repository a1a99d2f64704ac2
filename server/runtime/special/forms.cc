// The public forms of the scalar special functions, made from the lists: values and arrays, double
// and, through double, float.

#include <algorithm>

#include "server/runtime/special/special.h"

namespace formulary::runtime::special {
namespace {

constexpr long kMultiple = -16;  // whole blocks of 16, as kernels have it

// A float block goes through double buffers of so many elements.
constexpr long kChunk = 256;

// Operand k of a block in double; a uniform one stays one value.
struct Widened {
  Widened(const float* source, long step, long n) : stride(step) {
    for (long i = 0; i < (step != 0 ? n : 1); ++i) values[i] = source[i];
  }
  double values[kChunk];
  long stride;
};

}  // namespace

#define FY_EACH_1(name) name(a[i])
#define FY_EACH_2(name) name(a[i * a_stride], b[i * b_stride])
#define FY_EACH_3(name) name(a[i * a_stride], b[i * b_stride], c[i * c_stride])
#define FY_EACH_4(name) name(a[i * a_stride], b[i * b_stride], c[i * c_stride], d[i * d_stride])
#define FY_EACH_5(name) \
  name(a[i * a_stride], b[i * b_stride], c[i * c_stride], d[i * d_stride], e[i * e_stride])

#define FY_NAMES_1 a
#define FY_NAMES_2 a, b
#define FY_NAMES_3 a, b, c
#define FY_NAMES_4 a, b, c, d
#define FY_NAMES_5 a, b, c, d, e

#define FY_WIDEN(operand, stride) \
  const Widened wide_##operand(operand + at * (stride), stride, std::min(n - at, kChunk));
#define FY_WIDEN_1 FY_WIDEN(a, 1)
#define FY_WIDEN_2 FY_WIDEN(a, a_stride) FY_WIDEN(b, b_stride)
#define FY_WIDEN_3 FY_WIDEN_2 FY_WIDEN(c, c_stride)
#define FY_WIDEN_4 FY_WIDEN_3 FY_WIDEN(d, d_stride)
#define FY_WIDEN_5 FY_WIDEN_4 FY_WIDEN(e, e_stride)

#define FY_WIDENED_1 wide_a.values
#define FY_WIDENED_2 wide_a.values, wide_a.stride, wide_b.values, wide_b.stride
#define FY_WIDENED_3 FY_WIDENED_2, wide_c.values, wide_c.stride
#define FY_WIDENED_4 FY_WIDENED_3, wide_d.values, wide_d.stride
#define FY_WIDENED_5 FY_WIDENED_4, wide_e.values, wide_e.stride

#define FY_PASSED_1 a
#define FY_PASSED_2 a, a_stride, b, b_stride
#define FY_PASSED_3 FY_PASSED_2, c, c_stride
#define FY_PASSED_4 FY_PASSED_3, d, d_stride
#define FY_PASSED_5 FY_PASSED_4, e, e_stride

#define FY_LOOP_Each(name, operands) \
  for (long i = 0; i < n; ++i) y[i] = FY_EACH_##operands(name);
#define FY_LOOP_Block(name, operands) name##_block(y, FY_PASSED_##operands, n);

#define FY_DEFINE_FORMS(name, operands, loop, ...)                                               \
  extern "C" double fy_v1_##name(FY_VALUES_##operands(double)) noexcept {                        \
    return name(FY_NAMES_##operands);                                                            \
  }                                                                                              \
  extern "C" float fy_v1_##name##f(FY_VALUES_##operands(float)) noexcept {                       \
    return static_cast<float>(name(FY_NAMES_##operands));                                        \
  }                                                                                              \
  extern "C" void fy_v1_##name##_f64(double* y, FY_ARRAYS_##operands(double), long n) noexcept { \
    n &= kMultiple;                                                                              \
    FY_LOOP_##loop(name, operands)                                                               \
  }                                                                                              \
  extern "C" void fy_v1_##name##_f32(float* y, FY_ARRAYS_##operands(float), long n) noexcept {   \
    n &= kMultiple;                                                                              \
    double results[kChunk];                                                                      \
    for (long at = 0; at < n; at += kChunk) {                                                    \
      FY_WIDEN_##operands fy_v1_##name##_f64(results, FY_WIDENED_##operands,                     \
                                             std::min(n - at, kChunk));                          \
      std::copy_n(results, std::min(n - at, kChunk), y + at);                                    \
    }                                                                                            \
  }

FY_RUNTIME_SCALAR(FY_DEFINE_FORMS)

}  // namespace formulary::runtime::special
