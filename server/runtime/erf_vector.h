#ifndef FORMULARY_SERVER_RUNTIME_ERF_VECTOR_H_
#define FORMULARY_SERVER_RUNTIME_ERF_VECTOR_H_

// The strict erf on vectors, within 1 ulp: an odd polynomial near 0, beyond that 1 less an
// exponential of a polynomial. Included by level files only; see repairs.h for the rule on lanes.
// Coefficients: Sollya's fpminimax and remez, the latter with weight erfc, since log(erfc) may be
// the less exact the smaller erfc is.

#include "server/runtime/exp_vector.h"
#include "server/runtime/registers.h"
#include "server/runtime/sources.h"

namespace {

#if FY_LEVEL == 2
inline VecD own_strict_erf(VecD x) { return sleef_erf(x); }
inline VecF own_strict_erf(VecF x) { return Join(sleef_erf(LowHalf(x)), sleef_erf(HighHalf(x))); }
#else
namespace erf_vector {

// kNear: erf(x)/x - 1 in x^2, where |x| is below kBound. kFar: -log(erfc(x)) - 2 x in x, up to
// kOne, from where on erf rounds to 1.
constexpr double kBound = 0.8203125;

template <class Lane>
struct Tables;
template <>
struct Tables<double> {
  static constexpr double kOne = 6;
  static constexpr double kNear[] = {
      0x1.06eba8214db68p-3,  -0x1.812746b0379bp-2,   0x1.ce2f21a0400fep-4, -0x1.b82ce311a3115p-6,
      0x1.565bcce595dfcp-8,  -0x1.c02dab606c967p-11, 0x1.f9a200edd70fp-14, -0x1.f4b8fc0d60fd8p-17,
      0x1.b87b46fae6851p-20, -0x1.52a6003fa1bcbp-23, 0x1.765f726519b48p-27};
  static constexpr double kFar[] = {
      -0x1.6755b812dab7ep-27, -0x1.be4510f323274p-1,  0x1.45f2e53abcb9ep-1,
      0x1.a4f947a7b6773p-4,   -0x1.3999fd7a42549p-6,  -0x1.7e95ec9a3471dp-13,
      0x1.b0d0c8eb496e4p-10,  -0x1.15c3c82184457p-11, -0x1.46ebb5f2e096bp-15,
      0x1.fb9f78d2f26acp-14,  -0x1.248c72492af17p-14, 0x1.b83744623081ap-16,
      -0x1.f0b9cf34d4157p-18, 0x1.b4237a594361fp-20,  -0x1.2b36f6c7774bdp-22,
      0x1.3c208e530fef7p-25,  -0x1.f1d4e68e74d1bp-29, 0x1.135893ef170b8p-32,
      -0x1.7dc8dad7a9927p-37, 0x1.f30fb1886ff14p-43};
};
template <>
struct Tables<float> {
  static constexpr double kOne = 4;
  static constexpr float kNear[] = {0x1.06eba8p-3F,  -0x1.81273p-2F, 0x1.ce27e8p-4F,
                                    -0x1.b7665ep-6F, 0x1.4ce4a2p-8F, -0x1.543c8ep-11F};
  static constexpr float kFar[] = {-0x1.ed7fc6p-14F, -0x1.bdd96cp-1F,  0x1.44a77cp-1F,
                                   0x1.b77bdp-4F,    -0x1.8e7d4ep-6F,  0x1.eda67ep-9F,
                                   -0x1.43d458p-12F, -0x1.7619d4p-21F, 0x1.b216cp-20F};
};

// The polynomial with coefficients c; even and odd powers in two chains, but for the last steps,
// where the sums nearly cancel.
template <class V, int n>
inline V TwoChains(V x, const Lane<V> (&c)[n]) {
  const V square = x * x;
  V first = Set1(c[n - 1]);
  V second = Set1(c[n - 2]);
#pragma GCC unroll 16
  for (int i = n - 3; i > 2; i -= 2) {
    first = Fma(first, square, Set1(c[i]));
    second = Fma(second, square, Set1(c[i - 1]));
  }
  V sum = first;
  if constexpr (n % 2 == 0) {
    sum = Fma(first, x, second);
  } else {
    sum = Fma(second, x, Fma(first, square, Set1(c[2])));
  }
  return Fma(Fma(sum, x, Set1(c[1])), x, Set1(c[0]));
}

template <class V, int n>
inline V Horner(V x, const Lane<V> (&c)[n]) {
  V sum = Set1(c[n - 1]);
#pragma GCC unroll 16
  for (int i = n - 2; i >= 0; --i) sum = Fma(sum, x, Set1(c[i]));
  return sum;
}

}  // namespace erf_vector

template <class V>
inline V own_strict_erf(V x) {
  using namespace erf_vector;
  using Table = Tables<Lane<V> >;
  const V near = Fma(x, Horner(x * x, Table::kNear), x);
  const V size = exp_vector::AtMost(Fill<V>(Table::kOne), Abs(x));
  const V tail = exp_vector::ExpSum(size * Fill<V>(-2), -TwoChains(size, Table::kFar));
  return Select(Abs(x) < Fill<V>(kBound), near, CopySign(Fill<V>(1) - tail, x));
}
#endif

}  // namespace

#endif  // FORMULARY_SERVER_RUNTIME_ERF_VECTOR_H_
