#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_HYPERGEOMETRIC_PRECISE_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_HYPERGEOMETRIC_PRECISE_H_

// Power series as in hypergeometric_taylor.h where the terms cancel: coefficients and sums are
// pairs of doubles, 106 bits. Costly to set up (some us). For hypergeometric*.cc only.

#include "server/runtime/special/hypergeometric_taylor.h"

namespace formulary::runtime::special {

class PreciseSeries {
 public:
  static constexpr int kMaxTerms = 320;

  struct Plan {
    int terms = 0;     // 0: not by this series
    double error = 0;  // bound of the absolute error
  };

  explicit PreciseSeries(const PowerSeries& series) : series_(series) {
    high_[0] = 1;
    low_[0] = 0;
  }

  // For |x| <= end.
  Plan PlanFor(double end);

  // y[i] = the series at x[i], a double.
  void Sum(const Plan& plan, const long double* x, long double* y, int count) const;

 private:
  void AddCoefficient();

  PowerSeries series_;
  int known_ = 1;
  __float128 last_ = 1;
  double high_[kMaxTerms + 1];
  double low_[kMaxTerms + 1];
};

}  // namespace formulary::runtime::special

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_HYPERGEOMETRIC_PRECISE_H_
