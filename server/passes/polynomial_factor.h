#ifndef FORMULARY_SERVER_PASSES_POLYNOMIAL_FACTOR_H_
#define FORMULARY_SERVER_PASSES_POLYNOMIAL_FACTOR_H_

// Factors and common divisors of polynomials over the rationals, by FLINT. Only small polynomials:
// the work grows steeply, and forms with large factors serve nobody.

#include <optional>
#include <utility>
#include <vector>

#include "server/passes/polynomial.h"

namespace formulary::passes {

// What is factored at most.
inline constexpr size_t kMaxFactoredTerms = 16;
inline constexpr uint32_t kMaxFactoredDegree = 16;  // in all variables together
inline constexpr size_t kMaxFactoredVariables = 4;
inline constexpr size_t kMaxFactoredBits = 96;  // of a coefficient

struct Factorization {
  Rational number = 1;
  std::vector<std::pair<Polynomial, uint32_t>> factors;  // with exponents
};

// nullopt when it is irreducible, or beyond the limits. Literals are not factored: their last bits
// are nobody's intention.
std::optional<Factorization> FactorPolynomial(const Polynomial& polynomial);

// a = common*a_rest, b = common*b_rest. nullopt when the greatest common divisor is a number, or
// beyond the limits.
struct CommonDivisor {
  Polynomial common, a_rest, b_rest;
};
std::optional<CommonDivisor> CommonDivisorOf(const Polynomial& a, const Polynomial& b);

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_POLYNOMIAL_FACTOR_H_
