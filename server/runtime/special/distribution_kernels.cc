// Densities near their modes lose nothing when the large powers in them are taken together: Loader,
// Fast and Accurate Computation of Binomial Probabilities (2000).

#include "server/runtime/special/distribution_kernels.h"

#include <cmath>

namespace formulary::runtime::special::kernels {
namespace {

// From here on Stirling's series is right in long double.
constexpr Wide kStirling = 16;
// From here on deviations are not small: logarithms do.
constexpr Wide kSmall = 0.3L;

}  // namespace

Wide StirlingTail(Wide a) noexcept {
  // B(2k)/(2k(2k-1)), DLMF 5.11.1.
  constexpr Wide kTerms[] = {1.0L / 12,         -1.0L / 360,        1.0L / 1260, -1.0L / 1680,
                             1.0L / 1188,       -691.0L / 360360,   1.0L / 156,  -3617.0L / 122400,
                             43867.0L / 244188, -174611.0L / 125400};
  const Wide inverse = 1 / a, square = inverse * inverse;
  Wide sum = 0;
  for (int k = 9; k >= 0; --k) sum = sum * square + kTerms[k];
  return sum * inverse;
}

Wide LogGamma(Wide a) noexcept {
  Wide product = 1;
  while (a < kStirling) product *= a++;
  const Wide large = (a - 0.5L) * std::log(a) - a + kHalfLogTwoPi + StirlingTail(a);
  return product == 1 ? large : large - std::log(product);
}

Wide LogOnePlusLess(Wide d) noexcept {
  if (!(std::fabs(d) < kSmall)) return std::log1p(d) - d;
  // With r = d/(2 + d) log(1 + d) is 2 artanh(r) (DLMF 4.6.5), and 2 r - d is -r d.
  const Wide r = d / (2 + d), square = r * r;
  Wide sum = 0, power = square;
  for (int k = 3; k < 40; k += 2) {
    const Wide term = power / k;
    sum += term;
    if (term <= sum * 1e-20L) break;
    power *= square;
  }
  return r * (2 * sum - d);
}

Wide LogBeta(Wide a, Wide b) noexcept {
  const Wide m = std::fmin(a, b), n = std::fmax(a, b), s = m + n;
  if (n < kStirling) return LogGamma(m) + LogGamma(n) - LogGamma(s);
  const Wide tails = StirlingTail(n) - StirlingTail(s);
  if (m < kStirling) {
    return LogGamma(m) - m * std::log(n) - (s - 0.5L) * std::log1p(m / n) + m + tails;
  }
  return kHalfLogTwoPi - 0.5L * std::log(m) + m * std::log(m / s) +
         (n - 0.5L) * std::log1p(-m / s) + StirlingTail(m) + tails;
}

Wide LogGammaKernel(Wide a, Wide x) noexcept {
  if (a < kStirling) return a * std::log(x) - x - LogGamma(a);
  const Wide d = (x - a) / a;
  const Wide deviation =
      std::fabs(d) < kSmall ? a * LogOnePlusLess(d) : a * std::log(x / a) - (x - a);
  return deviation + 0.5L * std::log(a) - kHalfLogTwoPi - StirlingTail(a);
}

Split Split::OfPart(Wide x) noexcept { return {x, 1 - x, std::log(x), std::log1p(-x)}; }

Split Split::OfOdds(Wide z) noexcept {
  const Wide log_y = -std::log1p(z), log_x = -std::log1p(1 / z);
  return {z / (1 + z), 1 / (1 + z), std::isinf(log_x) ? std::log(z) : log_x, log_y};
}

Wide LogBetaKernel(Wide a, Wide b, const Split& at) noexcept {
  if (b < a) return LogBetaKernel(b, a, {at.y, at.x, at.log_y, at.log_x});
  const Wide s = a + b;
  if (b < kStirling) return a * at.log_x + b * at.log_y - LogBeta(a, b);
  if (a < kStirling) {
    return a * (at.log_x + std::log(b)) + b * at.log_y + (s - 0.5L) * std::log1p(a / b) - a +
           StirlingTail(s) - StirlingTail(b) - LogGamma(a);
  }
  // x/(a/s) = 1 + d and y/(b/s) = 1 - d a/b.
  const Wide off = at.x * b - at.y * a, d = off / a, e = -off / b;
  const Wide deviation =
      std::fabs(d) < kSmall && std::fabs(e) < kSmall
          ? a * LogOnePlusLess(d) + b * LogOnePlusLess(e)
          : a * (at.log_x + std::log(s / a)) + b * (at.log_y + std::log1p(a / b));
  return deviation + 0.5L * (std::log(a) + std::log1p(-a / s)) - kHalfLogTwoPi + StirlingTail(s) -
         StirlingTail(a) - StirlingTail(b);
}

Wide LogBinomialPmf(Wide k, Wide n, const Split& at) noexcept {
  if (k == 0) return n * at.log_y;
  if (k == n) return n * at.log_x;
  return LogBetaKernel(k + 1, n - k + 1, at) - at.log_x - at.log_y - std::log(n + 1);
}

double ExpOf(Wide log_value) noexcept { return static_cast<double>(std::exp(log_value)); }

Wide LogOneMinusExp(Wide x) noexcept {
  return x > -0.69L ? std::log(-std::expm1(x)) : std::log1p(-std::exp(x));
}

// Beyond 6 the continued fraction of DLMF 7.9.1.
double ScaledErfc(double x) noexcept {
  const Wide wide = x;
  if (x < 6) return static_cast<double>(std::exp(wide * wide) * std::erfc(wide));
  double tail = x;
  for (int i = 40; i > 0; --i) tail = x + i / 2.0 / tail;
  return 0.56418958354775628695 / tail;
}

double NormalCdf(double z) noexcept {
  constexpr double kHalfRoot = 0.70710678118654752;
  if (!(z < -1)) return 0.5 * std::erfc(-z * kHalfRoot);
  if (std::isinf(z)) return 0;
  // erfcx does not multiply the rounding of its operand, as erfc does.
  const double power = ExpOf(-static_cast<Wide>(z) * z / 2);
  return 0.5 * power * ScaledErfc(-z * kHalfRoot);
}

}  // namespace formulary::runtime::special::kernels
