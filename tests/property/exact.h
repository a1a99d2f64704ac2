#ifndef FORMULARY_TESTS_PROPERTY_EXACT_H_
#define FORMULARY_TESTS_PROPERTY_EXACT_H_

// What a program's values really are, in 200 bits, and how far a plain machine evaluation of it as
// written may be off: a running error bound that is found by moving each operand to the ends of its
// own error. For the property tests. Independent of codegen/constants, which it helps to test.

#include <mpfr.h>

#include <vector>

#include "absl/types/span.h"
#include "server/expr/program.h"

namespace formulary::testing {

// An MPFR number as a value.
class Real {
 public:
  static constexpr mpfr_prec_t kPrecision = 200;

  Real() {
    mpfr_init2(value_, kPrecision);
    mpfr_set_zero(value_, 1);
  }
  explicit Real(double value) : Real() { mpfr_set_d(value_, value, MPFR_RNDN); }
  Real(const Real& other) : Real() { mpfr_set(value_, other.value_, MPFR_RNDN); }
  Real& operator=(const Real& other) {
    mpfr_set(value_, other.value_, MPFR_RNDN);
    return *this;
  }
  ~Real() { mpfr_clear(value_); }

  mpfr_ptr get() const { return const_cast<mpfr_ptr>(value_); }
  double ToDouble() const { return mpfr_get_d(value_, MPFR_RNDN); }
  bool finite() const { return mpfr_number_p(value_) != 0; }

 private:
  mpfr_t value_;
};

struct Exact {
  Real value;
  bool truth = false;
  bool is_truth = false;
  double error = 0;      // absolute, of a machine evaluation; +inf: nothing is known
  bool sure = true;      // false: a comparison below lies within its operands' errors
  bool in_range = true;  // every intermediate is 0 or within the format's normal range
};

struct ExactOptions {
  double function_ulps = 4;   // largest error of a routine
  int significand_bits = 53;  // of the format: 53 or 24
  bool bounds = true;         // false: values alone, at a quarter of the time
};

// Every output's value and bound for these argument values. REQUIRES: expanded, conversions
// explicit.
std::vector<Exact> EvaluateExactly(const expr::Program& as_written,
                                   absl::Span<const Real> arguments,
                                   const ExactOptions& options = {});
std::vector<Exact> EvaluateExactly(const expr::Program& as_written,
                                   absl::Span<const double> arguments,
                                   const ExactOptions& options = {});

// |got - want| in units in the last place of want.
double UlpsOff(double got, const Real& want, int significand_bits = 53);
// One unit in the last place of a value of this magnitude.
double UlpOf(double value, int significand_bits = 53);

}  // namespace formulary::testing

#endif  // FORMULARY_TESTS_PROPERTY_EXACT_H_
