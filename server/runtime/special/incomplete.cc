// What the incomplete gamma and beta functions share. Sources: DLMF 5.11 (Stirling), Dekker 1971
// (double-double arithmetic), Tang 1990 (logarithm by table).

#include "server/runtime/special/incomplete.h"

namespace formulary::runtime::special::incomplete {
namespace {

uint64_t Bits(double x) {
  uint64_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  return bits;
}

double FromBits(uint64_t bits) {
  double x;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

// (r - r^2/2 - log1p(r))/r^3, negated: 1/3 - r/4 + ...
double LogRest(double r) {
  const double q = r * r;
  const double even = 1.0 / 3 + q * (1.0 / 5 + q * (1.0 / 7 + q * (1.0 / 9 + q * (1.0 / 11))));
  const double odd = 1.0 / 4 + q * (1.0 / 6 + q * (1.0 / 8 + q * (1.0 / 10)));
  return even - r * odd;
}

// r - log1p(r) for |r| <= 2^-7.
Pair ShortLogGap(Pair r) {
  Pair square = ExactProduct(r.hi, r.hi);
  square = FastSum(square.hi * 0.5, square.lo * 0.5 + r.hi * r.lo);
  return Add(square, -(r.hi * r.hi * r.hi) * LogRest(r.hi));
}

}  // namespace

Pair Log(Pair z) {
  constexpr uint64_t kRootHalf = 0x3fe6a09e667f3bcd;
  constexpr double kLn2High = 0x1.62e42fefa2000p-1;
  constexpr double kLn2Low = 0x1.9ef35793c7673p-41;
  double shift = 0;
  if (z.hi < 0x1p-1000) {
    z = {z.hi * 0x1p100, z.lo * 0x1p100};
    shift = -100;
  }
  const int64_t k = static_cast<int64_t>(Bits(z.hi) - kRootHalf) >> 52;
  const double scale = FromBits(static_cast<uint64_t>(1023 - k / 2) << 52);
  const double rest = FromBits(static_cast<uint64_t>(1023 - (k - k / 2)) << 52);
  const Pair m = {z.hi * scale * rest, z.lo * scale * rest};
  const LogStep& step = kLogSteps[static_cast<int>(m.hi * 128) - kFirstLogStep];
  // The reciprocal has 9 bits: both products are exact.
  const double head = FromBits(Bits(m.hi) & ~uint64_t{0x7ffffff});
  Pair r = ExactSum(step.reciprocal * head - 1, step.reciprocal * (m.hi - head));
  r.lo += step.reciprocal * m.lo;
  r = FastSum(r.hi, r.lo);
  const double power = static_cast<double>(k) + shift;
  Pair sum = ExactSum(power * kLn2High, step.hi);
  sum.lo += power * kLn2Low + step.lo;
  return Subtract(Add(sum, r), ShortLogGap(r));
}

Pair LogGap(Pair t, Pair z) {
  if (std::fabs(t.hi) < 0x1p-7) return ShortLogGap(t);
  return Subtract(t, Log(z));
}

double ScaledExp(Pair e, double factor) {
  if (e.hi < -1500) return 0 * factor;
  if (e.hi > -650 && e.hi < 650) {
    const double value = std::exp(e.hi);
    return (value + value * e.lo) * factor;
  }
  const double root = std::exp(0.5 * e.hi);
  return root * (1 + e.lo) * factor * root;
}

double ReciprocalGamma1p(double a) {
  double product = 1;
  while (a > 1) {
    product *= a;
    a -= 1;
  }
  const double t = a - 0.5;
  double sum = kReciprocalGamma[16];
  for (int i = 15; i >= 0; --i) sum = sum * t + kReciprocalGamma[i];
  return sum / product;
}

double StirlingRest(double a) {
  const double r = 1 / a;
  const double q = r * r;
  // B_2k/(2k (2k - 1)), the last first.
  constexpr double kTerms[] = {-2.9550653594771242e-02, 6.41025641025641e-03,
                               -1.9175269175269176e-03, 8.417508417508417e-04,
                               -5.952380952380953e-04,  7.936507936507937e-04,
                               -2.777777777777778e-03,  8.333333333333333e-02};
  double sum = 1.7964437236883057e-01;
  for (const double term : kTerms) sum = sum * q + term;
  return sum * r;
}

double LogGammaStep(double a, double b) {
  // Shift to z >= 16 with the product of 1 + a/(b + i), whose excess over 1 is kept.
  double excess = 0;
  double z = b;
  for (; z < 16; z += 1) {
    const double step = a / z;
    excess += step + excess * step;
  }
  const double r = 1 / z;
  const double q = 1 / (z + a);
  // Differences of the odd powers of q and r, divided by their first: sums of q^j r^(2k-j).
  constexpr double kTerms[] = {8.333333333333333e-02, -2.777777777777778e-03,
                               7.936507936507937e-04, -5.952380952380953e-04,
                               8.417508417508417e-04, -1.9175269175269176e-03};
  double mixed = 1;
  double power = 1;
  double sum = 0;
  for (const double term : kTerms) {
    sum += term * mixed;
    for (int i = 0; i < 2; ++i) {
      power *= r;
      mixed = q * mixed + power;
    }
  }
  const double stirling =
      a * std::log(z + a) + ((z - 0.5) * std::log1p(a * r) - a) - a * r * q * sum;
  return stirling - std::log1p(excess);
}

double LogGamma1p(double a) {
  constexpr int kLast = 17;
  double sum = kReciprocalGammaRest[kLast];
  for (int i = kLast - 1; i >= 0; --i) sum = sum * a + kReciprocalGammaRest[i];
  return -std::log1p(a * sum);
}

double Value(const Tail& tail, bool lower) {
  const double value = ScaledExp(tail.exponent, tail.factor);
  if (tail.lower == lower) return value;
  return 1 - value;
}

double LogValue(const Tail& tail, bool lower) {
  if (tail.lower != lower) return std::log1p(-ScaledExp(tail.exponent, tail.factor));
  if (tail.exponent.hi > -1) return std::log(ScaledExp(tail.exponent, tail.factor));
  return tail.exponent.hi + (std::log(tail.factor) + tail.exponent.lo);
}

}  // namespace formulary::runtime::special::incomplete
