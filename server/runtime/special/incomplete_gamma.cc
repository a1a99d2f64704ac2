// The incomplete gamma functions, one value at a time. Sources: DLMF 8.7 (series), 8.9
// (continued fraction), 8.12 (Temme's uniform expansion), 8.4.15 (limit of small shapes).

#include "server/runtime/special/incomplete.h"
#include "server/runtime/special/lanes.h"
#include "server/runtime/special/special.h"

namespace formulary::runtime::special {
namespace incomplete {
namespace {

constexpr double kRootTwoPi = 2.5066282746310002;
constexpr double kRootPi = 1.7724538509055159;
constexpr double kEps = 0x1p-54;
constexpr double kClose = 0x1p-52;  // of two approximants, as their rounding allows

// x^a exp(-x)/gamma(a + 1) times this is the lower tail; for x below a + 1.
double LowerSeries(double a, double x) {
  double term = 1;
  double sum = 1;
  for (int i = 1; i < 400; ++i) {
    term *= x / (a + i);
    sum += term;
    if (term < sum * kEps) break;
  }
  return sum;
}

// x^a exp(-x)/gamma(a) times this is the upper tail; for x above a + 1. The even part of the
// fraction, by its forward recurrence.
double UpperFraction(double a, double x) {
  double b = x + 1 - a;
  Convergents fraction = {0, 1, 1, b};
  for (int i = 1; i < 4000; ++i) {
    const double step = -i * (i - a);
    b += 2;
    if (fraction.Next(b, step)) break;
  }
  return fraction.value();
}

// The same for a < 2 by the fraction itself, whose terms are positive but for the first.
double SmallFraction(double a, double x) {
  double p0 = 0;
  double q0 = 1;
  double p1 = 1;
  double q1 = x;
  for (int i = 1; i < 4000; ++i) {
    p0 = p1 + (i - a) * p0;
    q0 = q1 + (i - a) * q0;
    const double p = x * p0 + i * p1;
    const double q = x * q0 + i * q1;
    const double difference = std::fabs(p * q1 - p1 * q);
    const double scale = p * q1 * kClose;
    p1 = p;
    q1 = q;
    if (difference <= scale) break;
    if (q > 0x1p200) {
      p0 *= 0x1p-200;
      q0 *= 0x1p-200;
      p1 *= 0x1p-200;
      q1 *= 0x1p-200;
    }
  }
  return p1 / q1;
}

// The sum of c_k(eta) a^-k in Temme's expansion, for |eta| < 0.475, a >= 20; kTemme has the
// coefficients of c_0, c_1, ... one after another, as many as 2^-57 takes.
double TemmeSum(double a, double eta) {
  constexpr int kOffsets[] = {0, 19, 36, 51, 66, 79, 91, 101, 110, 117, 122, 125};
  struct Level {
    double from;
    int rows;
    int counts[12];
  };
  constexpr Level kLevels[] = {
      {1e5, 3, {19, 13, 7}},
      {2000, 5, {19, 15, 11, 7, 2}},
      {200, 7, {19, 16, 14, 11, 7, 5, 1}},
      {50, 9, {19, 17, 15, 13, 11, 9, 7, 5, 2}},
      {20, 12, {19, 17, 15, 15, 13, 12, 10, 9, 7, 5, 3, 1}},
  };
  const Level* level = kLevels;
  while (a < level->from) ++level;
  const double r = 1 / a;
  double sum = 0;
  for (int k = level->rows - 1; k >= 0; --k) {
    const double* at = kTemme + kOffsets[k];
    double row = 0;
    for (int i = level->counts[k] - 1; i >= 0; --i) row = row * eta + at[i];
    sum = sum * r + row;
  }
  return sum;
}

// -a LogGap(x/a - 1), what x^a exp(-x) is relative to its greatest value.
Pair Fall(double a, double x) {
  const Pair t = Divide(ExactSum(x, -a), a);
  const Pair gap = t.hi < -0.5 ? LogGap(t, Divide({x, 0}, a)) : LogGap(t);
  return Negate(Multiply(gap, a));
}

// The tail on the side of x, for a >= 20 and x within 0.4 a of a.
Tail TemmeTail(const GammaShape& shape, double x) {
  const double a = shape.a;
  const Pair e = Fall(a, x);
  const bool lower = x < a;
  const double square = -e.hi;
  const double z = std::sqrt(square);
  const double sum = TemmeSum(a, (lower ? -z : z) * std::sqrt(2 / a));
  const double rest = (lower ? -sum : sum) / (kRootTwoPi * std::sqrt(a));
  if (z >= 4) {
    const double t = 1 / square;
    double scaled = kScaledErfc[14];
    for (int i = 13; i >= 0; --i) scaled = scaled * t + kScaledErfc[i];
    return {e, 0.5 * scaled / (z * kRootPi) + rest, lower, e.hi + shape.rest};
  }
  const Pair product = ExactProduct(z, z);
  const double correction = z > 0 ? ((square - product.hi) - product.lo - e.lo) / (2 * z) : 0;
  const double factor = ScaledExp(e, 1);
  const double value = 0.5 * std::erfc(z) + factor * (rest - correction / kRootPi);
  return {{0, 0}, value, lower, e.hi + shape.rest};
}

// The upper tail for 0 < a <= 1 and x <= 1.1, as 1 minus the lower one in which the 1 is dropped.
double SmallUpper(double a, double x) {
  const double head = std::expm1(a * std::log(x) - LogGamma1p(a));
  double term = 1;
  double sum = 0;
  for (int i = 1; i < 40; ++i) {
    term *= -x / i;
    const double part = term / (a + i);
    sum += part;
    if (std::fabs(part) < std::fabs(sum) * kEps) break;
  }
  sum *= a;
  return -(head + sum + head * sum);
}

// Upper incomplete gamma for a <= 0 < x, divided by x^a exp(-x): the fraction, or for small x
// from the strip |a| <= 1/2 downwards (DLMF 8.8.2), at most 40 steps, which forget the start.
double UpperBelow(double a, double x) {
  if (x > 1.1) return SmallFraction(a, x);
  double steps = std::nearbyint(-a);
  double at = a + steps;
  double value = 0;
  if (steps > 40) {
    steps = 40;
  } else {
    const double log_power = at * std::log(x);
    double head = -(std::log(x) + 0.57721566490153286);
    if (at != 0) head = std::expm1(LogGamma1p(at) - log_power) / at;
    double term = 1;
    double sum = 0;
    for (int i = 1; i < 40; ++i) {
      term *= -x / i;
      sum += term / (at + i);
    }
    value = (head - sum) * std::exp(x);
  }
  for (double i = steps - 1; i >= 0; --i) value = (x * value - 1) / (a + i);
  return value;
}

// The upper incomplete gamma function there.
double UpperGammaBelow(double a, double x) {
  if (!(a > -1e290)) return __builtin_nan("");
  if (x >= 1e290) return 0;
  return ScaledExp(Add(Multiply(Log({x, 0}), a), -x), UpperBelow(a, x));
}

}  // namespace

GammaShape::GammaShape(double shape) : a(shape), rest(0) {
  if (a < kStirling) {
    density = ReciprocalGamma1p(a);
  } else {
    density = 1 / (kRootTwoPi * std::sqrt(a));
    rest = -StirlingRest(a);
  }
}

Pair GammaExponent(const GammaShape& shape, double x) {
  if (shape.a < kStirling) return Add(Multiply(Log({x, 0}), shape.a), -x);
  return Add(Fall(shape.a, x), shape.rest);
}

Tail GammaTail(const GammaShape& shape, double x) {
  const double a = shape.a;
  if (a <= 1 && x <= 1.1) {
    const double upper = SmallUpper(a, x);
    if (upper < 0.5) return {{0, 0}, upper, false, __builtin_nan("")};
  }
  if (a >= 20 && std::fabs(x - a) <= 0.4 * a) return TemmeTail(shape, x);
  const Pair e = GammaExponent(shape, x);
  if (x < a + 0.25 || x <= 1.1) return {e, shape.density * LowerSeries(a, x), true, e.hi};
  const double fraction = a < 2 ? SmallFraction(a, x) : UpperFraction(a, x);
  return {e, shape.density * (a * fraction), false, e.hi};
}

namespace {

constexpr double kNan = __builtin_nan("");
constexpr double kHuge = 1e290;  // shapes beyond count as infinite

bool InDomain(double a, double x) { return a > 0 && x >= 0; }

// Where no tail is to be computed: x or a at an end of its range.
bool AtEnd(double a, double x) { return x == 0 || a >= kHuge || x >= kHuge; }

// The lower tail there; NaN where the limit depends on the way.
double LowerAtEnd(double a, double x) {
  if (x == 0) return 0;
  if (a >= kHuge && x >= kHuge) {
    if (std::isinf(a) && std::isinf(x)) return kNan;
    return x < a ? 0 : x > a ? 1 : 0.5;
  }
  return a >= kHuge ? 0 : 1;
}

template <bool kLower>
struct Regular {
  static double At(const GammaShape& shape, double x) {
    const double a = shape.a;
    if (!InDomain(a, x)) return kNan;
    if (AtEnd(a, x)) return kLower ? LowerAtEnd(a, x) : 1 - LowerAtEnd(a, x);
    return Value(GammaTail(shape, x), kLower);
  }
};

template <bool kLower>
struct Logarithmic {
  static double At(const GammaShape& shape, double x) {
    const double a = shape.a;
    if (!InDomain(a, x)) return kNan;
    if (AtEnd(a, x)) return std::log(kLower ? LowerAtEnd(a, x) : 1 - LowerAtEnd(a, x));
    return LogValue(GammaTail(shape, x), kLower);
  }
};

// The part of gamma(a) on that side of x.
template <bool kLower>
struct Unregular {
  static double At(const GammaShape& shape, double x) {
    const double a = shape.a;
    if (!kLower && a <= 0 && x > 0) return UpperGammaBelow(a, x);
    if (!InDomain(a, x)) return kNan;
    const double scale = 1 / (shape.density * a);
    const Pair all = a < kStirling || a >= kHuge
                         ? Pair{0, 0}
                         : Add(Multiply(Add(Log({a, 0}), -1.0), a), -shape.rest);
    if (AtEnd(a, x)) {
      const double part = kLower ? LowerAtEnd(a, x) : 1 - LowerAtEnd(a, x);
      if (part == 0) return 0;
      return a >= kHuge ? part * __builtin_inf() : ScaledExp(all, part * scale);
    }
    const Tail tail = GammaTail(shape, x);
    if (tail.lower == kLower) return ScaledExp(Add(tail.exponent, all), tail.factor * scale);
    return ScaledExp(all, Value(tail, kLower) * scale);
  }
};

// The same function on arrays, its shape set up once where it is uniform.
template <typename Function>
void Block(double* y, const double* a, long a_stride, const double* b, long b_stride, long n) {
  if (a_stride == 0 && n > 0) {
    const GammaShape shape(a[0]);
    for (long i = 0; i < n; ++i) y[i] = Function::At(shape, b[i * b_stride]);
    return;
  }
  for (long i = 0; i < n; ++i) y[i] = Function::At(GammaShape(a[i * a_stride]), b[i * b_stride]);
}

}  // namespace
}  // namespace incomplete

#define FY_DEFINE(name, ...)                                                                   \
  double name(double a, double b) noexcept {                                                   \
    return incomplete::__VA_ARGS__::At(incomplete::GammaShape(a), b);                          \
  }                                                                                            \
  void name##_block(double* y, const double* a, long a_stride, const double* b, long b_stride, \
                    long n) noexcept {                                                         \
    incomplete::Block<incomplete::__VA_ARGS__>(y, a, a_stride, b, b_stride, n);                \
  }

FY_DEFINE(log_gammainc, Logarithmic<true>)
FY_DEFINE(log_gammaincc, Logarithmic<false>)

#undef FY_DEFINE

double scalar::gammainc(double a, double b) noexcept {
  return incomplete::Regular<true>::At(incomplete::GammaShape(a), b);
}
double scalar::gammaincc(double a, double b) noexcept {
  return incomplete::Regular<false>::At(incomplete::GammaShape(a), b);
}

FY_LANES_DEFINE_2(gammainc)
FY_LANES_DEFINE_2(gammaincc)

namespace {

// The part of gamma(a): of the regularised one, where that and gamma(a) are ordinary numbers.
template <bool kLower>
double PartOfGamma(double regular, double a, double b) {
  if (regular > 1e-290 && a >= 0.5 && a <= 170) return regular * fy_v1_gamma(a);
  return incomplete::Unregular<kLower>::At(incomplete::GammaShape(a), b);
}

template <bool kLower>
void PartsOfGamma(double* y, const double* a, long a_stride, const double* b, long b_stride,
                  long n) {
  constexpr long kChunk = 256;
  double regular[kChunk];
  for (long at = 0; at < n; at += kChunk) {
    const long count = n - at < kChunk ? n - at : kChunk;
    const double* const shapes = a + at * a_stride;
    const double* const points = b + at * b_stride;
    (kLower ? gammainc_block : gammaincc_block)(regular, shapes, a_stride, points, b_stride, count);
    const double gamma = fy_v1_gamma(*shapes);
    for (long i = 0; i < count; ++i) {
      const double shape = shapes[i * a_stride];
      const bool ordinary = a_stride == 0 && regular[i] > 1e-290 && shape >= 0.5 && shape <= 170;
      y[at + i] = ordinary ? regular[i] * gamma
                           : PartOfGamma<kLower>(regular[i], shape, points[i * b_stride]);
    }
  }
}

}  // namespace

double lowergamma(double a, double b) noexcept { return PartOfGamma<true>(gammainc(a, b), a, b); }
double uppergamma(double a, double b) noexcept { return PartOfGamma<false>(gammaincc(a, b), a, b); }
void lowergamma_block(double* y, const double* a, long a_stride, const double* b, long b_stride,
                      long n) noexcept {
  PartsOfGamma<true>(y, a, a_stride, b, b_stride, n);
}
void uppergamma_block(double* y, const double* a, long a_stride, const double* b, long b_stride,
                      long n) noexcept {
  PartsOfGamma<false>(y, a, a_stride, b, b_stride, n);
}

}  // namespace formulary::runtime::special
