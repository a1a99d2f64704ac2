#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_GAMMA_STIRLING_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_GAMMA_STIRLING_H_

// What the fast forms of gamma and its kin are made of, on vectors: logarithms to 2^-63,
// exponentials of two-part numbers, and gamma by Stirling's formula (DLMF 5.11.1) from 5/2 on and
// by the series of its reciprocal below. Included by level files only. All polynomials and rational
// functions interpolate at Chebyshev nodes, within 2^-53 of their values.

#include "server/runtime/registers.h"
#include "server/runtime/repairs.h"

namespace {

// Of the middle of [1 + i/16, 1 + (i + 1)/16], to 9 bits; minus their logarithms, in two parts.
constexpr double kGammaLogInverse[] = {
    0x1.f000000000000p-1, 0x1.d400000000000p-1, 0x1.bb00000000000p-1, 0x1.a400000000000p-1,
    0x1.9000000000000p-1, 0x1.7d00000000000p-1, 0x1.6c00000000000p-1, 0x1.5d00000000000p-1,
    0x1.4e00000000000p-1, 0x1.4100000000000p-1, 0x1.3500000000000p-1, 0x1.2a00000000000p-1,
    0x1.1f00000000000p-1, 0x1.1600000000000p-1, 0x1.0d00000000000p-1, 0x1.0400000000000p-1};
constexpr double kGammaLogHigh[] = {
    0x1.0415d89e78000p-5, 0x1.700d30aeac000p-4, 0x1.28753bc11a000p-3, 0x1.95a5adcf70000p-3,
    0x1.f991c6cb3c000p-3, 0x1.2e9e2bce12000p-2, 0x1.5d5bddf596000p-2, 0x1.8873658328000p-2,
    0x1.b56fa04463000p-2, 0x1.de16b56ef9000p-2, 0x1.028d2d6a96000p-1, 0x1.151c3f6f29800p-1,
    0x1.285e0842ca000p-1, 0x1.38ae217197800p-1, 0x1.4987ace0da800p-1, 0x1.5af405c364800p-1};
constexpr double kGammaLogLow[] = {
    -0x1.dddc7f461c516p-44, 0x1.c1e8da99ded32p-49,  0x1.7494e359302e6p-44,  0x1.7f22858a0ff6fp-47,
    -0x1.90d04cd7cc834p-44, 0x1.4300c128d1dc2p-45,  -0x1.a0b2a08a465dcp-47, -0x1.988e21f7fc497p-45,
    -0x1.bdab6b49ef99bp-44, 0x1.e08cfe6fe4752p-47,  0x1.fa3fec303d080p-44,  -0x1.edd97a293ae49p-45,
    0x1.c1c4d866d5f22p-44,  -0x1.18b7abb5569a4p-45, 0x1.d83ed15c6b2f4p-44,  0x1.dfa63ac10c9fbp-45};

// (log(1 + f) - f + f^2/2)/f^3 for |f| <= 1/32, within 2^-50.
constexpr double kGammaLogSeries[] = {
    0x1.555555555554ap-2, -0x1.fffffffffffebp-3, 0x1.9999999a5415cp-3, -0x1.5555555600481p-3,
    0x1.24923a9363f54p-3, -0x1.ffffe54b093e0p-4, 0x1.c7d6d6880307cp-4, -0x1.9a44769a6c003p-4};

// (exp(r) - 1 - r)/r^2 for |r| <= log(2)/2.
constexpr double kGammaExpSeries[] = {
    0x1.0000000000000p-1,  0x1.5555555555557p-3,  0x1.5555555555556p-5,  0x1.11111111100dcp-7,
    0x1.6c16c16c162d4p-10, 0x1.a01a01abe7fe1p-13, 0x1.a01a01a6d889cp-16, 0x1.71de0231960ebp-19,
    0x1.27e4db646b17ep-22, 0x1.af4de97ca4194p-26, 0x1.1f730349868cep-29};

// x times the rest of Stirling's formula, over 1/x^2 in [0, 4/25].
constexpr double kGammaStirling[] = {
    0x1.5555555555554p-4,  -0x1.6c16c16c02ef8p-9,  0x1.a01a013179c33p-11, -0x1.3813437e05b10p-11,
    0x1.b93f9b12f201fp-11, -0x1.f502df404b751p-10, 0x1.974073ec1445fp-8,  -0x1.9d12939e1dd9bp-6,
    0x1.b5d744289690fp-4,  -0x1.96d6570313276p-2,  0x1.1c7f743b60ae6p+0,  -0x1.fbe47040d5df3p+0,
    0x1.a86cf68474097p+0};

// The same over [0, 1/64].
constexpr double kGammaStirlingFar[] = {0x1.5555555555553p-4,  -0x1.6c16c16bb630dp-9,
                                        0x1.a019fd3406f00p-11, -0x1.380ebd7243e33p-11,
                                        0x1.b6fa4852c477dp-11, -0x1.b1382377c6244p-10};

// (1/gamma(1 + t) - 1)/t for t in [0, 3/2].
constexpr double kInverseGammaNear[] = {
    0x1.2788cfc6fb619p-1,   -0x1.4fcf4026afa8ep-1,  -0x1.5815e8fa1186cp-5,  0x1.5512320ac9e16p-3,
    -0x1.59af1025473f0p-5,  -0x1.3b4af523c6f3ap-7,  0x1.d919de914b4c7p-8,   -0x1.31726a7c9c427p-10,
    -0x1.c34ac354bf2fap-13, 0x1.0c5b253fedf2fp-13,  -0x1.4fcf230c70062p-16, -0x1.702f2f0bf78ddp-20,
    0x1.48ff786adf8c0p-20,  -0x1.155ed85931f24p-22, 0x1.e078db6ab51cdp-26,  -0x1.70a845655f92dp-30};

// loggamma(1 + t)/(t (t - 1)) - 1/2 for t in [0, 3/2].
constexpr double kLogGammaTop[] = {
    0x1.3c467e37db0c7p-4,  0x1.b12b52fa78657p-9,  -0x1.48b97198af579p-2, -0x1.a773f2adfc5c8p-2,
    -0x1.a568d425f7da9p-3, -0x1.6e802f485bb93p-5, -0x1.f774944b86df1p-9, -0x1.773450c22a0f5p-14};
constexpr double kLogGammaBottom[] = {
    0x1.0000000000000p+0, 0x1.9c07c06808d76p+1, 0x1.036f4c88898e4p+2, 0x1.43fd070514651p+1,
    0x1.a4004fdb3c50dp-1, 0x1.0e193bdf018adp-3, 0x1.297910a0723a5p-7, 0x1.7dfd0a378de4ap-13};

// (sin(pi f)/(pi f) - 1)/f^2 over f^2 for f in [0, 1/2].
constexpr double kGammaSine[] = {
    -0x1.a51a6625307d3p+0, 0x1.9f9cb402bc45dp-1,  -0x1.86a8e4720c749p-3,  0x1.ac6805cdf308ap-6,
    -0x1.33816a0620ac5p-9, 0x1.3746c57917ca7p-13, -0x1.d3f28cd7ed530p-18, 0x1.080d6f89e0a7bp-22};

// log(2) in two parts, the first of 42 bits after the point.
constexpr double kGammaLog2High = 0x1.62e42fefa3800p-1;
constexpr double kGammaLog2Low = 0x1.ef35793c76730p-45;

// From here on Stirling's formula, and with few terms.
constexpr double kGammaFar = 2.5;
constexpr double kGammaFarther = 8;

// a * b + c, fused where the level can.
inline VecD GammaMulAdd(VecD a, VecD b, VecD c) {
#if FY_LEVEL == 4
  return _mm512_fmadd_pd(a, b, c);
#elif FY_LEVEL == 3
  return _mm256_fmadd_pd(a, b, c);
#else
  return a * b + c;
#endif
}

// a * b - product, exact where product is a * b rounded.
inline VecD GammaProductRest(VecD a, VecD b, VecD product) {
#if FY_LEVEL > 2
  return GammaMulAdd(a, b, -product);
#else
  const VecD split = Set1(0x1p27 + 1);
  const VecD a_scaled = split * a, b_scaled = split * b;
  const VecD a_high = a_scaled - (a_scaled - a), b_high = b_scaled - (b_scaled - b);
  const VecD a_low = a - a_high, b_low = b - b_high;
  return ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low;
#endif
}

// Numbers as unevaluated sums of two.
struct VecPair {
  VecD high, low;
};

// a + b exactly.
inline VecPair GammaSum(VecD a, VecD b) {
  const VecD sum = a + b;
  const VecD part = sum - a;
  return {sum, (a - (sum - part)) + (b - part)};
}

template <unsigned long kSize>
inline VecD GammaHorner(VecD x, const double (&coefficients)[kSize]) {
  VecD sum = Set1(coefficients[kSize - 1]);
  for (unsigned long k = kSize - 1; k-- > 0;) sum = GammaMulAdd(sum, x, Set1(coefficients[k]));
  return sum;
}

// The same with even and odd terms side by side; square is x^2.
template <unsigned long kSize>
inline VecD GammaHorner2(VecD x, VecD square, const double (&coefficients)[kSize]) {
  VecD first = Set1(coefficients[kSize - 1]), second = Set1(coefficients[kSize - 2]);
  for (long k = static_cast<long>(kSize) - 3; k >= 0; k -= 2) {
    first = GammaMulAdd(first, square, Set1(coefficients[k]));
    if (k > 0) second = GammaMulAdd(second, square, Set1(coefficients[k - 1]));
  }
  return kSize % 2 == 1 ? GammaMulAdd(second, x, first) : GammaMulAdd(first, x, second);
}

// table[index], of the index's low bits.
inline VecD GammaLookup(const double (&table)[16], MaskD index) {
#if FY_LEVEL == 4
  return _mm512_permutex2var_pd(Load<VecD>(table), reinterpret_cast<__m512i>(index),
                                Load<VecD>(table + 8));
#elif FY_LEVEL == 3
  return _mm256_i64gather_pd(table, reinterpret_cast<__m256i>(index & 15), 8);
#else
  return VecD{table[index[0] & 15], table[index[1] & 15]};
#endif
}

// log(x), within 2^-63 (not of it: next to 1 it is 0 and more). REQUIRES: x > 0, normal and finite.
[[gnu::always_inline]] inline VecPair GammaLog(VecD x) {
  const MaskD bits = reinterpret_cast<MaskD>(x);
  const VecD exponent = ExponentOf(x);
  const VecD scaled = reinterpret_cast<VecD>((bits & 0x000fffffffffffff) | 0x3ff0000000000000);
  const MaskD index = bits >> 48;
  const VecD inverse = GammaLookup(kGammaLogInverse, index);
  const VecD product = scaled * inverse;
  const VecD rest = GammaProductRest(scaled, inverse, product);
  const VecD f = product - Set1(1.0);
  const VecD square = f * f;
  const VecD series = GammaHorner2(f, square, kGammaLogSeries);
  const VecD base = GammaMulAdd(exponent, Set1(kGammaLog2High), GammaLookup(kGammaLogHigh, index));
  const VecPair sum = GammaSum(base, f);
  VecD low = GammaMulAdd(exponent, Set1(kGammaLog2Low), GammaLookup(kGammaLogLow, index));
  low += sum.low + GammaMulAdd(-rest, f, rest);
  return {sum.high, GammaMulAdd(square, GammaMulAdd(f, series, Set1(-0.5)), low)};
}

// x 2^exponent, rounded once. REQUIRES: |exponent| < 2000, 2^-900 < |x| < 2^900 for large ones.
inline VecD GammaScale(VecD x, VecD exponent) {
#if FY_LEVEL == 4
  return _mm512_scalef_pd(x, exponent);
#else
  const VecD step = Set1(0x1.8p52);
  const VecD half = (exponent * Set1(0.5) + step) - step;
  const auto power = [](VecD n) {
    return reinterpret_cast<VecD>(reinterpret_cast<MaskD>(n + Set1(0x1.8p52 + 1023)) << 52);
  };
  return x * power(half) * power(exponent - half);
#endif
}

// factor exp(x), the exponential to 2^-53 of it. REQUIRES: 2^-310 < |factor| < 2^610 where |x| is
// beyond 700.
inline VecD GammaExp(VecPair x, VecD factor) {
  VecPair sum = GammaSum(x.high, x.low);
  // 0 and infinite beyond, whatever the factor.
  sum.high = Select(sum.high > Set1(1200.0), Set1(1200.0), sum.high);
  sum.high = Select(sum.high < Set1(-1200.0), Set1(-1200.0), sum.high);
  const VecD step = Set1(0x1.8p52);
  const VecD n = GammaMulAdd(sum.high, Set1(0x1.71547652b82fep+0), step) - step;
  const VecD high = GammaMulAdd(n, Set1(-kGammaLog2High), sum.high);
  const VecD low = GammaMulAdd(n, Set1(-kGammaLog2Low), sum.low);
  const VecD r = high + low;
  const VecD square = r * r;
  const VecD tail = GammaMulAdd(square, GammaHorner2(r, square, kGammaExpSeries), low - (r - high));
  return GammaScale((Set1(1.0) + (r + tail)) * factor, n);
}

// 1/gamma(x) for 0 <= x <= 5/2.
inline VecD InverseGammaNear(VecD x) {
  const MaskD below_one = x < Set1(1.0);
  const VecD t = Select(below_one, x, x - Set1(1.0));
  const VecD value = GammaMulAdd(t, GammaHorner2(t, t * t, kInverseGammaNear), Set1(1.0));
  return Select(below_one, x * value, value);
}

// log(gamma(x)) for 1 <= x <= 5/2, log(gamma(1 + x)) for x below, also near the zeros.
inline VecPair LogGammaNear(VecD x) {
  const MaskD below_one = x < Set1(1.0);
  const VecD t = Select(below_one, x, x - Set1(1.0));
  const VecD other = x - Select(below_one, Set1(1.0), Set1(2.0));
  const VecD square = t * t;
  const VecD ratio =
      GammaHorner2(t, square, kLogGammaTop) / GammaHorner2(t, square, kLogGammaBottom);
  // t other (ratio + 1/2) in two parts.
  const VecD zeros = t * other, rest = GammaProductRest(t, other, zeros);
  const VecD factor = ratio + Set1(0.5), factor_rest = ratio - (factor - Set1(0.5));
  const VecD high = zeros * factor;
  const VecD low = GammaMulAdd(zeros, factor_rest, rest * factor);
  return {high, GammaProductRest(zeros, factor, high) + low};
}

// digamma(x), roughly, for 0 < x <= 5/2.
inline VecD NearSlope(VecD x) { return Set1(0.45) * x - Set1(1.0) / x; }

// The rest of Stirling's formula, of 1/x.
inline VecD StirlingTail(VecD inverse) {
  const VecD u = inverse * inverse;
  return inverse * GammaHorner2(u, u * u, kGammaStirling);
}

// The same for x >= kGammaFarther.
inline VecD ShortStirlingTail(VecD inverse) {
  const VecD u = inverse * inverse;
  return inverse * GammaHorner2(u, u * u, kGammaStirlingFar);
}

// log(gamma(x)), of the tail of 1/x. REQUIRES: x >= 5/2.
template <class Tail>
inline VecPair StirlingLogGamma(VecD x, VecD low, Tail tail_of) {
  const VecPair log = GammaLog(x);
  const VecD inverse = Set1(1.0) / x;
  // (x - 1/2) (log(x) - 1) + (log(2 pi) - 1)/2 + ..., and digamma(x) times the low part.
  const VecD factor = x - Set1(0.5), logarithm = log.high - Set1(1.0);
  const VecD product = factor * logarithm;
  const VecD tail = tail_of(inverse) + Set1(0x1.acfe390c97d69p-2);
  const VecD slope = GammaMulAdd(Set1(-0.5), inverse, log.high);
  const VecD rest = GammaMulAdd(factor, log.low, GammaProductRest(factor, logarithm, product));
  return {product, GammaMulAdd(low, slope, rest) + tail};
}
inline VecPair StirlingLogGamma(VecD x, VecD low) {
  return StirlingLogGamma(x, low, [](VecD inverse) { return StirlingTail(inverse); });
}

// gamma(x + low) as exp(exponent)/inverse. REQUIRES: x > 0.
struct GammaParts {
  VecPair exponent;
  VecD inverse;
};
inline GammaParts PartsOfGamma(VecD x, VecD low) {
  const MaskD near = x < Set1(kGammaFar);
  if (__builtin_expect(!Any(near), 1)) return {StirlingLogGamma(x, low), Set1(1.0)};
  const VecPair far = StirlingLogGamma(Select(near, Set1(3.0), x), low);
  return {{Select(near, VecD{}, far.high), Select(near, low * NearSlope(x), far.low)},
          Select(near, InverseGammaNear(x), Set1(1.0))};
}
inline GammaParts PartsOfGamma(VecPair x) { return PartsOfGamma(x.high, x.low); }

// The same for its logarithm, without loss near 1 and 2.
inline GammaParts PartsOfLogGamma(VecPair x) {
  const MaskD near = x.high < Set1(kGammaFar);
  if (__builtin_expect(!Any(near), 1)) return {StirlingLogGamma(x.high, x.low), Set1(1.0)};
  const VecPair far = StirlingLogGamma(Select(near, Set1(3.0), x.high), x.low);
  const VecD safe = Select(near, x.high, Set1(1.0));
  const VecPair small = LogGammaNear(safe);
  const VecD low = GammaMulAdd(x.low, NearSlope(safe), small.low);
  return {{Select(near, small.high, far.high), Select(near, low, far.low)},
          Select(safe < Set1(1.0), safe, Set1(1.0))};
}

// The distance of a negative number to the nearest integer, in [-1/2, 1/2], exact.
inline VecD FractionOfSize(VecD size) {
  const VecD step = Set1(0x1p52);
  const VecD rounded = Select(size < step, (size + step) - step, size);
  return size - rounded;
}

// sin(pi x)/pi for x > 0, |x| < 2^51.
inline VecD GammaSine(VecD x) {
  const VecD step = Set1(0x1.8p52);
  const VecD shifted = x + step;
  const VecD f = x - (shifted - step);
  const MaskD odd = reinterpret_cast<MaskD>(shifted) << 63;
  const VecD square = f * f;
  const VecD series = GammaHorner2(square, square * square, kGammaSine);
  const VecD value = GammaMulAdd(f * square, series, f);
  return reinterpret_cast<VecD>(reinterpret_cast<MaskD>(value) ^ odd);
}

}  // namespace

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_GAMMA_STIRLING_H_
