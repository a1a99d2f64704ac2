#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_COMPENSATED_VECTOR_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_COMPENSATED_VECTOR_H_

// Compensated arithmetic on vectors, for vector kernels of special functions; included by level
// files only. Error-free sums and products: Dekker, Numer. Math. 18 (1971); Knuth, TAOCP 2, 4.2.2.

#include "server/runtime/registers.h"

namespace {

#if FY_LEVEL == 4
inline VecD CompensatedFma(VecD a, VecD b, VecD c) { return _mm512_fmadd_pd(a, b, c); }
#elif FY_LEVEL == 3
inline VecD CompensatedFma(VecD a, VecD b, VecD c) { return _mm256_fmadd_pd(a, b, c); }
#else
inline VecD CompensatedFma(VecD a, VecD b, VecD c) { return a * b + c; }
#endif

// a b - product, exactly, for product = a b rounded.
#if FY_LEVEL >= 3
inline VecD ProductError(VecD a, VecD b, VecD product) { return CompensatedFma(a, b, -product); }
#else
inline VecD ProductError(VecD a, VecD b, VecD product) {
  const VecD wide_a = a * Set1(0x1p27 + 1), wide_b = b * Set1(0x1p27 + 1);
  const VecD high_a = wide_a - (wide_a - a), high_b = wide_b - (wide_b - b);
  const VecD low_a = a - high_a, low_b = b - high_b;
  return low_a * low_b - (((product - high_a * high_b) - low_a * high_b) - high_a * low_b);
}
#endif

// a + b - sum, exactly, for sum = a + b rounded.
inline VecD SumError(VecD a, VecD b, VecD sum) {
  const VecD part = sum - a;
  return (a - (sum - part)) + (b - part);
}

// The value high + low; low may exceed half an ulp of high where terms cancelled.
struct Compensated {
  VecD high, low;
};

inline Compensated Times(Compensated a, VecD b) {
  const VecD product = a.high * b;
  return {product, CompensatedFma(a.low, b, ProductError(a.high, b, product))};
}
inline Compensated Times(Compensated a, Compensated b) {
  const VecD product = a.high * b.high;
  return {product,
          CompensatedFma(a.high, b.low,
                         CompensatedFma(a.low, b.high, ProductError(a.high, b.high, product)))};
}
inline Compensated Plus(Compensated a, Compensated b) {
  const VecD sum = a.high + b.high;
  return {sum, SumError(a.high, b.high, sum) + (a.low + b.low)};
}
inline Compensated Plus(Compensated a, VecD b) {
  const VecD sum = a.high + b;
  return {sum, SumError(a.high, b, sum) + a.low};
}
inline Compensated Negated(Compensated a) { return {-a.high, -a.low}; }
inline Compensated Doubled(Compensated a) { return {a.high + a.high, a.low + a.low}; }

inline bool AnyNotFinite(VecD x) { return AnyNotWithin(Abs(x), Set1(0x1.fffffffffffffp1023)); }

// y = core(x), two vectors a turn, for n a multiple of 16; false if some result is not finite.
template <class Core>
inline bool LoopOverPairs(double* y, const double* x, long n, Core core) {
  bool bad = false;
  for (long i = 0; i < n; i += 2 * kLanes<VecD>) {
    VecD first = Load<VecD>(x + i), second = Load<VecD>(x + i + kLanes<VecD>);
    core(first, second);
    bad |= AnyNotFinite(first) | AnyNotFinite(second);
    Store(y + i, first);
    Store(y + i + kLanes<VecD>, second);
  }
  return !bad;
}

}  // namespace

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_COMPENSATED_VECTOR_H_
