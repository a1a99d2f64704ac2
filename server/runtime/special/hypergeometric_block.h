#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_HYPERGEOMETRIC_BLOCK_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_HYPERGEOMETRIC_BLOCK_H_

// The values of a function of hypergeometric_forms.h: power series with their coefficients computed
// once for all elements that share the parameters; elements whose error bound is too large, and all
// others, by the function's careful way. For hypergeometric_fast.cc only.

#include <algorithm>
#include <cmath>
#include <optional>

#include "server/runtime/special/hypergeometric_forms.h"
#include "server/runtime/special/hypergeometric_precise.h"
#include "server/runtime/special/hypergeometric_taylor.h"

namespace formulary::runtime::special {
namespace {

// Of a result, relative. The estimate gathers all roundings; what is seen is a tenth of it.
constexpr double kSafe = 0x1p-52;
constexpr double kPreciselySafe = 0x1p-58;
// Error of the terms that are summed in double, of the sum, where all terms are positive.
constexpr double kPositiveTail = 0x1p-58;

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

}  // namespace
}  // namespace formulary::runtime::special

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_HYPERGEOMETRIC_BLOCK_H_
