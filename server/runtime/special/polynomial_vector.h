#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_POLYNOMIAL_VECTOR_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_POLYNOMIAL_VECTOR_H_

// The kernels of polynomial_kernels.h on vectors. Included by level files only. Every value is a
// sum of a double and its correction to first order: Horner's rule with compensation (Graillat,
// Langlois and Louvet, 2005) and three-term recurrences the same way. What is left out is of the
// second order, so results are rounded once but for rare ties, near zeros too.

#include "server/runtime/special/compensated_vector.h"
#include "server/runtime/special/polynomial_kernels.h"

namespace {

using formulary::runtime::special::PolynomialMethod;
using formulary::runtime::special::PolynomialRecipe;
using formulary::runtime::special::PolynomialTerm;

inline VecD Scaled(Compensated p, const PolynomialRecipe& recipe) {
  const Compensated result = Times(p, Compensated{Set1(recipe.scale), Set1(recipe.scale_low)});
  return result.high + result.low;
}

template <PolynomialMethod kMethod>
inline VecD SumOfPowers(VecD x, const PolynomialRecipe& recipe) {
  Compensated u{x, VecD{}};
  if constexpr (kMethod != PolynomialMethod::kPowers) {
    u.high = x * x;
    u.low = ProductError(x, x, u.high);
  }
  Compensated sum{Set1(recipe.coefficients[0]), VecD{}};
  for (long k = 1; k < recipe.count; ++k) {
    const VecD next = Set1(recipe.coefficients[k]);
    const VecD product = sum.high * u.high;
    VecD error = ProductError(sum.high, u.high, product);
    if constexpr (kMethod != PolynomialMethod::kPowers)
      error = CompensatedFma(sum.high, u.low, error);
    const VecD high = product + next;
    sum.low = CompensatedFma(sum.low, u.high, error + SumError(product, next, high));
    sum.high = high;
  }
  if constexpr (kMethod == PolynomialMethod::kPowers) return Scaled(sum, recipe);
  if constexpr (kMethod == PolynomialMethod::kOdd) sum = Times(sum, x);
  return sum.high + sum.low;
}

template <bool kShifted>
struct PolynomialClimb {
  inline PolynomialClimb(VecD operand, const PolynomialRecipe& recipe) {
    const PolynomialTerm& term = recipe.terms[0];
    x = kShifted ? operand : operand * Set1(term.s);
    now = Leading(term);
    before = {Set1(1.0), VecD{}};
  }

  inline Compensated Leading(const PolynomialTerm& term) const {
    if constexpr (!kShifted) return {x, VecD{}};
    return Plus(Compensated{x * Set1(term.s), Set1(term.b_low)}, Set1(term.b));
  }

  inline void Step(const PolynomialTerm& term) {
    const Compensated leading = Leading(term);
    const VecD c = Set1(term.c);
    const VecD rise = leading.high * now.high, fall = c * before.high;
    const VecD next = rise - fall;
    VecD low = ProductError(leading.high, now.high, rise) - ProductError(c, before.high, fall);
    low += SumError(rise, -fall, next);
    low = CompensatedFma(-Set1(term.c_low), before.high, low);
    if constexpr (kShifted) low = CompensatedFma(leading.low, now.high, low);
    low = CompensatedFma(leading.high, now.low, CompensatedFma(-c, before.low, low));
    before = now;
    now = {next, low};
  }

  VecD x;
  Compensated now, before;
};

// Two operands at once: a step waits for the one before.
template <bool kShifted>
inline void ClimbTwo(VecD& x, VecD& z, const PolynomialRecipe& recipe) {
  PolynomialClimb<kShifted> first(x, recipe), second(z, recipe);
  for (long k = 1; k < recipe.degree; ++k) {
    first.Step(recipe.terms[k]);
    second.Step(recipe.terms[k]);
  }
  x = Scaled(first.now, recipe);
  z = Scaled(second.now, recipe);
}

template <bool kShifted>
inline VecD ClimbOne(VecD x, const PolynomialRecipe& recipe) {
  PolynomialClimb<kShifted> climb(x, recipe);
  for (long k = 1; k < recipe.degree; ++k) climb.Step(recipe.terms[k]);
  return Scaled(climb.now, recipe);
}

#if FY_LEVEL == 4
inline VecD AssociatedRoot(VecD x) { return _mm512_sqrt_pd(x); }
#elif FY_LEVEL == 3
inline VecD AssociatedRoot(VecD x) { return _mm256_sqrt_pd(x); }
#else
inline VecD AssociatedRoot(VecD x) { return _mm_sqrt_pd(x); }
#endif

// (1 - x*x)^(order/2); NaN where products with it may leave the number range.
inline Compensated AssociatedFactor(VecD x, long order) {
  const Compensated one{Set1(1.0), VecD{}};
  const Compensated square = Times(Plus(one, -x), Plus(one, x));
  Compensated power = one;
  if (order % 2 != 0) {
    power.high = AssociatedRoot(square.high);
    const VecD product = power.high * power.high;
    const VecD rest = (square.high - product) - ProductError(power.high, power.high, product);
    power.low = 0.5 * (rest + square.low) / power.high;
  }
  for (long k = 2; k <= order; k += 2) power = Times(power, square);
  const MaskD small = Abs(power.high) < Set1(0x1p-500);
  power.high = Select(small, Set1(__builtin_nan("")), power.high);
  return power;
}

inline VecD Associated(VecD x, const PolynomialRecipe& recipe) {
  PolynomialClimb<false> climb(x, recipe);
  for (long k = 1; k < recipe.degree; ++k) climb.Step(recipe.terms[k]);
  const Compensated polynomial = recipe.degree == 0 ? climb.before : climb.now;
  return Scaled(Times(polynomial, AssociatedFactor(x, recipe.order)), recipe);
}

inline long HighestBit(long degree) { return 1L << (63 - __builtin_clzl(degree)); }

// DLMF 18.5, cosines of double angles: T_2k = 2 T_k^2 - 1, T_2k+1 = 2 T_k T_k+1 - x.
inline VecD ChebyshevT(VecD x, const PolynomialRecipe& recipe) {
  const long degree = recipe.degree;
  const auto twice = [](Compensated t) { return Plus(Doubled(Times(t, t)), Set1(-1.0)); };
  Compensated now{x, VecD{}};  // T_k for the leading bits k of the degree
  long bit = HighestBit(degree);
  if (bit != degree) {
    Compensated next = twice(now);  // T_k+1
    for (bit /= 2; (degree & (bit - 1)) != 0; bit /= 2) {
      const Compensated odd = Plus(Doubled(Times(now, next)), -x);
      if ((degree & bit) != 0) {
        now = odd;
        next = twice(next);
      } else {
        next = odd;
        now = twice(now);
      }
    }
    now = Plus(Doubled(Times(now, next)), -x);  // the last bit that is set
  }
  for (; bit > 1; bit /= 2) now = twice(now);
  return now.high + now.low;
}

// U_2k = (U_k - U_k-1)(U_k + U_k-1), U_2k+1 = 2 U_k (x U_k - U_k-1),
// U_2k-1 = 2 U_k-1 (U_k - x U_k-1).
inline VecD ChebyshevU(VecD x, const PolynomialRecipe& recipe) {
  const long degree = recipe.degree;
  Compensated before{Set1(1.0), VecD{}}, now{x + x, VecD{}};  // U_k-1, U_k
  for (long bit = HighestBit(degree) / 2; bit > 0; bit /= 2) {
    const Compensated even = Times(Plus(now, Negated(before)), Plus(now, before));
    if ((degree & bit) != 0) {
      now = Times(Doubled(now), Plus(Times(now, x), Negated(before)));
      before = even;
    } else {
      before = Times(Doubled(before), Plus(now, Negated(Times(before, x))));
      now = even;
    }
  }
  return now.high + now.low;
}

}  // namespace

#define FY_POLYNOMIAL_EACH(core)                        \
  return LoopOverPairs(y, x, n, [&](VecD& a, VecD& b) { \
    a = core(a, *recipe);                               \
    b = core(b, *recipe);                               \
  });

FY_LEVEL_HIDDEN bool FY_RT_JOIN(FY_LEVEL,
                                polynomial_array) FY_POLYNOMIAL_ARRAY_PARAMETERS noexcept {
  using enum PolynomialMethod;
  switch (recipe->method) {
    case kEven:
      FY_POLYNOMIAL_EACH(SumOfPowers<kEven>)
    case kOdd:
      FY_POLYNOMIAL_EACH(SumOfPowers<kOdd>)
    case kPowers:
      FY_POLYNOMIAL_EACH(SumOfPowers<kPowers>)
    case kAssociated:
      FY_POLYNOMIAL_EACH(Associated)
    case kChebyshevT:
      FY_POLYNOMIAL_EACH(ChebyshevT)
    case kChebyshevU:
      FY_POLYNOMIAL_EACH(ChebyshevU)
    case kSymmetric:
      return LoopOverPairs(y, x, n, [&](VecD& a, VecD& b) { ClimbTwo<false>(a, b, *recipe); });
    case kShifted:
      return LoopOverPairs(y, x, n, [&](VecD& a, VecD& b) { ClimbTwo<true>(a, b, *recipe); });
  }
  return false;
}

FY_LEVEL_HIDDEN double FY_RT_JOIN(FY_LEVEL, polynomial_value)
FY_POLYNOMIAL_VALUE_PARAMETERS noexcept {
  using enum PolynomialMethod;
  const VecD operand = Set1(x);
  switch (recipe->method) {
    case kEven:
      return SumOfPowers<kEven>(operand, *recipe)[0];
    case kOdd:
      return SumOfPowers<kOdd>(operand, *recipe)[0];
    case kPowers:
      return SumOfPowers<kPowers>(operand, *recipe)[0];
    case kAssociated:
      return Associated(operand, *recipe)[0];
    case kChebyshevT:
      return ChebyshevT(operand, *recipe)[0];
    case kChebyshevU:
      return ChebyshevU(operand, *recipe)[0];
    case kSymmetric:
      return ClimbOne<false>(operand, *recipe)[0];
    case kShifted:
      return ClimbOne<true>(operand, *recipe)[0];
  }
  return __builtin_nan("");
}

#undef FY_POLYNOMIAL_EACH

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_POLYNOMIAL_VECTOR_H_
