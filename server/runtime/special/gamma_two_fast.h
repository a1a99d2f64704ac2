#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_GAMMA_TWO_FAST_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_GAMMA_TWO_FAST_H_

// Products and quotients of gamma functions of two operands, on vectors: the exponents of
// Stirling's formula are added in two parts and exponentiated once. Operands below 0 or beyond
// kGammaLarge are left to the routines of gamma.cc; quotients of factorials are rounded to what
// they are. Included by level files only; see repairs.h for the rule on lanes.

#include "server/runtime/special/gamma_edge.h"
#include "server/runtime/special/gamma_fast.h"

namespace {

constexpr double kGammaSmall = 0x1p-300;
// Up to here the exponents are within 2^-53.
constexpr double kGammaLarge = 1024;
// Up to here they are within 2^-53 of numbers 2^-9 times their operands.
constexpr double kGammaHuge = 0x1p40;

inline MaskD GammaWithin(VecD x, double largest) {
  return (x >= Set1(kGammaSmall)) & (x <= Set1(largest));
}
// Whether, for operands that may be small, the low part does not count.
inline MaskD GammaWithin(VecPair x, double largest) {
  return GammaWithin(x.high, largest) & (Abs(x.low) <= Set1(0x1p-52) * x.high);
}

inline VecPair operator+(VecPair a, VecPair b) {
  const VecPair high = GammaSum(a.high, b.high);
  return {high.high, high.low + (a.low + b.low)};
}
inline VecPair operator-(VecPair a, VecPair b) { return a + VecPair{-b.high, -b.low}; }
inline VecPair GammaPlusOne(VecPair x) {
  const VecPair sum = GammaSum(x.high, Set1(1.0));
  return {sum.high, sum.low + x.low};
}

// 1 in the lanes of `slow`, where something must stand that costs nothing.
inline VecPair GammaSafe(MaskD slow, VecPair x) {
  return {Select(slow, Set1(3.0), x.high), Select(slow, VecD{}, x.low)};
}

// gamma(a) gamma(b)/gamma(c) and so on: top over bottom, the factors top_inverse/bottom_inverse
// upside down.
struct GammaQuotient {
  VecPair exponent;
  VecD top, bottom;

  VecD Value() const {
    const VecD one = Set1(1.0);
    const MaskD factors = (top != one) | (bottom != one);
    return GammaExp(exponent, __builtin_expect(Any(factors), 0) ? top / bottom : one);
  }
  // Where the factors' logarithm is large beside the sum, the lane joins the slow ones.
  VecD Log(MaskD& slow) const {
    const VecD one = Set1(1.0);
    const MaskD factors = (top != one) | (bottom != one);
    if (__builtin_expect(!Any(factors), 1)) return exponent.high + exponent.low;
    const VecD log = sleef_log(top / bottom);
    const VecD sum = exponent.high + (exponent.low + log);
    slow |= (Abs(log) > Set1(2.0)) & (Abs(log) > Set1(8.0) * Abs(sum));
    return sum;
  }
};

constexpr auto kParts = [](VecPair x) { return PartsOfGamma(x); };
constexpr auto kLogParts = [](VecPair x) { return PartsOfLogGamma(x); };

template <class Parts>
inline GammaQuotient BetaQuotient(Parts parts, VecPair a, VecPair b, VecPair c) {
  const GammaParts first = parts(a), second = parts(b), sum = parts(c);
  return {first.exponent + second.exponent - sum.exponent, sum.inverse,
          first.inverse * second.inverse};
}
template <class Parts>
inline GammaQuotient RatioQuotient(Parts parts, VecPair a, VecPair b) {
  const GammaParts first = parts(a), second = parts(b);
  return {first.exponent - second.exponent, second.inverse, first.inverse};
}
template <class Parts>
inline GammaQuotient BinomialQuotient(Parts parts, VecPair n, VecPair k, VecPair rest) {
  const GammaParts all = parts(n), first = parts(k), second = parts(rest);
  return {all.exponent - first.exponent - second.exponent, first.inverse * second.inverse,
          all.inverse};
}

template <class Slow>
inline VecD GammaRepair(VecD result, MaskD slow, VecD a, VecD b, Slow routine) {
  if (__builtin_expect(!Any(slow), 1)) return result;
  return FixLanes(result, slow, a, b, routine);
}

// Quotients that are natural numbers, or one over them, in the lanes of `integral`; what is too
// large for that joins the slow ones.
inline VecD GammaRational(VecD result, MaskD integral, MaskD& slow) {
  if (__builtin_expect(!Any(integral), 1)) return result;
  const MaskD whole = result >= Set1(0.75);
  const VecD natural = GammaNatural(Select(whole, result, Set1(1.0) / result));
  slow |= integral & ~(natural < Set1(kGammaExact));
  return Select(integral, Select(whole, natural, Set1(1.0) / natural), result);
}

// Products of no or one factor, exact, and of more: integral b.
inline VecD GammaFewFactors(VecD result, VecD a, VecD b) {
  return Select(b == VecD{}, Set1(1.0), Select(b == Set1(1.0), a, result));
}

// Products of 2 to 4 factors, `step` apart: rounded six times at most.
inline MaskD GammaIsShort(VecD a, VecD b) {
  return ((b == Set1(2.0)) | (b == Set1(3.0)) | (b == Set1(4.0))) & (Abs(a) < Set1(0x1p200));
}
inline VecD GammaShort(VecD a, VecD b, double step) {
  const VecD two = a * (a + Set1(step));
  const VecD three = two * (a + Set1(2 * step)), four = three * (a + Set1(3 * step));
  const VecD product = Select(b == Set1(2.0), two, Select(b == Set1(3.0), three, four));
  return product + VecD{};  // no zero is negative
}

// For logarithms: where the sum has lost too much beside its terms.
inline MaskD GammaLost(VecD result, VecD largest) {
  return (largest > Set1(kGammaLarge)) & ~(Abs(result) >= largest * Set1(0x1p-9));
}

#define FY_GAMMA_ONCE(name) \
  [](double x, double y) { return formulary::runtime::special::name##Once(x, y); }
#define FY_GAMMA_STRICT(stem, name)                          \
  inline VecD own_strict_##stem(VecD a, VecD b) {            \
    return FixLanes(a, ~MaskD{}, a, b, FY_GAMMA_ONCE(name)); \
  }

FY_GAMMA_STRICT(beta, Beta)
FY_GAMMA_STRICT(lbeta, LogBeta)
FY_GAMMA_STRICT(gamma_ratio, GammaRatio)
FY_GAMMA_STRICT(lgamma_ratio, LogGammaRatio)
FY_GAMMA_STRICT(binomial, Binomial)
FY_GAMMA_STRICT(lbinomial, LogBinomial)
FY_GAMMA_STRICT(rf, Rising)
FY_GAMMA_STRICT(ff, Falling)

inline VecD fast_beta(VecD a, VecD b) {
  const VecPair sum = GammaSum(a, b);
  MaskD slow = ~(GammaWithin(a, kGammaLarge) & GammaWithin(b, kGammaLarge));
  VecD result = BetaQuotient(kParts, GammaSafe(slow, {a, VecD{}}), GammaSafe(slow, {b, VecD{}}),
                             GammaSafe(slow, sum))
                    .Value();
  result = GammaRational(result, GammaIntegers(a) & GammaIntegers(b), slow);
  return GammaRepair(result, slow, a, b, FY_GAMMA_ONCE(Beta));
}

inline VecD fast_lbeta(VecD a, VecD b) {
  const VecPair sum = GammaSum(a, b);
  MaskD slow = ~(GammaWithin(a, kGammaHuge) & GammaWithin(b, kGammaHuge));
  const VecD result = BetaQuotient(kLogParts, GammaSafe(slow, {a, VecD{}}),
                                   GammaSafe(slow, {b, VecD{}}), GammaSafe(slow, sum))
                          .Log(slow);
  slow |= GammaLost(result, sum.high);
  return GammaRepair(result, slow, a, b, FY_GAMMA_ONCE(LogBeta));
}

inline VecD fast_gamma_ratio(VecD a, VecD b) {
  MaskD slow = ~(GammaWithin(a, kGammaLarge) & GammaWithin(b, kGammaLarge));
  VecD result =
      RatioQuotient(kParts, GammaSafe(slow, {a, VecD{}}), GammaSafe(slow, {b, VecD{}})).Value();
  result = GammaRational(result, GammaIntegers(a) & GammaIntegers(b), slow);
  return GammaRepair(result, slow, a, b, FY_GAMMA_ONCE(GammaRatio));
}

inline VecD fast_lgamma_ratio(VecD a, VecD b) {
  MaskD slow = ~(GammaWithin(a, kGammaHuge) & GammaWithin(b, kGammaHuge));
  const VecD result =
      RatioQuotient(kLogParts, GammaSafe(slow, {a, VecD{}}), GammaSafe(slow, {b, VecD{}}))
          .Log(slow);
  slow |= GammaLost(result, Select(a < b, b, a));
  return GammaRepair(result, slow, a, b, FY_GAMMA_ONCE(LogGammaRatio));
}

// gamma(a + b)/gamma(a), exact for integers.
inline VecD fast_rf(VecD a, VecD b) {
  const MaskD few = GammaIsShort(a, b);
  const VecD product = GammaShort(a, b, 1.0);
  if (!Any(~few)) return product;
  const VecPair sum = GammaSum(a, b);
  MaskD slow = ~(GammaWithin(a, kGammaLarge) & GammaWithin(sum, kGammaLarge));
  VecD result = RatioQuotient(kParts, GammaSafe(slow, sum), GammaSafe(slow, {a, VecD{}})).Value();
  result = GammaRational(result, GammaIntegers(a) & GammaIntegers(b), slow);
  result = Select(few, product, GammaFewFactors(result, a, b));
  slow &= ~few;
  return GammaRepair(result, slow, a, b, FY_GAMMA_ONCE(Rising));
}

// gamma(a + 1)/gamma(a - b + 1), as rf.
inline VecD fast_ff(VecD a, VecD b) {
  const MaskD few = GammaIsShort(a, b);
  const VecD product = GammaShort(a, b, -1.0);
  if (!Any(~few)) return product;
  const VecPair top = GammaSum(a, Set1(1.0)), bottom = GammaPlusOne(GammaSum(a, -b));
  MaskD slow = ~(GammaWithin(top, kGammaLarge) & GammaWithin(bottom, kGammaLarge));
  VecD result = RatioQuotient(kParts, GammaSafe(slow, top), GammaSafe(slow, bottom)).Value();
  result = GammaRational(result, GammaIntegers(a) & GammaIntegers(b), slow);
  result = Select(few, product, GammaFewFactors(result, a, b));
  slow &= ~few;
  return GammaRepair(result, slow, a, b, FY_GAMMA_ONCE(Falling));
}

inline VecD fast_binomial(VecD a, VecD b) {
  const VecPair all = GammaSum(a, Set1(1.0)), chosen = GammaSum(b, Set1(1.0));
  const VecPair rest = GammaPlusOne(GammaSum(a, -b));
  MaskD slow = ~(GammaWithin(all, kGammaLarge) & GammaWithin(chosen, kGammaLarge) &
                 GammaWithin(rest, kGammaLarge));
  VecD result =
      BinomialQuotient(kParts, GammaSafe(slow, all), GammaSafe(slow, chosen), GammaSafe(slow, rest))
          .Value();
  result = GammaRational(result, GammaIntegers(a) & GammaIntegers(b), slow);
  result = GammaFewFactors(result, a, b);
  return GammaRepair(result, slow, a, b, FY_GAMMA_ONCE(Binomial));
}

inline VecD fast_lbinomial(VecD a, VecD b) {
  const VecPair all = GammaSum(a, Set1(1.0)), chosen = GammaSum(b, Set1(1.0));
  const VecPair rest = GammaPlusOne(GammaSum(a, -b));
  MaskD slow = ~(GammaWithin(all, kGammaHuge) & GammaWithin(chosen, kGammaHuge) &
                 GammaWithin(rest, kGammaHuge));
  const VecD result = BinomialQuotient(kLogParts, GammaSafe(slow, all), GammaSafe(slow, chosen),
                                       GammaSafe(slow, rest))
                          .Log(slow);
  slow |= GammaLost(result, all.high);
  return GammaRepair(result, slow, a, b, FY_GAMMA_ONCE(LogBinomial));
}

#undef FY_GAMMA_ONCE
#undef FY_GAMMA_STRICT

}  // namespace

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_GAMMA_TWO_FAST_H_
