#ifndef FORMULARY_SERVER_EXPR_SCALAR_H_
#define FORMULARY_SERVER_EXPR_SCALAR_H_

// What each Opcode does to one element, once, as C++ templates: the naive interpreter calls them an
// element at a time, the block interpreter in loops, and emit_c writes the same expressions as C.
// Also the exact rounding of rationals to machine numbers.

#include <gmpxx.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <type_traits>
#include <utility>

namespace formulary::expr {

// Rounded once, to nearest, ties to even; overflow is infinity.
double ToDouble(const mpq_class& value);
float ToFloat(const mpq_class& value);

// True when `value` is an integer that an int64 holds.
bool FitsInt64(const mpq_class& value);
// REQUIRES: FitsInt64(value).
int64_t ToInt64(const mpq_class& value);

namespace scalar {

// Integers wrap: arithmetic is done on the unsigned type, where that is defined.
template <typename T>
constexpr T Add(T a, T b) {
  if constexpr (std::is_integral_v<T>) {
    return static_cast<T>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
  } else {
    return a + b;
  }
}
template <typename T>
constexpr T Sub(T a, T b) {
  if constexpr (std::is_integral_v<T>) {
    return static_cast<T>(static_cast<uint64_t>(a) - static_cast<uint64_t>(b));
  } else {
    return a - b;
  }
}
template <typename T>
constexpr T Mul(T a, T b) {
  if constexpr (std::is_integral_v<T>) {
    return static_cast<T>(static_cast<uint64_t>(a) * static_cast<uint64_t>(b));
  } else {
    return a * b;
  }
}
template <typename T>
constexpr T Neg(T a) {
  if constexpr (std::is_integral_v<T>) return Sub(T{0}, a);
  return -a;
}
template <typename T>
constexpr T Abs(T a) {
  if constexpr (std::is_integral_v<T>) {
    return a < 0 ? Neg(a) : a;
  } else {
    return std::fabs(a);
  }
}
template <typename T>
constexpr T Min(T a, T b) {
  return (a < b || a != a) ? a : b;
}
template <typename T>
constexpr T Max(T a, T b) {
  return (a > b || a != a) ? a : b;
}
template <typename T>
constexpr T Sign(T a) {
  return a > 0 ? T{1} : a < 0 ? T{-1} : a;
}
// The remainder with the divisor's sign; 0 for a zero divisor. INT64_MIN mod -1 is 0 without a
// trap.
constexpr int64_t Mod(int64_t a, int64_t b) {
  if (b == 0 || b == -1) return 0;
  const int64_t r = a % b;
  return r != 0 && (r < 0) != (b < 0) ? r + b : r;
}
// The greatest common divisor of magnitudes, by halving and subtracting (Stein 1967): at most 128
// steps.
constexpr uint64_t GcdOfMagnitudes(uint64_t a, uint64_t b) {
  if (a == 0 || b == 0) return a | b;
  const int twos = std::countr_zero(a | b);
  a >>= std::countr_zero(a);
  while (b != 0) {
    b >>= std::countr_zero(b);
    if (a > b) std::swap(a, b);
    b -= a;
  }
  return a << twos;
}
constexpr uint64_t Magnitude(int64_t a) {
  return a < 0 ? 0 - static_cast<uint64_t>(a) : static_cast<uint64_t>(a);
}
constexpr int64_t Gcd(int64_t a, int64_t b) {
  return static_cast<int64_t>(GcdOfMagnitudes(Magnitude(a), Magnitude(b)));
}
// Wraps as products do.
constexpr int64_t Lcm(int64_t a, int64_t b) {
  if (a == 0 || b == 0) return 0;
  const uint64_t x = Magnitude(a), y = Magnitude(b);
  return static_cast<int64_t>(x / GcdOfMagnitudes(x, y) * y);
}

}  // namespace scalar
}  // namespace formulary::expr

#endif  // FORMULARY_SERVER_EXPR_SCALAR_H_
