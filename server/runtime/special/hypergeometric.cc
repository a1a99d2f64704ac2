// 0F1, 1F1, 2F1 where hypergeometric_fast.cc leaves them, for real operands. Each tries, in
// long double, the forms that suit the operands, takes the first whose error bound is small, and
// leaves the rest to ball arithmetic. Sources: DLMF 13.2, 13.7 (1F1 and U), 15.4, 15.8
// (2F1), 10.16.9, 10.17.3 (0F1).

#include <cmath>

#include "server/runtime/special/hypergeometric_ball.h"
#include "server/runtime/special/hypergeometric_careful.h"
#include "server/runtime/special/hypergeometric_series.h"
#include "server/runtime/special/special.h"

namespace formulary::runtime::special {
namespace {

using Long = long double;

constexpr double kInfinity = __builtin_inf();
constexpr double kNan = __builtin_nan("");
constexpr Long kUnit = 0x1p-64L;
constexpr Long kPi = 3.141592653589793238462643383279502884L;

bool IsPole(double x) { return x <= 0 && x == std::floor(x); }
// (a)_n is 0 from some n on, before (b)_n is.
bool Terminates(double a, double b) { return IsPole(a) && (!IsPole(b) || a >= b); }

// 1 or -1; 0 at the poles.
double SignOfGamma(double x) {
  if (x > 0) return 1;
  if (x == std::floor(x)) return 0;
  return std::fmod(std::floor(x), 2) == 0 ? 1 : -1;
}

bool AnyNan(double a, double b, double c, double d) {
  return std::isnan(a) || std::isnan(b) || std::isnan(c) || std::isnan(d);
}

// --- 0F1 ---

Bounded Direct0f1(double b, double x) {
  return Evaluate({.upper = {}, .upper_count = 0, .lower = {b}, .lower_count = 1, .x = x});
}

// gamma(b) (z/2)^(1 - b) J_(b - 1)(z) with z = 2 sqrt(-x), by Hankel's expansion.
Bounded Hankel0f1(double b, double x) {
  const Long z = 2 * std::sqrt(Long{-x});
  const Long order = Long{b} - 1;
  const Long square = 4 * order * order;
  if (z < 25 || z < square / 8) return kUnknown;
  Long parts[2] = {1, 0};
  Long term = 1;
  Long last = 1;
  for (int i = 1; i < 200; ++i) {
    const Long odd = 2 * i - 1;
    term *= (square - odd * odd) / (i * 8 * z);
    if (std::fabs(term) >= last) break;
    last = std::fabs(term);
    parts[i % 2] += (i / 2) % 2 == 0 ? term : -term;
    if (last < kUnit / 16) break;
  }
  const Long angle = z - (order / 2 + 0.25L) * kPi;
  const Long wave = parts[0] * std::cos(angle) - parts[1] * std::sin(angle);
  const Long wave_error = kUnit * (20 + 3 * z + 3 * std::fabs(order)) + 4 * last;
  const Bounded scale = Gamma({b}) * Power({z / 2, kUnit * z}, {Long{0.5L} - b, kUnit});
  return Bounded{wave, wave_error} * scale * Bounded{1 / std::sqrt(kPi), kUnit};
}

// --- 1F1 ---

Bounded Direct1f1(Parameter a, Parameter b, double x) {
  return Evaluate({.upper = {a}, .upper_count = 1, .lower = b, .lower_count = 1, .x = x});
}

// exp(x) M(b - a, b, -x)
Bounded Kummer1f1(double a, double b, double x) {
  return BoundedExp(x) * Direct1f1(Sum(b, -a), {b}, -x);
}

// DLMF 13.7.2; the lesser of the two parts counts as an error.
Bounded Asymptotic1f1(double a, double b, double x) {
  if (std::fabs(x) < 30) return kUnknown;
  const Parameter difference = Sum(b, -a);
  const Parameter size = {std::fabs(Long{x})};
  const Bounded gamma = Gamma({b});
  const Bounded growing =
      ReciprocalGamma({a}) * BoundedExp(x) * Power(size, {-difference.value, difference.error});
  const Bounded algebraic = ReciprocalGamma(difference) * Power(size, {-Long{a}});
  Bounded result;
  Long rest = 0;
  if (x > 0) {
    result = growing * Asymptotic(Sum(1, -a), difference, x, kUnit);
    rest = std::fabs(algebraic.value);
  } else {
    result = algebraic * Asymptotic({a}, Sum(a, -b, 1), -x, kUnit);
    rest = std::fabs(growing.value);
  }
  result.error += 4 * rest;
  return gamma * result;
}

// --- 2F1 ---

constexpr Long kNear = 0.76L;  // series in arguments up to here

Bounded Direct2f1(Parameter a, Parameter b, Parameter c, Long x, Long x_error) {
  return Evaluate({.upper = {a, b},
                   .upper_count = 2,
                   .lower = c,
                   .lower_count = 1,
                   .x = x,
                   .x_error = x_error});
}

Parameter Negated(Parameter p) { return {-p.value, p.error}; }
Parameter OneMinus(Parameter p) { return {1 - p.value, p.error + kUnit * std::fabs(1 - p.value)}; }
Parameter OnePlus(Parameter p) { return OneMinus(Negated(p)); }

struct Operands2f1 {
  double a, b, c, x;
  Parameter rest_a = Sum(c, -a);  // c - a
  Parameter rest_b = Sum(c, -b);
  Parameter rest = Sum(c, -a, -b);    // c - a - b
  Parameter complement = Sum(1, -x);  // 1 - x
  Long complement_error = complement.error / complement.value + kUnit;
};

// (1 - x)^-a F(a, c - b; c; x / (x - 1)), DLMF 15.8.1.
Bounded Pfaff(const Operands2f1& o, double a, Parameter rest_b) {
  return Power(o.complement, {-Long{a}}) *
         Direct2f1({a}, rest_b, {o.c}, -o.x / o.complement.value, o.complement_error + kUnit);
}

// (1 - x)^(c - a - b) F(c - a, c - b; c; x)
Bounded Euler(const Operands2f1& o) {
  return Power(o.complement, o.rest) * Direct2f1(o.rest_a, o.rest_b, {o.c}, o.x, 0);
}

// Through 1 - x, DLMF 15.8.4.
Bounded ThroughComplement(const Operands2f1& o) {
  const Parameter s = o.rest;
  const Bounded gamma = Gamma({o.c});
  const Bounded first =
      gamma * Gamma(s) * ReciprocalGamma(o.rest_a) * ReciprocalGamma(o.rest_b) *
      Direct2f1({o.a}, {o.b}, OneMinus(s), o.complement.value, o.complement_error);
  const Bounded second =
      gamma * Gamma(Negated(s)) * ReciprocalGamma({o.a}) * ReciprocalGamma({o.b}) *
      Power(o.complement, s) *
      Direct2f1(o.rest_a, o.rest_b, OnePlus(s), o.complement.value, o.complement_error);
  return first + second;
}

// One of the two parts of the form in 1 / (1 - x), DLMF 15.8.3.
Bounded InversePart(const Operands2f1& o, double a, double b, Parameter rest_a, Parameter rest_b) {
  const Parameter difference = Sum(b, -a);
  return Gamma({o.c}) * Gamma(difference) * ReciprocalGamma({b}) * ReciprocalGamma(rest_a) *
         Power(o.complement, {-Long{a}}) *
         Direct2f1({a}, rest_b, OneMinus(difference), 1 / o.complement.value,
                   o.complement_error + kUnit);
}

Bounded ThroughInverse(const Operands2f1& o) {
  return InversePart(o, o.a, o.b, o.rest_a, o.rest_b) +
         InversePart(o, o.b, o.a, o.rest_b, o.rest_a);
}

// x = 1, DLMF 15.4.20 to 15.4.23.
double AtOne(const Operands2f1& o) {
  if (o.rest.value > 0) {
    const Bounded sum =
        Gamma({o.c}) * Gamma(o.rest) * ReciprocalGamma(o.rest_a) * ReciprocalGamma(o.rest_b);
    return sum.IsSafe() ? static_cast<double>(sum.value) : BallHyp2f1(o.a, o.b, o.c, 1);
  }
  const double sign = SignOfGamma(o.c) * SignOfGamma(o.a) * SignOfGamma(o.b);
  return sign == 0 ? kNan : sign * kInfinity;
}

}  // namespace

double CarefulHyp0f1(double a, double b) noexcept {
  if (AnyNan(a, b, 0, 0) || IsPole(a) || std::isinf(a)) return kNan;
  if (b == 0) return 1;
  if (std::isinf(b)) return b > 0 ? SignOfGamma(a) * kInfinity : kNan;
  if (b > 2e7 && std::fabs(a) < 1000) return SignOfGamma(a) * kInfinity;
  if (b < 0) {
    const Bounded result = Hankel0f1(a, b);
    if (result.IsSafe()) return static_cast<double>(result.value);
  }
  const Bounded result = Direct0f1(a, b);
  if (result.IsSafe()) return static_cast<double>(result.value);
  return BallHyp0f1(a, b);
}

double CarefulHyp1f1(double a, double b, double c) noexcept {
  if (AnyNan(a, b, c, 0) || std::isinf(a) || std::isinf(b)) return kNan;
  if (IsPole(b) && !Terminates(a, b)) return kNan;
  if (a == 0 || c == 0) return 1;
  if (a == b && !IsPole(b)) return std::exp(c);
  const bool moderate = std::fabs(a) < 500 && std::fabs(b) < 500;
  if (c > 11000 && moderate && !IsPole(a)) return SignOfGamma(a) * SignOfGamma(b) * kInfinity;
  if (std::isinf(c)) return kNan;
  const bool terminates = Terminates(a, b);
  const auto direct = [](double p, double q, double x) { return Direct1f1({p}, {q}, x); };
  using Form = Bounded (*)(double, double, double);
  const Form forms[] = {&Asymptotic1f1, c > 0 ? Form{direct} : Form{&Kummer1f1},
                        c > 0 ? Form{&Kummer1f1} : Form{direct}};
  for (const Form form : forms) {
    if ((form != &Asymptotic1f1 && std::fabs(c) > 400 && !terminates) ||
        (terminates && form != Form{direct})) {
      continue;
    }
    const Bounded result = form(a, b, c);
    if (result.IsSafe()) return static_cast<double>(result.value);
  }
  return BallHyp1f1(a, b, c);
}

double CarefulHyp2f1(double a, double b, double c, double d) noexcept {
  if (AnyNan(a, b, c, d) || std::isinf(a) || std::isinf(b) || std::isinf(c)) return kNan;
  const bool terminates = Terminates(a, c) || Terminates(b, c);
  if (IsPole(c) && !terminates) return kNan;
  if (a == 0 || b == 0 || d == 0) return 1;
  if (std::isinf(d)) return d < 0 && a > 0 && b > 0 && !terminates ? 0 : kNan;
  if (terminates) {
    const Bounded result = Direct2f1({a}, {b}, {c}, d, 0);
    return result.IsSafe() ? static_cast<double>(result.value) : BallHyp2f1(a, b, c, d);
  }
  if (d > 1) return kNan;
  const Operands2f1 o = {a, b, c, d};
  if (d == 1) return AtOne(o);
  const auto accept = [](Bounded result, double& y) {
    if (!result.IsSafe()) return false;
    y = static_cast<double>(result.value);
    return true;
  };
  double y = 0;
  if (std::fabs(d) <= kNear && accept(Direct2f1({a}, {b}, {c}, d, 0), y)) return y;
  if (d < 0) {
    if (d > -3 && accept(Pfaff(o, a, o.rest_b), y)) return y;
    if (d > -3 && accept(Pfaff(o, b, o.rest_a), y)) return y;
    if (d < -0.5 && accept(ThroughInverse(o), y)) return y;
  } else {
    if (d <= kNear && accept(Euler(o), y)) return y;
    if (d > 0.3 && accept(ThroughComplement(o), y)) return y;
  }
  return BallHyp2f1(a, b, c, d);
}

}  // namespace formulary::runtime::special
