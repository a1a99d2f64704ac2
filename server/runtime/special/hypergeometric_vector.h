#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_HYPERGEOMETRIC_VECTOR_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_HYPERGEOMETRIC_VECTOR_H_

// 0F1, 1F1 and 2F1 on vectors whose operands may all vary: the power series, whose first terms are
// pairs of doubles and whose last ones count for little and are doubles, after Kummer's or Pfaff's
// transformation where that spares cancellation. NaN where the series does not serve:
// hypergeometric_fast.cc computes those. Included by level files only. Sources: DLMF 13.2.39,
// 15.8.1.

#include "server/runtime/registers.h"
#include "server/runtime/special/gamma_stirling.h"
#include "server/runtime/special/pair_vector.h"

namespace {
namespace lanes {

// The sum over n of (upper)_n / ((lower)_n n!) z^n.
template <int kUpper>
struct HypergeometricSeries {
  PairV upper[kUpper + 1];  // the last one is not used: no array may be empty
  VecD lower;
  PairV z;

  PairV Sum() const;

 private:
  static constexpr double kMaxTerms = 1500;
  // Terms from so small a part of the sum on are doubles, and left out.
  static constexpr double kInDouble = 0x1p-13;
  static constexpr double kLeftOut = 0x1p-63;
  // The terms must fall so fast before either.
  static constexpr double kFall = 0.98;
  // Of the sum of the terms' sizes that the sum may have lost.
  static constexpr double kMostCancelled = 0x1p-36;

  // From here on no factor changes its sign.
  VecD Settled() const {
    VecD least = Set1(1.0) - lower;
    for (int i = 0; i < kUpper; ++i) {
      const VecD next = Set1(1.0) - upper[i].hi;
      least = Select(next > least, next, least);
    }
    return least;
  }

  PairV Ratio(VecD n) const {
    PairV factor = z;
    for (int i = 0; i < kUpper; ++i) factor = Multiply(factor, Add(upper[i], n));
    return Divide(factor, Multiply(ExactSum(lower, n), n + Set1(1.0)));
  }
  VecD RoughRatio(VecD n) const {
    VecD factor = z.hi;
    for (int i = 0; i < kUpper; ++i) factor *= upper[i].hi + n;
    return factor / ((lower + n) * (n + Set1(1.0)));
  }
};

template <int kUpper>
inline PairV HypergeometricSeries<kUpper>::Sum() const {
  const VecD one = Set1(1.0);
  const VecD settled = Settled();
  PairV term = {one, VecD{}};
  PairV sum = term;
  VecD sizes = one;
  VecD n = {};
  // Each lane stops by itself: its result does not depend on the others.
  MaskD active = ~MaskD{};
  for (VecD k = {}; Any(active) && !AnyAbove(k, Set1(kMaxTerms)); k += one) {
    const PairV next = Multiply(term, Ratio(n));
    const VecD size = Abs(next.hi);
    const PairV total = Add(sum, next);
    const MaskD goes_on = (size > Abs(total.hi) * Set1(kInDouble)) |
                          (size > Abs(term.hi) * Set1(kFall)) | (n < settled);
    term = SelectPair(active, next, term);
    sum = SelectPair(active, total, sum);
    sizes = Select(active, sizes + size, sizes);
    n = Select(active, n + one, n);
    active &= goes_on;
  }
  MaskD failed = active;
  VecD small = term.hi;
  VecD tail = {};
  VecD largest = Abs(small);
  const VecD enough = Abs(sum.hi) * Set1(kLeftOut);
  active = ~failed & (largest > enough);
  for (VecD k = {}; Any(active) && !AnyAbove(k, Set1(kMaxTerms)); k += one) {
    const VecD next = small * RoughRatio(n);
    const VecD size = Abs(next);
    const MaskD goes_on = (size > enough) | (size > Abs(small) * Set1(kFall));
    largest = Select(active & (size > largest), size, largest);
    small = Select(active, next, small);
    tail = Select(active, tail + next, tail);
    n = Select(active, n + one, n);
    active &= goes_on & (size > VecD{});
  }
  sum = Add(sum, tail);
  const VecD size = Abs(sum.hi);
  const MaskD fits = (sizes * Set1(kMostCancelled) < size) & (size < Set1(1e290)) &
                     (largest <= size * Set1(2 * kInDouble));
  failed |= active | ~fits;
  sum.hi = Select(failed, Set1(__builtin_nan("")), sum.hi);
  return sum;
}

// sum * exp(exponent), the power as a pair. REQUIRES: |exponent| < 700.
inline VecD TimesExp(PairV sum, PairV exponent) {
  const VecD one = Set1(1.0);
  const VecD step = Set1(0x1.8p52);
  const VecD n = MulAdd(exponent.hi, Set1(0x1.71547652b82fep+0), step) - step;
  const PairV r = FastSum(MulAdd(n, Set1(-kGammaLog2High), exponent.hi),
                          MulAdd(n, Set1(-kGammaLog2Low), exponent.lo));
  const VecD square = r.hi * r.hi;
  const VecD tail =
      MulAdd(square, GammaHorner2(r.hi, square, kGammaExpSeries), MulAdd(r.lo, r.hi, r.lo));
  const PairV start = FastSum(one, r.hi);
  const PairV power = FastSum(start.hi, start.lo + tail);
  const PairV product = Multiply(power, sum);
  return GammaScale(product.hi + product.lo, n);
}

inline MaskD IsLowerParameter(VecD b) {
  const VecD whole = (b + Set1(0x1.8p52)) - Set1(0x1.8p52);
  return (Abs(b) <= Set1(200.0)) & ((b > VecD{}) | (b != whole));
}

// How many of the limits are at or below size.
template <int kCount>
inline MaskD IndexOfSize(VecD size, const double (&limits)[kCount]) {
  MaskD index = {};
  for (const double limit : limits) index -= (size >= Set1(limit));
  return index;
}

// Of a core whose elements need no set-up.
struct NoShape {
  NoShape(int, const VecD*, bool) {}
};

struct Core_hyp0f1 {
  static constexpr int kOperands = 2;
  static constexpr int kShapes = 0;
  static constexpr double kLimits[] = {1, 8, 40, 150};
  static constexpr int kRegions = 6;
  template <bool>
  using Shape = NoShape;

  static MaskD Region(const VecD* x) {
    const VecD size = Abs(x[1]);
    return IsLowerParameter(x[0]) & (size <= Set1(600.0)) & (IndexOfSize(size, kLimits) + 1);
  }
  static VecD Run(int, const NoShape&, const VecD* x) {
    const HypergeometricSeries<0> series = {{}, x[0], {x[1], VecD{}}};
    const PairV sum = series.Sum();
    return sum.hi + sum.lo;
  }
  static double Value(const double*) { return __builtin_nan(""); }
};

struct Core_hyp1f1 {
  static constexpr int kOperands = 3;
  static constexpr int kShapes = 0;
  static constexpr double kLimits[] = {1, 4, 10, 25, 80};
  static constexpr int kKummer = 7;  // regions from here on
  static constexpr int kRegions = 13;
  template <bool>
  using Shape = NoShape;

  static MaskD Region(const VecD* x) {
    const VecD size = Abs(x[2]);
    const MaskD inside =
        IsLowerParameter(x[1]) & (Abs(x[0]) <= Set1(200.0)) & (size <= Set1(300.0));
    const MaskD kummer = (x[2] <= Set1(-1.0)) & (kKummer - 1);
    return inside & (IndexOfSize(size, kLimits) + 1 + kummer);
  }
  // exp(x) M(b - a, b, -x) from region kKummer on.
  static VecD Run(int region, const NoShape&, const VecD* x) {
    const bool kummer = region >= kKummer;
    HypergeometricSeries<1> series = {{{x[0], VecD{}}, {}}, x[1], {x[2], VecD{}}};
    if (kummer) {
      series.upper[0] = ExactSum(x[1], -x[0]);
      series.z.hi = -x[2];
    }
    const PairV sum = series.Sum();
    return kummer ? TimesExp(sum, {x[2], VecD{}}) : sum.hi + sum.lo;
  }
  static double Value(const double*) { return __builtin_nan(""); }
};

struct Core_hyp2f1 {
  static constexpr int kOperands = 4;
  static constexpr int kShapes = 0;
  static constexpr double kLimits[] = {0.125, 0.25, 0.4, 0.55, 0.68, 0.78, 0.86, 0.92};
  static constexpr int kPfaff = 10;  // regions from here on
  static constexpr int kRegions = 19;
  template <bool>
  using Shape = NoShape;

  static MaskD Region(const VecD* x) {
    const VecD z = x[3];
    const MaskD inside = (Abs(x[0]) <= Set1(200.0)) & (Abs(x[1]) <= Set1(200.0)) &
                         IsLowerParameter(x[2]) & (z < Set1(0.96875)) & (z > Set1(-31.0));
    const MaskD pfaff = z <= Set1(-0.25);
    const VecD size = Select(pfaff, z / (z - Set1(1.0)), Abs(z));
    return inside & (IndexOfSize(size, kLimits) + 1 + (pfaff & (kPfaff - 1)));
  }
  // (1 - x)^-a F(a, c - b; c; x / (x - 1)) from region kPfaff on, or that with a and b exchanged.
  static VecD Run(int region, const NoShape&, const VecD* x) {
    HypergeometricSeries<2> series = {{{x[0], VecD{}}, {x[1], VecD{}}, {}}, x[2], {x[3], VecD{}}};
    if (region < kPfaff) {
      const PairV sum = series.Sum();
      return sum.hi + sum.lo;
    }
    const PairV rest_a = ExactSum(x[2], -x[0]);
    const PairV rest_b = ExactSum(x[2], -x[1]);
    const MaskD swap = (rest_b.hi < VecD{}) & (rest_a.hi > VecD{});
    const PairV complement = ExactSum(Set1(1.0), -x[3]);
    series.upper[0].hi = Select(swap, x[1], x[0]);
    series.upper[1] = SelectPair(swap, rest_a, rest_b);
    series.z = Divide({-x[3], VecD{}}, complement);
    const PairV sum = series.Sum();
    const PairV log = LogAndGap(complement, {-x[3], VecD{}}, ~MaskD{}).log;
    const PairV exponent = Multiply(log, -series.upper[0].hi);
    const VecD value = TimesExp(sum, exponent);
    return Select(Abs(exponent.hi) < Set1(650.0), value, Set1(__builtin_nan("")));
  }
  static double Value(const double*) { return __builtin_nan(""); }
};

}  // namespace lanes
}  // namespace

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_HYPERGEOMETRIC_VECTOR_H_
