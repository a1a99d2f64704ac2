#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_PAIR_VECTOR_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_PAIR_VECTOR_H_

// Double-double arithmetic on vectors and the logarithm in it, for levels with FMA. Included by
// level files only. Source: Dekker 1971; the logarithm is 2 atanh((z - 1)/(z + 1)), DLMF 4.6.5.

#include "server/runtime/registers.h"
#include "server/runtime/special/error_vector.h"
#include "server/runtime/special/incomplete_tables.h"

namespace {
namespace lanes {

namespace tables = formulary::runtime::special::incomplete;

using error_vector::MulAdd;

// hi + lo, |lo| at most about an ulp of hi.
struct PairV {
  VecD hi;
  VecD lo;
};

inline PairV FastSum(VecD a, VecD b) {
  const VecD s = a + b;
  return {s, b - (s - a)};
}

inline PairV ExactSum(VecD a, VecD b) {
  const VecD s = a + b;
  const VecD t = s - a;
  return {s, (a - (s - t)) + (b - t)};
}

inline PairV ExactProduct(VecD a, VecD b) {
  const VecD p = a * b;
  return {p, MulAdd(a, b, -p)};
}

inline PairV Add(PairV a, PairV b) {
  const PairV s = ExactSum(a.hi, b.hi);
  return FastSum(s.hi, s.lo + (a.lo + b.lo));
}

inline PairV Add(PairV a, VecD b) {
  const PairV s = ExactSum(a.hi, b);
  return FastSum(s.hi, s.lo + a.lo);
}

inline PairV Negate(PairV a) { return {-a.hi, -a.lo}; }

inline PairV Multiply(PairV a, VecD b) {
  const PairV p = ExactProduct(a.hi, b);
  return FastSum(p.hi, MulAdd(a.lo, b, p.lo));
}

inline PairV Multiply(PairV a, PairV b) {
  const PairV p = ExactProduct(a.hi, b.hi);
  return FastSum(p.hi, MulAdd(a.hi, b.lo, MulAdd(a.lo, b.hi, p.lo)));
}

inline PairV Divide(PairV a, PairV b) {
  const VecD r = Set1(1.0) / b.hi;
  const VecD q = a.hi * r;
  const VecD rest = MulAdd(-q, b.lo, MulAdd(-q, b.hi, a.hi) + a.lo);
  return FastSum(q, rest * r);
}

inline PairV SelectPair(MaskD m, PairV a, PairV b) {
  return {Select(m, a.hi, b.hi), Select(m, a.lo, b.lo)};
}

// log(z), and t - log(1 + t) where 1 + t = z, to some 2^-66, the second also relative to it.
struct Logarithm {
  PairV log;
  PairV gap;
};

// t is as accurate as it is meant, z only needs to be it plus 1; near 1 t alone counts, if `from_t`
// says so. REQUIRES: z normal, 1e-300 < z < 1e300.
inline Logarithm LogAndGap(PairV z, PairV t, MaskD from_t) {
  constexpr long long kRootHalf = 0x3fe6a09e667f3bcd;
  constexpr double kLn2High = 0x1.62e42fefa2000p-1;
  constexpr double kLn2Low = 0x1.9ef35793c7673p-41;
  // 1024 + the exponent, for which z is 2^k times a number within a factor sqrt(2) of 1.
  const MaskD field = ((reinterpret_cast<MaskD>(z.hi) - kRootHalf + (1024LL << 52)) >> 52) & 2047;
  const VecD k =
      reinterpret_cast<VecD>(field | reinterpret_cast<MaskD>(Set1(0x1p52))) - Set1(0x1p52 + 1024);
  const VecD scale = reinterpret_cast<VecD>((2047 - field) << 52);
  const VecD one = Set1(1.0);
  const PairV m = {z.hi * scale, z.lo * scale};
  const MaskD near = k == VecD{};
  const PairV excess = SelectPair(near & from_t, t, {m.hi - one, m.lo});
  const PairV s = Divide(excess, Add(excess, Set1(2.0)));
  const VecD w = s.hi * s.hi;
  const PairV square = {w, MulAdd(s.hi, s.hi, -w) + Set1(2.0) * s.hi * s.lo};
  // 2 (atanh(s) - s) = s (2/3 s^2 + 2/5 s^4 + ...)
  constexpr double kTerms[] = {2.0 / 5,  2.0 / 7,  2.0 / 9,  2.0 / 11, 2.0 / 13,
                               2.0 / 15, 2.0 / 17, 2.0 / 19, 2.0 / 21, 2.0 / 23};
  const VecD far = error_vector::Polynomial(w, kTerms) * w * w;
  const PairV third = {Set1(2.0 / 3), Set1(0x1.5555555555555p-55)};
  const PairV rest = Multiply(Add(Multiply(square, third), far), s);
  const PairV power = FastSum(k * Set1(kLn2High), k * Set1(kLn2Low));
  Logarithm result;
  result.log = Add(Add(power, PairV{s.hi + s.hi, s.lo + s.lo}), rest);
  // t - 2 s = t s
  result.gap =
      SelectPair(near & from_t, Add(Multiply(t, s), Negate(rest)), Add(t, Negate(result.log)));
  return result;
}

// factor * exp(e); 0 where the power underflows.
inline VecD ScaledExp(PairV e, VecD factor) {
  const VecD power = sleef_exp(e.hi);
  return MulAdd(power, e.lo, power) * factor;
}

}  // namespace lanes
}  // namespace

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_PAIR_VECTOR_H_
