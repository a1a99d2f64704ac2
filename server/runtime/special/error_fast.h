#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_ERROR_FAST_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_ERROR_FAST_H_

// The plain form of the normal distribution function in floats, within 2.5 ulp. Included by level
// files only; see repairs.h for the rule on lanes.

#include "server/runtime/exp_vector.h"
#include "server/runtime/heavy.h"
#include "server/runtime/special/error_vector.h"

namespace {

#if FY_LEVEL == 2
inline VecF fast_ndtr(VecF x) {
  return Join(own_strict_ndtr(LowHalf(x)), own_strict_ndtr(HighHalf(x)));
}
#else
namespace error_fast {

// erfcx(z/sqrt(2))/2 for 0 <= z <= 14.5 is the quotient of these polynomials in z, within 6e-9: the
// least squares of the linearized problem, reweighted towards equal errors. All terms are positive.
constexpr float kTailAbove[] = {0.5F, 0.43829355F, 0.18323403F, 0.040632835F, 0.0041162455F};
constexpr float kTailBelow[] = {1.0F,        1.674472F,   1.2024987F,
                                0.46946770F, 0.10185786F, 0.010317777F};

template <int n>
inline VecF Polynomial(VecF x, const float (&c)[n]) {
  VecF sum = Set1(c[n - 1]);
#pragma GCC unroll 8
  for (int i = n - 2; i >= 0; --i) sum = Fma(sum, x, Set1(c[i]));
  return sum;
}

}  // namespace error_fast

// The tail beyond |x|, with exp(-x^2/2) of the exact square; it is 0 from 14.3 on.
inline VecF fast_ndtr(VecF x) {
  using namespace error_fast;
  const VecF z = exp_vector::AtMost(Set1(14.5F), Abs(x));
  const VecF half = Set1(-0.5F) * z;
  const VecF square = half * z;
  const VecF low = Fma(half, z, -square);
  const VecF factor = Polynomial(z, kTailAbove) / Polynomial(z, kTailBelow);
  const VecF tail = exp_vector::ExpTimes(square, low, factor);
  return Select(x > VecF{}, Set1(1.0F) - tail, tail);
}
#endif

}  // namespace

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_ERROR_FAST_H_
