#include "server/runtime/special/hypergeometric_taylor.h"

#include <bit>
#include <cmath>
#include <cstdint>

namespace formulary::runtime::special {
namespace {

using Long = long double;
using Pair = double __attribute__((vector_size(16)));

constexpr int kLeastExponent = -6;
constexpr int kBiased = 1023 + kLeastExponent;
constexpr int kDropped = 48;  // leaves 4 bits of the mantissa

constexpr double kUnit = 0x1p-53;
constexpr double kLongUnit = 0x1p-64;
constexpr double kSlowestFall = 0.99;
constexpr double kTruncation = 0x1p-66;
// Terms and coefficients outside are left to other ways.
constexpr double kLargest = 1e280;
constexpr double kLeast = 1e-290;

// So many roundings, independent ones, add up to about this at most.
double Gathered(double roundings) { return roundings < 21 ? roundings : 16 + 0.25 * roundings; }

}  // namespace

int RangeOf(double magnitude) {
  if (magnitude < 0x1p-6) return 0;
  if (!(magnitude < 1024)) return -1;
  return static_cast<int>(std::bit_cast<uint64_t>(magnitude) >> kDropped) - (kBiased << 4) + 1;
}

double EndOfRange(int range) {
  return std::bit_cast<double>(static_cast<uint64_t>(range + (kBiased << 4)) << kDropped);
}

double PowerSeries::FallFrom(int n, double end) const {
  const double next_lower = static_cast<double>(lower) + n;
  if (next_lower <= 0) return 1;
  double fall = end / (upper_count < 2 ? n + 1 : 1) / (upper_count < 1 ? next_lower : 1);
  for (int i = 0; i < upper_count; ++i) {
    const double next_upper = static_cast<double>(upper[i]) + n;
    if (next_upper <= 0) return 1;
    fall *= std::fmax(1, next_upper / (i == 1 ? n + 1 : next_lower));
  }
  return std::fmin(fall, 1);
}

void TaylorSeries::AddCoefficient() {
  const int n = known_ - 1;
  Long factor = series_.scale;
  for (int i = 0; i < series_.upper_count; ++i) factor *= series_.upper[i] + n;
  const Long next = coefficients_[n] * (factor / ((series_.lower + n) * (n + 1)));
  coefficients_[known_] = next;
  in_double_[known_] = static_cast<double>(next);
  if (next >= 0 && signs_agree_ == known_) ++signs_agree_;
  ++known_;
}

TaylorSeries::Plan TaylorSeries::PlanFor(double end, bool negative, double tail) {
  double sizes[kMaxTerms + 1];
  double total = 0;
  double power = 1;
  int terms = 0;
  double rest = 0;
  for (int n = 0;; ++n) {
    if (n == kMaxTerms) return {};
    if (n == known_) AddCoefficient();
    const double coefficient = std::fabs(in_double_[n]);
    if (coefficients_[n] == 0) {
      terms = n;
      break;
    }
    if (!(coefficient > kLeast)) return {};
    const double size = coefficient * power;
    if (!(size < kLargest)) return {};
    sizes[n] = size;
    total += size;
    power *= end / series_.scale;
    if (size > kTruncation * total * 0.25) continue;
    const double fall = series_.FallFrom(n, end);
    rest = size / (1 - fall);
    if (fall < kSlowestFall && rest <= kTruncation * total) {
      terms = n + 1;
      break;
    }
  }
  double error = rest;
  int split = terms;
  double in_double = 0;
  double above = 0;  // sum of the terms from `split` on
  while (split > 0) {
    const double size = sizes[split - 1];
    const double more = kUnit * (2 * above + 3 * size);
    if (in_double + more > tail * total) break;
    in_double += more;
    above += size;
    --split;
  }
  error += in_double;
  const double roundings = 2 * series_.upper_count + 6;
  for (int n = 0; n < split; ++n) error += kLongUnit * sizes[n] * Gathered(2 + roundings * n);
  const bool positive = !negative && signs_agree_ >= terms;
  return {terms, split, positive ? error / total : error, positive};
}

void TaylorSeries::Sum(const Plan& plan, Long* x, Long* y, int count) const {
  int i = 0;
  for (int k = 0; k < count; ++k) x[k] *= 1 / series_.scale;
  for (; i + 8 <= count; i += 8) {
    Pair at[4];
    Pair sum[4] = {};
    for (int k = 0; k < 8; ++k) at[k / 2][k % 2] = static_cast<double>(x[i + k]);
    for (int n = plan.terms - 1; n >= plan.split; --n) {
      for (int k = 0; k < 4; ++k) sum[k] = sum[k] * at[k] + in_double_[n];
    }
    for (int k = 0; k < 8; k += 4) {
      const Long* const z = x + i + k;
      Long sum0 = sum[k / 2][0], sum1 = sum[k / 2][1];
      Long sum2 = sum[k / 2 + 1][0], sum3 = sum[k / 2 + 1][1];
      for (int n = plan.split - 1; n >= 0; --n) {
        const Long coefficient = coefficients_[n];
        sum0 = sum0 * z[0] + coefficient;
        sum1 = sum1 * z[1] + coefficient;
        sum2 = sum2 * z[2] + coefficient;
        sum3 = sum3 * z[3] + coefficient;
      }
      y[i + k] = sum0;
      y[i + k + 1] = sum1;
      y[i + k + 2] = sum2;
      y[i + k + 3] = sum3;
    }
  }
  for (; i < count; ++i) {
    const auto at = static_cast<double>(x[i]);
    double start = 0;
    for (int n = plan.terms - 1; n >= plan.split; --n) start = start * at + in_double_[n];
    Long sum = start;
    for (int n = plan.split - 1; n >= 0; --n) sum = sum * x[i] + coefficients_[n];
    y[i] = sum;
  }
}

}  // namespace formulary::runtime::special
