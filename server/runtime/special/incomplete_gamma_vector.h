#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_INCOMPLETE_GAMMA_VECTOR_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_INCOMPLETE_GAMMA_VECTOR_H_

// The regularised incomplete gamma functions on vectors, by the methods of incomplete_gamma.cc.
// Included by level files only.

#include "server/runtime/registers.h"
#include "server/runtime/special/error_vector.h"
#include "server/runtime/special/expint_vector.h"
#include "server/runtime/special/incomplete_tables.h"
#include "server/runtime/special/lanes.h"
#include "server/runtime/special/pair_vector.h"

namespace {
namespace lanes {

constexpr double kRootTwoPi = 2.5066282746310002;

// 1/gamma(1 + a) for 0 <= a < 20.
inline VecD ReciprocalGamma1p(VecD a) {
  const VecD one = Set1(1.0);
  VecD product = one;
  while (AnyAbove(a, one)) {
    const MaskD above = a > one;
    product = Select(above, product * a, product);
    a = Select(above, a - one, a);
  }
  return error_vector::Polynomial(a - Set1(0.5), tables::kReciprocalGamma) / product;
}

// log(gamma(a)/(sqrt(2 pi/a) (a/e)^a)) for a >= 9 (DLMF 5.11.1).
inline VecD StirlingRest(VecD a) {
  const VecD r = Set1(1.0) / a;
  constexpr double kTerms[] = {1.0 / 12,    -1.0 / 360,       1.0 / 1260,
                               -1.0 / 1680, 1.0 / 1188,       -691.0 / 360360,
                               1.0 / 156,   -3617.0 / 122400, 43867.0 / 244188};
  return error_vector::Polynomial(r * r, kTerms) * r;
}

constexpr int kSmall = 1;
constexpr int kTemmeFirst = 2;  // by a, the largest first
constexpr int kTemmeCount = 5;
constexpr int kSeriesFirst = kTemmeFirst + kTemmeCount;  // x below and above a/2
constexpr int kPositiveFirst = kSeriesFirst + 2;
constexpr int kEvenFirst = kPositiveFirst + kFractionCount;
constexpr int kEvenTerms[] = {24, 20, 14, 9};
constexpr int kGammaRegions = kEvenFirst + 4;

inline MaskD Step(MaskD m) { return -m; }  // 1 where true

inline MaskD GammaRegion(VecD a, VecD x) {
  const VecD one = Set1(1.0);
  const MaskD small = (a <= one) & (x <= Set1(1.1));
  const MaskD large = a >= Set1(20.0);
  const MaskD temme = large & (Abs(x - a) <= Set1(0.4) * a);
  const MaskD series = (x < a + Set1(0.25)) | (x <= Set1(1.1));
  const MaskD positive = a < Set1(4.0);
  const MaskD by_a = Step(a < Set1(1e5)) + Step(a < Set1(2000.0)) + Step(a < Set1(200.0)) +
                     Step(a < Set1(50.0)) + kTemmeFirst;
  const MaskD by_half = Step(x > Set1(0.5) * a) + kSeriesFirst;
  const VecD unit = Select(large, Set1(0.05) * a, one);
  const MaskD even = Step(x >= Select(large, Set1(40.0) * unit, Set1(6.0))) +
                     Step(x >= Set1(40.0) * unit) + Step(x >= Set1(80.0) * unit) + kEvenFirst;
  MaskD region = positive ? FractionIndex(x) + kPositiveFirst : even;
  region = series ? by_half : region;
  region = temme ? by_a : region;
  region = small ? MaskD{} + kSmall : region;
  return region & (a >= Set1(1e-290)) & (a <= Set1(1e10)) & (x >= Set1(1e-290)) &
         (x <= Set1(1e200));
}

// How many coefficients of Temme's c_0, c_1, ... count for large a; see incomplete_gamma.cc.
struct TemmeLevel {
  int rows;
  int counts[12];
};
constexpr TemmeLevel kTemmeLevels[kTemmeCount] = {
    {3, {19, 13, 7}},
    {5, {19, 15, 11, 7, 2}},
    {7, {19, 16, 14, 11, 7, 5, 1}},
    {9, {19, 17, 15, 13, 11, 9, 7, 5, 2}},
    {12, {19, 17, 15, 15, 13, 12, 10, 9, 7, 5, 3, 1}}};
constexpr int kTemmeOffsets[] = {0, 19, 36, 51, 66, 79, 91, 101, 110, 117, 122, 125};

constexpr int kSeriesTerms = 96;
constexpr int kSmallTerms = 18;

template <bool kUniform>
struct GammaShapeV {
  GammaShapeV(int region, const VecD* x, bool wanted) {
    if (!wanted) return;
    a = x[0];
    const VecD one = Set1(1.0);
    const MaskD big = a >= Set1(tables::kStirling);
    density = one;
    rest = VecD{};
    if (Any(~big)) density = ReciprocalGamma1p(Select(big, one, a));
    if (Any(big)) {
      const VecD high = Select(big, a, Set1(tables::kStirling));
      root = one / (Set1(kRootTwoPi) * error_vector::Root(high));
      density = Select(big, root, density);
      rest = Select(big, -StirlingRest(high), rest);
    }
    if (region >= kTemmeFirst && region < kSeriesFirst) rest = VecD{};  // part of the expansion
    if (region == kSmall) {
      log_gamma = -sleef_log1p(a * error_vector::Polynomial(a, tables::kReciprocalGammaRest));
      double factor = 1;
      for (int i = 0; i < kSmallTerms; ++i) {
        factor /= -(i + 1.0);
        coefficients[i] = a * Set1(factor) / (a + Set1(i + 1.0));
      }
    } else if (region < kSeriesFirst) {
      // Powers of 1/a first: what stays are powers of eta.
      const TemmeLevel& level = kTemmeLevels[region - kTemmeFirst];
      const VecD r = one / a;
      for (int i = 0; i < 19; ++i) {
        int row = level.rows - 1;
        while (level.counts[row] <= i) --row;
        VecD sum = Set1(tables::kTemme[kTemmeOffsets[row] + i]);
        for (--row; row >= 0; --row)
          sum = MulAdd(sum, r, Set1(tables::kTemme[kTemmeOffsets[row] + i]));
        coefficients[i] = sum;
      }
    } else if (kUniform && region < kPositiveFirst) {
      VecD step;
      for (long i = 0; i < kLanes<VecD>; ++i) step[i] = static_cast<double>(i + 1);
      for (long i = 0; i < kSeriesTerms; i += kLanes<VecD>) {
        Store(reciprocals + i, one / (a + step));
        step += Set1(static_cast<double>(kLanes<VecD>));
      }
    }
  }
  VecD a;
  VecD density;
  VecD rest;
  VecD root;
  VecD log_gamma;
  VecD coefficients[19];
  double reciprocals[kUniform ? kSeriesTerms : 1];
};

// log(x^a exp(-x)/gamma(a + 1)/density).
template <class S>
inline PairV GammaExponentV(const S& shape, VecD x) {
  const VecD a = shape.a;
  const MaskD big = a >= Set1(tables::kStirling);
  const PairV whole = {a, VecD{}};
  const PairV t = Divide(ExactSum(x, -a), whole);
  const PairV z = Divide({x, VecD{}}, whole);
  const Logarithm log = LogAndGap(SelectPair(big, z, {x, VecD{}}), t, big);
  const PairV near = Add(Multiply(log.log, a), -x);
  const PairV far = Add(Negate(Multiply(log.gap, a)), shape.rest);
  return SelectPair(big, far, near);
}

// x^a exp(-x)/gamma(a + 1) times this is the lower tail.
template <bool kUniform>
inline VecD LowerSeriesV(const GammaShapeV<kUniform>& shape, VecD x) {
  const VecD one = Set1(1.0);
  VecD term = one;
  VecD sum = one;
  for (int i = 0; i < kSeriesTerms; i += 4) {
    // More terms than a lane needs leave its sum as it is.
    for (int j = i; j < i + 4; ++j) {
      VecD reciprocal;
      if constexpr (kUniform) {
        reciprocal = Set1(shape.reciprocals[j]);
      } else {
        reciprocal = one / (shape.a + Set1(j + 1.0));
      }
      term *= x * reciprocal;
      sum += term;
    }
    if (!AnyAbove(term, sum * Set1(0x1p-54))) break;
  }
  return sum;
}

// x^a exp(-x)/gamma(a) times this is the upper tail, for a >= 4.
inline VecD EvenFraction(int terms, VecD a, VecD x) {
  const VecD one = Set1(1.0);
  constexpr int kOuter = 2;
  const VecD first = x + one - a;
  VecD b = first + Set1(2.0 * kOuter);
  VecD p0 = {};
  VecD q0 = one;
  VecD p1 = one;
  VecD q1 = b;
  VecD i = Set1(double{kOuter});
  for (int k = kOuter; k < terms; ++k) {
    i += one;
    b += Set1(2.0);
    const VecD step = i * (a - i);
    const VecD p = MulAdd(b, p1, step * p0);
    const VecD q = MulAdd(b, q1, step * q0);
    p0 = p1;
    q0 = q1;
    p1 = p;
    q1 = q;
  }
  VecD rest = q1 / p1;
  for (int k = kOuter; k > 0; --k) {
    i = Set1(static_cast<double>(k));
    rest = first + Set1(2.0 * (k - 1)) + i * (a - i) / rest;
  }
  return one / rest;
}

template <bool kLower>
struct CoreGamma {
  static constexpr int kOperands = 2;
  static constexpr int kShapes = 1;
  static constexpr int kRegions = kGammaRegions;
  template <bool kUniform>
  using Shape = GammaShapeV<kUniform>;

  static MaskD Region(const VecD* x) { return GammaRegion(x[0], x[1]); }

  template <class S>
  static VecD Run(int region, const S& shape, const VecD* operands) {
    const VecD a = shape.a;
    const VecD x = operands[1];
    const VecD one = Set1(1.0);
    const PairV e = GammaExponentV(shape, x);
    if (region == kSmall) {
      const PairV power = Add(e, x);  // a log(x)
      const VecD head = sleef_expm1((power.hi - shape.log_gamma) + power.lo);
      VecD sum = shape.coefficients[kSmallTerms - 1];
      for (int i = kSmallTerms - 2; i >= 0; --i) sum = MulAdd(sum, x, shape.coefficients[i]);
      sum *= x;
      const VecD upper = -(head + MulAdd(head, sum, sum));
      const VecD lower = ScaledExp(power, shape.density * (one + sum));
      const MaskD by_upper = upper < Set1(0.5);
      return kLower ? Select(by_upper, one - upper, lower) : Select(by_upper, upper, one - lower);
    }
    MaskD is_lower = ~MaskD{};
    VecD factor;
    if (region < kSeriesFirst) {
      is_lower = x < a;
      const VecD z = error_vector::Root(Select(e.hi < VecD{}, -e.hi, VecD{}));
      const VecD eta = Select(is_lower, -z, z) * (Set1(2 * 1.7724538509055159) * shape.root);
      VecD sum = shape.coefficients[18];
      for (int i = 17; i >= 0; --i) sum = MulAdd(sum, eta, shape.coefficients[i]);
      sum *= shape.root;
      const VecD half = Set1(0.5) * error_vector::Erfcx(z);
      factor = Select(is_lower, half - sum, half + sum);
    } else if (region < kPositiveFirst) {
      factor = shape.density * LowerSeriesV(shape, x);
    } else {
      is_lower = MaskD{};
      const VecD fraction = region < kEvenFirst
                                ? PositiveFraction(kFractionTerms[region - kPositiveFirst], a, x)
                                : EvenFraction(kEvenTerms[region - kEvenFirst], a, x);
      factor = shape.density * (a * fraction);
    }
    return Finish(ScaledExp(e, factor), e, is_lower, operands);
  }

  static double Value(const double* x) {
    namespace scalar = formulary::runtime::special::scalar;
    return kLower ? scalar::gammainc(x[0], x[1]) : scalar::gammaincc(x[0], x[1]);
  }

 private:
  static VecD Finish(VecD value, PairV e, MaskD is_lower, const VecD* x) {
    const MaskD wanted = kLower ? is_lower : ~is_lower;
    const VecD result = Select(wanted, value, Set1(1.0) - value);
    const MaskD tiny = wanted & ~(e.hi > Set1(-690.0));
    if (__builtin_expect(!Any(tiny), 1)) return result;
    return FixLanes(result, tiny, x[0], x[1], [](double a, double b) {
      const double both[] = {a, b};
      return Value(both);
    });
  }
};

using Core_gammainc = CoreGamma<true>;
using Core_gammaincc = CoreGamma<false>;

}  // namespace lanes
}  // namespace

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_INCOMPLETE_GAMMA_VECTOR_H_
