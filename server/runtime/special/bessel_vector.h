#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_BESSEL_VECTOR_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_BESSEL_VECTOR_H_

// Bessel functions of order 0 and 1 on vectors. Included by level files only; see repairs.h for the
// rule on lanes. The axis is cut into 16 pieces with a polynomial each, so that a lane looks up its
// coefficients and all lanes run the same code; beyond, modulus and phase (DLMF 10.18) or the
// scaled function in 1/x. The errors of J and Y are a few ulp of the local amplitude
// sqrt(2/(pi x)); near the zeros below 23.5 they are relative, as the pieces are centred there.

#include "server/runtime/registers.h"
#include "server/runtime/repairs.h"
#include "server/runtime/sources.h"
#include "server/runtime/special/bessel_tables.h"

namespace {
namespace bessel {

inline constexpr long kPieces = 16;

inline VecD MulAdd(VecD a, VecD b, VecD c) {
#if FY_LEVEL == 4
  return _mm512_fmadd_pd(a, b, c);
#elif FY_LEVEL == 3
  return _mm256_fmadd_pd(a, b, c);
#else
  return a * b + c;
#endif
}

inline VecD Sqrt(VecD x) {
#if FY_LEVEL == 4
  return _mm512_sqrt_pd(x);
#elif FY_LEVEL == 3
  return _mm256_sqrt_pd(x);
#else
  return _mm_sqrt_pd(x);
#endif
}

// Nearest integer (ties to even), and that integer's bits in the low end of each lane. REQUIRES:
// |x| < 2^51.
struct Rounded {
  VecD value;
  MaskD bits;
};
inline Rounded Round(VecD x) {
  const VecD shift = Set1(0x1.8p52);
  const VecD sum = x + shift;
  return {sum - shift, reinterpret_cast<MaskD>(sum)};
}

// Row of a table at the piece of each lane (the low four bits of `piece`).
inline VecD LookUp(const double (&row)[kPieces], MaskD piece) {
#if FY_LEVEL == 4
  return _mm512_permutex2var_pd(_mm512_load_pd(row), reinterpret_cast<__m512i>(piece),
                                _mm512_load_pd(row + 8));
#elif FY_LEVEL == 3
  return _mm256_i64gather_pd(row, reinterpret_cast<__m256i>(piece & (kPieces - 1)), 8);
#else
  return VecD{row[piece[0] & (kPieces - 1)], row[piece[1] & (kPieces - 1)]};
#endif
}

template <long kRows>
inline VecD Piecewise(const double (&table)[kRows][kPieces], MaskD piece, VecD t) {
  VecD sum = LookUp(table[kRows - 1], piece);
  for (long k = kRows - 2; k >= 0; --k) sum = MulAdd(sum, t, LookUp(table[k], piece));
  return sum;
}

template <long kTerms>
inline VecD Polynomial(const double (&coefficients)[kTerms], VecD t) {
  VecD sum = Set1(coefficients[kTerms - 1]);
  for (long k = kTerms - 2; k >= 0; --k) sum = MulAdd(sum, t, Set1(coefficients[k]));
  return sum;
}

// A function that oscillates, of one order: its pieces of width pi/2 below kFar.
struct Pieces {
  const double (&table)[17][kPieces];
  const double (&centre)[2][kPieces];
  double offset;  // piece = round(2 x/pi + offset)
};

inline constexpr double kFar = 23.5;        // modulus and phase from here on
inline constexpr double kVeryFar = 0x1p20;  // and reduction of any operand from here on

inline VecD NearOscillation(const Pieces& pieces, VecD x) {
  const MaskD piece = Round(x * Set1(0x1.45f306dc9c883p-1) + Set1(pieces.offset)).bits;
  const VecD t = (x - LookUp(pieces.centre[0], piece)) - LookUp(pieces.centre[1], piece);
  return Piecewise(pieces.table, piece, t);
}

// Modulus (with the factor 1/sqrt(x) taken out) and phase by order.
struct Asymptotics {
  const double (&modulus)[8];
  const double (&phase)[8];
};
inline constexpr Asymptotics kOrder0 = {kModulus0, kPhase0};
inline constexpr Asymptotics kOrder1 = {kModulus1, kPhase1};

// modulus * cos(x - quarters pi/4 + phase(x)/x); quarters odd. REQUIRES: kFar <= x <= kVeryFar.
inline VecD FarOscillation(const Asymptotics& order, long quarters, VecD x) {
  const VecD inverse = Set1(1.0) / x;
  const VecD z = inverse * inverse;
  // x - quarters pi/4 = half_turns pi/2 + r, by odd multiples of pi/4 in pieces of 33 bits: the
  // products and the first difference are exact.
  const Rounded half = Round(x * Set1(0x1.45f306dc9c883p-1) - Set1(0.5));
  const VecD odd = half.value + half.value + Set1(1.0);
  const VecD high = x - odd * Set1(0x1.921fb544p-1);
  const VecD middle = odd * Set1(0x1.0b4611a6p-35);
  const VecD r = high - middle;
  const VecD lost = (high - r) - middle;
  const VecD shift =
      MulAdd(Polynomial(order.phase, z), inverse, lost - odd * Set1(0x1.3198a2e037073p-70));
  const VecD angle = r + shift;
  const VecD rest = shift - (angle - r);
  const VecD square = angle * angle;
  const VecD sine_tail = MulAdd(angle * square, Polynomial(kSinePoly, square), rest);
  const VecD sine = angle + sine_tail;
  const VecD cosine =
      Set1(1.0) -
      MulAdd(Set1(0.5), square, angle * rest - square * square * Polynomial(kCosinePoly, square));
  // The angle is (half_turns + 1/2 - quarters/2) pi/2 + angle.
  const MaskD turns = half.bits + ((1 - quarters) / 2);
  const MaskD swap = (turns & 1) != 0;
  const VecD value = Select(swap, sine, cosine);
  // cos: +, -sin, -cos, +sin.
  const MaskD sign = ((turns + 1) & 2) << 62;
  const VecD modulus = Polynomial(order.modulus, z) / Sqrt(x);
  return modulus * reinterpret_cast<VecD>(reinterpret_cast<MaskD>(value) ^ sign);
}

// The same for any x > 2^20, where phase(x)/x is a small correction: by SLEEF's sin and cos.
[[gnu::noinline, gnu::cold]] VecD VeryFarOscillation(const Asymptotics& order, long quarters,
                                                     VecD x) {
  const VecD inverse = Set1(1.0) / x;
  const VecD z = inverse * inverse;
  const VecD s = sleef_sin(x);
  const VecD c = sleef_cos(x);
  // sqrt(2) cos and sin of x - quarters pi/4, quarters 1, 3 or 5 (5 for the sine of order 1).
  VecD cosine = quarters == 1 ? c + s : s - c;
  VecD sine = quarters == 1 ? s - c : -(s + c);
  if (quarters == 5) {
    cosine = -(c + s);
    sine = c - s;
  }
  const VecD shift = Polynomial(order.phase, z) * inverse;
  const VecD modulus = Polynomial(order.modulus, z) / Sqrt(x);
  const VecD turned = MulAdd(shift, MulAdd(shift * Set1(-0.5), cosine, -sine), cosine);
  const VecD result = modulus * Set1(0.70710678118654752) * turned;
  return Select(x == Set1(__builtin_inf()), VecD{}, result);
}

// near(x) below kFar, modulus and phase beyond. REQUIRES: x >= 0 or NaN.
template <class Near>
inline VecD Oscillation(const Asymptotics& order, long quarters, VecD x, Near near) {
  const MaskD far = x >= Set1(kFar);
  if (!Any(far)) return near(x);
  const VecD far_x = Select(far, x, Set1(kFar));
  VecD result = FarOscillation(order, quarters, far_x);
  const MaskD very_far = x > Set1(kVeryFar);
  if (__builtin_expect(Any(very_far), 0)) {
    result = Select(very_far, VeryFarOscillation(order, quarters, far_x), result);
  }
  if (!Any(~far)) return result;
  return Select(far, result, near(Select(far, Set1(1.0), x)));
}

inline VecD NearJ0(VecD x) { return NearOscillation({kJ0Pieces, kJ0Centre, 0.5}, x); }
inline VecD NearJ1(VecD x) { return NearOscillation({kJ1Pieces, kJ1Centre, -0.5}, x); }

inline constexpr double kPi = 3.14159265358979324;
inline constexpr double kTwoOverPi = 0x1.45f306dc9c883p-1;

// 2/pi log(x) J + the regular part below pi, where the logarithm is felt; pieces above.
inline VecD NearY0(VecD x) {
  const MaskD low = x < Set1(kPi);
  VecD result = NearOscillation({kY0Pieces, kY0Centre, -0.5}, x);
  if (Any(low)) {
    const VecD v = MulAdd(x, x, Set1(-4.9375));
    const VecD logarithm = sleef_log(x) * Set1(kTwoOverPi);
    result = Select(low, MulAdd(logarithm, NearJ0(x), Polynomial(kY0Regular, v)), result);
  }
  return result;
}
inline VecD NearY1(VecD x) {
  const MaskD low = x < Set1(kPi);
  VecD result = NearOscillation({kY1Pieces, kY1Centre, 0.5}, x);
  if (Any(low)) {
    const VecD v = MulAdd(x, x, Set1(-4.9375));
    const VecD logarithm = sleef_log(x) * Set1(kTwoOverPi);
    const VecD regular = MulAdd(x, Polynomial(kY1Regular, v), logarithm * NearJ1(x));
    result = Select(low, regular - Set1(kTwoOverPi) / x, result);
  }
  return result;
}

// -inf at +-0, NaN below.
inline VecD AtZeroAndBelow(VecD x, VecD at_zero, VecD result) {
  result = Select(x == VecD{}, at_zero, result);
  return Select(x < VecD{}, Set1(__builtin_nan("")), result);
}

// I0 exp(-x), I1 exp(-x): pieces of width 1 in x below 7.5, of 56.25/x and times 1/sqrt(x) above.
template <long kRows>
inline VecD ScaledI(const double (&table)[kRows][kPieces], VecD x) {
  const MaskD low = x < Set1(7.5);
  const VecD inverse = Set1(56.25) / x;
  // Just below 7.5 at most, which would round to 8.
  const VecD w = Select(low, x, Select(inverse < Set1(7.5), inverse, Set1(0x1.dffffffffffffp2)));
  const Rounded nearest = Round(w);
  const MaskD piece = nearest.bits + (~low & 8);
  const VecD value = Piecewise(table, piece, w - nearest.value);
  return Select(low, value, value / Sqrt(x));
}

// sqrt(x) K exp(x) for x >= 1 over sqrt(x).
template <long kRows>
inline VecD ScaledK(const double (&table)[kRows][kPieces], VecD x) {
  const VecD w = Set1(15.0) / x;
  const Rounded nearest = Round(w);
  return Piecewise(table, nearest.bits, w - nearest.value) / Sqrt(x);
}

inline VecD LowK0(VecD x) {
  const VecD u = x * x;
  return MulAdd(-sleef_log(x), Polynomial(kI0Small, u), Polynomial(kK0Small, u));
}
inline VecD LowK1(VecD x) {
  const VecD u = x * x;
  const VecD regular = MulAdd(sleef_log(x), Polynomial(kI1Small, u), Polynomial(kK1Small, u));
  return MulAdd(x, regular, Set1(1.0) / x);
}

// K exp(x), or with `factor` = exp(-x) K itself: low(x) below 1, the pieces above.
template <class Low, long kRows>
inline VecD KOrScaled(const double (&table)[kRows][kPieces], VecD x, VecD low_factor,
                      VecD high_factor, Low low_k) {
  const MaskD low = x < Set1(1.0);
  VecD result;
  if (Any(~low))
    result = ScaledK(table, Select(low, Set1(1.0), x)) * high_factor;
  else
    result = x;
  if (Any(low)) result = Select(low, low_k(Select(low, x, Set1(1.0))) * low_factor, result);
  result = Select(x == Set1(__builtin_inf()), VecD{}, result);
  return AtZeroAndBelow(x, Set1(__builtin_inf()), result);
}

// I from I exp(-x): exp(x) overflows before I does.
inline VecD Unscale(VecD scaled, VecD x) {
  const MaskD large = x > Set1(700.0);
  const VecD grown = scaled * own_strict_exp(Select(large, x - Set1(16.0), x));
  const VecD result = Select(large, grown * Set1(8886110.5205078721), grown);
  return Select(x == Set1(__builtin_inf()), x, result);
}

}  // namespace bessel

inline VecD own_strict_j0(VecD x) {
  return bessel::Oscillation(bessel::kOrder0, 1, Abs(x), [](VecD a) { return bessel::NearJ0(a); });
}

inline VecD own_strict_j1(VecD x) {
  const VecD size =
      bessel::Oscillation(bessel::kOrder1, 3, Abs(x), [](VecD a) { return bessel::NearJ1(a); });
  const MaskD sign = reinterpret_cast<MaskD>(x) & SignBit<VecD>();
  return reinterpret_cast<VecD>(reinterpret_cast<MaskD>(size) ^ sign);
}

inline VecD own_strict_y0(VecD x) {
  const VecD result =
      bessel::Oscillation(bessel::kOrder0, 3, Abs(x), [](VecD a) { return bessel::NearY0(a); });
  return bessel::AtZeroAndBelow(x, Set1(-__builtin_inf()), result);
}

inline VecD own_strict_y1(VecD x) {
  const VecD result =
      bessel::Oscillation(bessel::kOrder1, 5, Abs(x), [](VecD a) { return bessel::NearY1(a); });
  return bessel::AtZeroAndBelow(x, Set1(-__builtin_inf()), result);
}

inline VecD own_strict_i0e(VecD x) { return bessel::ScaledI(bessel::kI0ePieces, Abs(x)); }
inline VecD own_strict_i1e(VecD x) {
  return CopySign(bessel::ScaledI(bessel::kI1ePieces, Abs(x)), x);
}
inline VecD own_strict_i0(VecD x) {
  return bessel::Unscale(bessel::ScaledI(bessel::kI0ePieces, Abs(x)), Abs(x));
}
inline VecD own_strict_i1(VecD x) {
  return CopySign(bessel::Unscale(bessel::ScaledI(bessel::kI1ePieces, Abs(x)), Abs(x)), x);
}

inline VecD own_strict_k0e(VecD x) {
  const MaskD low = x < Set1(1.0);
  const VecD factor = Any(low) ? sleef_exp(Select(low, x, VecD{})) : x;
  return bessel::KOrScaled(bessel::kK0ePieces, x, factor, Set1(1.0),
                           [](VecD a) { return bessel::LowK0(a); });
}
inline VecD own_strict_k1e(VecD x) {
  const MaskD low = x < Set1(1.0);
  const VecD factor = Any(low) ? sleef_exp(Select(low, x, VecD{})) : x;
  return bessel::KOrScaled(bessel::kK1ePieces, x, factor, Set1(1.0),
                           [](VecD a) { return bessel::LowK1(a); });
}
inline VecD own_strict_k0(VecD x) {
  return bessel::KOrScaled(bessel::kK0ePieces, x, Set1(1.0), sleef_exp(-x),
                           [](VecD a) { return bessel::LowK0(a); });
}
inline VecD own_strict_k1(VecD x) {
  return bessel::KOrScaled(bessel::kK1ePieces, x, Set1(1.0), sleef_exp(-x),
                           [](VecD a) { return bessel::LowK1(a); });
}

}  // namespace

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_BESSEL_VECTOR_H_
