#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_HYPERGEOMETRIC_MILLER_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_HYPERGEOMETRIC_MILLER_H_

// Tricomi's U(a, b, x) for x > 0 by two ways whose coefficients depend on a and b alone: Miller's
// algorithm and the asymptotic series. Who calls makes a plan for a range of x, once, and then
// fills elements of that range. A value depends on its operands and plan, not on its neighbours.
// For hypergeometric_tricomi.cc only.

namespace formulary::runtime::special {

// One thread at a time.
class MillerTricomi {
 public:
  // Backward recurrence from w(last); the steps after w(late) in long double, those before in
  // double.
  struct Plan {
    int last = 0;  // 0: not by this way
    int late = 0;
    double low = 0;
  };

  MillerTricomi(double a, double b);

  // For low <= x <= high.
  Plan PlanFor(double low, double high) const;

  // y[i] = U(a, b, x[i]); NaN where the error may be too large.
  void Fill(const Plan& plan, const double* x, double* y, int count);

 private:
  struct Sums {
    long double now, fall, sum, early;
  };

  static constexpr int kMaxSteps = 6000;
  static constexpr int kMaxLate = 1536;

  double StepsTo(double below, double x) const;
  void Extend(const Plan& plan);
  template <class T>
  void Early(const Plan& plan, const double* x, Sums* sums) const;
  template <int kCount>
  void Late(const Plan& plan, const double* x, Sums* sums) const;
  double Finish(const Plan& plan, double x, const Sums& sums) const;

  double a_, b_;
  bool is_usable_ = false;
  long double difference_ = 0;  // a - b + 1
  long double top_ = 0;         // p = a + m
  long double q_ = 0;           // p - b + 1
  double start_ = 0;            // of the logarithm of the number of steps
  // Step n is fall = rise[n] (x now) + keep[n] fall, and weight[n] = (q)_n / n!.
  int known_ = 0;
  int known_late_ = 0;
  double rise_[kMaxSteps + 1], keep_[kMaxSteps + 1], weight_[kMaxSteps + 1];
  long double late_rise_[kMaxLate + 1], late_keep_[kMaxLate + 1], late_weight_[kMaxLate + 1];
};

// One thread at a time.
class AsymptoticTricomi {
 public:
  struct Plan {
    int terms = 0;     // 0: not by this way
    double error = 0;  // bound, of the sum, absolute
  };

  AsymptoticTricomi(double a, double b);

  // For x from there on.
  Plan PlanFor(double low);

  // U(a, b, x); NaN where the error may be too large.
  double Value(const Plan& plan, double x) const;

 private:
  static constexpr int kMaxTerms = 200;

  double a_;
  long double shifted_;  // a - b + 1
  bool is_usable_;
  int known_ = 1;
  long double coefficients_[kMaxTerms + 1];
};

}  // namespace formulary::runtime::special

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_HYPERGEOMETRIC_MILLER_H_
