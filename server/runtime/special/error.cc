// The error functions of two operands, one value at a time: differences of erf, and Owen's T.
// Sources: DLMF 7; Owen, "Tables for computing bivariate normal probabilities", 1956.

#include <boost/math/special_functions/owens_t.hpp>
#include <cmath>

#include "server/runtime/special/lanes.h"
#include "server/runtime/special/policy.h"
#include "server/runtime/special/special.h"

namespace formulary::runtime::special {
namespace {

constexpr double kTwoByRootPi = 1.1283791670955126;
constexpr double kErfcIsZero = 27.3;

// Gauss's ten points and weights on [0, 1].
constexpr double kPoints[] = {0.01304673574141414, 0.06746831665550775, 0.1602952158504878,
                              0.2833023029353764,  0.4255628305091844,  0.5744371694908156,
                              0.7166976970646236,  0.8397047841495122,  0.9325316833444922,
                              0.9869532642585859};
constexpr double kWeights[] = {0.03333567215434407, 0.0747256745752903,  0.10954318125799102,
                               0.13463335965499817, 0.14776211235737644, 0.14776211235737644,
                               0.13463335965499817, 0.10954318125799102, 0.0747256745752903,
                               0.03333567215434407};

// Above so much of b^2 - a^2, erfc(a) - erfc(b) loses nothing to speak of.
constexpr double kFarApart = 2;

// exp(-a^2), the square exact. REQUIRES: 0 <= a < 2^100.
double ExpOfMinusSquare(double a) {
  const double split = a * (0x1p27 + 1);
  const double high = split - (split - a);
  const double low = a - high;
  const double square = a * a;
  const double rest = ((high * high - square) + 2 * high * low) + low * low;
  const double result = std::exp(-square);
  return result - result * rest;
}

// erfc(a) - erfc(b).
double TailDifference(double a, double b) {
  using Wide = long double;
  return static_cast<double>(std::erfc(static_cast<Wide>(a)) - std::erfc(static_cast<Wide>(b)));
}

// erfc(h/sqrt(2))/4.
double QuarterErfc(double h) {
  constexpr long double kRootHalf = 0.707106781186547524400844362104849L;
  return static_cast<double>(std::erfc(h * kRootHalf) / 4);
}

// erf(b) - erf(a) for 0 <= a < b.
double PositiveErf2(double a, double b) {
  if (a > kErfcIsZero) return 0;
  const double width = b - a;
  if (!(width * (a + b) < kFarApart)) return TailDifference(a, b);
  // exp(-a^2) times the integral of exp(-t (2 a + t)) over [0, b - a].
  double sum = 0;
  for (int i = 0; i < 10; ++i) {
    const double t = kPoints[i] * width;
    sum += kWeights[i] * std::exp(-t * (2 * a + t));
  }
  return kTwoByRootPi * ExpOfMinusSquare(a) * (sum * width);
}

}  // namespace

double erf2(double a, double b) noexcept {
  if (std::isnan(a) || std::isnan(b)) return a + b;
  if (a == b) return 0;
  if (a > b) return -erf2(b, a);
  if (a >= 0) return a == 0 ? std::erf(b) : PositiveErf2(a, b);
  if (b <= 0) return b == 0 ? std::erf(-a) : PositiveErf2(-b, -a);
  return std::erf(b) + std::erf(-a);
}

double scalar::owens_t(double h, double a) noexcept {
  if (std::isnan(h) || std::isnan(a)) return h + a;
  h = std::fabs(h);
  if (a == 0 || std::isinf(h)) return std::copysign(0.0, a);
  if (std::isinf(a)) return std::copysign(QuarterErfc(h), a);
  return boost::math::owens_t(h, a, Promoted());
}

FY_LANES_DEFINE_2(owens_t)

}  // namespace formulary::runtime::special
