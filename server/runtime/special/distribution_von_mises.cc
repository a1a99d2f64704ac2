// The von Mises distribution function, an integral over angles, and its derivatives by the
// concentration k: with 1 - I1(k)/I0(k) as `gap`, the integral of the density times cos(t) - I1/I0
// = gap - 2 sin(t/2)^2 (DLMF 10.32.1), in parts that do not change sign.

#include <cmath>

#include "server/runtime/special/distribution_kernels.h"
#include "server/runtime/special/distribution_search.h"
#include "server/runtime/special/special.h"

namespace formulary::runtime::special {

using kernels::DecayingIntegral;
using kernels::ExpOf;
using kernels::kNan;
using kernels::Wide;

namespace {

constexpr Wide kZero = -__builtin_infl();  // log 0
constexpr Wide kPi = 3.14159265358979323846264338327950288L;

double Square(double x) { return x * x; }

// Integral over u in [0, pi - t] of weight(t + u) exp(k (cos(t + u) - cos(t))), 0 <= t <= pi.
template <typename Weight>
double VonMisesTail(double t, double k, const Weight& weight) {
  const double scale = 1 / std::fmax(std::fmax(k * std::sin(t), std::sqrt(k)), 1.0);
  return DecayingIntegral(scale, static_cast<double>(kPi - t), [t, k, &weight](double u) {
    return weight(t + u) * std::exp(-2 * k * std::sin(u / 2) * std::sin(t + u / 2));
  });
}
double VonMisesTail(double t, double k) {
  return VonMisesTail(t, k, [](double) { return 1.0; });
}

// log of the chance of an angle in [-pi, t].
Wide LogVonMises(Wide t, double k) {
  if (t <= -kPi) return kZero;
  if (t >= kPi) return 0;
  const Wide half = std::sin(t / 2);
  const Wide tail = -2 * k * half * half +
                    std::log(static_cast<Wide>(VonMisesTail(std::fabs(static_cast<double>(t)), k)) /
                             (2 * static_cast<Wide>(VonMisesTail(0, k))));
  return t < 0 ? tail : std::log1p(-std::exp(tail));
}

bool IsVonMises(double x, double mu, double k) {
  return k >= 0 && !std::isinf(k) && !std::isnan(x) && std::isfinite(mu);
}

// The derivative by k of the chance of an angle in [-pi, t], odd in t; or with kRelative, of its
// logarithm.
template <bool kRelative>
double VonMisesSlope(Wide t, double k) {
  if (t >= kPi || t == 0) return 0;
  if (t <= -kPi) return kRelative ? kNan : 0;
  const double size = std::fabs(static_cast<double>(t)), whole = VonMisesTail(0, k);
  const double gap =
      VonMisesTail(0, k, [](double at) { return 2 * Square(std::sin(at / 2)); }) / whole;
  const auto weight = [gap](double at) { return gap - 2 * Square(std::sin(at / 2)); };
  Wide slope;  // of the lower tail at -size
  if (weight(size) > 0) {
    const double inner = kernels::Integral(0, size, [&weight, k](double at) {
      return weight(at) * std::exp(-2 * k * Square(std::sin(at / 2)));
    });
    slope = -inner / (2 * whole);
  } else {
    const double outer = VonMisesTail(size, k, [&weight](double at) { return -weight(at); });
    if (kRelative && t < 0) return -outer / VonMisesTail(size, k);
    const Wide half = std::sin(t / 2);
    slope = -std::exp(-2 * k * half * half) * outer / (2 * whole);
  }
  if (t > 0) slope = -slope;
  return static_cast<double>(kRelative ? slope * std::exp(-LogVonMises(t, k)) : slope);
}

}  // namespace

double von_mises_cdf(double x, double mu, double k) noexcept {
  return IsVonMises(x, mu, k) ? ExpOf(LogVonMises(static_cast<Wide>(x) - mu, k)) : kNan;
}
double von_mises_logcdf(double x, double mu, double k) noexcept {
  if (!IsVonMises(x, mu, k)) return kNan;
  return static_cast<double>(LogVonMises(static_cast<Wide>(x) - mu, k));
}

double von_mises_cdf_dc(double x, double mu, double k) noexcept {
  return IsVonMises(x, mu, k) ? VonMisesSlope<false>(static_cast<Wide>(x) - mu, k) : kNan;
}
double von_mises_logcdf_dc(double x, double mu, double k) noexcept {
  return IsVonMises(x, mu, k) ? VonMisesSlope<true>(static_cast<Wide>(x) - mu, k) : kNan;
}

}  // namespace formulary::runtime::special
