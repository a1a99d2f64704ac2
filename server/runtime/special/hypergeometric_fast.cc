// 0F1, 1F1, 2F1 at ordinary arguments: power series with their coefficients computed once for all
// elements that share the parameters. Elements whose error bound is too large, and all others, go
// to hypergeometric_careful.h. Source: DLMF 13.2.39 (Kummer's transformation), 15.8.1 (Pfaff's).

#include <algorithm>
#include <cmath>
#include <optional>

#include "server/runtime/special/hypergeometric_careful.h"
#include "server/runtime/special/hypergeometric_precise.h"
#include "server/runtime/special/hypergeometric_series.h"
#include "server/runtime/special/hypergeometric_taylor.h"
#include "server/runtime/special/lanes.h"
#include "server/runtime/special/special.h"

namespace formulary::runtime::special {
namespace {

using Long = long double;

// Of a result, relative. The estimate gathers all roundings; what is seen is a tenth of it.
constexpr double kSafe = 0x1p-52;
constexpr double kPreciselySafe = 0x1p-58;
// Error of the terms that are summed in double, of the sum, where all terms are positive.
constexpr double kPositiveTail = 0x1p-58;
constexpr double kMaxParameter = 1e4;

constexpr int kCareful = -1;

bool IsPole(double x) { return x <= 0 && x == std::floor(x); }
bool IsOrdinary(double x) { return std::fabs(x) <= kMaxParameter; }

// One function with its parameters fixed: the series it may be computed by (forms), the form and
// argument for x (or kCareful; an argument that is not exact is right to the last bit), and the
// factor in front of the series.

class Fast0f1 {
 public:
  static constexpr int kForms = 1;
  static constexpr double kTail = 0x1p-62;

  explicit Fast0f1(double b) : b_(b), series_{{0, {0, 0}, b, 64}} {}
  bool IsUsable() const { return IsOrdinary(b_) && !IsPole(b_); }
  int FormOf(double) const { return 0; }
  bool IsExact(int) const { return true; }
  Long ArgumentOf(int, double x) const { return x; }
  Long FactorOf(int, double) const { return 1; }
  double Careful(double x) const { return CarefulHyp0f1(b_, x); }
  const PowerSeries& SeriesOf(int form) const { return series_[form]; }

 private:
  double b_;
  PowerSeries series_[kForms];
};

class Fast1f1 {
 public:
  static constexpr int kForms = 2;
  static constexpr double kTail = 0x1p-62;

  Fast1f1(double a, double b)
      : a_(a),
        b_(b),
        rest_(Sum(b, -a)),
        series_{{1, {a, 0}, b, 16}, {1, {rest_.value, 0}, b, 16}} {}
  bool IsUsable() const { return IsOrdinary(a_) && IsOrdinary(b_) && !IsPole(b_); }
  // exp(x) M(b - a, b, -x) has terms of one sign mostly where M(a, b, x) has not.
  int FormOf(double x) const {
    if (x > -1 || IsPole(a_)) return 0;
    return rest_.error == 0 ? 1 : kCareful;
  }
  bool IsExact(int) const { return true; }
  Long ArgumentOf(int form, double x) const { return form == 0 ? x : -x; }
  Long FactorOf(int form, double x) const { return form == 0 ? 1 : std::exp(Long{x}); }
  double Careful(double x) const { return CarefulHyp1f1(a_, b_, x); }
  const PowerSeries& SeriesOf(int form) const { return series_[form]; }

 private:
  double a_, b_;
  Parameter rest_;  // b - a
  PowerSeries series_[kForms];
};

class Fast2f1 {
 public:
  static constexpr int kForms = 2;
  static constexpr double kTail = 0x1p-59;

  Fast2f1(double a, double b, double c)
      : a_(a), b_(b), c_(c), series_{{2, {a, b}, c, 1}, {2, {a, 0}, c, 1}} {
    const Parameter rest_a = Sum(c, -a);
    const Parameter rest_b = Sum(c, -b);
    const bool swap = rest_b.error != 0 || (rest_b.value < 0 && rest_a.value > 0);
    const Parameter rest = swap ? rest_a : rest_b;
    power_ = swap ? -b : -a;
    series_[1].upper[0] = -power_;
    series_[1].upper[1] = rest.value;
    has_pfaff_ = rest.error == 0 && std::fabs(power_) <= 100;
  }
  bool IsUsable() const {
    return IsOrdinary(a_) && IsOrdinary(b_) && IsOrdinary(c_) && !IsPole(c_);
  }
  int FormOf(double x) const {
    if (x < -0.5 && x > -kEnd / (1 - kEnd) && has_pfaff_ && !IsPole(a_) && !IsPole(b_)) return 1;
    return std::fabs(x) < kEnd ? 0 : kCareful;
  }
  // Form 1: (1 - x)^-a F(a, c - b; c; x / (x - 1)), DLMF 15.8.1.
  bool IsExact(int form) const { return form == 0; }
  Long ArgumentOf(int form, double x) const { return form == 0 ? x : x / (Long{x} - 1); }
  Long FactorOf(int form, double x) const { return form == 0 ? 1 : std::pow(1 - Long{x}, power_); }
  double Careful(double x) const { return CarefulHyp2f1(a_, b_, c_, x); }
  const PowerSeries& SeriesOf(int form) const { return series_[form]; }

 private:
  static constexpr double kEnd = 0.96875;  // of a range

  double a_, b_, c_;
  PowerSeries series_[kForms];
  Long power_;
  bool has_pfaff_;
};

// The elements that are summed by one plan share a key: form, sign of the argument, range.
template <class Fast>
int KeyOf(const Fast& fast, double x) {
  const int form = fast.FormOf(x);
  if (form == kCareful) return kCareful;
  const auto argument = static_cast<double>(fast.ArgumentOf(form, x));
  const int range = RangeOf(std::fabs(argument));
  return range < 0 ? kCareful : range + kRanges * (2 * form + (argument < 0 ? 1 : 0));
}

int FormOfKey(int key) { return key / (2 * kRanges); }

template <class Fast>
TaylorSeries::Plan PlanOf(TaylorSeries& series, int key) {
  const bool negative = key / kRanges % 2 != 0;
  return series.PlanFor(EndOfRange(key % kRanges), negative,
                        negative ? Fast::kTail : kPositiveTail);
}

PreciseSeries::Plan PrecisePlanOf(PreciseSeries& series, int key) {
  return series.PlanFor(EndOfRange(key % kRanges));
}

bool IsSafe(const TaylorSeries::Plan& plan, Long sum) {
  return plan.error <= (plan.positive ? kSafe : kSafe * static_cast<double>(std::fabs(sum)));
}

bool IsSafe(const PreciseSeries::Plan& plan, Long sum) {
  return plan.error <= kPreciselySafe * static_cast<double>(std::fabs(sum));
}

template <class Fast>
double Value(Fast fast, double x) {
  const int key = fast.IsUsable() ? KeyOf(fast, x) : kCareful;
  if (key == kCareful) return fast.Careful(x);
  const int form = FormOfKey(key);
  const auto sums = [&](auto& series, const auto& plan, Long& sum) {
    if (plan.terms == 0) return false;
    Long argument = fast.ArgumentOf(form, x);
    series.Sum(plan, &argument, &sum, 1);
    return IsSafe(plan, sum);
  };
  Long sum = 0;
  TaylorSeries series(fast.SeriesOf(form));
  bool safe = sums(series, PlanOf<Fast>(series, key), sum);
  if (!safe && fast.IsExact(form)) {
    PreciseSeries precise(fast.SeriesOf(form));
    safe = sums(precise, PrecisePlanOf(precise, key), sum);
  }
  return safe ? static_cast<double>(sum * fast.FactorOf(form, x)) : fast.Careful(x);
}

// Value() for all x, sorted by their keys within chunks.
template <class Fast>
class Block {
 public:
  Block(Fast& fast, double* y, const double* x, long stride)
      : fast_(fast), y_(y), x_(x), stride_(stride) {
    std::fill_n(first_, kKeys, kNone);
  }

  void Fill(long n) {
    for (; n > 0; n -= kChunk, y_ += kChunk, x_ += kChunk * stride_)
      FillChunk(static_cast<int>(std::min(n, kChunk)));
  }

 private:
  static constexpr long kChunk = 1024;
  static constexpr int kKeys = 2 * kRanges * Fast::kForms;
  static constexpr short kNone = -1;

  // A series with the plans made for it so far, by range and sign.
  template <class Series>
  struct Planned {
    Series series;
    typename Series::Plan plans[2 * kRanges];
    bool is_planned[2 * kRanges] = {};
    explicit Planned(const PowerSeries& power_series) : series(power_series) {}
  };

  void FillChunk(int n) {
    int used = 0;
    for (int i = 0; i < n; ++i) {
      const double x = x_[i * stride_];
      const int key = KeyOf(fast_, x);
      if (key == kCareful) {
        y_[i] = fast_.Careful(x);
        continue;
      }
      if (first_[key] == kNone) keys_[used++] = static_cast<short>(key);
      next_[i] = first_[key];
      first_[key] = static_cast<short>(i);
    }
    for (int k = 0; k < used; ++k) FillKey(keys_[k]);
  }

  void FillKey(int key) {
    const int form = FormOfKey(key);
    int count = 0;
    for (short i = first_[key]; i != kNone; i = next_[i]) members_[count++] = i;
    first_[key] = kNone;
    auto& taylor = taylor_[form];
    if (!taylor) taylor.emplace(fast_.SeriesOf(form));
    count = Sum(*taylor, &PlanOf<Fast>, key, count);
    if (count == 0) return;
    if (fast_.IsExact(form)) {
      auto& precise = precise_[form];
      if (!precise) precise.emplace(fast_.SeriesOf(form));
      count = Sum(*precise, &PrecisePlanOf, key, count);
    }
    for (int k = 0; k < count; ++k) y_[members_[k]] = fast_.Careful(x_[members_[k] * stride_]);
  }

  // Fills those of the members whose sum is safe, and keeps the others, so many.
  template <class Series>
  int Sum(Planned<Series>& planned, typename Series::Plan (*make)(Series&, int), int key,
          int count) {
    const int at = key % (2 * kRanges);
    if (!planned.is_planned[at]) planned.plans[at] = make(planned.series, key);
    planned.is_planned[at] = true;
    const typename Series::Plan& plan = planned.plans[at];
    if (plan.terms == 0) return count;
    const int form = FormOfKey(key);
    for (int k = 0; k < count; ++k)
      arguments_[k] = fast_.ArgumentOf(form, x_[members_[k] * stride_]);
    planned.series.Sum(plan, arguments_, sums_, count);
    int rest = 0;
    for (int k = 0; k < count; ++k) {
      const short i = members_[k];
      if (IsSafe(plan, sums_[k])) {
        y_[i] = static_cast<double>(sums_[k] * fast_.FactorOf(form, x_[i * stride_]));
      } else {
        members_[rest++] = i;
      }
    }
    return rest;
  }

  Fast& fast_;
  double* y_;
  const double* x_;
  long stride_;
  std::optional<Planned<TaylorSeries>> taylor_[Fast::kForms];
  std::optional<Planned<PreciseSeries>> precise_[Fast::kForms];
  short first_[kKeys];
  short keys_[kKeys];
  short next_[kChunk];
  short members_[kChunk];
  Long arguments_[kChunk];
  Long sums_[kChunk];
};

template <class Fast>
void FillBlock(Fast fast, double* y, const double* x, long n) {
  if (fast.IsUsable()) {
    Block<Fast>(fast, y, x, 1).Fill(n);
  } else {
    for (long i = 0; i < n; ++i) y[i] = fast.Careful(x[i]);
  }
}

// The core on vectors of this processor's level; null where there is none.
using Core = void (*)(double* y, const double* const* x, const long* strides, long n) noexcept;
Core CoreFor(Core level3, Core level4) {
  const int level = fy_v1_isa_level();
  return level == 4 ? level4 : level == 3 ? level3 : nullptr;
}

// The elements that the core leaves go to `rest`, which takes the operands of one element, or to
// `uniform_rest`, which takes results, arguments and their count, where the parameters are uniform.
template <int kOperands, class UniformRest, class Rest>
void FillAll(Core core, double* y, const double* const* x, const long* strides, long n,
             UniformRest uniform_rest, Rest rest) {
  constexpr long kChunk = 1024;
  bool uniform = true;
  for (int k = 0; k + 1 < kOperands; ++k) uniform &= strides[k] == 0;
  double values[kChunk], arguments[kChunk], results[kChunk];
  short left[kChunk];
  for (long at = 0; at < n; at += kChunk) {
    const long count = std::min(n - at, kChunk);
    const double* from[kOperands];
    for (int k = 0; k < kOperands; ++k) from[k] = x[k] + at * strides[k];
    if (core != nullptr) {
      core(values, from, strides, count);
    } else {
      std::fill_n(values, count, __builtin_nan(""));
    }
    int others = 0;
    for (long i = 0; i < count; ++i) {
      if (std::isnan(values[i])) left[others++] = static_cast<short>(i);
    }
    for (int j = 0; j < others; ++j) {
      const long i = left[j];
      double operands[kOperands];
      for (int k = 0; k < kOperands; ++k) operands[k] = from[k][i * strides[k]];
      arguments[j] = operands[kOperands - 1];
      if (!uniform) values[i] = rest(operands);
    }
    if (uniform && others != 0) {
      uniform_rest(results, arguments, others);
      for (int j = 0; j < others; ++j) values[left[j]] = results[j];
    }
    std::copy_n(values, count, y + at);
  }
}

template <int kOperands, class Rest>
double ValueOf(Core core, const double (&operands)[kOperands], Rest rest) {
  if (core != nullptr) {
    const double* x[kOperands];
    const long strides[kOperands] = {};
    for (int k = 0; k < kOperands; ++k) x[k] = operands + k;
    double y;
    core(&y, x, strides, 1);
    if (!std::isnan(y)) return y;
  }
  return rest(operands);
}

}  // namespace

namespace scalar {

double hyp0f1(double a, double b) noexcept { return Value(Fast0f1(a), b); }
double hyp1f1(double a, double b, double c) noexcept { return Value(Fast1f1(a, b), c); }
double hyp2f1(double a, double b, double c, double d) noexcept {
  return Value(Fast2f1(a, b, c), d);
}

}  // namespace scalar

double hyp0f1(double a, double b) noexcept {
  return ValueOf(CoreFor(fy_lanes3_hyp0f1, fy_lanes4_hyp0f1), {a, b},
                 [](const double* x) { return scalar::hyp0f1(x[0], x[1]); });
}

double hyp1f1(double a, double b, double c) noexcept {
  return ValueOf(CoreFor(fy_lanes3_hyp1f1, fy_lanes4_hyp1f1), {a, b, c},
                 [](const double* x) { return scalar::hyp1f1(x[0], x[1], x[2]); });
}

double hyp2f1(double a, double b, double c, double d) noexcept {
  return ValueOf(CoreFor(fy_lanes3_hyp2f1, fy_lanes4_hyp2f1), {a, b, c, d},
                 [](const double* x) { return scalar::hyp2f1(x[0], x[1], x[2], x[3]); });
}

void hyp0f1_block(double* y, const double* a, long a_stride, const double* b, long b_stride,
                  long n) noexcept {
  const double* const x[] = {a, b};
  const long strides[] = {a_stride, b_stride};
  const double parameter = *a;
  FillAll<2>(
      CoreFor(fy_lanes3_hyp0f1, fy_lanes4_hyp0f1), y, x, strides, n,
      [&](double* results, const double* arguments, long count) {
        FillBlock(Fast0f1(parameter), results, arguments, count);
      },
      [](const double* one) { return scalar::hyp0f1(one[0], one[1]); });
}

void hyp1f1_block(double* y, const double* a, long a_stride, const double* b, long b_stride,
                  const double* c, long c_stride, long n) noexcept {
  const double* const x[] = {a, b, c};
  const long strides[] = {a_stride, b_stride, c_stride};
  const double upper = *a, lower = *b;
  FillAll<3>(
      CoreFor(fy_lanes3_hyp1f1, fy_lanes4_hyp1f1), y, x, strides, n,
      [&](double* results, const double* arguments, long count) {
        FillBlock(Fast1f1(upper, lower), results, arguments, count);
      },
      [](const double* one) { return scalar::hyp1f1(one[0], one[1], one[2]); });
}

void hyp2f1_block(double* y, const double* a, long a_stride, const double* b, long b_stride,
                  const double* c, long c_stride, const double* d, long d_stride, long n) noexcept {
  const double* const x[] = {a, b, c, d};
  const long strides[] = {a_stride, b_stride, c_stride, d_stride};
  const double first = *a, second = *b, lower = *c;
  FillAll<4>(
      CoreFor(fy_lanes3_hyp2f1, fy_lanes4_hyp2f1), y, x, strides, n,
      [&](double* results, const double* arguments, long count) {
        FillBlock(Fast2f1(first, second, lower), results, arguments, count);
      },
      [](const double* one) { return scalar::hyp2f1(one[0], one[1], one[2], one[3]); });
}

}  // namespace formulary::runtime::special
