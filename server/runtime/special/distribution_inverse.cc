// Quantiles without a closed form: Rice, von Mises, skew normal, inverse Gaussian.

#include <boost/math/special_functions/bessel.hpp>
#include <cmath>

#include "server/runtime/special/distribution_kernels.h"
#include "server/runtime/special/policy.h"
#include "server/runtime/special/special.h"

namespace formulary::runtime::special {

using kernels::kInfinity;
using kernels::kNan;

namespace {

constexpr double kPi = 3.14159265358979323846;
constexpr double kHalfLogTwoPi = 0.91893853320467274178;
constexpr int kMaxSteps = 300;

bool IsChance(double p) { return p >= 0 && p <= 1; }

// A continuous distribution: the logarithms of its functions at x.
template <typename LogCdf, typename LogSf, typename LogPdf>
struct Distribution {
  LogCdf log_cdf;
  LogSf log_sf;
  LogPdf log_pdf;
};

// x in (low, high) with cdf(x) = p, 0 < p < 1: Newton's method on the logarithm of the smaller
// side, kept in its bracket by halving or, where that is not finite, by steps that double.
template <typename Functions>
double Solve(double p, double low, double high, double x, const Functions& of) {
  const bool left = p <= 0.5;
  const double goal = left ? std::log(p) : std::log1p(-p);
  double step = 1;
  for (int i = 0; i < kMaxSteps; ++i) {
    const double value = left ? of.log_cdf(x) : of.log_sf(x);
    const double off = left ? value - goal : goal - value;  // grows with x
    if (off == 0 || std::isnan(off)) return off == 0 ? x : kNan;
    (off > 0 ? high : low) = x;
    double next = x - off / std::exp(of.log_pdf(x) - value);
    if (!(next > low && next < high)) {
      next = std::isinf(high) ? x + step : std::isinf(low) ? x - step : low + (high - low) / 2;
      step *= 2;
    }
    if (next == low || next == high || std::fabs(next - x) <= 1.2e-16 * std::fabs(x)) return next;
    x = next;
  }
  return x;
}

// log(exp(-x) I0(x)), good enough for a slope.
double LogScaledI0(double x) {
  if (x < 500) return std::log(boost::math::cyl_bessel_i(0, x, Plain())) - x;
  return -kHalfLogTwoPi - std::log(x) / 2;
}

double LogNormalCdf(double x) {
  if (x < -10) return -x * x / 2 - std::log(-x) - kHalfLogTwoPi;
  return std::log(0.5 * std::erfc(-x * 0.70710678118654752));
}

}  // namespace

double rice_quantile(double p, double nu, double sigma) noexcept {
  if (!IsChance(p) || !(nu >= 0) || std::isinf(nu) || !(sigma > 0) || std::isinf(sigma))
    return kNan;
  if (p == 0 || p == 1) return p == 0 ? 0 : kInfinity;
  const double center = nu / sigma;
  const Distribution of = {[=](double x) { return rice_logcdf(x, center, 1); },
                           [=](double x) { return rice_logsf(x, center, 1); },
                           [=](double x) {
                             return std::log(x) - (x - center) * (x - center) / 2 +
                                    LogScaledI0(x * center);
                           }};
  return sigma * Solve(p, 0, kInfinity, center + 1, of);
}

double von_mises_quantile(double p, double mu, double k) noexcept {
  if (!IsChance(p) || !std::isfinite(mu) || !(k >= 0) || std::isinf(k)) return kNan;
  if (p == 0 || p == 1) return p == 0 ? mu - kPi : mu + kPi;
  if (p == 0.5) return mu;
  const double scale = 1.8378770664093454836 + LogScaledI0(k);
  const Distribution of = {[=](double x) { return von_mises_logcdf(x, 0, k); },
                           [=](double x) { return von_mises_logcdf(-x, 0, k); },
                           [=](double x) {
                             const double half = std::sin(x / 2);
                             return -2 * k * half * half - scale;
                           }};
  const double start = (p < 0.5 ? -1 : 1) / std::sqrt(k + 1);
  return mu + Solve(p, p < 0.5 ? -kPi : 0, p < 0.5 ? 0 : kPi, start, of);
}

double skew_ndtri(double p, double a) noexcept {
  if (!IsChance(p) || std::isnan(a)) return kNan;
  if (std::isinf(a) && p == (a > 0 ? 0 : 1)) return 0;
  if (p == 0 || p == 1) return p == 0 ? -kInfinity : kInfinity;
  const Distribution of = {[=](double x) { return log_skew_ndtr(x, a); },
                           [=](double x) { return log_skew_ndtr(-x, -a); },
                           [=](double x) {
                             return 0.69314718055994531 - kHalfLogTwoPi - x * x / 2 +
                                    LogNormalCdf(a * x);
                           }};
  return Solve(p, -kInfinity, kInfinity, a > 0 ? 0.5 : a < 0 ? -0.5 : 0.0, of);
}

double inverse_gaussian_quantile(double p, double mu, double l) noexcept {
  if (!IsChance(p) || !(mu > 0) || std::isinf(mu) || !(l > 0) || std::isinf(l)) return kNan;
  if (p == 0 || p == 1) return p == 0 ? 0 : kInfinity;
  const double shape = l / mu;
  const Distribution of = {[=](double x) { return inverse_gaussian_logcdf(x, 1, shape); },
                           [=](double x) { return inverse_gaussian_logsf(x, 1, shape); },
                           [=](double x) {
                             return std::log(shape / x) / 2 - std::log(x) - kHalfLogTwoPi -
                                    shape * (x - 1) * (x - 1) / (2 * x);
                           }};
  return mu * Solve(p, 0, kInfinity, shape > 1 ? 1.0 : shape / 2, of);
}

}  // namespace formulary::runtime::special
