#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_ZETA_FAST_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_ZETA_FAST_H_

// The plain forms of zeta and hurwitz_zeta, on vectors. Sources: DLMF 25.2, 25.11.5
// (Euler-Maclaurin). Included by level files only; see repairs.h for the rule on lanes.

#include "server/runtime/special/gamma_edge.h"
#include "server/runtime/special/gamma_fast.h"

namespace {

// Taylor coefficients, a column a centre: of (s - 1) zeta(s) at 0, 2, 4, 6, 8, then of
// 2^s (zeta(s) - 1) at 11 and 17; the last, for 30, interpolates at Chebyshev nodes of [21, 39].
constexpr double kZetaTerms[][8] = {
    {0x1.0000000000000p-1, 0x1.a51a6625307d3p+0, 0x1.9f9cb402bc46cp+1, 0x1.458cbe5f0b6d6p+2,
     0x1.c1d39fb32ae48p+2, 0x1.0318df2459954p+0, 0x1.0043073686681p+0, 0x1.00005782aaebep+0},
    {0x1.acfe390c97d69p-2, 0x1.6a2e7924f641cp-1, 0x1.c04d4230e1b6cp-1, 0x1.e7fa6516d5378p-1,
     0x1.f7afdfc8ab9eep-1, -0x1.4c6dad20d5ebep-8, -0x1.b53db64bf6c4cp-12, -0x1.1be53c3b33214p-19},
    {0x1.590bb8df981f9p-4, 0x1.d3b250779e2dcp-5, 0x1.d5d3c2f140effp-6, 0x1.891f71d7e9002p-7,
     0x1.237265c9244bdp-8, 0x1.1daf441f55073p-10, 0x1.65f1e7e5789bcp-14, 0x1.cc89eb53f9742p-22},
    {-0x1.39a8e10bc9681p-9, -0x1.60db9b4b3ea90p-8, -0x1.f0f0673953a35p-9, -0x1.ec839093ff294p-10,
     -0x1.93cf857d0af0cp-11, -0x1.55281a42fa219p-13, -0x1.896000bc9ad75p-17,
     -0x1.f2231620be9b3p-25},
    {-0x1.daf32a61645e9p-11, 0x1.3baf63d2d413dp-15, 0x1.1a30cbde48deap-12, 0x1.9053250742c97p-13,
     0x1.837e816957f62p-14, 0x1.46742578cc413p-16, 0x1.4805bd725ab79p-20, 0x1.9436334e1f9e9p-28},
    {0x1.0132991572b9cp-13, 0x1.cde83ddba8c64p-15, 0x1.0424d606aff25p-22, -0x1.77d8db2659660p-17,
     -0x1.03b65bc65334ep-17, -0x1.137c02e1f0089p-19, -0x1.be48e83bbc3efp-24,
     -0x1.0686173062cf5p-31},
    {-0x1.57769cd2ee63ap-21, -0x1.c16003bddf688p-18, -0x1.3df23ae637b6dp-19, -0x1.62f32c33a3fccp-28,
     0x1.ad8b6441bce88p-22, 0x1.b7d5360eb8f37p-23, 0x1.053baac2caac9p-27, 0x1.1c600784c43dbp-35},
    {-0x1.8a89438680a09p-20, 0x1.d05c54412152bp-23, 0x1.25bfe6d89e958p-22, 0x1.4da2baa07d643p-24,
     -0x1.d4e61184ba2fap-30, -0x1.5af2180d0d42fp-26, -0x1.139a84a442f40p-31,
     -0x1.084371e355a73p-39},
    {0x1.767ab1d98ddadp-23, 0x1.3b72816bb4cb8p-25, -0x1.bfcdfcd4af988p-27, -0x1.2ce1e9c5c8df7p-27,
     -0x1.158261afbaea8p-29, 0x1.13261378b3091p-29, 0x1.119edbeb9c81ap-35, 0x1.af01740e41872p-44},
    {-0x1.4d8aff233800bp-28, -0x1.966176845f3cep-28, -0x1.05af525033713p-31, 0x1.0f717bb9aabd6p-31,
     0x1.f369318cbfe3dp-33, -0x1.b7548b408dca2p-33, -0x1.09d0b6871bd4cp-39, -0x1.3b8f4484c370dp-48},
    {-0x1.239140bd63315p-30, 0x1.95d71bbaa7e4dp-32, 0x1.2a5935178060cp-33, -0x1.07e73b0883d09p-38,
     -0x1.eaf791bd31175p-37, 0x1.5f96718b1e6a5p-36, 0x1.02abf5a1b14f7p-43, 0x1.9f718eae587a9p-53},
    {0x1.5df743bd9b6afp-33, 0x1.eefa814e7b208p-40, -0x1.927a006e414c8p-37, -0x1.30e405108faccp-39,
     0x1.b21a34148c99ap-42, -0x1.1682f61105c0ep-39, -0x1.efcdb1f273141p-48, -0x1.d6872bc03ddcep-58},
    {-0x1.4997e8d9165b1p-37, -0x1.6ba5823b4a3abp-39, 0x1.db203a6e9d8dep-42, 0x1.09522e7e7a635p-42,
     0x1.7d836e62e6b02p-46, 0x1.bdc50b892a69bp-43, 0x1.ee62409ed451dp-52, 0x1.0b10ed5452753p-62},
    {-0x1.291bba91ea099p-43, 0x1.21cdc8194eaaep-42, 0x1.436bc621084c3p-46, -0x1.dac4244992739p-47,
     -0x1.02fa76a4d42fbp-48, -0x1.a393982942022p-46, -0x1.441c0399d5dfdp-55,
     -0x1.a755f1d594e59p-67},
    {0x1.48f20ea4fd89bp-44, -0x1.a1b2776fb48ffp-47, -0x1.0e9dfecc38afcp-48, 0x1.274da58997b10p-52,
     0x1.229da5e93c54ep-52, 0x1.4fa8063c12b65p-49, 0x1.44f46b0f4281ap-59, 0x1.b9d2758610d1ap-72}};

inline VecD GammaLookup(const double (&table)[8], MaskD index) {
#if FY_LEVEL == 4
  return _mm512_permutexvar_pd(reinterpret_cast<__m512i>(index), Load<VecD>(table));
#elif FY_LEVEL == 3
  return _mm256_i64gather_pd(table, reinterpret_cast<__m256i>(index & 7), 8);
#else
  return VecD{table[index[0] & 7], table[index[1] & 7]};
#endif
}

inline VecD own_strict_zeta(VecD s) {
  using formulary::runtime::special::ZetaOnce;
  return FixLanes(s, ~MaskD{}, s, [](double lane) { return ZetaOnce(lane); });
}

// 2^-s for 0 <= s < 1000.
inline VecD ZetaPower(VecD s) {
  const VecD step = Set1(0x1.8p52);
  const VecD n = (step - s) - step;
  const VecD r = -(s + n) * Set1(0x1.62e42fefa39efp-1);
  const VecD square = r * r;
  const VecD tail = GammaMulAdd(square, GammaHorner2(r, square, kGammaExpSeries), r);
  return GammaScale(Set1(1.0) + tail, n);
}

inline VecD fast_zeta(VecD s) {
  const MaskD slow = ~(s >= VecD{}) | (s == Set1(1.0));
  const VecD safe = Select(slow, Set1(3.0), s);
  const VecD step = Set1(0x1.8p52);
  // The number of the column, in the low bits of its sum with step.
  const VecD half = GammaMulAdd(safe, Set1(0.5), Set1(0.25));
  VecD column = (half + step) - step;
  column = Select(column > half + Set1(0.25), column - Set1(1.0), column);
  const VecD near_column = Select(column > Set1(4.0), Set1(4.0), column);
  const MaskD near = safe <= Set1(9.0);
  column = Select(near, near_column, Set1(5.0));
  VecD centre = Select(near, near_column + near_column, Set1(11.0));
  centre = Select(safe > Set1(13.0), Set1(17.0), centre);
  column = Select(safe > Set1(13.0), Set1(6.0), column);
  centre = Select(safe > Set1(21.0), Set1(30.0), centre);
  column = Select(safe > Set1(21.0), Set1(7.0), column);
  const VecD clamped = Select(safe > Set1(39.0), Set1(39.0), safe);
  const VecD x = clamped - centre, square = x * x;
  const MaskD index = reinterpret_cast<MaskD>(column + step);
  VecD first = GammaLookup(kZetaTerms[14], index), second = GammaLookup(kZetaTerms[13], index);
  for (int k = 12; k >= 0; k -= 2) {
    first = GammaMulAdd(first, square, GammaLookup(kZetaTerms[k], index));
    if (k > 0) second = GammaMulAdd(second, square, GammaLookup(kZetaTerms[k - 1], index));
  }
  const VecD series = GammaMulAdd(second, x, first);
  VecD result = Set1(1.0) + series * ZetaPower(Select(safe > Set1(60.0), Set1(60.0),
                                                      Select(near, Set1(9.0), safe)));
  if (Any(near)) result = Select(near, series / (safe - Set1(1.0)), result);
  if (__builtin_expect(!Any(slow), 1)) return result;
  return GammaSlow(result, slow, s, [](VecD all) { return own_strict_zeta(all); });
}

inline VecD own_strict_hurwitz_zeta(VecD s, VecD a) {
  using formulary::runtime::special::HurwitzZetaOnce;
  return FixLanes(s, ~MaskD{}, s, a, [](double x, double y) { return HurwitzZetaOnce(x, y); });
}

// factor x^-s.
inline VecD HurwitzPower(VecPair x, VecD s, VecD factor) {
  const VecPair log = GammaLog(x.high);
  const VecD product = log.high * s;
  const VecD rest = GammaProductRest(log.high, s, product);
  return GammaExp({-product, -GammaMulAdd(log.low + x.low / x.high, s, rest)}, factor);
}

// B_2j/(2 j)! from j = 1.
constexpr double kZetaMaclaurin[] = {
    0x1.5555555555555p-4,  -0x1.6c16c16c16c17p-10, 0x1.1566abc011567p-15, -0x1.bbd779334ef0bp-21,
    0x1.66a8f2bf70ebep-26, -0x1.22805d644267fp-31, 0x1.d6db2c4e09162p-37, -0x1.7da4e1f79955cp-42,
    0x1.355871d652e9ep-47, -0x1.f57d968caacf1p-53, 0x1.967e1f09c376fp-58, -0x1.497d9033a2b5cp-63,
    0x1.0b132d7c6ad06p-68, -0x1.b0f72d59f1c16p-74, 0x1.5ef2da4cca26dp-79, -0x1.1c77df96de38bp-84};

// Powers up to x = a + k >= 6 + 5/8 s, and the Euler-Maclaurin sum from there.
inline VecD fast_hurwitz_zeta(VecD exponent, VecD a) {
  const MaskD slow = ~((exponent > Set1(1.0)) & (exponent <= Set1(60.0)) & (a >= Set1(0x1p-10)) &
                       (a <= Set1(0x1p20))) |
                     (a == Set1(1.0));
  const VecD s = Select(slow, Set1(2.0), exponent);
  const VecD start = Select(slow, Set1(12.0), a);
  const VecD end = GammaMulAdd(s, Set1(0.625), Set1(6.0));
  VecD sum{}, lost{}, count{};
  VecPair x = {start, VecD{}};
  for (MaskD below = start < end; Any(below); below = x.high < end) {
    const VecD term = Select(below, HurwitzPower(x, s, Set1(1.0)), VecD{});
    const VecPair next = GammaSum(sum, term);
    sum = next.high;
    lost += next.low;
    count += Set1(1.0);
    const VecPair shifted = GammaSum(start, count);
    x = {Select(below, shifted.high, x.high), Select(below, shifted.low, x.low)};
  }
  const VecD inverse = Set1(1.0) / x.high, u = inverse * inverse;
  VecD rising = s * u, tail = Set1(0.5) * inverse, odd = s + Set1(1.0);
  for (const double coefficient : kZetaMaclaurin) {
    tail = GammaMulAdd(rising, Set1(coefficient), tail);
    rising *= odd * (odd + Set1(1.0)) * u;
    odd += Set1(2.0);
  }
  // x^(1 - s) (1/(s - 1) + tail).
  const VecD less = s - Set1(1.0);
  const VecD rest = HurwitzPower(x, less, Set1(1.0) / less + tail);
  const VecPair total = GammaSum(sum, rest);
  const VecD result = total.high + (total.low + lost);
  if (__builtin_expect(!Any(slow), 1)) return result;
  using formulary::runtime::special::HurwitzZetaOnce;
  return FixLanes(result, slow, exponent, a,
                  [](double p, double q) { return HurwitzZetaOnce(p, q); });
}

}  // namespace

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_ZETA_FAST_H_
