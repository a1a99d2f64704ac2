// Modified Bessel functions by expansion, and their logarithms. Sources: DLMF 10.40.1 and 10.40.2
// (Hankel), 10.41.3 to 10.41.10 (Debye, uniform in x/v), 10.25.2 (series).

#include "server/runtime/special/bessel.h"
#include "server/runtime/special/special.h"

namespace formulary::runtime::special {
namespace {

constexpr double kHankelFrom = 30;
constexpr double kDebyeFrom = 30;    // order
constexpr double kDebyeFromX = 600;  // operand: below, exp and I fit a double

// u_k(p)/p^k by powers of p^2 (DLMF 10.41.9), k = 1, 2, ...
constexpr int kDebyeTerms = 12;
// clang-format off
constexpr double kDebye[kDebyeTerms][kDebyeTerms + 1] = {
    {0.125, -0.20833333333333334},
    {0.0703125, -0.4010416666666667, 0.3342013888888889},
    {0.0732421875, -0.8912109375, 1.8464626736111112, -1.0258125964506173},
    {0.112152099609375, -2.3640869140625, 8.78912353515625, -11.207002616222994, 4.669584423426247},
    {0.22710800170898438, -7.368794359479632, 42.53499874538846, -91.81824154324002, 84.63621767460073, -28.212072558200244},
    {0.5725014209747314, -26.491430486951554, 218.1905117442116, -699.5796273761325, 1059.9904525279999, -765.2524681411817, 212.57013003921713},
    {1.7277275025844574, -108.09091978839466, 1200.9029132163525, -5305.646978613403, 11655.393336864534, -13586.550006434138, 8061.722181737309, -1919.457662318407},
    {6.074042001273483, -493.915304773088, 7109.514302489364, -41192.65496889755, 122200.46498301746, -203400.17728041555, 192547.00123253153, -96980.59838863752, 20204.29133096615},
    {24.380529699556064, -2499.8304818112097, 45218.76898136273, -331645.1724845636, 1268365.2733216248, -2813563.226586534, 3763271.297656404, -2998015.9185381066, 1311763.6146629772, -242919.18790055133},
    {110.01714026924674, -13886.08975371704, 308186.4046126624, -2785618.1280864547, 13288767.166421818, -37567176.66076335, 66344512.27472903, -74105148.21153265, 50952602.49266464, -19706819.118432228, 3284469.853072038},
    {551.3358961220206, -84005.43360302408, 2243768.1779224495, -24474062.72573873, 142062907.7975331, -495889784.2750303, 1106842816.8230145, -1621080552.1083372, 1553596899.57058, -939462359.6815784, 325573074.18576574, -49329253.66450996},
    {3038.090510922384, -549842.3275722887, 17395107.553978164, -225105661.88941526, 1559279864.8792574, -6563293792.619285, 17954213731.1556, -33026599749.800724, 41280185579.753975, -34632043388.158775, 18688207509.295826, -5866481492.051847, 814789096.1183121},
};
// clang-format on

bool IsHankel(double v, double x) { return x > kHankelFrom && x > v * v / 2; }

// sum of (-sign)^k a_k(v)/x^k, sign = 1 for I and -1 for K.
double HankelSum(double v, double x, double sign) {
  const double mu = 4 * v * v;
  double term = 1;
  double sum = 0;
  for (int k = 1; k < 100; ++k) {
    const double odd = 2 * k - 1;
    const double next = -sign * term * (mu - odd * odd) / (8 * k * x);
    sum += next;
    if (std::abs(next) < 1e-17 || (std::abs(next) >= std::abs(term) && odd > 2 * v)) break;
    term = next;
  }
  return 1 + sum;
}

struct Debye {
  long double exponent;  // of I; K has the negative
  double scale;          // 1/sqrt(v sqrt(1 + z^2)), x = v z
  double sum;
};

// REQUIRES: v >= kDebyeFrom, x > 0. sign: 1 for I, -1 for K.
Debye DebyeParts(double v, double x, double sign) {
  const long double root =
      std::sqrt(static_cast<long double>(v) * v + static_cast<long double>(x) * x);
  const double p = static_cast<double>(v / root);
  const double square = p * p;
  double sum = 0;
  double power = 1;
  for (int k = 0; k < kDebyeTerms; ++k) {
    power *= sign * p / v;
    double u = 0;
    for (int i = k + 1; i >= 0; --i) u = u * square + kDebye[k][i];
    sum += power * u;
    if (std::abs(power * u) < 1e-18) break;
  }
  const long double exponent = root + v * std::log(x / (v + root));
  return {exponent, static_cast<double>(1 / std::sqrt(root)), 1 + sum};
}

// log of 1 + u/(v + 1) + u^2/(2 (v + 1)(v + 2)) + ..., u = x^2/4: I without its leading factor.
double LogSeries(double v, double x) {
  const double u = x * x / 4;
  double term = 1;
  double sum = 0;
  for (int k = 1; k < 200; ++k) {
    term *= u / (k * (v + k));
    sum += term;
    if (term < 1e-17 * sum) break;
  }
  return std::log1p(sum);
}

constexpr double kInverseRootTwoPi = 0.3989422804014327;
constexpr double kRootHalfPi = 1.2533141373155003;

}  // namespace

bool ScaledIIsAsymptotic(double v, double x) {
  return IsHankel(v, x) || (v >= kDebyeFrom && x >= kDebyeFromX);
}

double ScaledIAsymptotic(double v, double x) {
  if (IsHankel(v, x)) return kInverseRootTwoPi / std::sqrt(x) * HankelSum(v, x, 1);
  const Debye parts = DebyeParts(v, x, 1);
  return static_cast<double>(std::exp(parts.exponent - x)) * kInverseRootTwoPi * parts.scale *
         parts.sum;
}

bool ScaledKIsAsymptotic(double v, double x) {
  return IsHankel(v, x) || (v >= kDebyeFrom && x >= kDebyeFromX);
}

double ScaledKAsymptotic(double v, double x) {
  if (IsHankel(v, x)) return kRootHalfPi / std::sqrt(x) * HankelSum(v, x, -1);
  const Debye parts = DebyeParts(v, x, -1);
  return static_cast<double>(std::exp(x - parts.exponent)) * kRootHalfPi * parts.scale * parts.sum;
}

double log_besseli(double v, double x) noexcept {
  if (v != v || x != x || v > kLastOrder) return __builtin_nan("");
  if (x < 0 || v < 0) {
    const double half = v / 2;
    const bool whole = std::floor(v) == v, even = std::floor(half) == half;
    // DLMF 10.27.1 and 10.27.2's parity; else I is small enough to be what it is.
    if (whole && (x >= 0 || even)) return log_besseli(std::abs(v), std::abs(x));
    return std::log(besseli(v, x));
  }
  if (x == __builtin_inf()) return x;
  if (x == 0) return v == 0 ? 0 : -__builtin_inf();
  if (v == 0 && x < 2) return LogSeries(0, x);
  if (v >= kDebyeFrom) {
    const Debye parts = DebyeParts(v, x, 1);
    return static_cast<double>(parts.exponent +
                               std::log(kInverseRootTwoPi * parts.scale * parts.sum));
  }
  // The series has no cancellation but where I is near 1.
  if (x < 8) return v * std::log(x / 2) - fy_v1_lgamma(v + 1) + LogSeries(v, x);
  return x + std::log(besseli_scaled(v, x));
}

double log_besselk(double v, double x) noexcept {
  if (v != v || !(x >= 0) || !(std::abs(v) <= kLastOrder)) return __builtin_nan("");
  v = std::abs(v);
  if (x == __builtin_inf()) return -x;
  if (x == 0) return __builtin_inf();
  if (v >= kDebyeFrom) {
    const Debye parts = DebyeParts(v, x, -1);
    return static_cast<double>(std::log(kRootHalfPi * parts.scale * parts.sum) - parts.exponent);
  }
  const double scaled = besselk_scaled(v, x);
  if (scaled < 1e300) return std::log(scaled) - x;
  // x is so small that only the first term counts.
  return fy_v1_lgamma(v) + v * std::log(2 / x) - 0.69314718055994531;
}

}  // namespace formulary::runtime::special
