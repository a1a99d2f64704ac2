#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_POLYNOMIAL_CLIMB_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_POLYNOMIAL_CLIMB_H_

// Three-term recurrences by degree, for the polynomial family only:
//   p[0] = 1, p[k + 1] = (a[k] x + b[k]) p[k] - c[k] p[k - 1].
// In x87 long double: its 11 further bits take up what the recurrence loses, and its exponents what
// intermediate values exceed. For the degrees, parameters and operands that recipes
// (polynomial_recipe.h) leave out. A family is a type with At(long k) const.

#include <cmath>

namespace formulary::runtime::special {

// Degrees above give NaN: the work grows with the degree.
inline constexpr double kMaxPolynomialDegree = 100'000;

// Coefficients of one step.
struct Term {
  long double a, b, c;
};

inline bool IsDegree(double n) {
  return n >= 0 && n <= kMaxPolynomialDegree && n == static_cast<double>(static_cast<long>(n));
}

// The sign that p[degree] has at an infinite x.
template <typename Family>
double AtInfinity(const Family& family, long degree, double x) {
  double value = x;
  for (long k = 0; k < degree; ++k) {
    const auto a = family.At(k).a;
    if (!(a != 0) || !(a == a)) return __builtin_nan("");
    value = k == 0 ? (a < 0 ? -x : x) : ((a < 0) == (x < 0) ? value : -value);
  }
  return value;
}

// p[degree](x) times `start`, for degrees from 0; `first` is the step that leads away from p[0].
// Scales down what would overflow.
template <typename Family>
double Climb(const Family& family, long degree, double x, long double start = 1) {
  constexpr long double kLarge = 0x1p8000L;
  if (!(x == x)) return x;
  if (degree == 0) return static_cast<double>(start);
  if (std::abs(x) == __builtin_inf()) return AtInfinity(family, degree, x);
  long double before = 0, now = start;
  int scalings = 0;
  for (long k = 0; k < degree; ++k) {
    const Term term = family.At(k);
    const long double next =
        (term.a * static_cast<long double>(x) + term.b) * now - term.c * before;
    before = now;
    now = next;
    if (std::abs(now) > kLarge) {
      now /= kLarge;
      before /= kLarge;
      ++scalings;
    }
  }
  if (scalings == 0) return static_cast<double>(now);
  return static_cast<double>(scalings > 1 ? now * kLarge * kLarge : now * kLarge);
}

}  // namespace formulary::runtime::special

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_POLYNOMIAL_CLIMB_H_
