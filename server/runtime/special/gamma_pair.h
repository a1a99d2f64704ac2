#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_GAMMA_PAIR_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_GAMMA_PAIR_H_

// Numbers as unevaluated sums of two doubles, about 100 bits, and the logarithm and exponential of
// them to 65 bits. For the gamma family, whose functions are products of powers with exponents up
// to 745: their logarithms need ten bits more than a double has. Without FMA, since the scalar
// routines are compiled for the baseline. Sums and products: Dekker 1971, Knuth TAOCP 4.2.2. All
// pure; overflow gives NaN low parts, so callers keep operands of products within 2^990.

#include <cmath>

namespace formulary::runtime::special {

struct Pair {
  double high = 0;
  double low = 0;
};

inline constexpr Pair kLog2 = {0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56};

// REQUIRES: |a| >= |b| or a = 0.
inline Pair QuickSum(double a, double b) {
  const double sum = a + b;
  return {sum, b - (sum - a)};
}

// a + b exactly.
inline Pair Sum(double a, double b) {
  const double sum = a + b;
  const double part = sum - a;
  return {sum, (a - (sum - part)) + (b - part)};
}

// a b exactly.
inline Pair Product(double a, double b) {
  constexpr double kSplit = 0x1p27 + 1;
  const double a_scaled = kSplit * a, b_scaled = kSplit * b;
  const double a_high = a_scaled - (a_scaled - a), b_high = b_scaled - (b_scaled - b);
  const double a_low = a - a_high, b_low = b - b_high;
  const double product = a * b;
  return {product, ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low};
}

inline Pair operator-(Pair a) { return {-a.high, -a.low}; }

inline Pair operator+(Pair a, Pair b) {
  const Pair high = Sum(a.high, b.high);
  const Pair low = Sum(a.low, b.low);
  const Pair sum = QuickSum(high.high, high.low + low.high);
  return QuickSum(sum.high, sum.low + low.low);
}

inline Pair operator+(Pair a, double b) {
  const Pair sum = Sum(a.high, b);
  return QuickSum(sum.high, sum.low + a.low);
}

inline Pair operator-(Pair a, Pair b) { return a + -b; }

inline Pair operator*(Pair a, Pair b) {
  const Pair product = Product(a.high, b.high);
  return QuickSum(product.high, product.low + (a.high * b.low + a.low * b.high));
}

inline Pair operator*(Pair a, double b) {
  const Pair product = Product(a.high, b);
  return QuickSum(product.high, product.low + a.low * b);
}

inline Pair operator/(Pair a, Pair b) {
  const double quotient = a.high / b.high;
  const Pair product = Product(quotient, b.high);
  const double rest = ((a.high - product.high) - product.low) + a.low - quotient * b.low;
  return QuickSum(quotient, rest / b.high);
}

// a times a power of two.
inline Pair Scale(Pair a, int exponent) {
  return {std::ldexp(a.high, exponent), std::ldexp(a.low, exponent)};
}

// A sum of doubles that is rounded once, nearly.
class LongSum {
 public:
  void Add(double x) {
    const Pair sum = Sum(high_, x);
    high_ = sum.high;
    low_ += sum.low;
  }
  double value() const { return high_ + low_; }

 private:
  double high_ = 0, low_ = 0;
};

// log(x), to 2^-66 of it, also around 1. REQUIRES: x.high > 0 and finite.
Pair Log(Pair x);

// log(1 + x), to 2^-66 of it. REQUIRES: x.high > -1.
Pair Log1p(Pair x);

// m exp(x), rounded once; 0 or infinite where it must be. REQUIRES: x is finite or infinite.
double TimesExp(Pair m, Pair x);

// sin(pi x) to 2^-60 of it. REQUIRES: |x.high| < 2^52 and x.low no more than half its ulp.
Pair SinPi(Pair x);

}  // namespace formulary::runtime::special

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_GAMMA_PAIR_H_
