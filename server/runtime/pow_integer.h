#ifndef FORMULARY_SERVER_RUNTIME_POW_INTEGER_H_
#define FORMULARY_SERVER_RUNTIME_POW_INTEGER_H_

// Powers with small whole exponents on vectors, for levels with FMA: products along the exponent's
// bits, from the highest down, each with the error of its rounding; of floats, products of doubles.
// Part of the strict pow; included by level files only; see repairs.h for the rule on lanes.
// Kernels with powers of constant exponents have the same products in place
// (codegen/lower_powers.cc), with the same bits: neither may change alone
// (tests/property/whole_powers_test.cc). Source: Dekker 1971; Kornerup, Lefevre, Louvet and Muller,
// "On the computation of correctly rounded integer powers", 2010.

#include "server/runtime/registers.h"

#if FY_LEVEL != 2

namespace {
namespace pow_integer {

// Beyond, what the lows of products leave out might be seen in the last place.
constexpr int kMaxExponent = 1024;

// Where errors of products are numbers: powers of this size, and their inverses.
constexpr double kLeast = 0x1p-960, kGreatest = 0x1p960;

// high + low. What is not renormalised is within n * 2^-53 of high for a power n, and what its
// square would add within n^2 * 2^-106.
struct Power {
  VecD high, low;
};

inline Power Square(Power a) {
  const VecD p = a.high * a.high;
  return {p, Fma(a.high + a.high, a.low, Fma(a.high, a.high, -p))};
}
inline Power Times(Power a, VecD x) {
  const VecD p = a.high * x;
  return {p, Fma(a.low, x, Fma(a.high, x, -p))};
}
inline Power Choose(MaskD m, Power yes, Power no) {
  return {Select(m, yes.high, no.high), Select(m, yes.low, no.low)};
}
inline VecD Square(VecD a) { return a * a; }
inline VecD Times(VecD a, VecD x) { return a * x; }
inline VecD Choose(MaskD m, VecD yes, VecD no) { return Select(m, yes, no); }

// first = x: x^n for one exponent in all lanes. REQUIRES: n >= 1.
template <class P>
inline P PowerOf(P first, VecD x, unsigned n) {
  P result = first;
  for (int bit = 30 - __builtin_clz(n); bit >= 0; --bit) {
    result = Square(result);
    if ((n >> bit & 1) != 0) result = Times(result, x);
  }
  return result;
}

// one = 1: the same for an exponent per lane, from 0 up to kMaxExponent. Squares of 1 stand in
// front.
template <class P>
[[gnu::noinline]] P PowerOfEach(P one, VecD x, VecD n) {
  P result = one;
  VecD rest = n;
  for (int weight = kMaxExponent; weight > 0; weight /= 2) {
    const MaskD set = rest >= Set1(static_cast<double>(weight));
    rest = Select(set, rest - Set1(static_cast<double>(weight)), rest);
    result = Square(result);
    result = Choose(set, Times(result, x), result);
  }
  return result;
}

inline VecD Rounded(Power a, MaskD inverse) {
  const VecD sum = a.high + a.low;
  if (!Any(inverse)) return sum;
  const VecD q = Set1(1.0) / a.high;
  const VecD rest = Fma(-q, a.low, Fma(-q, a.high, Set1(1.0)));
  return Select(inverse, Fma(q, rest, q), sum);
}
inline VecD Rounded(VecD a, MaskD inverse) {
  return Any(inverse) ? Select(inverse, Set1(1.0) / a, a) : a;
}

template <class V>
inline Mask<V> IsExponent(V b) {
  const V size = Abs(b);
  // The addition rounds to whole numbers.
  const V step = Fill<V>(sizeof(Lane<V>) == sizeof(double) ? 0x1p52 : 0x1p23);
  return (size >= Fill<V>(2)) & (size <= Fill<V>(kMaxExponent)) & ((size + step) - step == size);
}

// The exponent that all lanes have, if it is one; else 0.
template <class V>
inline int CommonExponent(V b) {
  const Lane<V> first = b[0];
  const Mask<V> differs = b != Set1(first);
  if (Any(differs) || !(__builtin_fabs(static_cast<double>(first)) <= kMaxExponent)) return 0;
  const int n = static_cast<int>(first);
  return static_cast<Lane<V>>(n) == first && (n >= 2 || n <= -2) ? n : 0;
}

inline MaskD AllIf(bool set) { return set ? ~MaskD{} : MaskD{}; }

// a^b in the lanes where that is answered here, others(a, b) in the rest. A lane is answered here
// if its exponent IsExponent and, of doubles, its power lies in reach.
template <class Others>
inline VecD Pow(VecD a, VecD b, Others others) {
  const int n = CommonExponent(b);
  const MaskD whole = n != 0 ? ~MaskD{} : IsExponent(b);
  if (n == 0 && __builtin_expect(!Any(whole), 1)) return others(a, b);
  const Power power = n != 0
                          ? PowerOf(Power{a, VecD{}}, a, static_cast<unsigned>(n < 0 ? -n : n))
                          : PowerOfEach(Power{Set1(1.0), VecD{}}, a, Select(whole, Abs(b), VecD{}));
  const VecD size = Abs(power.high);
  const MaskD near = whole & (size > Set1(kLeast)) & (size < Set1(kGreatest));
  const VecD result = Rounded(power, b < VecD{});
  if (__builtin_expect(!Any(~near), 1)) return result;
  return Select(near, result, others(a, b));
}

// Doubles hold what floats' powers are, or over- and underflow where they do.
template <class Others>
inline VecF Pow(VecF a, VecF b, Others others) {
  if (const int n = CommonExponent(b); n != 0) {
    const auto half = [n](VecD x) {
      return Rounded(PowerOf(x, x, static_cast<unsigned>(n < 0 ? -n : n)), AllIf(n < 0));
    };
    return Join(half(LowHalf(a)), half(HighHalf(a)));
  }
  const MaskF whole = IsExponent(b);
  if (__builtin_expect(!Any(whole), 1)) return others(a, b);
  const VecF exponent = Select(whole, b, VecF{});
  const auto half = [](VecD x, VecD n) {
    return Rounded(PowerOfEach(Set1(1.0), x, Abs(n)), n < VecD{});
  };
  const VecF result =
      Join(half(LowHalf(a), LowHalf(exponent)), half(HighHalf(a), HighHalf(exponent)));
  return Any(~whole) ? Select(whole, result, others(a, b)) : result;
}

}  // namespace pow_integer
}  // namespace

#endif  // FY_LEVEL != 2

#endif  // FORMULARY_SERVER_RUNTIME_POW_INTEGER_H_
