// 0F1, 1F1, 2F1 at ordinary arguments: on vectors (hypergeometric_vector.h), and what these leave
// by hypergeometric_block.h. Source: DLMF 13.2.39 (Kummer's transformation), 15.8.1 (Pfaff's).

#include <algorithm>
#include <cmath>

#include "server/runtime/special/hypergeometric_block.h"
#include "server/runtime/special/hypergeometric_forms.h"
#include "server/runtime/special/lanes.h"
#include "server/runtime/special/special.h"

namespace formulary::runtime::special {
namespace {

// The core on vectors of this processor's level; null where there is none.
using Core = void (*)(double* y, const double* const* x, const long* strides, long n) noexcept;
Core CoreFor(Core level3, Core level4) {
  const int level = fy_v1_isa_level();
  return level == 4 ? level4 : level == 3 ? level3 : nullptr;
}

// The elements that the core leaves go to `rest`, which takes the operands of one element, or to
// `uniform_rest`, which takes results, arguments and their count, where the parameters are uniform.
template <int kOperands, class UniformRest, class Rest>
void FillAll(Core core, double* y, const double* const* x, const long* strides, long n,
             UniformRest uniform_rest, Rest rest) {
  constexpr long kChunk = 1024;
  bool uniform = true;
  for (int k = 0; k + 1 < kOperands; ++k) uniform &= strides[k] == 0;
  double values[kChunk], arguments[kChunk], results[kChunk];
  short left[kChunk];
  for (long at = 0; at < n; at += kChunk) {
    const long count = std::min(n - at, kChunk);
    const double* from[kOperands];
    for (int k = 0; k < kOperands; ++k) from[k] = x[k] + at * strides[k];
    if (core != nullptr) {
      core(values, from, strides, count);
    } else {
      std::fill_n(values, count, __builtin_nan(""));
    }
    int others = 0;
    for (long i = 0; i < count; ++i) {
      if (std::isnan(values[i])) left[others++] = static_cast<short>(i);
    }
    for (int j = 0; j < others; ++j) {
      const long i = left[j];
      double operands[kOperands];
      for (int k = 0; k < kOperands; ++k) operands[k] = from[k][i * strides[k]];
      arguments[j] = operands[kOperands - 1];
      if (!uniform) values[i] = rest(operands);
    }
    if (uniform && others != 0) {
      uniform_rest(results, arguments, others);
      for (int j = 0; j < others; ++j) values[left[j]] = results[j];
    }
    std::copy_n(values, count, y + at);
  }
}

template <int kOperands, class Rest>
double ValueOf(Core core, const double (&operands)[kOperands], Rest rest) {
  if (core != nullptr) {
    const double* x[kOperands];
    const long strides[kOperands] = {};
    for (int k = 0; k < kOperands; ++k) x[k] = operands + k;
    double y;
    core(&y, x, strides, 1);
    if (!std::isnan(y)) return y;
  }
  return rest(operands);
}

}  // namespace

namespace scalar {

double hyp0f1(double a, double b) noexcept { return Value(Fast0f1(a), b); }
double hyp1f1(double a, double b, double c) noexcept { return Value(Fast1f1(a, b), c); }
double hyp2f1(double a, double b, double c, double d) noexcept {
  return Value(Fast2f1(a, b, c), d);
}

}  // namespace scalar

double hyp0f1(double a, double b) noexcept {
  return ValueOf(CoreFor(fy_lanes3_hyp0f1, fy_lanes4_hyp0f1), {a, b},
                 [](const double* x) { return scalar::hyp0f1(x[0], x[1]); });
}

double hyp1f1(double a, double b, double c) noexcept {
  return ValueOf(CoreFor(fy_lanes3_hyp1f1, fy_lanes4_hyp1f1), {a, b, c},
                 [](const double* x) { return scalar::hyp1f1(x[0], x[1], x[2]); });
}

double hyp2f1(double a, double b, double c, double d) noexcept {
  return ValueOf(CoreFor(fy_lanes3_hyp2f1, fy_lanes4_hyp2f1), {a, b, c, d},
                 [](const double* x) { return scalar::hyp2f1(x[0], x[1], x[2], x[3]); });
}

void hyp0f1_block(double* y, const double* a, long a_stride, const double* b, long b_stride,
                  long n) noexcept {
  const double* const x[] = {a, b};
  const long strides[] = {a_stride, b_stride};
  const double parameter = *a;
  FillAll<2>(
      CoreFor(fy_lanes3_hyp0f1, fy_lanes4_hyp0f1), y, x, strides, n,
      [&](double* results, const double* arguments, long count) {
        FillBlock(Fast0f1(parameter), results, arguments, count);
      },
      [](const double* one) { return scalar::hyp0f1(one[0], one[1]); });
}

void hyp1f1_block(double* y, const double* a, long a_stride, const double* b, long b_stride,
                  const double* c, long c_stride, long n) noexcept {
  const double* const x[] = {a, b, c};
  const long strides[] = {a_stride, b_stride, c_stride};
  const double upper = *a, lower = *b;
  FillAll<3>(
      CoreFor(fy_lanes3_hyp1f1, fy_lanes4_hyp1f1), y, x, strides, n,
      [&](double* results, const double* arguments, long count) {
        FillBlock(Fast1f1(upper, lower), results, arguments, count);
      },
      [](const double* one) { return scalar::hyp1f1(one[0], one[1], one[2]); });
}

void hyp2f1_block(double* y, const double* a, long a_stride, const double* b, long b_stride,
                  const double* c, long c_stride, const double* d, long d_stride, long n) noexcept {
  const double* const x[] = {a, b, c, d};
  const long strides[] = {a_stride, b_stride, c_stride, d_stride};
  const double first = *a, second = *b, lower = *c;
  FillAll<4>(
      CoreFor(fy_lanes3_hyp2f1, fy_lanes4_hyp2f1), y, x, strides, n,
      [&](double* results, const double* arguments, long count) {
        FillBlock(Fast2f1(first, second, lower), results, arguments, count);
      },
      [](const double* one) { return scalar::hyp2f1(one[0], one[1], one[2], one[3]); });
}

}  // namespace formulary::runtime::special
