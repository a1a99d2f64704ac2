// Discrete distributions: hypergeometric, zeta, logarithmic, and the quantiles of all. A quantile
// is the least k of the support with cdf(k) >= p, by a search that ends on cdf itself.

#include <cmath>

#include "server/runtime/special/distribution_kernels.h"
#include "server/runtime/special/distribution_search.h"
#include "server/runtime/special/special.h"

namespace formulary::runtime::special {

using kernels::ExpOf;
using kernels::IsCount;
using kernels::IsIntegral;
using kernels::kInfinity;
using kernels::kNan;
using kernels::LeastInteger;
using kernels::LogBinomialPmf;
using kernels::LogOneMinusExp;
using kernels::Split;
using kernels::Wide;

namespace {

constexpr Wide kZero = -__builtin_infl();  // log 0
constexpr Wide kNegligible = 1e-21L;
// Sums of more terms than this are refused; theirs grow as the standard deviation.
constexpr long kMaxTerms = 1L << 21;

// --- Hypergeometric: k marked among n drawn from N, of which m are marked ---

struct Urn {
  Urn(double total, double marked, double drawn) : N(total), m(marked), n(drawn) {}
  bool valid() const {
    return IsCount(static_cast<double>(N)) && IsCount(static_cast<double>(m)) &&
           IsCount(static_cast<double>(n)) && m <= N && n <= N;
  }
  Wide least() const { return std::fmax(0.0L, n - (N - m)); }
  Wide most() const { return std::fmin(n, m); }
  Wide N, m, n;
};

Wide LogPmf(Wide k, const Urn& urn) {
  if (urn.n == 0 || urn.n == urn.N) return 0;
  const Wide p = urn.n / urn.N, q = (urn.N - urn.n) / urn.N;
  const Split at = {p, q, std::log(p), std::log1p(-p)};
  return LogBinomialPmf(k, urn.m, at) + LogBinomialPmf(urn.n - k, urn.N - urn.m, at) -
         LogBinomialPmf(urn.n, urn.N, at);
}

Wide LogHypergeometric(double k, const Urn& urn) {
  if (!urn.valid() || std::isnan(k)) return kNan;
  if (!IsIntegral(k) || k < urn.least() || k > urn.most()) return kZero;
  return LogPmf(k, urn);
}

// log of the sum of pmf over [least, k], or over [k, most], from k outwards while terms fall.
Wide LogSum(Wide k, const Urn& urn, bool upwards) {
  Wide sum = 1, term = 1;
  const Wide others = urn.N - urn.m - urn.n;
  for (Wide j = k; term > kNegligible * sum;) {
    if (std::fabs(j - k) > kMaxTerms) return kNan;
    if (upwards) {
      if (j == urn.most()) break;
      term *= (urn.m - j) * (urn.n - j) / ((j + 1) * (others + j + 1));
      ++j;
    } else {
      if (j == urn.least()) break;
      term *= j * (others + j) / ((urn.m - j + 1) * (urn.n - j + 1));
      --j;
    }
    sum += term;
  }
  return LogPmf(k, urn) + std::log(sum);
}

enum class Side { kLower, kUpper };

Wide LogHypergeometric(double k, const Urn& urn, Side side) {
  if (!urn.valid() || std::isnan(k)) return kNan;
  const Wide at = std::floor(k);
  if (at < urn.least()) return side == Side::kLower ? kZero : 0;
  if (at >= urn.most()) return side == Side::kLower ? 0 : kZero;
  constexpr Wide kLogHalf = -0.693147180559945309L;
  const auto sum = [&](Side of) {
    return of == Side::kLower ? LogSum(at, urn, false) : LogSum(at + 1, urn, true);
  };
  // The side of the mean that k is on is the small one, but where the distribution is skewed.
  Side small = at * urn.N < urn.n * urn.m ? Side::kLower : Side::kUpper;
  Wide value = sum(small);
  if (value > kLogHalf) {
    small = small == Side::kLower ? Side::kUpper : Side::kLower;
    value = sum(small);
  }
  return side == small ? value : LogOneMinusExp(std::fmin(value, 0.0L));
}

// --- Zeta: sums of j^-s by Euler and Maclaurin's formula (DLMF 2.10.1) ---

// x^-s.
Wide Power(Wide x, Wide s) { return std::exp(-s * std::log(x)); }

// What the formula adds to the integral of j^-s from n to infinity: the sum over j >= n less that.
// In units in which n^-s is `power`.
Wide Correction(Wide n, Wide s, Wide power) {
  // B(2k)/(2k)!.
  constexpr Wide kBernoulli[] = {1.0L / 12,          -1.0L / 720,
                                 1.0L / 30240,       -1.0L / 1209600,
                                 1.0L / 47900160,    -691.0L / 1307674368000,
                                 1.0L / 74724249600, -3617.0L / 10670622842880000};
  Wide sum = power / 2, term = power * s / n;
  for (int k = 0; k < 8; ++k) {
    sum += kBernoulli[k] * term;
    term *= (s + 2 * k + 1) * (s + 2 * k + 2) / (n * n);
  }
  return sum;
}

constexpr int kDirect = 24;

// The sum of j^-s over j >= n, in units of n^-s.
Wide SumFrom(Wide n, Wide s) {
  Wide sum = 0;
  const Wide scale = n;
  for (int i = 0; i < kDirect || n < s; ++i, ++n) {
    const Wide term = Power(n / scale, s);
    sum += term;
    if (term < kNegligible * sum) return sum;
    if (i > 4096) break;
  }
  const Wide power = Power(n / scale, s);
  return sum + n * power / (s - 1) + Correction(n, s, power);
}

// The sum over 1 <= j <= last.
Wide SumTo(Wide last, Wide s) {
  Wide sum = 0;
  Wide j = 1;
  for (; j <= last && (j <= kDirect || j < s); ++j) {
    const Wide term = Power(j, s);
    sum += term;
    if (term < kNegligible * sum || j > 4096) break;
  }
  const Wide power = Power(j, s);
  if (j > last || power < kNegligible * sum) return sum;
  // Integral from j to last + 1 of t^-s, without cancellation as s nears 1.
  const Wide end = last + 1, log_ratio = std::log(end / j);
  const Wide integral = j * power * -std::expm1((1 - s) * log_ratio) / (s - 1);
  return sum + integral + Correction(j, s, power) - Correction(end, s, Power(end, s));
}

double Zeta(double k, double s, Side side) {
  if (!(s > 1) || std::isnan(k)) return kNan;
  const double at = std::floor(k);
  if (at < 1) return side == Side::kLower ? 0 : 1;
  if (std::isinf(at) || std::isinf(s)) return side == Side::kLower ? 1 : 0;
  const Wide all = SumFrom(1, s);
  if (side == Side::kLower) return static_cast<double>(SumTo(at, s) / all);
  const Wide next = static_cast<Wide>(at) + 1;
  return static_cast<double>(std::exp(-s * std::log(next)) * SumFrom(next, s) / all);
}

double ZetaLogSf(double k, double s) {
  if (!(s > 1) || std::isnan(k)) return kNan;
  const double at = std::floor(k);
  if (at < 1) return 0;
  if (std::isinf(at) || std::isinf(s)) return -kInfinity;
  const Wide next = static_cast<Wide>(at) + 1;
  return static_cast<double>(-s * std::log(next) + std::log(SumFrom(next, s) / SumFrom(1, s)));
}

// --- Logarithmic ---

// The sum of p^i/(n + i) over i >= 0.
Wide LerchSum(Wide n, double p) {
  const Wide ratio = p;
  if (ratio < 0.98L) {
    Wide sum = 0, power = 1;
    for (int i = 0; i < 4096; ++i) {
      const Wide term = power / (n + i);
      sum += term;
      if (term < kNegligible * sum) break;
      power *= ratio;
    }
    return sum;
  }
  // The integral of exp(-n t)/(1 - p exp(-t)) over t > 0.
  const double first = static_cast<double>(n), rest = 1 - p;
  return kernels::DecayingIntegral(std::fmin(rest, 1 / first), kInfinity, [=](double t) {
    return std::exp(-first * t) / (rest - p * std::expm1(-t));
  });
}

// log of the chance of more than k.
Wide LogLogarithmicSf(double k, double p) {
  const Wide next = std::floor(k) + 1;
  return next * std::log(static_cast<Wide>(p)) + std::log(LerchSum(next, p)) -
         std::log(-std::log1p(static_cast<Wide>(-p)));
}

double Logarithmic(double k, double p, Side side) {
  if (!(p > 0) || !(p < 1) || std::isnan(k)) return kNan;
  if (k < 1) return side == Side::kLower ? 0 : 1;
  if (std::isinf(k)) return side == Side::kLower ? 1 : 0;
  if (side == Side::kUpper) return ExpOf(LogLogarithmicSf(k, p));
  if (k >= 64) return static_cast<double>(-std::expm1(LogLogarithmicSf(k, p)));
  Wide sum = 0, power = 1;
  for (int j = 1; j <= k; ++j) {
    power *= p;
    sum += power / j;
  }
  return static_cast<double>(sum / -std::log1p(static_cast<Wide>(-p)));
}

// Mean plus as many standard deviations as the normal quantile says: where a search starts.
double NormalGuess(double p, double mean, double variance) {
  const double t = std::sqrt(-2 * std::log(std::fmin(p, 1 - p)));
  const double z = t - (2.3 + 0.27 * t) / (1 + t * (0.99 + 0.045 * t));
  return mean + std::sqrt(variance) * (p < 0.5 ? -z : z);
}

bool IsChance(double p) { return p >= 0 && p <= 1; }

}  // namespace

double hypergeometric_pmf(double k, double N, double m, double n) noexcept {
  return ExpOf(LogHypergeometric(k, Urn(N, m, n)));
}
double hypergeometric_logpmf(double k, double N, double m, double n) noexcept {
  return static_cast<double>(LogHypergeometric(k, Urn(N, m, n)));
}
double hypergeometric_cdf(double k, double N, double m, double n) noexcept {
  return ExpOf(LogHypergeometric(k, Urn(N, m, n), Side::kLower));
}
double hypergeometric_logcdf(double k, double N, double m, double n) noexcept {
  return static_cast<double>(LogHypergeometric(k, Urn(N, m, n), Side::kLower));
}
double hypergeometric_sf(double k, double N, double m, double n) noexcept {
  return ExpOf(LogHypergeometric(k, Urn(N, m, n), Side::kUpper));
}
double hypergeometric_logsf(double k, double N, double m, double n) noexcept {
  return static_cast<double>(LogHypergeometric(k, Urn(N, m, n), Side::kUpper));
}

double zeta_distribution_cdf(double k, double s) noexcept { return Zeta(k, s, Side::kLower); }
double zeta_distribution_sf(double k, double s) noexcept { return Zeta(k, s, Side::kUpper); }
double zeta_distribution_logsf(double k, double s) noexcept { return ZetaLogSf(k, s); }

double logarithmic_cdf(double k, double p) noexcept { return Logarithmic(k, p, Side::kLower); }
double logarithmic_sf(double k, double p) noexcept { return Logarithmic(k, p, Side::kUpper); }
double logarithmic_logsf(double k, double p) noexcept {
  if (!(p > 0) || !(p < 1) || std::isnan(k)) return kNan;
  if (k < 1) return 0;
  return std::isinf(k) ? -kInfinity : static_cast<double>(LogLogarithmicSf(k, p));
}

double poisson_quantile(double p, double mu) noexcept {
  if (!IsChance(p) || !(mu >= 0) || std::isinf(mu)) return kNan;
  return LeastInteger(p, 0, kInfinity, NormalGuess(p, mu, mu),
                      [mu](double k) { return gammaincc(k + 1, mu); });
}

double binomial_quantile(double p, double n, double chance) noexcept {
  if (!IsChance(p) || !IsCount(n) || !IsChance(chance)) return kNan;
  return LeastInteger(p, 0, n, NormalGuess(p, n * chance, n * chance * (1 - chance)),
                      [n, chance](double k) { return betaincc(k + 1, n - k, chance); });
}

double negative_binomial_quantile(double p, double r, double chance) noexcept {
  if (!IsChance(p) || !(r > 0) || std::isinf(r) || !(chance > 0) || !(chance <= 1)) return kNan;
  const double mean = r * (1 - chance) / chance;
  return LeastInteger(p, 0, kInfinity, NormalGuess(p, mean, mean / chance),
                      [r, chance](double k) { return betainc(r, k + 1, chance); });
}

double geometric_quantile(double p, double chance) noexcept {
  if (!IsChance(p) || !(chance > 0) || !(chance <= 1)) return kNan;
  const double rate = std::log1p(-chance);
  return LeastInteger(p, 1, kInfinity, std::log1p(-p) / rate,
                      [rate](double k) { return -std::expm1(k * rate); });
}

double hypergeometric_quantile(double p, double N, double m, double n) noexcept {
  const Urn urn(N, m, n);
  if (!IsChance(p) || !urn.valid()) return kNan;
  const double mean = N > 0 ? n * (m / N) : 0;
  const double variance = N > 1 ? mean * (1 - m / N) * ((N - n) / (N - 1)) : 0;
  return LeastInteger(p, static_cast<double>(urn.least()), static_cast<double>(urn.most()),
                      NormalGuess(p, mean, variance),
                      [=](double k) { return hypergeometric_cdf(k, N, m, n); });
}

double skellam_quantile(double p, double mu1, double mu2) noexcept {
  if (!IsChance(p) || !(mu1 >= 0) || !(mu2 >= 0) || std::isinf(mu1) || std::isinf(mu2)) return kNan;
  return LeastInteger(p, mu2 == 0 ? 0 : -kInfinity, mu1 == 0 ? 0 : kInfinity,
                      NormalGuess(p, mu1 - mu2, mu1 + mu2),
                      [mu1, mu2](double k) { return skellam_cdf(k, mu1, mu2); });
}

double zeta_distribution_quantile(double p, double s) noexcept {
  if (!IsChance(p) || !(s > 1)) return kNan;
  return LeastInteger(p, 1, kInfinity, 1, [s](double k) { return zeta_distribution_cdf(k, s); });
}

double logarithmic_quantile(double p, double chance) noexcept {
  if (!IsChance(p) || !(chance > 0) || !(chance < 1)) return kNan;
  return LeastInteger(p, 1, kInfinity, 1,
                      [chance](double k) { return logarithmic_cdf(k, chance); });
}

}  // namespace formulary::runtime::special
