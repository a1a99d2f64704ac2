#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_INCOMPLETE_BETA_VECTOR_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_INCOMPLETE_BETA_VECTOR_H_

// The regularised incomplete beta functions on vectors, by the methods of incomplete_beta.cc.
// Included by level files only.

#include "server/runtime/registers.h"
#include "server/runtime/special/incomplete_beta_small_vector.h"
#include "server/runtime/special/incomplete_gamma_vector.h"
#include "server/runtime/special/incomplete_tables.h"
#include "server/runtime/special/lanes.h"
#include "server/runtime/special/owens_vector.h"
#include "server/runtime/special/pair_vector.h"

namespace {
namespace lanes {

// By method, and by which operand comes first.
constexpr int kFraction = 1;
constexpr int kFractionSwapped = 2;
constexpr int kQuadrature = 3;
constexpr int kQuadratureSwapped = 4;
constexpr int kSeries = 5;
constexpr int kSeriesSwapped = 6;

// b x - a y, which is 0 at the mean.
inline PairV BetaDelta(VecD a, VecD b, VecD x, PairV y) {
  return Add(ExactProduct(x, b), Negate(Multiply(y, a)));
}

inline MaskD BetaRegionOf(VecD a, VecD b, VecD x) {
  const VecD one = Set1(1.0);
  const PairV y = ExactSum(one, -x);
  const PairV delta = BetaDelta(a, b, x, y);
  // A small shape, the first of two, is swapped away where no series is to serve it.
  const MaskD small_a = a <= one;
  const MaskD small_b = b <= one;
  const MaskD second = (small_a & small_b & (x > Set1(0.5))) | (small_b & ~small_a);
  const VecD part = Select(second, y.hi, x);
  const VecD other = Select(second, a, b);
  const MaskD small = small_a | small_b;
  const MaskD series = small & (part <= Set1(0.5)) & (other * part <= Set1(0.7));
  const MaskD above = delta.hi > VecD{};
  const MaskD swapped = (small & ~second) | (~small & above);
  const MaskD quadrature = (a >= Set1(1500.0)) & (b >= Set1(1500.0));
  const MaskD fraction = (quadrature & (kQuadrature - kFraction)) + Step(swapped) + kFraction;
  const MaskD region = series ? Step(second) + kSeries : fraction;
  const auto inside = [](VecD shape) -> MaskD {
    return (shape >= Set1(1e-100)) & (shape <= Set1(1e10));
  };
  return region & inside(a) & inside(b) & (x >= Set1(1e-290)) & (x < one);
}

// Step m of Didonato and Morris's fraction: m + u x + v (lambda + 1 + m (2 - x)) below, w x^2
// above.
struct BetaStep {
  VecD u;
  VecD v;
  VecD w;
};

inline BetaStep BetaStepAt(VecD a, VecD b, VecD m) {
  const VecD one = Set1(1.0);
  const VecD next = a + (m + m) + one;
  const VecD before = one / (next - Set1(2.0));
  const VecD u = m * (b - m) * before;
  const VecD last = a + m - one;
  return {u, (a + m) / next, last * before * (last + b) * u};
}

constexpr int kBetaSteps = 64;  // set up for uniform shapes
constexpr int kMaxBetaSteps = 3000;

template <bool kUniform>
struct BetaShapeV {
  BetaShapeV(int region, const VecD* x, bool wanted) {
    if (!wanted) return;
    a = x[0];
    b = x[1];
    sum = ExactSum(a, b);
    const VecD s = sum.hi;
    const VecD one = Set1(1.0);
    const VecD bound = Set1(tables::kStirling);
    const MaskD big_a = a >= bound;
    const MaskD big_b = b >= bound;
    const MaskD any = big_a | big_b;
    const VecD gamma_a = ReciprocalGamma1p(Select(big_a, one, a));
    const VecD gamma_b = ReciprocalGamma1p(Select(big_b, one, b));
    rest = Select(any, StirlingRest(Select(any, s, bound)), VecD{}) -
           Select(big_a, StirlingRest(Select(big_a, a, bound)), VecD{}) -
           Select(big_b, StirlingRest(Select(big_b, b, bound)), VecD{});
    const VecD both = error_vector::Root(a / s * b) * Set1(1 / kRootTwoPi);
    const VecD little = Select(big_a, b, a);
    const VecD single =
        little * Select(big_a, gamma_b, gamma_a) * error_vector::Root(Select(big_a, a, b) / s);
    const MaskD a_least = a < b;
    // The rounding of the sum counts log(s) fold.
    const VecD rounding =
        one + Select(s > Set1(2.0), sum.lo * (sleef_log(s) - Set1(0.5) / s), VecD{});
    const VecD none = gamma_a * gamma_b / ReciprocalGamma1p(Select(any, one, s)) * rounding *
                      (Select(a_least, a, b) * (Select(a_least, b, a) / s));
    density = Select(big_a & big_b, both, Select(any, single, none));
    swapped =
        region == kFractionSwapped || region == kQuadratureSwapped || region == kSeriesSwapped;
    if (region >= kSeries) series = BetaSeries<kUniform>(first(), second());
    if constexpr (kUniform) {
      if (region != kFraction && region != kFractionSwapped) return;
      VecD m;
      for (long i = 0; i < kLanes<VecD>; ++i) m[i] = static_cast<double>(i);
      for (long i = 0; i < kBetaSteps; i += kLanes<VecD>) {
        const BetaStep step = BetaStepAt(first(), second(), m);
        Store(u + i, step.u);
        Store(v + i, step.v);
        Store(w + i, step.w);
        m += Set1(static_cast<double>(kLanes<VecD>));
      }
    }
  }
  VecD first() const { return swapped ? b : a; }
  VecD second() const { return swapped ? a : b; }
  BetaStep At(int m) const {
    if constexpr (kUniform) {
      if (m < kBetaSteps) return {Set1(u[m]), Set1(v[m]), Set1(w[m])};
    }
    return BetaStepAt(first(), second(), Set1(static_cast<double>(m)));
  }
  VecD a;
  VecD b;
  PairV sum;
  VecD density;
  VecD rest;
  bool swapped;
  BetaSeries<kUniform> series;
  double u[kUniform ? kBetaSteps : 1];
  double v[kUniform ? kBetaSteps : 1];
  double w[kUniform ? kBetaSteps : 1];
};

// What one shape adds to the exponent: a is the shape, x its power's base, delta the distance.
template <class S>
inline PairV BetaPower(const S& shape, VecD a, PairV x, PairV delta) {
  const VecD bound = Set1(tables::kStirling);
  const MaskD big = a >= bound;
  const MaskD any = (shape.a >= bound) | (shape.b >= bound);
  const PairV of = {a, VecD{}};
  const PairV scaled = SelectPair(any, Multiply(x, shape.sum), x);
  const Logarithm log =
      LogAndGap(SelectPair(big, Divide(scaled, of), scaled), Divide(delta, of), big);
  const PairV power = Multiply(SelectPair(any, Add(log.log, Set1(-1.0)), log.log), a);
  const PairV near = SelectPair(any, Add(power, Negate(delta)), power);
  return SelectPair(big, Negate(Multiply(log.gap, a)), near);
}

// The lower tail divided by x^a y^b / B(a, b), for lambda = a y - b x not much below 0.
template <class S>
inline VecD LowerFractionV(const S& shape, VecD x, VecD lambda) {
  constexpr int kOuter = 2;
  const VecD one = Set1(1.0);
  const VecD start = lambda + one;
  const VecD two_minus = Set1(2.0) - x;
  const VecD square = x * x;
  const auto term = [&](const BetaStep& step, int index) {
    const VecD m = Set1(static_cast<double>(index));
    return MulAdd(step.v, MulAdd(m, two_minus, start), MulAdd(step.u, x, m));
  };
  VecD p0 = {};
  VecD q0 = one;
  VecD p1 = one;
  VecD q1 = term(shape.At(kOuter), kOuter);
  VecD p_end = {};
  VecD q_end = {};
  MaskD open = ~MaskD{};
  for (int i = kOuter + 1; i < kMaxBetaSteps; i += 4) {
    for (int m = i; m < i + 4; ++m) {
      const BetaStep step = shape.At(m);
      const VecD below = term(step, m);
      const VecD above = step.w * square;
      const VecD p = MulAdd(below, p1, above * p0);
      const VecD q = MulAdd(below, q1, above * q0);
      p0 = p1;
      q0 = q1;
      p1 = p;
      q1 = q;
    }
    // A lane's result is taken when the lane is done, whatever the others need.
    p_end = Select(open, p1, p_end);
    q_end = Select(open, q1, q_end);
    open &= Abs(MulAdd(p1, q0, -(p0 * q1))) > Abs(p1 * q0) * Set1(0x1p-51);
    if (!Any(open)) break;
    const VecD scale = Select(Abs(q1) > Set1(0x1p200), Set1(0x1p-200), one);
    p0 *= scale;
    q0 *= scale;
    p1 *= scale;
    q1 *= scale;
  }
  VecD rest = q_end / p_end;
  for (int m = kOuter; m > 0; --m) {
    rest = term(shape.At(m - 1), m - 1) + shape.At(m).w * square / rest;
  }
  return one / rest;
}

// The same for large a and b and lambda >= 0; see incomplete_beta.cc.
inline VecD LowerQuadratureV(VecD a, VecD b, VecD x, VecD y, VecD lambda) {
  const VecD w = x * y;
  const VecD n = (a + b) * w;
  const VecD d = y - x;
  const VecD nd = -n * d;
  const auto poly = [w](double c1, double c2, double c3, double c4) {
    const VecD high = MulAdd(w, MulAdd(w, Set1(c4), Set1(c3)), Set1(c2));
    return MulAdd(w, high, Set1(c1));
  };
  const VecD c2 = n * Set1(1.0 / 2);
  const VecD c3 = nd * Set1(1.0 / 6);
  const VecD c4 = n * poly(1.0 / 24, -6.0 / 24, 0, 0);
  const VecD c5 = nd * poly(1.0 / 120, -12.0 / 120, 0, 0);
  const VecD c6 = n * poly(1.0 / 720, -30.0 / 720, 120.0 / 720, 0);
  const VecD c7 = nd * poly(1.0 / 5040, -60.0 / 5040, 360.0 / 5040, 0);
  const VecD c8 = n * poly(1.0 / 40320, -126.0 / 40320, 1680.0 / 40320, -5040.0 / 40320);
  const VecD c9 = nd * poly(1.0 / 362880, -252.0 / 362880, 5040.0 / 362880, -20160.0 / 362880);
  const VecD c10 = n * MulAdd(w * w,
                              MulAdd(w, MulAdd(w, Set1(0.1), Set1(-151200.0 / 3628800)),
                                     Set1(17640.0 / 3628800)),
                              MulAdd(w, Set1(-510.0 / 3628800), Set1(1.0 / 3628800)));
  const VecD length =
      Set1(80.0) / (lambda + error_vector::Root(MulAdd(lambda, lambda, Set1(160.0) * c2)));
  VecD sum = {};
  for (int i = 0; i < tables::kNodeCount; ++i) {
    const VecD s = length * Set1(tables::kNodes[i]);
    const VecD high = MulAdd(s, MulAdd(s, MulAdd(s, MulAdd(s, c10, c9), c8), c7), c6);
    const VecD curve = MulAdd(s, MulAdd(s, MulAdd(s, MulAdd(s, high, c5), c4), c3), c2);
    sum = MulAdd(Set1(tables::kWeights[i]), ExpBelow(-s * MulAdd(s, curve, lambda)), sum);
  }
  return sum * length;
}

template <bool kLower>
struct CoreBeta {
  static constexpr int kOperands = 3;
  static constexpr int kShapes = 2;
  static constexpr int kRegions = 7;
  template <bool kUniform>
  using Shape = BetaShapeV<kUniform>;

  static MaskD Region(const VecD* x) { return BetaRegionOf(x[0], x[1], x[2]); }

  template <class S>
  static VecD Run(int region, const S& shape, const VecD* operands) {
    const VecD one = Set1(1.0);
    const PairV x = {operands[2], VecD{}};
    const PairV y = ExactSum(one, -x.hi);
    const PairV delta = BetaDelta(shape.a, shape.b, x.hi, y);
    const PairV e =
        Add(Add(BetaPower(shape, shape.a, x, delta), BetaPower(shape, shape.b, y, Negate(delta))),
            shape.rest);
    const VecD part = shape.swapped ? y.hi : x.hi;
    if (region >= kSeries) return Small(shape, part, e, operands);
    const VecD lambda = shape.swapped ? delta.hi : -delta.hi;
    const VecD factor = region <= kFractionSwapped
                            ? LowerFractionV(shape, part, lambda)
                            : LowerQuadratureV(shape.first(), shape.second(), part,
                                               shape.swapped ? x.hi : y.hi, lambda);
    const VecD value = ScaledExp(e, shape.density * factor);
    if (shape.swapped == kLower) return one - value;
    return Repaired(value, e.hi <= Set1(-690.0), operands);
  }

  static double Value(const double* x) {
    namespace scalar = formulary::runtime::special::scalar;
    return kLower ? scalar::betainc(x[0], x[1], x[2]) : scalar::betaincc(x[0], x[1], x[2]);
  }

 private:
  // The upper tail as 1 minus the lower one in which the 1 is dropped, or the lower one.
  template <class S>
  static VecD Small(const S& shape, VecD part, PairV e, const VecD* x) {
    const VecD one = Set1(1.0);
    const VecD sum = shape.series.Sum(part);
    const VecD head = sleef_expm1(MulAdd(shape.first(), sleef_log(part), shape.series.log_scale));
    const VecD upper = -(head + MulAdd(head, sum, sum));
    // exp(e) has the other shape's power as a factor.
    const VecD power = sleef_exp(-shape.second() * sleef_log1p(-part));
    const VecD lower = ScaledExp(e, shape.density / shape.first() * (one + sum) * power);
    const MaskD by_upper = upper < Set1(0.5);
    if (shape.swapped == kLower) return Select(by_upper, upper, one - lower);
    const VecD value = Select(by_upper, one - upper, lower);
    return Repaired(value, ~by_upper & (e.hi <= Set1(-690.0)), x);
  }

  static VecD Repaired(VecD value, MaskD where, const VecD* x) {
    if (__builtin_expect(!Any(where), 1)) return value;
    return Repair(value, where, x);
  }
  [[gnu::noinline, gnu::cold]] static VecD Repair(VecD value, MaskD where, const VecD* x) {
    for (long i = 0; i < kLanes<VecD>; ++i) {
      const double one[] = {x[0][i], x[1][i], x[2][i]};
      if (where[i]) value[i] = Value(one);
    }
    return value;
  }
};

using Core_betainc = CoreBeta<true>;
using Core_betaincc = CoreBeta<false>;

}  // namespace lanes
}  // namespace

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_INCOMPLETE_BETA_VECTOR_H_
