// 0F1, 1F1, 2F1 at ordinary arguments: power series with their coefficients computed once for all
// elements that share the parameters. Elements whose error bound is too large, and all others, go
// to hypergeometric_careful.h. Source: DLMF 13.2.39 (Kummer's transformation).

#include <algorithm>
#include <cmath>

#include "server/runtime/special/hypergeometric_careful.h"
#include "server/runtime/special/hypergeometric_series.h"
#include "server/runtime/special/hypergeometric_taylor.h"
#include "server/runtime/special/special.h"

namespace formulary::runtime::special {
namespace {

using Long = long double;

// Of a result, relative. The estimate gathers all roundings; what is seen is a tenth of it.
constexpr double kSafe = 0x1p-52;
constexpr double kMaxParameter = 1e4;

constexpr int kCareful = -1;

bool IsPole(double x) { return x <= 0 && x == std::floor(x); }
bool IsOrdinary(double x) { return std::fabs(x) <= kMaxParameter; }

// One function with its parameters fixed: the series it may be computed by (forms), the form and
// argument for x (or kCareful), and the factor in front of the series.

class Fast0f1 {
 public:
  static constexpr int kForms = 1;
  static constexpr double kTail = 0x1p-62;

  explicit Fast0f1(double b) : b_(b), series_{{0, 0, 0, b, 64}} {}
  bool IsUsable() const { return IsOrdinary(b_) && !IsPole(b_); }
  int FormOf(double) const { return 0; }
  double ArgumentOf(int, double x) const { return x; }
  Long FactorOf(int, double) const { return 1; }
  double Careful(double x) const { return CarefulHyp0f1(b_, x); }
  TaylorSeries& SeriesOf(int form) { return series_[form]; }

 private:
  double b_;
  TaylorSeries series_[kForms];
};

class Fast1f1 {
 public:
  static constexpr int kForms = 2;
  static constexpr double kTail = 0x1p-62;

  Fast1f1(double a, double b)
      : a_(a), b_(b), rest_(Sum(b, -a)), series_{{1, a, 0, b, 16}, {1, rest_.value, 0, b, 16}} {}
  bool IsUsable() const { return IsOrdinary(a_) && IsOrdinary(b_) && !IsPole(b_); }
  // exp(x) M(b - a, b, -x) has terms of one sign mostly where M(a, b, x) has not.
  int FormOf(double x) const {
    if (x > -1 || IsPole(a_)) return 0;
    return rest_.error == 0 ? 1 : kCareful;
  }
  double ArgumentOf(int form, double x) const { return form == 0 ? x : -x; }
  Long FactorOf(int form, double x) const { return form == 0 ? 1 : std::exp(Long{x}); }
  double Careful(double x) const { return CarefulHyp1f1(a_, b_, x); }
  TaylorSeries& SeriesOf(int form) { return series_[form]; }

 private:
  double a_, b_;
  Parameter rest_;  // b - a
  TaylorSeries series_[kForms];
};

class Fast2f1 {
 public:
  static constexpr int kForms = 1;
  static constexpr double kTail = 0x1p-59;

  Fast2f1(double a, double b, double c) : a_(a), b_(b), c_(c), series_{{2, a, b, c, 1}} {}
  bool IsUsable() const {
    return IsOrdinary(a_) && IsOrdinary(b_) && IsOrdinary(c_) && !IsPole(c_);
  }
  int FormOf(double x) const { return std::fabs(x) < 0.90625 ? 0 : kCareful; }
  double ArgumentOf(int, double x) const { return x; }
  Long FactorOf(int, double) const { return 1; }
  double Careful(double x) const { return CarefulHyp2f1(a_, b_, c_, x); }
  TaylorSeries& SeriesOf(int form) { return series_[form]; }

 private:
  double a_, b_, c_;
  TaylorSeries series_[kForms];
};

// The elements that are summed by one plan share a key: form, sign of the argument, range.
template <class Fast>
int KeyOf(const Fast& fast, double x) {
  const int form = fast.FormOf(x);
  if (form == kCareful) return kCareful;
  const double argument = fast.ArgumentOf(form, x);
  const int range = RangeOf(std::fabs(argument));
  return range < 0 ? kCareful : range + kRanges * (2 * form + (argument < 0 ? 1 : 0));
}

int FormOfKey(int key) { return key / (2 * kRanges); }

template <class Fast>
TaylorSeries::Plan PlanOf(Fast& fast, int key) {
  const bool negative = key / kRanges % 2 != 0;
  return fast.SeriesOf(FormOfKey(key))
      .PlanFor(EndOfRange(key % kRanges), negative, negative ? Fast::kTail : 0x1p-58);
}

bool IsSafe(const TaylorSeries::Plan& plan, Long sum) {
  return plan.error <= (plan.positive ? kSafe : kSafe * static_cast<double>(std::fabs(sum)));
}

template <class Fast>
double Value(Fast&& fast, double x) {
  const int key = fast.IsUsable() ? KeyOf(fast, x) : kCareful;
  if (key == kCareful) return fast.Careful(x);
  const TaylorSeries::Plan plan = PlanOf(fast, key);
  if (plan.terms == 0) return fast.Careful(x);
  const int form = FormOfKey(key);
  double argument = fast.ArgumentOf(form, x);
  Long sum = 0;
  fast.SeriesOf(form).Sum(plan, &argument, &sum, 1);
  return IsSafe(plan, sum) ? static_cast<double>(sum * fast.FactorOf(form, x)) : fast.Careful(x);
}

// Value() for all x, sorted by their keys within chunks.
template <class Fast>
class Block {
 public:
  explicit Block(Fast& fast) : fast_(fast) {
    std::fill_n(first_, kKeys, kNone);
    std::fill_n(is_planned_, kKeys, false);
  }

  void Fill(double* y, const double* x, long stride, long n) {
    for (long at = 0; at < n; at += kChunk)
      FillChunk(y + at, x + at * stride, stride, static_cast<int>(std::min(n - at, kChunk)));
  }

 private:
  static constexpr long kChunk = 1024;
  static constexpr int kKeys = 2 * kRanges * Fast::kForms;
  static constexpr short kNone = -1;

  void FillChunk(double* y, const double* x, long stride, int n) {
    int used = 0;
    for (int i = 0; i < n; ++i) {
      const int key = KeyOf(fast_, x[i * stride]);
      if (key == kCareful) {
        y[i] = fast_.Careful(x[i * stride]);
        continue;
      }
      if (first_[key] == kNone) keys_[used++] = static_cast<short>(key);
      next_[i] = first_[key];
      first_[key] = static_cast<short>(i);
    }
    for (int k = 0; k < used; ++k) {
      FillKey(keys_[k], y, x, stride);
      first_[keys_[k]] = kNone;
    }
  }

  void FillKey(int key, double* y, const double* x, long stride) {
    if (!is_planned_[key]) plans_[key] = PlanOf(fast_, key);
    is_planned_[key] = true;
    const TaylorSeries::Plan& plan = plans_[key];
    const int form = FormOfKey(key);
    int count = 0;
    for (short i = first_[key]; i != kNone; i = next_[i]) {
      members_[count] = i;
      arguments_[count++] = fast_.ArgumentOf(form, x[i * stride]);
    }
    if (plan.terms != 0) fast_.SeriesOf(form).Sum(plan, arguments_, sums_, count);
    for (int k = 0; k < count; ++k) {
      const double z = x[members_[k] * stride];
      const bool safe = plan.terms != 0 && IsSafe(plan, sums_[k]);
      y[members_[k]] =
          safe ? static_cast<double>(sums_[k] * fast_.FactorOf(form, z)) : fast_.Careful(z);
    }
  }

  Fast& fast_;
  TaylorSeries::Plan plans_[kKeys];
  bool is_planned_[kKeys];
  short first_[kKeys];
  short keys_[kKeys];
  short next_[kChunk];
  short members_[kChunk];
  double arguments_[kChunk];
  Long sums_[kChunk];
};

template <class Fast>
void FillBlock(Fast&& fast, double* y, const double* x, long stride, long n) {
  if (fast.IsUsable()) {
    Block<std::remove_reference_t<Fast>>(fast).Fill(y, x, stride, n);
  } else {
    for (long i = 0; i < n; ++i) y[i] = fast.Careful(x[i * stride]);
  }
}

}  // namespace

double hyp0f1(double a, double b) noexcept { return Value(Fast0f1(a), b); }

double hyp1f1(double a, double b, double c) noexcept { return Value(Fast1f1(a, b), c); }

double hyp2f1(double a, double b, double c, double d) noexcept {
  return Value(Fast2f1(a, b, c), d);
}

void hyp0f1_block(double* y, const double* a, long a_stride, const double* b, long b_stride,
                  long n) noexcept {
  if (a_stride == 0 && n > 1) return FillBlock(Fast0f1(*a), y, b, b_stride, n);
  for (long i = 0; i < n; ++i) y[i] = hyp0f1(a[i * a_stride], b[i * b_stride]);
}

void hyp1f1_block(double* y, const double* a, long a_stride, const double* b, long b_stride,
                  const double* c, long c_stride, long n) noexcept {
  if (a_stride == 0 && b_stride == 0 && n > 1) return FillBlock(Fast1f1(*a, *b), y, c, c_stride, n);
  for (long i = 0; i < n; ++i) y[i] = hyp1f1(a[i * a_stride], b[i * b_stride], c[i * c_stride]);
}

void hyp2f1_block(double* y, const double* a, long a_stride, const double* b, long b_stride,
                  const double* c, long c_stride, const double* d, long d_stride, long n) noexcept {
  if (a_stride == 0 && b_stride == 0 && c_stride == 0 && n > 1)
    return FillBlock(Fast2f1(*a, *b, *c), y, d, d_stride, n);
  for (long i = 0; i < n; ++i) {
    y[i] = hyp2f1(a[i * a_stride], b[i * b_stride], c[i * c_stride], d[i * d_stride]);
  }
}

}  // namespace formulary::runtime::special
