// Distribution functions that are integrals or infinite mixtures: Rice, inverse Gaussian, skew
// normal, Skellam.

#include <cmath>

#include "server/runtime/special/distribution_kernels.h"
#include "server/runtime/special/distribution_search.h"
#include "server/runtime/special/special.h"

namespace formulary::runtime::special {

using kernels::DecayingIntegral;
using kernels::ExpOf;
using kernels::IsIntegral;
using kernels::kHalfLogTwoPi;
using kernels::kInfinity;
using kernels::kNan;
using kernels::LogGammaKernel;
using kernels::LogOneMinusExp;
using kernels::NormalCdf;
using kernels::ScaledErfc;
using kernels::Wide;

namespace {

constexpr Wide kZero = -__builtin_infl();  // log 0
constexpr Wide kHalfRoot = 0.707106781186547524400844362104849039L;
constexpr Wide kNegligible = 1e-21L;
// Sums of more terms than this are refused. Their length grows as the square root of the
// parameters.
constexpr long kMaxTerms = 1L << 21;

// log of the chance of j, Poisson distribution of mean mu > 0.
Wide LogPoissonTerm(Wide j, Wide mu) {
  return j == 0 ? -mu : LogGammaKernel(j + 1, mu) - std::log(mu);
}

// --- Sums over Poisson mixtures (Johnson, Kotz, Balakrishnan, chapter 29) ---

// The j at which l^j y^(m + j)/(j! (m + j)!) is largest, and how far from it terms count.
struct Window {
  Window(Wide m, Wide l, Wide y) {
    peak = std::floor(2 * l * y / (m + std::sqrt(m * m + 4 * l * y)));
    width = std::ceil(11 * std::sqrt(peak) + 60);
  }
  Wide peak, width;
  bool bounded() const { return width < kMaxTerms / 4.0L; }
};

// log of the sum over j of poisson(j; l) gammaincc(m + j, y), for y >= m + l; terms grow smaller
// to either side of the window.
Wide LogUpperMixture(Wide m, Wide l, Wide y) {
  const Window window(m, l, y);
  if (!window.bounded()) return kNan;
  Wide j = std::fmax(window.peak - window.width, 0.0L);
  Wide a = m + j;
  // gammaincc(a, y) as a multiple of y^a exp(-y)/gamma(a + 1): Legendre's continued fraction, DLMF
  // 8.9.2, by Lentz's method. Converges as y > a.
  Wide b = y + 1 - a, c = 1e4000L, d = 1 / b, fraction = d;
  for (long i = 1; i < kMaxTerms; ++i) {
    const Wide numerator = -i * (i - a);
    b += 2;
    d = numerator * d + b;
    c = b + numerator / c;
    if (d == 0) d = 1e-4000L;
    if (c == 0) c = 1e-4000L;
    d = 1 / d;
    fraction *= d * c;
    if (std::fabs(d * c - 1) < 1e-19L) break;
  }
  const Wide log_unit = LogPoissonTerm(a, y) + (l > 0 ? LogPoissonTerm(j, l) : 0);
  Wide upper = a * fraction, step = 1, weight = 1, sum = 0;
  for (long i = 0; i < kMaxTerms; ++i) {
    const Wide term = weight * upper;
    sum += term;
    if (l == 0 || (j > window.peak && term < kNegligible * sum)) break;
    upper += step;
    step *= y / (a + 1);
    weight *= l / (j + 1);
    ++a;
    ++j;
  }
  return log_unit + std::log(sum);
}

// log of the sum over j of poisson(j; l) gammainc(m + j, y), for y < m + l.
Wide LogLowerMixture(Wide m, Wide l, Wide y) {
  if (y == 0) return kZero;
  const Window window(m, l, y);
  if (!window.bounded()) return kNan;
  Wide j = l > 0 ? window.peak + window.width : 0;
  // Terms fall by this at least. Where that is fast, starting far out would add up the powers'
  // rounding for nothing.
  const Wide fall = l * std::fmin(2 * y, 1.0L);
  if (l > 0 && fall < 0.5L) j = std::fmin(j, std::ceil(std::log(kNegligible) / std::log(fall)) + 1);
  Wide a = m + j;
  // gammainc(a, y) as a multiple of y^a exp(-y)/gamma(a + 1), DLMF 8.7.1.
  Wide lower = 1, power = 1;
  for (long i = 1; i < kMaxTerms; ++i) {
    power *= y / (a + i);
    lower += power;
    if (power < kNegligible * lower) break;
  }
  const Wide log_unit = LogPoissonTerm(a, y) + (l > 0 ? LogPoissonTerm(j, l) : 0);
  Wide step = 1, weight = 1, sum = 0;
  for (;;) {
    const Wide term = weight * lower;
    sum += term;
    if (j == 0 || (j < window.peak && term < kNegligible * sum)) break;
    step *= a / y;
    lower += step;
    weight *= j / l;
    --a;
    --j;
  }
  return log_unit + std::log(sum);
}

enum class Side { kLower, kUpper };

// log of the chance that a noncentral chi squared variable of 2 m degrees of freedom and
// noncentrality 2 l is below or above 2 y.
Wide LogMixture(Wide m, Wide l, Wide y, Side side) {
  if (y == 0) return side == Side::kUpper ? 0 : kZero;
  if (std::isinf(y)) return side == Side::kUpper ? kZero : 0;
  const Side small = y < m + l ? Side::kLower : Side::kUpper;
  const Wide value = small == Side::kLower ? LogLowerMixture(m, l, y) : LogUpperMixture(m, l, y);
  return side == small ? value : LogOneMinusExp(std::fmin(value, 0.0L));
}

Wide LogRice(double x, double nu, double sigma, Side side) {
  if (!(nu >= 0) || std::isinf(nu) || !(sigma > 0) || std::isinf(sigma) || std::isnan(x))
    return kNan;
  const Wide at = (x > 0 ? x : 0) / static_cast<Wide>(sigma),
             center = nu / static_cast<Wide>(sigma);
  return LogMixture(1, center * center / 2, at * at / 2, side);
}

// The inverse Gaussian in terms of t = sqrt(l/(2 x)) (x/mu - 1) and t + s, s = sqrt(2 l/x):
// 2 sf exp(t^2) = erfcx(t) - erfcx(t + s), 2 cdf exp(t^2) = erfcx(-t) + erfcx(t + s) (Johnson,
// Kotz, Balakrishnan 15.4).
Wide LogInverseGaussian(double x, double mu, double l, Side side) {
  if (!(mu > 0) || !(l > 0) || std::isinf(mu) || std::isinf(l) || std::isnan(x)) return kNan;
  if (x <= 0) return side == Side::kUpper ? 0 : kZero;
  if (std::isinf(x)) return side == Side::kUpper ? kZero : 0;
  const Wide root = std::sqrt(static_cast<Wide>(l) / x);
  const Wide t = root * (static_cast<Wide>(x) - mu) / mu * kHalfRoot;
  const auto near = static_cast<double>(std::fabs(t)),
             s = static_cast<double>(2 * root * kHalfRoot);
  constexpr Wide kLogTwo = 0.693147180559945309417232121458176568L;
  if (t <= 0) {
    const Wide lower = ScaledErfc(near) + static_cast<Wide>(ScaledErfc(static_cast<double>(t + s)));
    const Wide value = -t * t + std::log(lower) - kLogTwo;
    return side == Side::kLower ? value : LogOneMinusExp(std::fmin(value, 0.0L));
  }
  // erfcx(t) is 2/sqrt(pi) times the integral of exp(-u^2 - 2 t u) (DLMF 7.7.1).
  const double scale = 1 / std::fmax(std::fmax(2 * near, 2 * s), 1.0);
  const double upper = DecayingIntegral(scale, kInfinity, [near, s](double u) {
    return std::exp(-u * (u + 2 * near)) * -std::expm1(-2 * s * u);
  });
  constexpr Wide kInverseRootPi = 0.564189583547756286948079451560772586L;
  const Wide value = -t * t + std::log(kInverseRootPi * upper);
  return side == Side::kUpper ? value : LogOneMinusExp(std::fmin(value, 0.0L));
}

// The first of two Poisson variables less the other: the chance of k, and of k at most.
Wide LogSkellamPmf(double k, double mu1, double mu2) {
  if (!(mu1 >= 0) || !(mu2 >= 0) || std::isinf(mu1) || std::isinf(mu2) || std::isnan(k))
    return kNan;
  if (!IsIntegral(k) || std::isinf(k)) return kZero;
  if (k < 0) return LogSkellamPmf(-k, mu2, mu1);
  if (mu2 == 0) return mu1 == 0 ? (k == 0 ? 0 : kZero) : poisson_logpmf(k, mu1);
  if (mu1 == 0) return k == 0 ? -mu2 : kZero;
  const Wide m = k, product = static_cast<Wide>(mu1) * mu2;
  const Window window(m, mu1, mu2);
  if (!window.bounded()) return kNan;
  const Wide peak = window.peak;
  Wide more = 0, term = 1;  // of the sum, which begins with 1
  for (Wide j = peak; term > kNegligible * (1 + more);) {
    term *= product / ((j + 1) * (m + j + 1));
    more += term;
    ++j;
  }
  term = 1;
  for (Wide j = peak; j > 0 && term > kNegligible * (1 + more); --j) {
    term *= j * (m + j) / product;
    more += term;
  }
  return LogPoissonTerm(m + peak, mu1) + LogPoissonTerm(peak, mu2) + std::log1p(more);
}

Wide LogSkellam(double k, double mu1, double mu2) {
  if (!(mu1 >= 0) || !(mu2 >= 0) || std::isinf(mu1) || std::isinf(mu2) || std::isnan(k))
    return kNan;
  if (std::isinf(k)) return k > 0 ? 0 : kZero;
  const Wide at = std::floor(k);
  if (at >= 0) return LogMixture(at + 1, mu2, mu1, Side::kUpper);
  return LogMixture(-at, mu1, mu2, Side::kLower);
}

// --- Integrals ---

// log of the skew normal distribution function for a > 0, z < 0: the integral of 2 phi(t) Phi(a t)
// with the factor exp(-(1 + a^2) z^2/2) taken out.
Wide LogSkewTail(double z, double a) {
  const double x = -z, square = 1 + a * a, root = std::sqrt(square);
  const double scale = 1 / (root * std::fmax(root * x, 1.0));
  const double integral = DecayingIntegral(scale, kInfinity, [=](double u) {
    const double slope = u * (x + u / 2);
    return std::exp(-square * slope) * ScaledErfc(a * (x + u) * static_cast<double>(kHalfRoot));
  });
  const Wide wide = x, shape = a;
  return -(1 + shape * shape) * wide * wide / 2 - kHalfLogTwoPi +
         std::log(static_cast<Wide>(integral));
}

// DLMF has no Owen's T; Owen (1956): F(z) = Phi(z) - 2 T(z, a), and T(h, a) + T(a h, 1/a) =
// (Phi(h) + Phi(a h))/2 - Phi(h) Phi(a h) for a > 0, which leaves sums of positive terms.
double SkewCdf(double z, double a) {
  if (std::isnan(z) || std::isnan(a)) return kNan;
  if (std::isinf(z)) return z > 0 ? 1 : 0;
  if (std::isinf(a)) {
    const double side = std::erf(std::fabs(z) * static_cast<double>(kHalfRoot));
    return a > 0 ? (z > 0 ? side : 0) : (z > 0 ? 1 : 1 - side);
  }
  if (a <= 0) {
    if (z <= 0) return NormalCdf(z) + 2 * owens_t(z, -a);
    return 1 - SkewCdf(-z, -a);
  }
  if (z < 0) return ExpOf(LogSkewTail(z, a));
  return NormalCdf(a * z) * std::erf(z * static_cast<double>(kHalfRoot)) +
         2 * owens_t(a * z, 1 / a);
}

double LogSkewCdf(double z, double a) {
  if (std::isfinite(z) && std::isfinite(a)) {
    if (a > 0 && z < 0) return static_cast<double>(LogSkewTail(z, a));
    // Far out owens_t is at most of phi's size; log_ndtr would need it scaled. Both halves are
    // integrals again: 2 phi(t) Phi(a t) with Phi(a t) near 1.
    if (a <= 0 && z < -5) {
      const double x = -z;
      const double integral = DecayingIntegral(1 / x, kInfinity, [=](double u) {
        return std::exp(-u * (x + u / 2)) * NormalCdf(-a * (x + u));
      });
      return static_cast<double>(-static_cast<Wide>(x) * x / 2 - kHalfLogTwoPi +
                                 std::log(2 * static_cast<Wide>(integral)));
    }
    if (z > 0) return std::log1p(-SkewCdf(-z, -a));
  }
  return std::log(SkewCdf(z, a));
}

}  // namespace

double rice_cdf(double x, double nu, double sigma) noexcept {
  return ExpOf(LogRice(x, nu, sigma, Side::kLower));
}
double rice_sf(double x, double nu, double sigma) noexcept {
  return ExpOf(LogRice(x, nu, sigma, Side::kUpper));
}
double rice_logcdf(double x, double nu, double sigma) noexcept {
  return static_cast<double>(LogRice(x, nu, sigma, Side::kLower));
}
double rice_logsf(double x, double nu, double sigma) noexcept {
  return static_cast<double>(LogRice(x, nu, sigma, Side::kUpper));
}

double inverse_gaussian_cdf(double x, double mu, double l) noexcept {
  return ExpOf(LogInverseGaussian(x, mu, l, Side::kLower));
}
double inverse_gaussian_sf(double x, double mu, double l) noexcept {
  return ExpOf(LogInverseGaussian(x, mu, l, Side::kUpper));
}
double inverse_gaussian_logcdf(double x, double mu, double l) noexcept {
  return static_cast<double>(LogInverseGaussian(x, mu, l, Side::kLower));
}
double inverse_gaussian_logsf(double x, double mu, double l) noexcept {
  return static_cast<double>(LogInverseGaussian(x, mu, l, Side::kUpper));
}

double skellam_pmf(double k, double mu1, double mu2) noexcept {
  return ExpOf(LogSkellamPmf(k, mu1, mu2));
}
double skellam_logpmf(double k, double mu1, double mu2) noexcept {
  return static_cast<double>(LogSkellamPmf(k, mu1, mu2));
}
double skellam_cdf(double k, double mu1, double mu2) noexcept {
  return ExpOf(LogSkellam(k, mu1, mu2));
}
double skellam_logcdf(double k, double mu1, double mu2) noexcept {
  return static_cast<double>(LogSkellam(k, mu1, mu2));
}

double skew_ndtr(double z, double a) noexcept { return SkewCdf(z, a); }
double log_skew_ndtr(double z, double a) noexcept { return LogSkewCdf(z, a); }

}  // namespace formulary::runtime::special
