// The incomplete beta functions, one value at a time. Sources: DLMF 8.17 (8.17.8 series), Didonato
// and Morris 1992 (continued fraction, choice of region), Gil, Segura and Temme 2007 (quadrature).

#include "server/runtime/special/incomplete.h"
#include "server/runtime/special/lanes.h"
#include "server/runtime/special/special.h"

namespace formulary::runtime::special {
namespace incomplete {
namespace {

constexpr double kRootTwoPi = 2.5066282746310002;
constexpr double kEps = 0x1p-54;
constexpr double kQuadrature = 1500;  // both shapes from here on: quadrature costs less

// The lower tail divided by x^a y^b / (a B(a, b)), by terms of one sign (DLMF 8.17.8).
double LowerSeries(double a, double b, double x) {
  double term = 1;
  double sum = 1;
  for (int i = 0; i < 500; ++i) {
    term *= x * ((a + b + i) / (a + 1 + i));
    sum += term;
    if (term < sum * kEps) break;
  }
  return sum;
}

// The lower tail divided by x^a y^b / B(a, b), for lambda = a y - b x not much below 0.
double LowerFraction(double a, double b, double x, double lambda) {
  const double two_minus = 2 - x;
  double r = 1 / (a + 1);
  Convergents fraction = {0, 1, 1, a * (lambda + 1) * r};
  double previous = r;
  const double sum = a + b;
  const double square = x * x;
  for (int i = 1; i < 3000; ++i) {
    const double m = i;
    r = 1 / (a + 2 * m + 1);
    const double up = m * (b - m) * previous;
    const double step = (a + m - 1) * previous * (sum + m - 1) * up * square;
    const double term = m + up * x + (a + m) * (lambda + 1 + m * two_minus) * r;
    previous = r;
    if (fraction.Next(term, step)) break;
  }
  return fraction.value();
}

// The same for large a and b and lambda >= 0: with t = logit, the integral over s >= 0 of
// exp(-h(s)), h = lambda s + (a + b) (log(y + x exp(-s)) + x s), whose last part is, without its
// first two terms, the cumulant series of a Bernoulli trial.
double LowerQuadrature(double a, double b, double x, double y, double lambda) {
  const double n = a + b;
  const double w = x * y;
  const double d = y - x;
  // Cumulants 2 to 12 over their factorials, signs of (-s)^k included, times n.
  const double c2 = n * w / 2;
  const double c3 = -n * w * d / 6;
  const double c4 = n * w * (1 - 6 * w) / 24;
  const double c5 = -n * w * d * (1 - 12 * w) / 120;
  const double c6 = n * w * (1 + w * (-30 + 120 * w)) / 720;
  const double c7 = -n * w * d * (1 + w * (-60 + 360 * w)) / 5040;
  const double c8 = n * w * (1 + w * (-126 + w * (1680 - 5040 * w))) / 40320;
  const double c9 = -n * w * d * (1 + w * (-252 + w * (5040 - 20160 * w))) / 362880;
  const double c10 = n * w * (1 + w * (-510 + w * (17640 + w * (-151200 + 362880 * w)))) / 3628800;
  const double length = 80 / (lambda + std::sqrt(lambda * lambda + 160 * c2));
  double sum = 0;
  for (int i = 0; i < kNodeCount; ++i) {
    const double s = length * kNodes[i];
    const double high = c6 + s * (c7 + s * (c8 + s * (c9 + s * c10)));
    const double curve = c2 + s * (c3 + s * (c4 + s * (c5 + s * high)));
    sum += kWeights[i] * std::exp(-s * (lambda + s * curve));
  }
  return sum * length;
}

// The upper tail for a <= 1 and small x, b x, as 1 minus the lower one in which the 1 is dropped.
double SmallUpper(double a, double b, double x) {
  double shape = LogGammaStep(a, b < 1 ? b + 1 : b) - LogGamma1p(a);
  if (b < 1) shape -= std::log1p(a / b);
  const double head = std::expm1(a * std::log(x) + shape);
  double term = 1;
  double sum = 0;
  for (int i = 1; i < 100; ++i) {
    term *= (i - b) / i * x;
    const double part = term / (a + i);
    sum += part;
    if (std::fabs(part) <= std::fabs(sum) * kEps) break;
  }
  sum *= a;
  return -(head + sum + head * sum);
}

// One order of the two operands; x and y as sums, delta = b x - a y.
struct Side {
  double a;
  double b;
  Pair x;
  Pair y;
  Pair delta;
  bool lower;
};

Side Swapped(const Side& s) { return {s.b, s.a, s.y, s.x, Negate(s.delta), !s.lower}; }

}  // namespace

BetaShape::BetaShape(double first, double second)
    : a(first), b(second), sum(ExactSum(first, second)), rest(0) {
  const double s = sum.hi;
  const bool big_a = a >= kStirling;
  const bool big_b = b >= kStirling;
  if (big_a && big_b) {
    density = std::sqrt(a / s * b) / kRootTwoPi;
    rest = StirlingRest(s) - StirlingRest(a) - StirlingRest(b);
  } else if (big_a || big_b) {
    const double small = big_a ? b : a;
    const double big = big_a ? a : b;
    density = small * ReciprocalGamma1p(small) * std::sqrt(big / s);
    rest = StirlingRest(s) - StirlingRest(big);
  } else if (a > 0 && b > 0) {
    // The rounding of the sum counts log(s) fold.
    const double rounding = s > 2 ? 1 + sum.lo * (std::log(s) - 0.5 / s) : 1;
    const double least = a < b ? a : b;
    const double most = a < b ? b : a;
    density = ReciprocalGamma1p(a) * ReciprocalGamma1p(b) / ReciprocalGamma1p(s) * rounding *
              (least * (most / s));
  } else {
    density = __builtin_nan("");
  }
}

// Of x^a y^b times what Stirling's formula leaves of gamma(a + b)/(gamma(a) gamma(b)).
Pair BetaExponent(const BetaShape& shape, Pair x, Pair y, Pair delta) {
  const double a = shape.a;
  const double b = shape.b;
  const bool big_a = a >= kStirling;
  const bool big_b = b >= kStirling;
  // a log((a + b) x/a) - (excess over a) and so on: LogGap of the relative distance to the mean.
  const auto gap = [&shape](Pair difference, Pair part, double of) {
    const Pair t = Divide(difference, of);
    const Pair z = t.hi < -0.5 ? Divide(Multiply(part, shape.sum), of) : Add(t, 1.0);
    return Multiply(LogGap(t, z), of);
  };
  if (big_a && big_b) {
    return Add(Negate(Add(gap(delta, x, a), gap(Negate(delta), y, b))), shape.rest);
  }
  if (big_b) {
    const Pair power = Multiply(Add(Log(Multiply(x, shape.sum)), -1.0), a);
    return Add(Subtract(Subtract(power, delta), gap(Negate(delta), y, b)), shape.rest);
  }
  if (big_a) {
    const Pair power = Multiply(Add(Log(Multiply(y, shape.sum)), -1.0), b);
    return Add(Subtract(Add(power, delta), gap(delta, x, a)), shape.rest);
  }
  return Add(Multiply(Log(x), a), Multiply(Log(y), b));
}

Tail BetaTail(const BetaShape& shape, Pair x, Pair y) {
  const Pair delta = Subtract(Multiply(x, shape.b), Multiply(y, shape.a));
  Side side = {shape.a, shape.b, x, y, delta, true};
  if (shape.a <= 1 || shape.b <= 1) {
    // The small shape first, or with both small the smaller argument.
    if (shape.a <= 1 && shape.b <= 1 ? x.hi > 0.5 : shape.b <= 1) side = Swapped(side);
    if (side.x.hi <= 0.5 && side.b * side.x.hi <= 0.7) {
      const double upper = SmallUpper(side.a, side.b, side.x.hi);
      if (upper < 0.5) return {{0, 0}, upper, !side.lower, __builtin_nan("")};
      const double series = LowerSeries(side.a, side.b, side.x.hi) / side.a;
      const Pair e = BetaExponent(shape, x, y, delta);
      return {e, shape.density * series, side.lower, e.hi};
    }
    side = Swapped(side);
  } else if (delta.hi > 0) {
    side = Swapped(side);
  }
  const double lambda = -side.delta.hi;
  const double rest = side.a >= kQuadrature && side.b >= kQuadrature
                          ? LowerQuadrature(side.a, side.b, side.x.hi, side.y.hi, lambda)
                          : LowerFraction(side.a, side.b, side.x.hi, lambda);
  const Pair e = BetaExponent(shape, x, y, delta);
  return {e, shape.density * rest, side.lower, e.hi};
}

namespace {

constexpr double kNan = __builtin_nan("");
constexpr double kHuge = 1e100;       // shapes beyond count as infinite
constexpr double kLeastLog = 1e-290;  // smaller ones are about to underflow

bool InDomain(double a, double b, double x) { return a > 0 && b > 0 && x >= 0 && x <= 1; }

bool AtEnd(double a, double b, double x) { return x == 0 || x == 1 || a >= kHuge || b >= kHuge; }

double LowerAtEnd(double a, double b, double x) {
  if (x == 0 || x == 1) return x;
  if (std::isinf(a) && std::isinf(b)) return kNan;
  const double mean = a >= b ? 1 / (1 + b / a) : a / b / (1 + a / b);
  return x < mean ? 0 : x > mean ? 1 : 0.5;
}

Tail TailAt(const BetaShape& shape, double x) { return BetaTail(shape, {x, 0}, ExactSum(1, -x)); }

template <bool kLower>
struct Regular {
  static double At(const BetaShape& shape, double x) {
    if (!InDomain(shape.a, shape.b, x)) return kNan;
    if (AtEnd(shape.a, shape.b, x)) {
      const double lower = LowerAtEnd(shape.a, shape.b, x);
      return kLower ? lower : 1 - lower;
    }
    return Value(TailAt(shape, x), kLower);
  }
};

template <bool kLower>
struct Logarithmic {
  static double At(const BetaShape& shape, double x) {
    if (!InDomain(shape.a, shape.b, x)) return kNan;
    if (AtEnd(shape.a, shape.b, x)) {
      const double lower = LowerAtEnd(shape.a, shape.b, x);
      return std::log(kLower ? lower : 1 - lower);
    }
    if (x <= 0.5 ? IsRough(shape.a, shape.b, x) : IsRough(shape.b, shape.a, 1 - x)) {
      const double value = (kLower ? betainc : betaincc)(shape.a, shape.b, x);
      if (value > 0.5) return std::log1p(-(kLower ? betaincc : betainc)(shape.a, shape.b, x));
      if (value > kLeastLog) return std::log(value);
    }
    return LogValue(TailAt(shape, x), kLower);
  }
};

// log B(a, b) as the negative of this plus log(density).
Pair WholeExponent(const BetaShape& shape) {
  // At the mean, or where x^a y^b is 1 for small shapes, the prefix tells B(a, b).
  const double a = shape.a;
  const double b = shape.b;
  const bool big_a = a >= kStirling;
  const bool big_b = b >= kStirling;
  if (!big_a && !big_b) return {0, 0};
  const Pair log_sum = Log(shape.sum);
  if (big_a && big_b) {
    const Pair at_a = Multiply(Subtract(log_sum, Log({a, 0})), a);
    return Add(Add(at_a, Multiply(Subtract(log_sum, Log({b, 0})), b)), shape.rest);
  }
  const double small = big_a ? b : a;
  const double big = big_a ? a : b;
  const Pair power = Multiply(Add(log_sum, -1.0), small);
  // big log(1 + small/big) = small - big LogGap(small/big)
  const Pair gap = Multiply(LogGap(Divide(Pair{small, 0}, big)), big);
  return Add(Subtract(Add(power, small), gap), shape.rest);
}

struct NotRegular {
  static double At(const BetaShape& shape, double x) {
    if (!InDomain(shape.a, shape.b, x)) return kNan;
    if (x == 0) return 0;
    if (shape.a >= kHuge || shape.b >= kHuge) return 0;
    const Pair whole = Negate(WholeExponent(shape));
    if (x == 1) return ScaledExp(whole, 1 / shape.density);
    const Tail tail = TailAt(shape, x);
    if (tail.lower) return ScaledExp(Add(tail.exponent, whole), tail.factor / shape.density);
    return ScaledExp(whole, Value(tail, true) / shape.density);
  }
};

template <typename Function>
void Block(double* y, const double* a, long a_stride, const double* b, long b_stride,
           const double* c, long c_stride, long n) {
  if (a_stride == 0 && b_stride == 0 && n > 0) {
    const BetaShape shape(a[0], b[0]);
    for (long i = 0; i < n; ++i) y[i] = Function::At(shape, c[i * c_stride]);
    return;
  }
  for (long i = 0; i < n; ++i) {
    y[i] = Function::At(BetaShape(a[i * a_stride], b[i * b_stride]), c[i * c_stride]);
  }
}

}  // namespace
}  // namespace incomplete

#define FY_DEFINE(name, ...)                                                                   \
  double name(double a, double b, double c) noexcept {                                         \
    return incomplete::__VA_ARGS__::At(incomplete::BetaShape(a, b), c);                        \
  }                                                                                            \
  void name##_block(double* y, const double* a, long a_stride, const double* b, long b_stride, \
                    const double* c, long c_stride, long n) noexcept {                         \
    incomplete::Block<incomplete::__VA_ARGS__>(y, a, a_stride, b, b_stride, c, c_stride, n);   \
  }

FY_DEFINE(betainc_lower, NotRegular)
FY_DEFINE(log_betainc, Logarithmic<true>)
FY_DEFINE(log_betaincc, Logarithmic<false>)

#undef FY_DEFINE

double scalar::betainc(double a, double b, double c) noexcept {
  return incomplete::Regular<true>::At(incomplete::BetaShape(a, b), c);
}
double scalar::betaincc(double a, double b, double c) noexcept {
  return incomplete::Regular<false>::At(incomplete::BetaShape(a, b), c);
}

FY_LANES_DEFINE_3(betainc)
FY_LANES_DEFINE_3(betaincc)

}  // namespace formulary::runtime::special
