#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_HYPERGEOMETRIC_CONNECTION_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_HYPERGEOMETRIC_CONNECTION_H_

// 2F1 near 1 and far below 0, by its expansions around 1 and infinity with what depends on the
// parameters computed once. For hypergeometric_fast.cc only.

#include "server/runtime/special/hypergeometric_series.h"

namespace formulary::runtime::special {

// w^prefactor times the sum over k of first[k] w^k + f(w) second[k] w^k, where f is w^power or
// log(w). Immutable after it was made.
class Connection {
 public:
  // Around 1, w = 1 - x; around infinity, w = 1 / (1 - x).
  static Connection AroundOne(double a, double b, double c);
  static Connection AroundInfinity(double a, double b, double c);

  // For 0 < w <= kEnd. `w_error` is relative. Unknown where it does not serve.
  Bounded Value(long double w, long double w_error) const;

  static constexpr long double kEnd = 1.0L / 32;

 private:
  static constexpr int kMaxTerms = 96;

  // first has the parameters `upper`, second those plus power, the gammas the other way round.
  struct Parameters {
    Parameter upper[2], shifted[2], power;
    Parameter prefactor;
    double c;
  };

  explicit Connection(Parameters parameters);
  void SetPowers(const Parameters& parameters);
  void SetLogarithms(const Parameters& parameters);
  // Ends the series where its terms are small.
  void SetTerms();

  bool is_usable_ = false;
  bool is_logarithmic_ = false;
  int terms_ = 0;
  Parameter power_, prefactor_;
  long double first_[kMaxTerms], second_[kMaxTerms];
  long double first_errors_[kMaxTerms], second_errors_[kMaxTerms];  // absolute
  long double first_error_ = 0, second_error_ = 0;                  // of the sums, at w = kEnd
};

}  // namespace formulary::runtime::special

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_HYPERGEOMETRIC_CONNECTION_H_
