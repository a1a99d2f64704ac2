#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_DISTRIBUTION_KERNELS_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_DISTRIBUTION_KERNELS_H_

// Logarithms of densities in long double: what the routines of the distributions share. Their
// exponents run to hundreds; the 11 more bits keep exp of them right in double. For the files
// distribution*.cc only.

namespace formulary::runtime::special::kernels {

using Wide = long double;

inline constexpr Wide kHalfLogTwoPi = 0.91893853320467274178032973640561763986L;
inline constexpr double kNan = __builtin_nan("");
inline constexpr double kInfinity = __builtin_inf();

// log gamma(a) for a > 0.
Wide LogGamma(Wide a) noexcept;
// log gamma(a) without its leading terms, log gamma(a) - (a - 1/2) log(a) + a - log(2 pi)/2, for a
// >= 16 (DLMF 5.11.1).
Wide StirlingTail(Wide a) noexcept;
// log(1 + d) - d for d > -1.
Wide LogOnePlusLess(Wide d) noexcept;
// log beta(a, b) for a, b > 0.
Wide LogBeta(Wide a, Wide b) noexcept;

// log(x^a exp(-x)/gamma(a)) for a > 0, 0 < x < inf.
Wide LogGammaKernel(Wide a, Wide x) noexcept;

// A point of the unit interval by both its parts x + y = 1, with their logarithms.
struct Split {
  Wide x, y, log_x, log_y;
  static Split OfPart(Wide x) noexcept;  // 0 < x < 1
  static Split OfOdds(Wide z) noexcept;  // x/y, 0 < z < inf
};

// log(x^a y^b/beta(a, b)) for a, b > 0.
Wide LogBetaKernel(Wide a, Wide b, const Split& at) noexcept;

// log of binomial(n, k) x^k y^(n - k) for 0 <= k <= n.
Wide LogBinomialPmf(Wide k, Wide n, const Split& at) noexcept;

// exp(log_value) in double, with one rounding.
double ExpOf(Wide log_value) noexcept;
// log(1 - exp(x)) for x <= 0.
Wide LogOneMinusExp(Wide x) noexcept;

// exp(x^2) erfc(x) for x >= 0.
double ScaledErfc(double x) noexcept;
// The normal distribution function, right in its tail, too.
double NormalCdf(double z) noexcept;

inline bool IsIntegral(double x) noexcept { return __builtin_floor(x) == x; }
// An integer that doubles count exactly up to.
inline bool IsCount(double n) noexcept { return n >= 0 && n <= 0x1p53 && IsIntegral(n); }

}  // namespace formulary::runtime::special::kernels

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_DISTRIBUTION_KERNELS_H_
