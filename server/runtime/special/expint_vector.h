#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_EXPINT_VECTOR_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_EXPINT_VECTOR_H_

// The generalised exponential integral E_n(x) on vectors: from E_1 upwards for small x and whole n,
// else by its continued fraction. Included by level files only. Sources: DLMF 8.19.12, 8.19.17,
// 8.9.2.

#include "server/runtime/registers.h"
#include "server/runtime/special/error_vector.h"
#include "server/runtime/special/integral_vector.h"
#include "server/runtime/special/lanes.h"

namespace {
namespace lanes {

// gamma(a, x)/(x^a exp(-x)) for a < 4, by the fraction all of whose terms but the first ones are
// positive, with a fixed number of them: forward without divisions, but for the outermost steps,
// which shrink the errors of the rest.
constexpr int kFractionCount = 11;
constexpr double kFractionFrom[kFractionCount] = {1, 1.1, 1.35, 1.7, 2.1, 3.1, 5.1, 9, 17, 33, 100};
constexpr int kFractionTerms[kFractionCount] = {106, 99, 83, 68, 57, 42, 29, 20, 14, 11, 7};

// Which of them serves x.
inline MaskD FractionIndex(VecD x) {
  MaskD index = {};
  for (int i = 1; i < kFractionCount; ++i) index -= (x >= Set1(kFractionFrom[i]));
  return index;
}

inline VecD PositiveFraction(int terms, VecD a, VecD x) {
  using error_vector::MulAdd;
  const VecD one = Set1(1.0);
  VecD p0 = {};
  VecD q0 = one;
  VecD p1 = one;
  VecD q1 = x;
  constexpr int kOuter = 4;
  VecD i = Set1(double{kOuter});
  for (int k = kOuter; k < terms; ++k) {
    i += one;
    const VecD step = i - a;
    p0 = MulAdd(step, p0, p1);
    q0 = MulAdd(step, q0, q1);
    p1 = MulAdd(x, p0, i * p1);
    q1 = MulAdd(x, q0, i * q1);
  }
  VecD rest = q1 / p1;
  for (int k = kOuter; k > 0; --k) {
    i = Set1(static_cast<double>(k));
    rest = MulAdd(i - a, rest / (rest + i), x);
  }
  return one / rest;
}

struct Core_expint {
  static constexpr int kOperands = 2;
  static constexpr int kShapes = 1;
  static constexpr int kRegions = 2 + kFractionCount;
  static constexpr double kMaxClimb = 16;

  template <bool>
  struct Shape {
    Shape(int, const VecD*, bool) {}
  };

  static MaskD Region(const VecD* x) {
    const VecD n = x[0];
    const VecD whole = (n + Set1(0x1p52)) - Set1(0x1p52);
    const MaskD climbs = (x[1] < Set1(1.0)) & (x[1] > Set1(1e-290)) & (n >= Set1(1.0)) &
                         (n <= Set1(kMaxClimb)) & (n == whole);
    const MaskD fraction =
        (x[1] >= Set1(1.0)) & (x[1] <= Set1(680.0)) & (n > VecD{}) & (n <= Set1(60.0));
    return (climbs & 1) | (fraction & (FractionIndex(x[1]) + 2));
  }

  template <class S>
  static VecD Run(int region, const S&, const VecD* x) {
    const VecD n = x[0];
    const VecD z = x[1];
    if (region > 1) {
      return PositiveFraction(kFractionTerms[region - 2], Set1(1.0) - n, z) * sleef_exp(-z);
    }
    VecD value = own_strict_e1(z);
    const VecD power = sleef_exp(-z);
    const VecD one = Set1(1.0);
    for (VecD k = one; AnyAbove(n, k); k += one) {
      value = Select(n > k, error_vector::MulAdd(-z, value, power) / k, value);
    }
    return value;
  }

  static double Value(const double* x) {
    return formulary::runtime::special::scalar::expint(x[0], x[1]);
  }
};

}  // namespace lanes
}  // namespace

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_EXPINT_VECTOR_H_
