// zeta, its alternating and its shifted form, and polygamma, which is the latter for integral s.
// Sources: DLMF 25.2, 25.4 (reflection), 25.11 (Euler-Maclaurin).

#include <algorithm>
#include <iterator>

#include "server/runtime/special/gamma_edge.h"
#include "server/runtime/special/gamma_product.h"
#include "server/runtime/special/special.h"

namespace formulary::runtime::special {
namespace {

constexpr double kNan = __builtin_nan("");
constexpr double kInfinity = __builtin_inf();
constexpr Pair kLog2Pi = {0x1.d67f1c864beb5p+0, -0x1.65b5a1b7ff5dfp-54};

constexpr int kTerms = 15;

// (s - 1) zeta(s), an entire function, around 0, 2, 4, 6, 8.
// clang-format off
constexpr double kNear[][kTerms] = {
    {0x1.0000000000000p-1, 0x1.acfe390c97d69p-2, 0x1.590bb8df981f9p-4, -0x1.39a8e10bc9681p-9,
     -0x1.daf32a61645e9p-11, 0x1.0132991572b9cp-13, -0x1.57769cd2ee63ap-21, -0x1.8a89438680a09p-20,
     0x1.767ab1d98ddadp-23, -0x1.4d8aff233800bp-28, -0x1.239140bd63315p-30, 0x1.5df743bd9b6afp-33,
     -0x1.4997e8d9165b1p-37, -0x1.291bba91ea099p-43, 0x1.48f20ea4fd89bp-44},
    {0x1.a51a6625307d3p+0, 0x1.6a2e7924f641cp-1, 0x1.d3b250779e2dcp-5, -0x1.60db9b4b3ea90p-8,
     0x1.3baf63d2d413dp-15, 0x1.cde83ddba8c64p-15, -0x1.c16003bddf688p-18, 0x1.d05c54412152bp-23,
     0x1.3b72816bb4cb8p-25, -0x1.966176845f3cep-28, 0x1.95d71bbaa7e4dp-32, 0x1.eefa814e7b208p-40,
     -0x1.6ba5823b4a3abp-39, 0x1.21cdc8194eaaep-42, -0x1.a1b2776fb48ffp-47},
    {0x1.9f9cb402bc46cp+1, 0x1.c04d4230e1b6cp-1, 0x1.d5d3c2f140effp-6, -0x1.f0f0673953a35p-9,
     0x1.1a30cbde48deap-12, 0x1.0424d606aff25p-22, -0x1.3df23ae637b6dp-19, 0x1.25bfe6d89e958p-22,
     -0x1.bfcdfcd4af988p-27, -0x1.05af525033713p-31, 0x1.2a5935178060cp-33, -0x1.927a006e414c8p-37,
     0x1.db203a6e9d8dep-42, 0x1.436bc621084c3p-46, -0x1.0e9dfecc38afcp-48},
    {0x1.458cbe5f0b6d6p+2, 0x1.e7fa6516d5378p-1, 0x1.891f71d7e9002p-7, -0x1.ec839093ff294p-10,
     0x1.9053250742c97p-13, -0x1.77d8db2659660p-17, -0x1.62f32c33a3fccp-28, 0x1.4da2baa07d643p-24,
     -0x1.2ce1e9c5c8df7p-27, 0x1.0f717bb9aabd6p-31, -0x1.07e73b0883d09p-38, -0x1.30e405108faccp-39,
     0x1.09522e7e7a635p-42, -0x1.dac4244992739p-47, 0x1.274da58997b10p-52},
    {0x1.c1d39fb32ae48p+2, 0x1.f7afdfc8ab9eep-1, 0x1.237265c9244bdp-8, -0x1.93cf857d0af0cp-11,
     0x1.837e816957f62p-14, -0x1.03b65bc65334ep-17, 0x1.ad8b6441bce88p-22, -0x1.d4e61184ba2fap-30,
     -0x1.158261afbaea8p-29, 0x1.f369318cbfe3dp-33, -0x1.eaf791bd31175p-37, 0x1.b21a34148c99ap-42,
     0x1.7d836e62e6b02p-46, -0x1.02fa76a4d42fbp-48, 0x1.229da5e93c54ep-52},
};
// clang-format on

// 2^s (zeta(s) - 1) around 11, for distances to 2.
constexpr double kMiddle[kTerms] = {
    0x1.0318df2459954p+0,  -0x1.4c6dad20d5ebep-8,  0x1.1daf441f55073p-10, -0x1.55281a42fa219p-13,
    0x1.46742578cc413p-16, -0x1.137c02e1f0089p-19, 0x1.b7d5360eb8f37p-23, -0x1.5af2180d0d42fp-26,
    0x1.13261378b3091p-29, -0x1.b7548b408dca2p-33, 0x1.5f96718b1e6a5p-36, -0x1.1682f61105c0ep-39,
    0x1.bdc50b892a69bp-43, -0x1.a393982942022p-46, 0x1.4fa8063c12b65p-49};

// The same around 17, for distances to 4.
constexpr double kFar[kTerms] = {
    0x1.0043073686681p+0,  -0x1.b53db64bf6c4cp-12, 0x1.65f1e7e5789bcp-14, -0x1.896000bc9ad75p-17,
    0x1.4805bd725ab79p-20, -0x1.be48e83bbc3efp-24, 0x1.053baac2caac9p-27, -0x1.139a84a442f40p-31,
    0x1.119edbeb9c81ap-35, -0x1.09d0b6871bd4cp-39, 0x1.02abf5a1b14f7p-43, -0x1.efcdb1f273141p-48,
    0x1.ee62409ed451dp-52, -0x1.441c0399d5dfdp-55, 0x1.44f46b0f4281ap-59};

double Horner(double x, const double (&coefficients)[kTerms]) {
  double sum = coefficients[kTerms - 1];
  for (int k = kTerms - 2; k >= 0; --k) sum = sum * x + coefficients[k];
  return sum;
}

// (s - 1) zeta(s). REQUIRES: -1 <= s <= 9.
double EntireZeta(double s) {
  const int row = std::min(static_cast<int>((s + 1) * 0.5), 4);
  return Horner(s - 2 * row, kNear[row]);
}

// REQUIRES: s > 1.
double ZetaAboveOne(double s) {
  if (s <= 9) return EntireZeta(s) / (s - 1);
  if (s >= 56) return 1;
  const double power = std::exp2(-s);
  if (s <= 13) return 1 + power * Horner(s - 11, kMiddle);
  if (s <= 21) return 1 + power * Horner(s - 17, kFar);
  const double power3 = std::pow(3, -s), power5 = std::pow(5, -s);
  return 1 + (power + (power3 + (power * power + (power5 + power * power3))));
}

// B_2j/(2 j)! from j = 1.
constexpr double kMaclaurin[] = {1.0 / 12,
                                 -1.0 / 720,
                                 1.0 / 30240,
                                 -1.0 / 1209600,
                                 1.0 / 47900160,
                                 -691.0 / 1307674368000,
                                 1.0 / 74724249600,
                                 -3617.0 / 10670622842880000,
                                 43867.0 / 5109094217170944000,
                                 -174611.0 / 802857662698291200000.0};

// x^(s-1) times the sum of (x + k)^-s from k = 0, less its integral. REQUIRES: x >= 10 + s.
double MaclaurinRest(double s, double x) {
  const double inverse = 1 / x, u = inverse * inverse;
  double rising = s * u, sum = 0.5 * inverse;
  for (int j = 0; j < 10; ++j) {
    const double term = kMaclaurin[j] * rising;
    sum += term;
    if (std::fabs(term) < 0x1p-60 * sum) break;
    rising *= (s + (2 * j + 1)) * (s + (2 * j + 2)) * u;
  }
  return sum;
}

// a^s hurwitz_zeta(s, a), which is 1 + (a/(a + 1))^s + ..., for a < 1; for others that over a,
// which is near 1/(s - 1). REQUIRES: s > 1, a > 0.
double ScaledHurwitz(double s, double a) {
  const double end = 10 + s;
  LongSum sum;
  double x = a, weight = 1;
  for (int k = 0; x < end;) {
    sum.Add(weight);
    if (weight < 0x1p-60) return a < 1 ? sum.value() : sum.value() / a;
    x = a + ++k;
    weight = std::exp(-s * std::log1p(k / a));
  }
  const double tail = 1 / (s - 1) + MaclaurinRest(s, x);
  if (x == a) return a < 1 ? tail * a : tail;
  if (a < 1) {
    sum.Add(weight * x * tail);
    return sum.value();
  }
  return (sum.value() + weight * x * tail) / a;
}

// hurwitz_zeta(s, a) term by term. REQUIRES: 1 < s <= 4, a > 0.
double HurwitzByPowers(double s, double a) {
  LongSum sum;
  double x = a;
  for (int k = 0; x < 10 + s; x = a + ++k) sum.Add(std::pow(x, -s));
  sum.Add(std::pow(x, 1 - s) * (1 / (s - 1) + MaclaurinRest(s, x)));
  return sum.value();
}

// hurwitz_zeta(s, a) by the Euler-Maclaurin sum, which continues it to s < 1; long double for what
// cancels. DLMF 25.11.5. REQUIRES: kLeastContinued <= s < 1, a > 0.
constexpr double kLeastContinued = -7;
constexpr int kContinuedTerms = 16;
constexpr long double kTwoPi = 6.28318530717958647692528676655900577L;
double ContinuedHurwitz(double s, double a) {
  // B(2j)/(2j)!
  constexpr long double kRatios[] = {1.0L / 12,
                                     -1.0L / 720,
                                     1.0L / 30240,
                                     -1.0L / 1209600,
                                     1.0L / 47900160,
                                     -691.0L / 1307674368000,
                                     1.0L / 74724249600,
                                     -3617.0L / 10670622842880000,
                                     43867.0L / 5109094217170944000};
  // What cancels grows as start^(1 - s).
  const long double start = s < -2 ? 6 : 12;
  const long double power = s;
  long double x = a, sum = 0;
  for (int k = 0; x < start; x = static_cast<long double>(a) + ++k) sum += std::pow(x, -power);
  const long double at = std::pow(x, -power);
  sum += at * x / (power - 1) + at / 2;
  long double term = power * at / x;
  long double even = -2;  // 2 (-1)^j/(2 pi)^2j, near which the ratios are: DLMF 25.6.2
  for (int j = 0; j < kContinuedTerms; ++j) {
    even /= -kTwoPi * kTwoPi;
    const bool listed = j < static_cast<int>(std::size(kRatios));
    const long double near_one = 1 + std::exp2(-2.0L * (j + 1)) + std::pow(3.0L, -2.0L * (j + 1));
    sum += (listed ? kRatios[j] : even * near_one) * term;
    term *= (power + 2 * j + 1) * (power + 2 * j + 2) / (x * x);
  }
  return static_cast<double>(sum);
}

// hurwitz_zeta(s, a) by Hurwitz's formula over the part of a in (0, 1], DLMF 25.11.9, and the
// powers between. REQUIRES: kLeastHurwitz <= s < kLeastContinued, 0 < a <= kMostReflected.
constexpr double kLeastHurwitz = -100, kMostReflected = 1000;
double ReflectedHurwitz(double s, double a) {
  const double whole = std::ceil(a) - 1;
  const long double part = static_cast<long double>(a) - whole,
                    other = 1 - static_cast<long double>(s);
  long double sum = 0;
  for (int n = 1; n <= 512; ++n) {
    const long double weight = std::pow(static_cast<long double>(n), -other);
    const long double turns = n * part;
    sum += weight * std::cos(kTwoPi * (other / 4 - (turns - std::floor(turns))));
    if (weight < 0x1p-66L) break;
  }
  sum *= 2 * std::tgamma(other) * std::pow(kTwoPi, -other);
  for (double k = 0; k < whole; ++k) sum -= std::pow(part + k, -static_cast<long double>(s));
  return static_cast<double>(sum);
}

// zeta(-x) for x > 1, by reflection.
double ZetaBelow(double x) {
  const double half = 0.5 * x;
  if (half == std::floor(half)) return std::isinf(x) ? kNan : 0;
  const Pair sine = SinPi({half, 0});
  if (x > 1000) return sine.high > 0 ? -kInfinity : kInfinity;
  const Pair above = Sum(x, 1);
  GammaProduct product;
  product.MultiplyGamma(above);
  product.MultiplyExp(above * -kLog2Pi);
  product.Multiply(sine);
  product.Multiply(-2 * ZetaAboveOne(above.high));
  return product.Value();
}

}  // namespace

double ZetaOnce(double s) noexcept {
  if (std::isnan(s) || s == 1) return kNan;
  if (s < -1) return ZetaBelow(-s);
  return s <= 9 ? EntireZeta(s) / (s - 1) : ZetaAboveOne(s);
}

double dirichlet_eta(double s) noexcept {
  if (std::isnan(s)) return kNan;
  if (s == 1) return kLog2.high;
  if (s < -1) return (1 - 2 * std::exp2(-s)) * ZetaBelow(-s);
  const double factor = -std::expm1((1 - s) * kLog2.high);
  return s <= 9 ? factor / (s - 1) * EntireZeta(s) : factor * ZetaAboveOne(s);
}

double HurwitzZetaOnce(double s, double a) noexcept {
  if (std::isnan(s) || s == 1 || !(s >= kLeastHurwitz) || !(a > 0)) return kNan;
  if (std::isinf(a) || (s < kLeastContinued && a > kMostReflected)) return s > 1 ? 0 : kNan;
  if (std::isinf(s)) return a > 1 ? 0 : a == 1 ? 1 : kInfinity;
  if (a == 1) return s > 1 ? ZetaAboveOne(s) : ZetaOnce(s);
  if (s < 1) return s < kLeastContinued ? ReflectedHurwitz(s, a) : ContinuedHurwitz(s, a);
  if (s <= 4) return HurwitzByPowers(s, a);
  const double sum = ScaledHurwitz(s, a);
  return a < 1 ? std::pow(a, -s) * sum : std::pow(a, 1 - s) * sum;
}

namespace {

// n! hurwitz_zeta(n + 1, x), as a product still to be rounded.
GammaProduct PolygammaSize(double n, double x) {
  GammaProduct product;
  product.MultiplyGamma({n + 1, 0});
  product.MultiplyExp(Log({x, 0}) * -(x < 1 ? n + 1 : n));
  product.Multiply(ScaledHurwitz(n + 1, x));
  return product;
}

// The same for x < 0: a sum over all the integers from x on, those below 0 with the sign of odd
// powers. t is the distance to the nearest of them.
double PolygammaBelowZero(double n, double x) {
  const double t = x - std::nearbyint(x);
  const bool odd = std::fmod(n, 2) != 0;
  if (t == 0) return odd ? kInfinity : kNan;
  const double above = t > 0 ? t : 1 + t, below = t > 0 ? 1 - t : -t;
  const double right = PolygammaSize(n, above).Value();
  const double left = PolygammaSize(n, below).Value() - PolygammaSize(n, 1 - x).Value();
  return odd ? right + left : left - right;
}

}  // namespace

double polygamma(double n, double x) noexcept {
  if (!(n >= 0) || n != std::floor(n) || std::isinf(n) || std::isnan(x)) return kNan;
  if (n == 0) return fy_v1_digamma(x);
  if (n == 1) return fy_v1_trigamma(x);
  const bool odd = std::fmod(n, 2) != 0;
  if (x == 0) return odd ? kInfinity : std::copysign(kInfinity, -x);
  if (std::isinf(x)) return x > 0 ? (odd ? 0.0 : -0.0) : kNan;
  if (x < 0) return PolygammaBelowZero(n, x);
  const double size = PolygammaSize(n, x).Value();
  return odd ? size : -size;
}

}  // namespace formulary::runtime::special
