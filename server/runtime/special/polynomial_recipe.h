#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_POLYNOMIAL_RECIPE_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_POLYNOMIAL_RECIPE_H_

// Recipes (polynomial_kernels.h) of the orthogonal polynomials, for polynomial.cc only. A maker
// returns false where its way does not serve. REQUIRES: an integral degree from 1. Makers with
// parameters compute their terms, in long double, into an array that the caller owns. Source of the
// recurrences: DLMF 18.9; of the leading coefficients: DLMF Table 18.3.1.

#include <cmath>

#include "server/runtime/special/polynomial_climb.h"
#include "server/runtime/special/polynomial_tables.h"
#include "server/runtime/special/repaired_block.h"

namespace formulary::runtime::special {

// Parameters beyond go another way: monic values could leave the number range.
inline constexpr double kMaxRecipeParameter = 100;

using Terms = PolynomialTerm[kMaxRecipeDegree];

inline void SetTerm(double s, long double b, long double c, PolynomialTerm* term) {
  *term = {s, HighPart(b), LowPartOf(b), HighPart(c), LowPartOf(c)};
}

inline void SetClimb(PolynomialMethod method, long degree, const PolynomialTerm* terms,
                     long double scale, PolynomialRecipe* recipe) {
  *recipe = {method, degree, nullptr, 0, terms, HighPart(scale), LowPartOf(scale)};
}

// Families even or odd in x: by powers up to kMaxPowersDegree, and beyond by the climb.
template <typename Powers>
void SetSymmetric(long degree, const Powers& powers, const ClimbTable& climb,
                  PolynomialRecipe* recipe) {
  const auto method = degree > kMaxPowersDegree ? PolynomialMethod::kSymmetric
                      : degree % 2 == 0         ? PolynomialMethod::kEven
                                                : PolynomialMethod::kOdd;
  const double* coefficients = degree > kMaxPowersDegree ? nullptr : powers.of[degree];
  *recipe = {method,
             degree,
             coefficients,
             degree / 2 + 1,
             climb.terms,
             climb.scale[degree],
             climb.scale_low[degree]};
}

struct LegendreRecipe {
  bool Make(double n, Terms&, PolynomialRecipe* recipe) const {
    if (n > kMaxRecipeDegree) return false;
    const auto degree = static_cast<long>(n);
    SetSymmetric(degree, kLegendrePowers, kLegendreClimb, recipe);
    return true;
  }
};

struct HermiteRecipe {
  bool Make(double n, Terms&, PolynomialRecipe* recipe) const {
    if (n > kMaxRecipeDegree) return false;
    const auto degree = static_cast<long>(n);
    SetSymmetric(degree, kHermitePowers, kHermiteClimb, recipe);
    return true;
  }
};

struct HermiteProbRecipe {
  bool Make(double n, Terms&, PolynomialRecipe* recipe) const {
    if (n > kMaxRecipeDegree) return false;
    const auto degree = static_cast<long>(n);
    SetSymmetric(degree, kHermiteProbPowers, kHermiteProbClimb, recipe);
    return true;
  }
};

struct ChebyshevTRecipe {
  bool Make(double n, Terms&, PolynomialRecipe* recipe) const {
    const auto degree = static_cast<long>(n);
    *recipe = {PolynomialMethod::kChebyshevT, degree, nullptr, 0, nullptr, 1, 0};
    return true;
  }
};

struct ChebyshevURecipe {
  bool Make(double n, Terms&, PolynomialRecipe* recipe) const {
    const auto degree = static_cast<long>(n);
    *recipe = {PolynomialMethod::kChebyshevU, degree, nullptr, 0, nullptr, 1, 0};
    if (degree > kMaxPowersDegree) return true;
    recipe->method = degree % 2 == 0 ? PolynomialMethod::kEven : PolynomialMethod::kOdd;
    recipe->coefficients = kChebyshevUPowers.of[degree];
    recipe->count = degree / 2 + 1;
    return true;
  }
};

// L_n^(alpha), alpha > -1: (-1)^n/n! times the monic polynomial.
struct LaguerreRecipe {
  bool Make(double n, Terms& terms, PolynomialRecipe* recipe) const {
    if (n > kMaxRecipeDegree) return false;
    const auto degree = static_cast<long>(n);
    if (!(alpha > -1 && alpha <= kMaxRecipeParameter)) return false;
    const FactorialScales& scales = kFactorialScales;
    *recipe = {PolynomialMethod::kShifted, degree, nullptr, 0, terms, scales.scale[degree],
               scales.scale_low[degree]};
    if (alpha == 0 && degree <= kMaxLaguerrePowersDegree) {
      recipe->method = PolynomialMethod::kPowers;
      recipe->coefficients = kLaguerrePowers.of[degree];
      recipe->count = degree + 1;
      recipe->scale = kInverseFactorials.high[degree];
      recipe->scale_low = kInverseFactorials.low[degree];
      return true;
    }
    if (alpha == 0) {
      recipe->terms = kLaguerreTerms.of;
      return true;
    }
    const long double wide = alpha;
    for (long k = 0; k < degree; ++k) {
      const double s = scales.s[k];
      const auto step = static_cast<long double>(k);
      const long double c = k == 0 ? 0 : s * scales.s[k - 1] * (step * (step + wide));
      SetTerm(s, -s * (2 * step + 1 + wide), c, &terms[k]);
    }
    return true;
  }
  double alpha = 0;
};

// C_n^(lambda), lambda > 0: (lambda)_n/n! times the polynomial that is monic in 2 x.
struct GegenbauerRecipe {
  bool Make(double n, Terms& terms, PolynomialRecipe* recipe) const {
    if (n > kMaxRecipeDegree) return false;
    const auto degree = static_cast<long>(n);
    if (!(lambda >= 0x1p-100 && lambda <= kMaxRecipeParameter)) return false;
    const long double wide = lambda;
    long double leading = wide;
    terms[0] = {2, 0, 0, 0, 0};
    for (long k = 1; k < degree; ++k) {
      const auto step = static_cast<long double>(k);
      leading *= (step + wide) / (step + 1);
      const long double c =
          k == 1 ? 2 / (1 + wide)
                 : step * (step - 1 + 2 * wide) / ((step + wide) * (step - 1 + wide));
      SetTerm(2, 0, c, &terms[k]);
    }
    SetClimb(PolynomialMethod::kSymmetric, degree, terms, leading, recipe);
    return true;
  }
  double lambda = 0;
};

// P_n^(alpha, beta), both above -1: (n + alpha + beta + 1)_n/(4^n n!) times the polynomial that is
// monic in 2 x.
struct JacobiRecipe {
  bool Make(double n, Terms& terms, PolynomialRecipe* recipe) const {
    if (n > kMaxRecipeDegree) return false;
    const auto degree = static_cast<long>(n);
    if (!(alpha > -1 && alpha <= kMaxRecipeParameter)) return false;
    if (!(beta > -1 && beta <= kMaxRecipeParameter)) return false;
    const long double a = alpha, b = beta, sum = a + b;
    SetTerm(2, 2 * (a - b) / (sum + 2), 0, &terms[0]);
    long double leading = (sum + 2) / 4;
    for (long k = 1; k < degree; ++k) {
      const auto step = static_cast<long double>(k);
      const long double twice = 2 * step + sum, inverse = 1 / (twice * (twice + 2));
      // (2 k - 1 + sum) and (k + sum) are one at k = 1, and may be 0.
      const long double ratio = k == 1 ? 1 : (step + sum) / (twice - 1);
      const long double c =
          16 * step * (step + a) * (step + b) * ratio / (twice * twice * (twice + 1));
      SetTerm(2, 2 * (a - b) * sum * inverse, c, &terms[k]);
      leading *= (twice + 1) * (twice + 2) / (4 * (step + 1) * (step + 1 + sum));
    }
    SetClimb(PolynomialMethod::kShifted, degree, terms, leading, recipe);
    return true;
  }
  double alpha = 0, beta = 0;
};

// P_n^m, |m| <= n: (-1)^m (2 m - 1)!! (1 - x^2)^(m/2) C_n-m^(m + 1/2) for m >= 0 (DLMF 14.3.21),
// and
// (-1)^m (n - m)!/(n + m)! times that for -m (14.9.3).
struct AssocLegendreRecipe {
  bool Make(double n, Terms& terms, PolynomialRecipe* recipe) const {
    const long size = order < 0 ? -order : order;
    if (n > kMaxRecipeDegree || size + 0.5 > kMaxRecipeParameter) return false;
    const auto degree = static_cast<long>(n);
    const GegenbauerRecipe gegenbauer{static_cast<double>(size) + 0.5};
    if (!gegenbauer.Make(static_cast<double>(degree - size), terms, recipe)) return false;
    long double scale = 1;
    if (degree > size) scale = static_cast<long double>(recipe->scale) + recipe->scale_low;
    for (long k = 1; k <= size; ++k) {
      const auto step = static_cast<long double>(k);
      scale *= order > 0 ? 1 - 2 * step : 2 * step - 1;
      if (order < 0) {
        const long double ratio = (degree - size + 2 * step) * (degree - size + 2 * step - 1);
        scale /= ratio;
      }
    }
    const long double range = scale < 0 ? -scale : scale;
    if (!(range > 0x1p-800L && range < 0x1p800L)) return false;
    SetClimb(PolynomialMethod::kAssociated, degree - size, terms, scale, recipe);
    recipe->order = size;
    return true;
  }
  long order = 0;
};

// p(x) of an integral degree by its recipe, or by the family's other way. A family is a maker of
// recipes that can be called with degree and operand.
template <typename Family>
double At(const Family& family, double n, double x) {
  if (!IsDegree(n) || !(x == x)) return __builtin_nan("");
  if (n == 0) return 1;
  Terms terms;
  PolynomialRecipe recipe;
  if (!family.Make(n, terms, &recipe)) return family(n, x);
  const double value = fy_polynomial_value(x, &recipe);
  return std::abs(value) < __builtin_inf() ? value : family(n, x);
}

// y[i] = p(x[i]), the same bits, for n a multiple of 16; y may be x. False where there is no
// recipe.
template <typename Family>
bool Fill(const Family& family, double degree, const double* x, double* y, long n) {
  if (!IsDegree(degree)) return false;
  if (degree == 0) {
    for (long i = 0; i < n; ++i) y[i] = x[i] == x[i] ? 1 : x[i];
    return true;
  }
  Terms terms;
  PolynomialRecipe recipe;
  if (!family.Make(degree, terms, &recipe)) return false;
  FillRepaired(
      x, y, n,
      [&](double* to, const double* from, long count) {
        return fy_polynomial_array(to, from, count, &recipe);
      },
      [&](double operand) { return operand == operand ? family(degree, operand) : operand; });
  return true;
}

}  // namespace formulary::runtime::special

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_POLYNOMIAL_RECIPE_H_
