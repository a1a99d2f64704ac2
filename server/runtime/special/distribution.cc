// Densities and probabilities of distributions, one value at a time, and the distribution functions
// of Student's t and of beta prime. Invalid parameters give NaN; outside the support a density is 0
// and its logarithm -inf. Source of the definitions: Johnson, Kotz, Balakrishnan, Continuous
// Univariate Distributions; Johnson, Kemp, Kotz, Univariate Discrete Distributions.

#include <cmath>

#include "server/runtime/special/distribution_kernels.h"
#include "server/runtime/special/incomplete.h"
#include "server/runtime/special/special.h"

namespace formulary::runtime::special {

using incomplete::BetaShape;
using incomplete::BetaTail;
using incomplete::Pair;
using incomplete::Tail;
using kernels::ExpOf;
using kernels::IsCount;
using kernels::IsIntegral;
using kernels::kHalfLogTwoPi;
using kernels::kInfinity;
using kernels::kNan;
using kernels::LogBetaKernel;
using kernels::LogBinomialPmf;
using kernels::LogGammaKernel;
using kernels::Split;
using kernels::Wide;

namespace {

constexpr Wide kZero = -__builtin_infl();  // log 0
constexpr Wide kNone = __builtin_nanl("");

// log of a density x^(power - 1) ... at x = 0, where the rest of it has the logarithm `rest`.
Wide LogAtZero(double power, Wide rest) { return power > 1 ? kZero : power < 1 ? -kZero : rest; }

// log(x^(a - 1) exp(-x)/gamma(a)).
Wide LogGammaDensity(double a, double x) {
  if (!(a > 0) || std::isinf(a) || std::isnan(x)) return kNone;
  if (x < 0 || std::isinf(x)) return kZero;
  if (x == 0) return LogAtZero(a, 0);
  return LogGammaKernel(a, x) - std::log(static_cast<Wide>(x));
}

// log(x^(a - 1) (1 - x)^(b - 1)/beta(a, b)).
Wide LogBetaDensity(double x, double a, double b) {
  if (!(a > 0) || !(b > 0) || std::isinf(a) || std::isinf(b) || std::isnan(x)) return kNone;
  if (x < 0 || x > 1) return kZero;
  if (x == 0) return LogAtZero(a, std::log(static_cast<Wide>(b)));
  if (x == 1) return LogAtZero(b, std::log(static_cast<Wide>(a)));
  const Split at = Split::OfPart(x);
  return LogBetaKernel(a, b, at) - at.log_x - at.log_y;
}

// log(x^(a - 1) (1 + x)^-(a + b)/beta(a, b)).
Wide LogBetaPrimeDensity(double x, double a, double b) {
  if (!(a > 0) || !(b > 0) || std::isinf(a) || std::isinf(b) || std::isnan(x)) return kNone;
  if (x < 0 || std::isinf(x)) return kZero;
  if (x == 0) return LogAtZero(a, std::log(static_cast<Wide>(b)));
  return LogBetaKernel(a, b, Split::OfOdds(x)) - std::log(static_cast<Wide>(x));
}

Wide LogStudentDensity(double x, double nu) {
  if (!(nu > 0) || std::isnan(x)) return kNone;
  if (std::isinf(x)) return kZero;
  const Wide square = static_cast<Wide>(x) * x;
  if (std::isinf(nu)) return -square / 2 - kHalfLogTwoPi;
  return -(nu + 1.0L) / 2 * std::log1p(square / nu) - kernels::LogBeta(0.5L, nu / 2.0L) -
         0.5L * std::log(static_cast<Wide>(nu));
}

Wide LogPoisson(double k, double mu) {
  if (!(mu >= 0) || std::isinf(mu) || std::isnan(k)) return kNone;
  if (k < 0 || !IsIntegral(k) || std::isinf(k)) return kZero;
  if (mu == 0) return k == 0 ? 0 : kZero;
  if (k == 0) return -mu;
  return LogGammaKernel(k + 1.0L, mu) - std::log(static_cast<Wide>(mu));
}

Wide LogBinomial(double k, double n, double p) {
  if (!IsCount(n) || !(p >= 0) || !(p <= 1) || std::isnan(k)) return kNone;
  if (k < 0 || k > n || !IsIntegral(k)) return kZero;
  if (p == 0 || p == 1) return k == (p == 0 ? 0 : n) ? 0 : kZero;
  return LogBinomialPmf(k, n, Split::OfPart(p));
}

// k failures before the r-th success, each success of probability p.
Wide LogNegativeBinomial(double k, double r, double p) {
  if (!(r > 0) || std::isinf(r) || !(p > 0) || !(p <= 1) || std::isnan(k)) return kNone;
  if (k < 0 || !IsIntegral(k) || std::isinf(k)) return kZero;
  if (p == 1) return k == 0 ? 0 : kZero;
  const Split at = Split::OfPart(p);
  if (k == 0) return r * at.log_x;
  return LogBetaKernel(r, k + 1.0L, at) - at.log_y - std::log(static_cast<Wide>(r) + k);
}

// --- Incomplete beta functions of first/(first + second), whose powers multiply the rounding of
// that: so it goes to them as a pair, with its other part ---

// 1/d.
Pair Reciprocal(Pair d) {
  const double q = 1 / d.hi;
  const Pair p = incomplete::ExactProduct(q, d.hi);
  return incomplete::FastSum(q, q * (((1 - p.hi) - p.lo) - q * d.lo));
}

enum class Side { kLower, kUpper };
enum class Form { kPlain, kLogarithm };

double BetaChance(double a, double b, Pair first, Pair second, Side side, Form form) {
  const Pair whole = Reciprocal(incomplete::Add(first, second));
  const Pair x = incomplete::Multiply(first, whole), y = incomplete::Multiply(second, whole);
  const bool swapped = x.hi > y.hi, plain = form == Form::kPlain, lower = side == Side::kLower;
  const double p = swapped ? b : a, q = swapped ? a : b, small = swapped ? y.hi : x.hi;
  if (incomplete::IsRough(p, q, small)) {
    const auto chance = lower != swapped ? betainc : betaincc;
    const auto rest = lower != swapped ? betaincc : betainc;
    const double value = chance(p, q, small);
    if (plain) return value;
    if (value > 0.5) return std::log1p(-rest(p, q, small));
    if (value > 1e-290) return std::log(value);
  }
  const Tail tail = BetaTail(BetaShape(a, b), x, y);
  return plain ? Value(tail, lower) : LogValue(tail, lower);
}

// Where pairs neither overflow nor lose bits.
bool IsModerate(double z) { return z > 1e-140 && z < 1e99; }

double BetaPrime(double x, double a, double b, Side side, Form form) {
  const bool lower = side == Side::kLower, plain = form == Form::kPlain;
  if (!(a > 0) || !(b > 0) || std::isnan(x)) return kNan;
  if (x <= 0) return lower ? (plain ? 0 : -kInfinity) : (plain ? 1 : 0);
  if (IsModerate(x) && IsModerate(a) && IsModerate(b))
    return BetaChance(a, b, {x, 0}, {1, 0}, side, form);
  const auto betas = plain ? (lower == (x <= 1) ? betainc : betaincc)
                           : (lower == (x <= 1) ? log_betainc : log_betaincc);
  return x <= 1 ? betas(a, b, x / (1 + x)) : betas(b, a, 1 / (1 + x));
}

bool IsModerateStudent(double x, double nu) {
  return std::fabs(x) > 1e-70 && std::fabs(x) < 1e49 && IsModerate(nu);
}
// log of twice the chance of less than x < 0: of less than nu/(nu + x^2), of shapes nu/2 and 1/2.
double LogStudentTwice(double x, double nu) {
  return BetaChance(nu / 2, 0.5, {nu, 0}, incomplete::ExactProduct(x, x), Side::kLower,
                    Form::kLogarithm);
}

}  // namespace

double gamma_density(double a, double x) noexcept { return ExpOf(LogGammaDensity(a, x)); }
double log_gamma_density(double a, double x) noexcept {
  return static_cast<double>(LogGammaDensity(a, x));
}

double beta_pdf(double x, double a, double b) noexcept { return ExpOf(LogBetaDensity(x, a, b)); }
double beta_logpdf(double x, double a, double b) noexcept {
  return static_cast<double>(LogBetaDensity(x, a, b));
}

double beta_prime_pdf(double x, double a, double b) noexcept {
  return ExpOf(LogBetaPrimeDensity(x, a, b));
}
double beta_prime_logpdf(double x, double a, double b) noexcept {
  return static_cast<double>(LogBetaPrimeDensity(x, a, b));
}

double student_t_pdf(double x, double nu) noexcept { return ExpOf(LogStudentDensity(x, nu)); }
double student_t_logpdf(double x, double nu) noexcept {
  return static_cast<double>(LogStudentDensity(x, nu));
}

double poisson_pmf(double k, double mu) noexcept { return ExpOf(LogPoisson(k, mu)); }
double poisson_logpmf(double k, double mu) noexcept {
  return static_cast<double>(LogPoisson(k, mu));
}

double binomial_pmf(double k, double n, double p) noexcept { return ExpOf(LogBinomial(k, n, p)); }
double binomial_logpmf(double k, double n, double p) noexcept {
  return static_cast<double>(LogBinomial(k, n, p));
}

double negative_binomial_pmf(double k, double r, double p) noexcept {
  return ExpOf(LogNegativeBinomial(k, r, p));
}
double negative_binomial_logpmf(double k, double r, double p) noexcept {
  return static_cast<double>(LogNegativeBinomial(k, r, p));
}

double beta_prime_cdf(double x, double a, double b) noexcept {
  return BetaPrime(x, a, b, Side::kLower, Form::kPlain);
}
double beta_prime_sf(double x, double a, double b) noexcept {
  return BetaPrime(x, a, b, Side::kUpper, Form::kPlain);
}
double beta_prime_logcdf(double x, double a, double b) noexcept {
  return BetaPrime(x, a, b, Side::kLower, Form::kLogarithm);
}
double beta_prime_logsf(double x, double a, double b) noexcept {
  return BetaPrime(x, a, b, Side::kUpper, Form::kLogarithm);
}

namespace {

// Elements of which Student's distribution function is computed together.
constexpr long kStudentChunk = 256;

// Some of a chunk: twice the tail is an incomplete beta function of `part`, which is rounded, times
// `correction`.
struct StudentGroup {
  void Add(long element, double own_shape, Pair own_part, double slope) {
    at[count] = element;
    shape[count] = own_shape;
    part[count] = own_part.hi;
    correction[count++] = 1 + slope * (own_part.lo / own_part.hi);
  }
  // From values, where y has the operands.
  void Finish(double* y) const {
    for (long i = 0; i < count; ++i) {
      const double tail = value[i] * correction[i] / 2;
      y[at[i]] = y[at[i]] < 0 ? tail : 1 - tail;
    }
  }
  long at[kStudentChunk];
  double shape[kStudentChunk], part[kStudentChunk], correction[kStudentChunk];
  double value[kStudentChunk];
  long count = 0;
};

double StudentFar(double x, double nu) {
  if (!(nu > 0) || std::isnan(x)) return kNan;
  if (std::isinf(nu)) return kernels::NormalCdf(x);
  const double square = x * x;
  const double tail = square <= nu ? betaincc(0.5, nu / 2, square / (nu + square)) / 2
                                   : betainc(nu / 2, 0.5, 1 / (1 + square / nu)) / 2;
  return x < 0 ? tail : 1 - tail;
}

// n <= kStudentChunk. The smaller part of nu + x^2 goes to the incomplete beta function, and what
// it was rounded by times the logarithmic slope, nu/2 or about -(x^2 + 1)/2 (Mills' ratio).
void StudentChunk(double* y, const double* x, long x_stride, const double* nu, long nu_stride,
                  long n) {
  constexpr double kHalf = 0.5;
  StudentGroup near, far;
  for (long i = 0; i < n; ++i) {
    const double at = x[i * x_stride], shape = nu[i * nu_stride];
    if (!IsModerateStudent(at, shape)) {
      y[i] = StudentFar(at, shape);
      continue;
    }
    const Pair square = incomplete::ExactProduct(at, at);
    const Pair whole = Reciprocal(incomplete::Add(square, shape));
    if (square.hi <= shape) {
      near.Add(i, shape / 2, incomplete::Multiply(square, whole), -(square.hi + 1) / 2);
    } else {
      far.Add(i, shape / 2, incomplete::Multiply(whole, shape), shape / 2);
    }
    y[i] = at;
  }
  const long step = nu_stride == 0 ? 0 : 1;
  betaincc_block(near.value, &kHalf, 0, near.shape, step, near.part, 1, near.count);
  betainc_block(far.value, far.shape, step, &kHalf, 0, far.part, 1, far.count);
  near.Finish(y);
  far.Finish(y);
}

}  // namespace

void student_t_cdf_block(double* y, const double* x, long x_stride, const double* nu,
                         long nu_stride, long n) noexcept {
  for (long at = 0; at < n; at += kStudentChunk) {
    StudentChunk(y + at, x + at * x_stride, x_stride, nu + at * nu_stride, nu_stride,
                 n - at < kStudentChunk ? n - at : kStudentChunk);
  }
}
double student_t_cdf(double x, double nu) noexcept {
  double y;
  StudentChunk(&y, &x, 0, &nu, 0, 1);
  return y;
}
double student_t_logcdf(double x, double nu) noexcept {
  constexpr double kLogTwo = 0.6931471805599453;
  if (!(nu > 0) || std::isnan(x)) return kNan;
  if (x > 0) return std::log1p(-student_t_cdf(-x, nu));
  if (std::isinf(nu)) return std::log(student_t_cdf(x, nu));
  if (IsModerateStudent(x, nu)) return LogStudentTwice(x, nu) - kLogTwo;
  const double square = x * x;
  if (square <= nu) return log_betaincc(0.5, nu / 2, square / (nu + square)) - kLogTwo;
  const double log_ratio = 2 * (std::log(-x) - std::log(nu) / 2);  // square/nu, never overflowing
  if (log_ratio < 600) return log_betainc(nu / 2, 0.5, 1 / (1 + square / nu)) - kLogTwo;
  // The leading term x^a/(a B(a, b)) of DLMF 8.17.7 is all there is.
  const double a = nu / 2;
  return static_cast<double>(-a * static_cast<Wide>(log_ratio) - std::log(static_cast<Wide>(a)) -
                             kernels::LogBeta(a, 0.5L)) -
         kLogTwo;
}

}  // namespace formulary::runtime::special
