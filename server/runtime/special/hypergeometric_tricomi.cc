// Tricomi's U for real operands: the asymptotic series, Miller's algorithm, the connection with
// 1F1, and ball arithmetic where the error bounds of these are too large.
// Sources: DLMF 13.2.42, 13.3.7, 13.7.3; N. M. Temme, "The numerical computation of the confluent
// hypergeometric function U(a, b, z)" (1983), for the recurrence and its normalization
// (DLMF 13.29).

#include <cmath>

#include "server/runtime/special/hypergeometric_ball.h"
#include "server/runtime/special/hypergeometric_series.h"
#include "server/runtime/special/special.h"

namespace formulary::runtime::special {
namespace {

using Long = long double;

constexpr double kInfinity = __builtin_inf();
constexpr double kNan = __builtin_nan("");
constexpr Long kUnit = 0x1p-64L;
constexpr double kLeastAsymptotic = 50;

bool IsPole(double x) { return x <= 0 && x == std::floor(x); }

// 1 or -1; 0 at the poles.
double SignOfGamma(double x) {
  if (x > 0) return 1;
  if (x == std::floor(x)) return 0;
  return std::fmod(std::floor(x), 2) == 0 ? 1 : -1;
}

// x^-a times the series in -1/x; exact where that ends. x < 0 only for a = 0, -1, -2, ...
Bounded AsymptoticU(double a, double b, double x) {
  const Bounded series = Asymptotic({a}, Sum(a, -b, 1), -x, kUnit);
  const double sign = x < 0 && std::fmod(a, 2) != 0 ? -1 : 1;
  return series * Power({x}, {-Long{a}}) * Bounded{sign, 0};
}

Bounded ConnectionU(double a, double b, double x) {
  const auto series = [x](Parameter upper, Parameter lower) {
    return Evaluate({.upper = {upper}, .upper_count = 1, .lower = lower, .lower_count = 1, .x = x});
  };
  const Parameter shifted = Sum(a, -b, 1);
  const Bounded first = Gamma(Sum(1, -b)) * ReciprocalGamma(shifted) * series({a}, {b});
  const Bounded second = Gamma(Sum(b, -1)) * ReciprocalGamma({a}) * Power({x}, Sum(1, -b)) *
                         series(shifted, Sum(2, -b));
  return first + second;
}

constexpr int kMaxSteps = 6000;
constexpr int kMaxShift = 300;

// How many terms are to be summed. Near n they are about n^e exp(x / 2 - 2 sqrt(n x)) x^f /
// (gamma(p) gamma(q)) of the sum (DLMF 13.8.8).
class StepsOfMiller {
 public:
  StepsOfMiller(double p, double q, double x)
      : x_(x), power_((p + q - 1.5) / 2), margin_(0.1 * (p + x) + 4) {
    start_ = x / 2 + (power_ + 0.5) * std::log(x) - LogGamma(p) - LogGamma(q);
  }

  // So many that the rest is exp(-below) of the sum.
  double To(double below) const {
    double n = below * below / (4 * x_) + 1;
    for (int i = 0; i < 4; ++i) {
      const double root = std::fmax(below + start_ + power_ * std::log(n), 4) / 2;
      n = root * root / x_ + 1;
    }
    return n + margin_;
  }

 private:
  static double LogGamma(double y) { return (y - 0.5) * std::log(y) - y + 0.9; }

  double x_, power_, margin_, start_;
};

// w(n), w(n) - w(n + 1), (q)_n / n! in units of its value at the start, the sum of the products.
template <class T>
struct MillerState {
  T now, fall, weight, sum;

  void Step(int n, T p, T q, T x) {
    sum += weight * now;
    const T next_p = p + (n - 1);
    const T next_q = q + (n - 1);
    const T ratio = 1 / (next_p * next_q);
    weight *= n * (ratio * next_p);
    fall = (x * now + (q + n) * fall) * (ratio * next_q);
    now += fall;
  }
};

// By backward recurrence of w(n) = (p)_n U(p + n, b, x), which falls faster than all other
// solutions and of which the sum of (p - b + 1)_n / n! w(n) is x^-p, with p = a + m so large that
// all terms are positive; from there U is led down to a. The recurrence is that of the differences
// w(n) - w(n + 1), in which nothing cancels.
Bounded MillerU(double a, double b, double x) {
  const Parameter difference = Sum(a, -b, 1);
  const Long least = std::fmin(Long{a}, difference.value);
  const Long shift = least >= 1 ? 0 : std::ceil(1 - least);
  if (!(shift <= kMaxShift)) return kUnknown;
  const Long top = a + shift;
  const Long q = difference.value + shift;
  if (top - shift != a) return kUnknown;
  const auto p_in_double = static_cast<double>(top);
  const auto q_in_double = static_cast<double>(q);
  const StepsOfMiller steps_of(p_in_double, q_in_double, x);
  const double steps = steps_of.To(42.75 - std::log(std::fmin(x, 2)));
  if (!(steps < kMaxSteps)) return kUnknown;
  const int last = static_cast<int>(steps);
  int n = last;
  MillerState<double> early = {1, std::sqrt(x / last), 1, 0};
  if (p_in_double + q_in_double < 16) {  // the first terms count for little and have no wide range
    const double late = steps_of.To(13);
    for (; n > late; --n) early.Step(n, p_in_double, q_in_double, x);
  }
  MillerState<Long> state = {early.now, early.fall, early.weight, early.sum};
  for (; n > 0; --n) state.Step(n, top, q, x);
  const Long now = state.now;
  const Long after = now - state.fall;
  const Long sum = state.sum + state.weight * now;
  const Long base = x - Long{b};
  // Behind the last term each is about exp(-sqrt(x / n)) of the one before.
  const Long left_out = (4 * std::sqrt(last / static_cast<Long>(x)) +
                         0x1p-50L * std::sqrt(static_cast<Long>(last)) * early.sum) /
                        sum;
  if (!(left_out < 0x1p-56L)) return kUnknown;
  const Long rounding = kUnit * (16 + 6 * std::sqrt(static_cast<Long>(last)));
  const Bounded scale =
      Power({x}, {-top}) * Bounded{state.weight / sum, state.weight / sum * (rounding + left_out)};
  // The ratio of two neighbours forgets the errors of early steps; the scale comes in at the end.
  Bounded value = {now, 16 * kUnit * now};
  Bounded next = {after / top, 16 * kUnit * (after / top)};
  const auto exactly = [](Long y) { return Bounded{y, 2 * kUnit * std::fabs(y)}; };
  for (Long down = top; down > a; down -= 1) {  // U(down, b, x), DLMF 13.3.7
    const Long rest = difference.value + (down - a);
    const Bounded before = exactly(2 * down + base) * value + exactly(-down) * exactly(rest) * next;
    next = value;
    value = before;
  }
  return scale * value;
}

double UAtZero(double a, double b) {
  if (IsPole(a) && a > -1000) {  // (-1)^n (b)_n
    Long product = 1;
    for (int i = 0; i < -a; ++i) product *= -(Long{b} + i);
    return static_cast<double>(product);
  }
  if (b >= 1) return SignOfGamma(a) == 0 ? kNan : SignOfGamma(a) * kInfinity;
  const Bounded value = Gamma(Sum(1, -b)) * ReciprocalGamma(Sum(a, -b, 1));
  return value.IsSafe() ? static_cast<double>(value.value) : kNan;
}

}  // namespace

double hyperu(double a, double b, double c) noexcept {
  if (std::isnan(a) || std::isnan(b) || std::isnan(c) || std::isinf(a) || std::isinf(b))
    return kNan;
  if (c < 0 && !IsPole(a)) return kNan;
  if (a == 0) return 1;
  if (c == 0) return UAtZero(a, b);
  if (std::isinf(c)) return a > 0 ? 0 : std::fmod(a, 2) != 0 ? c : kInfinity;
  Bounded result;
  if (std::fabs(c) > kLeastAsymptotic || IsPole(a) || IsPole(a - b + 1)) {
    result = AsymptoticU(a, b, c);
    if (result.IsSafe()) return static_cast<double>(result.value);
  }
  if (c > 0 && !IsPole(a)) {
    using Form = Bounded (*)(double, double, double);
    const Form forms[] = {c < 1 ? Form{&ConnectionU} : Form{&MillerU},
                          c < 1 ? Form{&MillerU} : Form{&ConnectionU}};
    for (const Form form : forms) {
      if (form == Form{&ConnectionU} && c > 30) continue;
      result = form(a, b, c);
      if (result.IsSafe()) return static_cast<double>(result.value);
    }
  }
  return BallHyperu(a, b, c);
}

}  // namespace formulary::runtime::special
