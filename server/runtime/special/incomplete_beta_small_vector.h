#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_INCOMPLETE_BETA_SMALL_VECTOR_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_INCOMPLETE_BETA_SMALL_VECTOR_H_

// The series of the incomplete beta function for a <= 1, x <= 1/2, b x <= 0.7, on vectors. Included
// by level files only. Sources: DLMF 8.17.7 with 15.2.1, 5.11.1.

#include "server/runtime/registers.h"
#include "server/runtime/special/incomplete_tables.h"
#include "server/runtime/special/pair_vector.h"

namespace {
namespace lanes {

// log(gamma(b + a)/gamma(b)) for 0 < a <= 1 <= b, accurate relative to a.
inline VecD LogGammaStepV(VecD a, VecD b) {
  const VecD one = Set1(1.0);
  const VecD far = Set1(16.0);
  // Shift to z >= 16 with the product of 1 + a/(b + i), whose excess over 1 is kept.
  VecD excess = {};
  VecD z = b;
  while (AnyAbove(far, z)) {
    const MaskD below = z < far;
    const VecD step = a / z;
    excess = Select(below, excess + MulAdd(excess, step, step), excess);
    z = Select(below, z + one, z);
  }
  const VecD r = one / z;
  const VecD q = one / (z + a);
  // Differences of the odd powers of q and r, divided by their first: sums of q^j r^(2k-j).
  constexpr double kTerms[] = {1.0 / 12,    -1.0 / 360, 1.0 / 1260,
                               -1.0 / 1680, 1.0 / 1188, -691.0 / 360360};
  VecD mixed = one;
  VecD power = one;
  VecD sum = {};
  for (const double term : kTerms) {
    sum = MulAdd(Set1(term), mixed, sum);
    for (int i = 0; i < 2; ++i) {
      power *= r;
      mixed = MulAdd(q, mixed, power);
    }
  }
  const VecD rest = MulAdd(z - Set1(0.5), sleef_log1p(a * r), -a) - a * r * q * sum;
  return MulAdd(a, sleef_log(z + a), rest) - sleef_log1p(excess);
}

constexpr int kBetaSeriesTerms = 96;

template <bool kUniform>
struct BetaSeries {
  BetaSeries() = default;
  BetaSeries(VecD small, VecD other) : a(small), b(other) {
    const VecD one = Set1(1.0);
    const MaskD below = b < one;
    log_scale = LogGammaStepV(a, Select(below, b + one, b)) +
                sleef_log1p(a * error_vector::Polynomial(a, tables::kReciprocalGammaRest)) -
                Select(below, sleef_log1p(a / b), VecD{});
    if constexpr (kUniform) {
      VecD m;
      for (long i = 0; i < kLanes<VecD>; ++i) m[i] = static_cast<double>(i + 1);
      for (long i = 0; i < kBetaSeriesTerms; i += kLanes<VecD>) {
        Store(ratios + i, (m - b) / m);
        Store(reciprocals + i, one / (a + m));
        m += Set1(static_cast<double>(kLanes<VecD>));
      }
    }
  }
  // The sum over i >= 1 of (1 - b)(2 - b)...(i - b)/i! x^i a/(a + i).
  VecD Sum(VecD x) const {
    VecD term = Set1(1.0);
    VecD sum = {};
    for (int i = 0; i < kBetaSeriesTerms; i += 4) {
      // More terms than a lane needs leave its sum as it is.
      VecD part;
      for (int j = i; j < i + 4; ++j) {
        if constexpr (kUniform) {
          term *= x * Set1(ratios[j]);
          part = term * Set1(reciprocals[j]);
        } else {
          const VecD m = Set1(j + 1.0);
          term *= x * ((m - b) / m);
          part = term * (Set1(1.0) / (a + m));
        }
        sum += part;
      }
      if (!AnyAbove(Abs(part), Abs(sum) * Set1(0x1p-55))) break;
    }
    return sum * a;
  }
  VecD a;
  VecD b;
  VecD log_scale;  // log(gamma(a + b)/(gamma(a + 1) gamma(b)))
  double ratios[kUniform ? kBetaSeriesTerms : 1];
  double reciprocals[kUniform ? kBetaSeriesTerms : 1];
};

}  // namespace lanes
}  // namespace

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_INCOMPLETE_BETA_SMALL_VECTOR_H_
