// Sources: T. J. Dekker, "A floating-point technique for extending the available precision" (1971),
// for sums and products of pairs.

#include "server/runtime/special/hypergeometric_precise.h"

#include <cmath>

namespace formulary::runtime::special {
namespace {

using Quad = __float128;
using Lanes = double __attribute__((vector_size(16)));

constexpr double kUnit = 0x1p-104;
constexpr double kSlowestFall = 0.95;
constexpr double kTruncation = 0x1p-98;
constexpr double kLargest = 1e260;
constexpr double kLeast = 1e-240;
constexpr double kSplitter = 0x1p27 + 1;

// sum = sum x + coefficient in pairs, for one element or some.
template <class T>
struct Horner {
  explicit Horner(T argument) : x(argument) {
    const T shifted = x * kSplitter;
    x_high = shifted - (shifted - x);
    x_low = x - x_high;
  }

  void Step(double coefficient_high, double coefficient_low) {
    const T product = high * x;
    const T shifted = high * kSplitter;
    const T high_part = shifted - (shifted - high);
    const T low_part = high - high_part;
    const T rest =
        ((high_part * x_high - product) + high_part * x_low + low_part * x_high) + low_part * x_low;
    const T sum = product + coefficient_high;
    const T back = sum - product;
    const T lost = (product - (sum - back)) + (coefficient_high - back);
    const T small = lost + ((rest + low * x) + coefficient_low);
    high = sum + small;
    low = small - (high - sum);
  }

  T x, x_high, x_low;
  T high = {};
  T low = {};
};

}  // namespace

void PreciseSeries::AddCoefficient() {
  const int n = known_ - 1;
  Quad factor = last_ * series_.scale;
  for (int i = 0; i < series_.upper_count; ++i) factor *= Quad{series_.upper[i]} + n;
  last_ = factor / ((Quad{series_.lower} + n) * (n + 1));
  high_[known_] = static_cast<double>(last_);
  low_[known_] = static_cast<double>(last_ - high_[known_]);
  ++known_;
}

PreciseSeries::Plan PreciseSeries::PlanFor(double end) {
  double total = 0;
  double error = 0;
  double power = 1;
  for (int n = 0; n < kMaxTerms; ++n) {
    if (n == known_) AddCoefficient();
    if (high_[n] == 0 && last_ == 0) return {n, error};
    const double coefficient = std::fabs(high_[n]);
    const double size = coefficient * power;
    if (!(coefficient > kLeast && coefficient < kLargest && size < kLargest)) return {};
    total += size;
    error += kUnit * size * (4 + 4 * n);
    power *= end / series_.scale;
    if (size > kTruncation * total) continue;
    const double fall = series_.FallFrom(n, end);
    if (fall < kSlowestFall) return {n + 1, error + size / (1 - fall)};
  }
  return {};
}

void PreciseSeries::Sum(const Plan& plan, const long double* x, long double* y, int count) const {
  const auto at = [&](int k) { return static_cast<double>(x[k]) / series_.scale; };
  int i = 0;
  for (; i + 4 <= count; i += 4) {
    Horner<Lanes> first(Lanes{at(i), at(i + 1)});
    Horner<Lanes> second(Lanes{at(i + 2), at(i + 3)});
    for (int n = plan.terms - 1; n >= 0; --n) {
      first.Step(high_[n], low_[n]);
      second.Step(high_[n], low_[n]);
    }
    for (int k = 0; k < 2; ++k) {
      y[i + k] = static_cast<long double>(first.high[k]) + first.low[k];
      y[i + k + 2] = static_cast<long double>(second.high[k]) + second.low[k];
    }
  }
  for (; i < count; ++i) {
    Horner<double> one(at(i));
    for (int n = plan.terms - 1; n >= 0; --n) one.Step(high_[n], low_[n]);
    y[i] = static_cast<long double>(one.high) + one.low;
  }
}

}  // namespace formulary::runtime::special
