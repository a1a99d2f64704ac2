// Sources: N. M. Temme, "The numerical computation of the confluent hypergeometric function
// U(a, b, z)" (1983), for the recurrence and its normalization (DLMF 13.29); DLMF 13.3.7, 13.7.3,
// 13.8.8.
//
// w(n) = (p)_n U(p + n, b, x) falls faster than all other solutions of its recurrence, and the sum
// of (p - b + 1)_n / n! w(n) is x^-p, with p = a + m so large that all terms are positive; from
// there U is led down to a. The recurrence is that of the differences w(n) - w(n + 1), in which
// nothing cancels.

#include "server/runtime/special/hypergeometric_miller.h"

#include <algorithm>
#include <cmath>

#include "server/runtime/special/hypergeometric_series.h"

namespace formulary::runtime::special {
namespace {

using Long = long double;
using Lanes = double __attribute__((vector_size(16)));

constexpr double kNan = __builtin_nan("");
constexpr Long kUnit = 0x1p-64L;
constexpr int kMaxShift = 300;
constexpr double kMaxParameter = 1e4;
// Logarithms of what is left out: of all terms, and of those whose sum may be wrong by 2^-53.
constexpr double kBelow = 42.75;
constexpr double kBelowLate = 13;

double LogGamma(double y) { return (y - 0.5) * std::log(y) - y + 0.9; }

Bounded Exactly(Long y) { return {y, 2 * kUnit * std::fabs(y)}; }

// 1 / (p + n - 1) and what else a step needs of n.
template <class T>
void SetStep(int n, T p, T q, T* rise, T* keep, T* weight) {
  const T next_p = p + static_cast<T>(n - 1);
  const T ratio = 1 / (next_p * static_cast<T>(n));
  rise[n] = ratio * static_cast<T>(n);
  keep[n] = (q + static_cast<T>(n)) * rise[n];
  weight[n] = weight[n - 1] * ((q + static_cast<T>(n - 1)) * (ratio * next_p));
}

template <class T>
struct State {
  T now, fall, sum;

  template <class C>
  void Step(C rise, C keep, C weight, T x) {
    sum += weight * now;
    fall = (x * rise) * now + keep * fall;
    now += fall;
  }
};

}  // namespace

MillerTricomi::MillerTricomi(double a, double b) : a_(a), b_(b) {
  const Parameter difference = Sum(a, -b, 1);
  difference_ = difference.value;
  const Long least = std::fmin(Long{a}, difference_);
  const Long shift = least >= 1 ? 0 : std::ceil(1 - least);
  if (!(shift <= kMaxShift && std::fabs(a) <= kMaxParameter && std::fabs(b) <= kMaxParameter))
    return;
  top_ = a + shift;
  q_ = difference_ + shift;
  is_usable_ = top_ - shift == a;
  start_ = -LogGamma(static_cast<double>(top_)) - LogGamma(static_cast<double>(q_));
  weight_[0] = 1;
  late_weight_[0] = 1;
}

// The terms near n are about n^e exp(x / 2 - 2 sqrt(n x)) x^f / (gamma(p) gamma(q)) of the sum;
// those from here on are exp(-below) of it.
double MillerTricomi::StepsTo(double below, double x) const {
  const auto p = static_cast<double>(top_);
  const double power = (p + static_cast<double>(q_) - 1.5) / 2;
  const double start = start_ + x / 2 + (power + 0.5) * std::log(x);
  double n = below * below / (4 * x) + 1;
  for (int i = 0; i < 4; ++i) {
    const double root = std::fmax(below + start + power * std::log(n), 4) / 2;
    n = root * root / x + 1;
  }
  return n + 0.1 * (p + x) + 4;
}

MillerTricomi::Plan MillerTricomi::PlanFor(double low, double high) const {
  if (!is_usable_ || !(low > 0)) return {};
  const double below = kBelow - std::log(std::fmin(low, 2));
  const double steps = std::fmax(StepsTo(below, low), StepsTo(below, high));
  if (!(steps < kMaxSteps)) return {};
  const int last = static_cast<int>(steps);
  if (top_ + q_ >= 16) {  // the first terms may have a wide range
    if (last > kMaxLate) return {};
    return {last, last, low};
  }
  const double late = std::fmax(StepsTo(kBelowLate, low), StepsTo(kBelowLate, high));
  if (!(late < kMaxLate)) return {};
  return {last, std::min(last, static_cast<int>(late)), low};
}

void MillerTricomi::Extend(const Plan& plan) {
  const auto p = static_cast<double>(top_);
  const auto q = static_cast<double>(q_);
  // Weights count from 0 on.
  const int last = plan.last > plan.late ? plan.last : 0;
  while (known_ < last) SetStep(++known_, p, q, rise_, keep_, weight_);
  while (known_late_ < plan.late)
    SetStep(++known_late_, top_, q_, late_rise_, late_keep_, late_weight_);
}

// The steps in double of as many elements as T has.
template <class T>
void MillerTricomi::Early(const Plan& plan, const double* x, Sums* sums) const {
  constexpr int kCount = sizeof(T) / sizeof(double);
  T at, fall;
  __builtin_memcpy(&at, x, sizeof at);
  double falls[kCount];
  for (int i = 0; i < kCount; ++i) falls[i] = std::sqrt(x[i] / plan.last);
  __builtin_memcpy(&fall, falls, sizeof fall);
  State<T> state = {T{} + 1.0, fall, T{}};
  for (int n = plan.last; n > plan.late; --n) state.Step(rise_[n], keep_[n], weight_[n], at);
  double now[kCount], sum[kCount];
  __builtin_memcpy(now, &state.now, sizeof now);
  __builtin_memcpy(falls, &state.fall, sizeof falls);
  __builtin_memcpy(sum, &state.sum, sizeof sum);
  for (int i = 0; i < kCount; ++i) sums[i] = {now[i], falls[i], sum[i], sum[i]};
}

// The steps in long double; of two elements at once, since a step waits for the one before.
template <int kCount>
void MillerTricomi::Late(const Plan& plan, const double* x, Sums* sums) const {
  State<Long> first = {sums[0].now, sums[0].fall, sums[0].sum};
  State<Long> second = {sums[kCount - 1].now, sums[kCount - 1].fall, sums[kCount - 1].sum};
  const Long x0 = x[0], x1 = x[kCount - 1];
  for (int n = plan.late; n > 0; --n) {
    first.Step(late_rise_[n], late_keep_[n], late_weight_[n], x0);
    if constexpr (kCount == 2) second.Step(late_rise_[n], late_keep_[n], late_weight_[n], x1);
  }
  if constexpr (kCount == 2) sums[1] = {second.now, second.fall, second.sum, sums[1].early};
  sums[0] = {first.now, first.fall, first.sum, sums[0].early};
}

double MillerTricomi::Finish(const Plan& plan, double x, const Sums& sums) const {
  const Long now = sums.now;
  const Long after = now - sums.fall;
  const Long sum = sums.sum + now;
  const double root = std::sqrt(static_cast<double>(plan.last));
  const bool in_double = plan.last > plan.late;
  const Long weight = in_double ? weight_[plan.last] : late_weight_[plan.last];
  // Behind the last term each is about exp(-sqrt(x / n)) of the one before.
  const Long left_out =
      (4 * root / std::sqrt(plan.low) * weight + 0x1p-50L * root * sums.early) / sum;
  if (!(left_out < 0x1p-56L)) return kNan;
  const Long rounding = kUnit * (16 + 6 * root);
  const Long inverse = 1 / sum;
  const Bounded scale = Power({x}, {-top_}) * Bounded{inverse, inverse * (rounding + left_out)};
  // The ratio of two neighbours forgets the errors of early steps; the scale comes in at the end.
  Bounded value = {now, 16 * kUnit * now};
  Bounded next = {after / top_, 16 * kUnit * (after / top_)};
  const Long base = x - Long{b_};
  for (Long down = top_; down > a_; down -= 1) {  // U(down, b, x), DLMF 13.3.7
    const Long rest = difference_ + (down - a_);
    const Bounded before = Exactly(2 * down + base) * value + Exactly(-down) * Exactly(rest) * next;
    next = value;
    value = before;
  }
  const Bounded result = scale * value;
  return result.IsSafe() ? static_cast<double>(result.value) : kNan;
}

void MillerTricomi::Fill(const Plan& plan, const double* x, double* y, int count) {
  if (plan.last == 0) std::fill_n(y, count, kNan);
  if (plan.last == 0 || count == 0) return;
  Extend(plan);
  Sums sums[2];
  int i = 0;
  for (; i + 2 <= count; i += 2) {
    Early<Lanes>(plan, x + i, sums);
    Late<2>(plan, x + i, sums);
    y[i] = Finish(plan, x[i], sums[0]);
    y[i + 1] = Finish(plan, x[i + 1], sums[1]);
  }
  if (i == count) return;
  Early<double>(plan, x + i, sums);
  Late<1>(plan, x + i, sums);
  y[i] = Finish(plan, x[i], sums[0]);
}

AsymptoticTricomi::AsymptoticTricomi(double a, double b) : a_(a) {
  const Parameter shifted = Sum(a, -b, 1);
  shifted_ = shifted.value;
  is_usable_ = shifted.error == 0 && std::fabs(a) <= kMaxParameter && std::fabs(b) <= kMaxParameter;
  coefficients_[0] = 1;
}

AsymptoticTricomi::Plan AsymptoticTricomi::PlanFor(double low) {
  if (!is_usable_) return {};
  // Of the coefficients of (-1 / x)^n.
  const Long at = 1 / Long{low};
  Long power = 1;
  Long total = 0;
  Long error = 0;
  Long size = 0;
  for (int n = 0; n < kMaxTerms; ++n) {
    if (n == known_) {
      const Long step = n - 1;
      coefficients_[n] = coefficients_[n - 1] * ((a_ + step) * (shifted_ + step) / n);
      ++known_;
    }
    const Long last = size;
    size = std::fabs(coefficients_[n]) * power;
    if (size == 0) return {n, static_cast<double>(error)};  // ends here
    if (n > 0 && size >= last) return {};                   // grows before it is small
    power *= at;
    total += size;
    const Long roundings = 6 * n;
    error += kUnit * size * (2 + std::fmin(roundings, 4 * std::sqrt(roundings)));
    if (size < kUnit / 64 * total) return {n, static_cast<double>(error + 16 * size)};
  }
  return {};
}

double AsymptoticTricomi::Value(const Plan& plan, double x) const {
  const Long at = -1 / Long{x};
  Long sum = 0;
  for (int n = plan.terms - 1; n >= 0; --n) sum = sum * at + coefficients_[n];
  const Bounded result =
      Bounded{sum, plan.error + 2 * kUnit * std::fabs(sum)} * Power({x}, {-Long{a_}});
  return result.IsSafe() ? static_cast<double>(result.value) : kNan;
}

}  // namespace formulary::runtime::special
