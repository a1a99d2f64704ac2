#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_INCOMPLETE_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_INCOMPLETE_H_

// What the incomplete gamma and beta functions share: double-double arithmetic for the exponents
// of their prefixes, and the tails of both distributions as factor times exp(exponent), which the
// plain, the logarithmic and the inverse forms are read from. For the family's own files only.
// Everything is pure and never throws.

#include <cmath>
#include <cstdint>
#include <cstring>

#include "server/runtime/special/incomplete_tables.h"

namespace formulary::runtime::special::incomplete {

// hi + lo, |lo| at most half an ulp of hi.
struct Pair {
  double hi;
  double lo;
};

inline Pair FastSum(double a, double b) {  // REQUIRES: |a| >= |b| or a = 0
  const double s = a + b;
  return {s, b - (s - a)};
}

inline Pair ExactSum(double a, double b) {
  const double s = a + b;
  const double t = s - a;
  return {s, (a - (s - t)) + (b - t)};
}

// Dekker's product: fma is a slow call at this level. REQUIRES: |a|, |b| < 2^995.
inline Pair ExactProduct(double a, double b) {
  constexpr double kSplit = 134217729;
  const double p = a * b;
  const double ca = kSplit * a;
  const double cb = kSplit * b;
  const double ah = ca - (ca - a);
  const double bh = cb - (cb - b);
  const double al = a - ah;
  const double bl = b - bh;
  return {p, ((ah * bh - p) + ah * bl + al * bh) + al * bl};
}

// The error is 2^-105 of the larger operand, also where they cancel.
inline Pair Add(Pair a, Pair b) {
  const Pair s = ExactSum(a.hi, b.hi);
  return FastSum(s.hi, s.lo + (a.lo + b.lo));
}

inline Pair Add(Pair a, double b) {
  const Pair s = ExactSum(a.hi, b);
  return FastSum(s.hi, s.lo + a.lo);
}

inline Pair Negate(Pair a) { return {-a.hi, -a.lo}; }
inline Pair Subtract(Pair a, Pair b) { return Add(a, Negate(b)); }

inline Pair Multiply(Pair a, double b) {
  const Pair p = ExactProduct(a.hi, b);
  return FastSum(p.hi, p.lo + a.lo * b);
}

inline Pair Multiply(Pair a, Pair b) {
  const Pair p = ExactProduct(a.hi, b.hi);
  return FastSum(p.hi, p.lo + (a.hi * b.lo + a.lo * b.hi));
}

inline Pair Divide(Pair a, double b) {
  const double q = a.hi / b;
  const Pair p = ExactProduct(q, b);
  return FastSum(q, ((a.hi - p.hi) - p.lo + a.lo) / b);
}

// Step i of the logarithm: for m near (i + 1/2)/128, a short reciprocal and minus its logarithm.
struct LogStep {
  double reciprocal;
  double hi;
  double lo;
};
inline constexpr int kFirstLogStep = 90;
inline constexpr int kLogStepCount = 92;
extern const LogStep kLogSteps[kLogStepCount];
extern const double kScaledErfc[15];  // z sqrt(pi) exp(z^2) erfc(z), z >= 4, by powers of z^-2

// log(z) for normal z > 0: absolute error 2^-75 near 1.
Pair Log(Pair z);

// t - log(1 + t) with relative error 2^-60; z is 1 + t, as accurate as t.
Pair LogGap(Pair t, Pair z);
inline Pair LogGap(Pair t) { return LogGap(t, Add(t, 1.0)); }

// factor * exp(e), right through the subnormals.
double ScaledExp(Pair e, double factor);

// 1/gamma(1 + a) for 0 <= a < 20.
double ReciprocalGamma1p(double a);

// log(gamma(a)/(sqrt(2 pi/a) (a/e)^a)) for a >= kStirling (DLMF 5.11.1).
double StirlingRest(double a);

// log(gamma(b + a)/gamma(b)) for 0 < a <= 1 <= b, accurate relative to a.
double LogGammaStep(double a, double b);

// log(gamma(1 + a)) for -1/2 <= a <= 1, accurate relative to a.
double LogGamma1p(double a);

// Convergents p/q of a continued fraction by the forward recurrence, scaled before they overflow.
struct Convergents {
  double p0, q0, p1, q1;

  // The next one, of these partial terms; true where it differs no longer.
  bool Next(double term, double step) {
    constexpr double kClose = 0x1p-52;  // as rounding allows
    const double p = term * p1 + step * p0;
    const double q = term * q1 + step * q0;
    const double difference = std::fabs(p * q1 - p1 * q);
    p0 = p1;
    q0 = q1;
    p1 = p;
    q1 = q;
    if (difference <= std::fabs(p * q0) * kClose) return true;
    if (std::fabs(q) > 0x1p200) {
      p0 *= 0x1p-200;
      q0 *= 0x1p-200;
      p1 *= 0x1p-200;
      q1 *= 0x1p-200;
    }
    return false;
  }
  double value() const { return p1 / q1; }
};

// One tail of a distribution is factor * exp(exponent), the other 1 minus that.
struct Tail {
  Pair exponent;
  double factor;
  bool lower;
  double prefix;  // GammaExponent or BetaExponent; NaN: was not needed
};

double Value(const Tail& tail, bool lower);
double LogValue(const Tail& tail, bool lower);

// What depends on the shape alone, for arrays in which it stays the same.
struct GammaShape {
  explicit GammaShape(double shape);
  double a;
  double density;  // of the prefix x^a exp(-x)/gamma(a + 1) = density * exp(GammaExponent)
  double rest;     // part of the exponent
};

Pair GammaExponent(const GammaShape& shape, double x);
// REQUIRES: 0 < a, x; both finite.
Tail GammaTail(const GammaShape& shape, double x);

struct BetaShape {
  BetaShape(double first, double second);
  double a;
  double b;
  Pair sum;
  double density;  // x^a y^b / B(a, b) = density * exp(BetaExponent)
  double rest;     // part of the exponent
};

Pair BetaExponent(const BetaShape& shape, Pair x, Pair y, Pair delta);
// REQUIRES: 0 < a, b finite, 0 < x, y < 1, x + y = 1.
Tail BetaTail(const BetaShape& shape, Pair x, Pair y);

// Where BetaTail loses up to 100 ulp, as its continued fraction nears the divergent one: x is the
// smaller part, a its shape. There betainc and betaincc do not, and the rounding of x counts a few
// fold only.
inline bool IsRough(double a, double b, double x) {
  return a <= 1 && b >= 8 && b * x >= 0.5 && b * x <= 4;
}

}  // namespace formulary::runtime::special::incomplete

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_INCOMPLETE_H_
