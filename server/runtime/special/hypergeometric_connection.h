#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_HYPERGEOMETRIC_CONNECTION_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_HYPERGEOMETRIC_CONNECTION_H_

// 2F1 near 1 and far below 0, by its expansions around 1 and infinity, and Tricomi's U near 0, with
// what depends on the parameters computed once. For hypergeometric_forms.h and
// hypergeometric_tricomi.cc only.

#include "server/runtime/special/hypergeometric_series.h"

namespace formulary::runtime::special {

// w^prefactor times the sum over k of first[k] w^k + f(w) second[k] w^k, where f is w^power or
// log(w). Immutable after it was made.
class Connection {
 public:
  // Around 1, w = 1 - x; around infinity, w = 1 / (1 - x).
  static Connection AroundOne(double a, double b, double c);
  static Connection AroundInfinity(double a, double b, double c);

  // U(a, b, w).
  static Connection OfTricomi(double a, double b);

  // For 0 < w <= kEnd, of Tricomi's U kTricomiEnd. `w_error` is relative. Unknown where it does not
  // serve.
  Bounded Value(long double w, long double w_error) const;

  static constexpr long double kEnd = 1.0L / 32;
  static constexpr long double kTricomiEnd = 0.5L;

 private:
  static constexpr int kMaxTerms = 128, kUsualTerms = 36;

  // first has the parameters `upper`, second those plus power, the gammas the other way round.
  struct Parameters {
    int count;  // of the upper ones
    Parameter upper[2], shifted[2], power;
    Parameter prefactor;
    Bounded scale;
  };
  // How to sum for w up to an end. terms = 0: not at all.
  struct Limit {
    long double end;
    int terms = 0;
    long double first_error = 0, second_error = 0;  // bounds, absolute
  };
  static constexpr int kLimits = 3;

  explicit Connection(Parameters parameters);
  long double Factors(const Parameter* parameters, long double n) const;
  void SetPowers(const Parameters& parameters);
  void SetLogarithms(const Parameters& parameters);
  // Ends the series where its terms are small.
  void SetTerms(Limit* limit) const;

  bool is_logarithmic_ = false;
  int count_;
  int most_ = 0;  // terms
  Limit limits_[kLimits] = {{kEnd}, {1.0L / 8}, {kTricomiEnd}};
  Parameter power_, prefactor_;
  long double first_[kMaxTerms], second_[kMaxTerms];
  long double first_errors_[kMaxTerms], second_errors_[kMaxTerms];  // absolute
};

}  // namespace formulary::runtime::special

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_HYPERGEOMETRIC_CONNECTION_H_
