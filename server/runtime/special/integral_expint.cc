// The generalised exponential integral E_n(x) for real n, in long double. Sources: DLMF 8.19.7 to
// 8.19.10 (series), 8.19.17 (continued fraction).

#include <cmath>

#include "server/runtime/special/hypergeometric_ball.h"
#include "server/runtime/special/lanes.h"
#include "server/runtime/special/special.h"

namespace formulary::runtime::special {
namespace {

using Long = long double;

constexpr double kInfinity = __builtin_inf();
constexpr double kNan = __builtin_nan("");
constexpr Long kEpsilon = 0x1p-63L;
constexpr Long kEulerGamma = 0.577215664901532860606512090082402431L;
// Results whose cancellation costs more than this go to ball arithmetic.
constexpr Long kMaxLoss = 0x1p8L;

// By the even part of the continued fraction; for x + n > 1 and x not small.
Long Fraction(Long n, Long x) {
  Long b = x + n;
  Long c = 1 / kEpsilon / kEpsilon;
  Long d = 1 / b;
  Long h = d;
  for (int i = 1; i < 2000; ++i) {
    const Long a = -i * (n - 1 + i);
    b += 2;
    d = 1 / (a * d + b);
    c = b + a / c;
    const Long change = c * d;
    h *= change;
    if (std::fabs(change - 1) < kEpsilon) break;
  }
  return h * std::exp(-x);
}

// A sum and the size of its largest part.
struct Sum {
  Long value = 0;
  Long largest = 0;
  void Add(Long term) {
    value += term;
    largest = std::fmax(largest, std::fabs(term));
  }
};

// The sum over k of -(-x)^k / (k! (k - n + 1)), the term with a zero denominator left out.
void AddSeries(Long n, Long x, Sum& sum) {
  Long power = 1;
  for (int i = 0; i < 200; ++i) {
    const Long term = i == n - 1 ? 0 : -power / (i - n + 1);
    sum.Add(term);
    power *= -x / (i + 1);
    if (i > x && (i > n || n > 60) && std::fabs(power) < kEpsilon * std::fabs(sum.value) * 0.01L)
      break;
  }
}

// For n = 1, 2, ..., 60.
Sum IntegerSeries(int n, Long x) {
  Long digamma = -kEulerGamma;
  Long power = 1;
  for (int i = 1; i < n; ++i) {
    digamma += Long{1} / i;
    power *= -x / i;
  }
  Sum sum;
  sum.Add(power * (digamma - std::log(x)));
  AddSeries(n, x, sum);
  return sum;
}

Sum RealSeries(Long n, Long x) {
  Sum sum;
  sum.Add(std::tgamma(1 - n) * std::pow(x, n - 1));
  AddSeries(n, x, sum);
  return sum;
}

}  // namespace

double scalar::expint(double a, double b) noexcept {
  if (std::isnan(a) || !(b >= 0) || std::isinf(a)) return kNan;
  if (b == 0) return a > 1 ? 1 / (a - 1) : kInfinity;
  if (b == kInfinity) return 0;
  if (a == 0) return static_cast<double>(std::exp(Long{-b}) / b);
  if (b > 12000) return a > -b / 2 ? 0 : BallExpint(a, b);
  if (a > 0 && (b >= 2 || (b >= 0.5 && a >= 20) || a >= 1e4)) {
    return static_cast<double>(Fraction(a, b));
  }
  if (a < 0 && b > 2 - 1.5 * a) return static_cast<double>(Fraction(a, b));
  Sum sum;
  if (a >= 1 && a <= 60 && a == std::floor(a)) {
    sum = IntegerSeries(static_cast<int>(a), b);
  } else if (a > 60) {
    AddSeries(a, b, sum);  // b < 0.5: the other part is below b^60 / 60!
  } else if (a > -1500 && b < 60) {
    sum = RealSeries(a, b);
  } else {
    return BallExpint(a, b);
  }
  if (!std::isfinite(sum.value) || sum.largest > kMaxLoss * std::fabs(sum.value))
    return BallExpint(a, b);
  return static_cast<double>(sum.value);
}

FY_LANES_DEFINE_2(expint)

}  // namespace formulary::runtime::special
