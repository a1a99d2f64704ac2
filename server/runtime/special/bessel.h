#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_BESSEL_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_BESSEL_H_

// What the files of the Bessel family share: orders, and the scaled I and K by expansions. For
// bessel*.cc and struve.cc only; everything is pure.

#include <cmath>

namespace formulary::runtime::special {

// Orders beyond have no value here: the work grows with the order.
inline constexpr double kLastOrder = 1e5;

inline bool IsIntegral(double v) { return std::floor(v) == v; }
inline bool IsOdd(double v) { return std::fmod(v, 2) != 0; }

// I exp(-x) and K exp(x) by expansions that need no other function: Hankel's in 1/x for a large x,
// Debye's in 1/v for a large order next to a large x. REQUIRES: the first says so; x > 0 finite.
bool ScaledIIsAsymptotic(double v, double x);
double ScaledIAsymptotic(double v, double x);
bool ScaledKIsAsymptotic(double v, double x);
double ScaledKAsymptotic(double v, double x);

}  // namespace formulary::runtime::special

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_BESSEL_H_
