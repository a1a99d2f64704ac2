#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_POLYNOMIAL_TABLES_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_POLYNOMIAL_TABLES_H_

// Tables of the orthogonal polynomials without parameters, all computed by the compiler, in 113
// bits: coefficients of low degrees, terms of recurrences. For polynomial_recipe.h only. Source of
// the recurrences: DLMF 18.9.

#include "server/runtime/special/polynomial_kernels.h"

namespace formulary::runtime::special {

__extension__ typedef __float128 Quad;

// Sums of powers serve up to this degree: their coefficients are exact doubles, and what cancels
// between terms, below 2^32 for zeros of the interval, is well within a compensated sum.
inline constexpr long kMaxPowersDegree = 20;
inline constexpr long kMaxLaguerrePowersDegree = 16;

// The families by a[k] p[k + 1] = (b[k] x + c[k]) p[k] - d[k] p[k - 1].
struct LegendreStep {
  static constexpr Quad Next(long k, Quad shifted, Quad, Quad before) {
    return ((2 * k + 1) * shifted - k * before) / (k + 1);
  }
};
struct ChebyshevUStep {
  static constexpr Quad Next(long, Quad shifted, Quad, Quad before) { return 2 * shifted - before; }
};
struct HermiteStep {
  static constexpr Quad Next(long k, Quad shifted, Quad, Quad before) {
    return 2 * shifted - 2 * k * before;
  }
};
struct HermiteProbStep {
  static constexpr Quad Next(long k, Quad shifted, Quad, Quad before) {
    return shifted - k * before;
  }
};
struct LaguerreStep {  // of n! L_n
  static constexpr Quad Next(long k, Quad shifted, Quad same, Quad before) {
    return (2 * k + 1) * same - shifted - Quad(k) * k * before;
  }
};

// Coefficients of all degrees, the highest first; of x^degree, x^(degree - 2), ... if even or odd.
template <typename Step, long kTop, long kStride>
struct PowerTable {
  constexpr PowerTable() {
    Quad before[kTop + 2] = {}, now[kTop + 2] = {};
    now[0] = 1;
    for (long degree = 0; degree <= kTop; ++degree) {
      for (long k = degree, place = 0; k >= 0; k -= kStride, ++place)
        of[degree][place] = static_cast<double>(now[k]);
      Quad next[kTop + 2] = {};
      for (long k = 0; k <= degree + 1; ++k)
        next[k] = Step::Next(degree, k > 0 ? now[k - 1] : 0, now[k], before[k]);
      for (long k = 0; k < kTop + 2; ++k) {
        before[k] = now[k];
        now[k] = next[k];
      }
    }
  }
  double of[kTop + 1][kTop / kStride + 1] = {};
};
inline constexpr PowerTable<LegendreStep, kMaxPowersDegree, 2> kLegendrePowers;
inline constexpr PowerTable<ChebyshevUStep, kMaxPowersDegree, 2> kChebyshevUPowers;
inline constexpr PowerTable<HermiteStep, kMaxPowersDegree, 2> kHermitePowers;
inline constexpr PowerTable<HermiteProbStep, kMaxPowersDegree, 2> kHermiteProbPowers;
inline constexpr PowerTable<LaguerreStep, kMaxLaguerrePowersDegree, 1> kLaguerrePowers;

template <typename Wide>
constexpr double HighPart(Wide x) {
  return static_cast<double>(x);
}
template <typename Wide>
constexpr double LowPartOf(Wide x) {
  return static_cast<double>(x - static_cast<Wide>(static_cast<double>(x)));
}

// Monic polynomials of X = 2 x or x, symmetric: terms, and the leading coefficients that their
// values are to be multiplied with.
struct ClimbTable {
  PolynomialTerm terms[kMaxRecipeDegree] = {};
  double scale[kMaxRecipeDegree + 1] = {}, scale_low[kMaxRecipeDegree + 1] = {};
};

constexpr ClimbTable LegendreClimb() {
  ClimbTable table;
  Quad leading = 1;  // of P_k in (2 x)^k: (2 k)!/(2^k k!)^2
  for (long k = 0; k <= kMaxRecipeDegree; ++k) {
    table.scale[k] = HighPart(leading);
    table.scale_low[k] = LowPartOf(leading);
    leading *= Quad(2 * k + 1) / (2 * k + 2);
    if (k == kMaxRecipeDegree) break;
    const Quad c = Quad(4 * k * k) / (4 * k * k - 1);
    table.terms[k] = {2, 0, 0, HighPart(c), LowPartOf(c)};
  }
  return table;
}

// H_k in 2 x and He_k in x are monic as they stand.
constexpr ClimbTable HermiteClimb(double s) {
  ClimbTable table;
  for (long k = 0; k < kMaxRecipeDegree; ++k)
    table.terms[k] = {s, 0, 0, s * static_cast<double>(k), 0};
  for (double& scale : table.scale) scale = 1;
  return table;
}

inline constexpr ClimbTable kLegendreClimb = LegendreClimb();
inline constexpr ClimbTable kHermiteClimb = HermiteClimb(2);
inline constexpr ClimbTable kHermiteProbClimb = HermiteClimb(1);

// k! = 2^e r with 3/4 < r <= 3/2: powers of two that keep the monic Laguerre polynomials, which
// grow as k!, within range: s[k] leads from k to k + 1, and the value over r is L_k up to its sign.
struct FactorialScales {
  constexpr FactorialScales() {
    Quad rest = 1;
    for (long k = 0; k <= kMaxRecipeDegree; ++k) {
      const Quad inverse = (k % 2 == 0 ? 1 : -1) / rest;
      scale[k] = HighPart(inverse);
      scale_low[k] = LowPartOf(inverse);
      rest *= k + 1;
      s[k] = 1;
      for (; rest > 1.5; rest /= 2) s[k] /= 2;
    }
  }
  double s[kMaxRecipeDegree + 1] = {};
  double scale[kMaxRecipeDegree + 1] = {}, scale_low[kMaxRecipeDegree + 1] = {};
};
inline constexpr FactorialScales kFactorialScales;

struct LaguerreTerms {  // of alpha = 0; all exact
  constexpr LaguerreTerms() {
    for (long k = 0; k < kMaxRecipeDegree; ++k) {
      const double s = kFactorialScales.s[k], both = k == 0 ? 0 : s * kFactorialScales.s[k - 1];
      of[k] = {s, -s * static_cast<double>(2 * k + 1), 0, both * static_cast<double>(k * k), 0};
    }
  }
  PolynomialTerm of[kMaxRecipeDegree] = {};
};
inline constexpr LaguerreTerms kLaguerreTerms;

struct InverseFactorials {
  constexpr InverseFactorials() {
    Quad factorial = 1;
    for (long k = 0; k <= kMaxLaguerrePowersDegree; ++k) {
      factorial *= k > 0 ? k : 1;
      high[k] = HighPart(1 / factorial);
      low[k] = LowPartOf(1 / factorial);
    }
  }
  double high[kMaxLaguerrePowersDegree + 1] = {}, low[kMaxLaguerrePowersDegree + 1] = {};
};
inline constexpr InverseFactorials kInverseFactorials;

}  // namespace formulary::runtime::special

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_POLYNOMIAL_TABLES_H_
