#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_LANES_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_LANES_H_

// Scalar special functions that also have cores on vectors, for levels with FMA:
//   X(name, operands)
// Below, and in the lanes that a core leaves, special::scalar::name computes. On one processor all
// forms take the same way, a value as a block of one. Included by level files, too: nothing of the
// standard library may be included here.

#include "server/runtime/isa.h"
#include "server/runtime/runtime.h"

#define FY_SPECIAL_LANES(X) \
  X(owens_t, 2)             \
  X(expint, 2)              \
  X(hyp0f1, 2)              \
  X(hyp1f1, 3)              \
  X(hyp2f1, 4)              \
  X(gammainc, 2)            \
  X(gammaincc, 2)           \
  X(betainc, 3)             \
  X(betaincc, 3)

#define FY_LANES_JOIN_(level, name) fy_lanes##level##_##name
#define FY_LANES_JOIN(level, name) FY_LANES_JOIN_(level, name)

// y[i] = f(x[0][i * strides[0]], ...); n is any count, y may be an operand.
#define FY_LANES_DECLARE(level, name)                                               \
  extern "C" __attribute__((visibility("hidden"))) void FY_LANES_JOIN(level, name)( \
      double* y, const double* const* x, const long* strides, long n) noexcept;
#define FY_LANES_DECLARE_ALL(name, operands)          \
  FY_LANES_DECLARE(3, name)                           \
  FY_LANES_DECLARE(4, name)                           \
  namespace formulary::runtime::special::scalar {     \
  double name(FY_VALUES_##operands(double)) noexcept; \
  }

FY_SPECIAL_LANES(FY_LANES_DECLARE_ALL)

#undef FY_LANES_DECLARE
#undef FY_LANES_DECLARE_ALL

// special::name and special::name_block over these, in a family's file.
#define FY_LANES_DEFINE_2(name)                                                                \
  double name(double a, double b) noexcept {                                                   \
    const int level = fy_v1_isa_level();                                                       \
    if (level < 3) return scalar::name(a, b);                                                  \
    const double* const x[] = {&a, &b};                                                        \
    const long strides[] = {0, 0};                                                             \
    double y;                                                                                  \
    (level == 4 ? fy_lanes4_##name : fy_lanes3_##name)(&y, x, strides, 1);                     \
    return y;                                                                                  \
  }                                                                                            \
  void name##_block(double* y, const double* a, long a_stride, const double* b, long b_stride, \
                    long n) noexcept {                                                         \
    const int level = fy_v1_isa_level();                                                       \
    if (level < 3) {                                                                           \
      for (long i = 0; i < n; ++i) y[i] = scalar::name(a[i * a_stride], b[i * b_stride]);      \
      return;                                                                                  \
    }                                                                                          \
    const double* const x[] = {a, b};                                                          \
    const long strides[] = {a_stride, b_stride};                                               \
    (level == 4 ? fy_lanes4_##name : fy_lanes3_##name)(y, x, strides, n);                      \
  }

#define FY_LANES_DEFINE_3(name)                                                                \
  double name(double a, double b, double c) noexcept {                                         \
    const int level = fy_v1_isa_level();                                                       \
    if (level < 3) return scalar::name(a, b, c);                                               \
    const double* const x[] = {&a, &b, &c};                                                    \
    const long strides[] = {0, 0, 0};                                                          \
    double y;                                                                                  \
    (level == 4 ? fy_lanes4_##name : fy_lanes3_##name)(&y, x, strides, 1);                     \
    return y;                                                                                  \
  }                                                                                            \
  void name##_block(double* y, const double* a, long a_stride, const double* b, long b_stride, \
                    const double* c, long c_stride, long n) noexcept {                         \
    const int level = fy_v1_isa_level();                                                       \
    if (level < 3) {                                                                           \
      for (long i = 0; i < n; ++i)                                                             \
        y[i] = scalar::name(a[i * a_stride], b[i * b_stride], c[i * c_stride]);                \
      return;                                                                                  \
    }                                                                                          \
    const double* const x[] = {a, b, c};                                                       \
    const long strides[] = {a_stride, b_stride, c_stride};                                     \
    (level == 4 ? fy_lanes4_##name : fy_lanes3_##name)(y, x, strides, n);                      \
  }

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_LANES_H_
