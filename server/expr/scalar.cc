#include "server/expr/scalar.h"

#include <mpfr.h>

#include "server/expr/exponent_range.h"

namespace formulary::expr {
namespace {

// Correctly rounded to a binary format with subnormals: MPFR's exponent range is set for the
// rounding.
double Round(const mpq_class& value, mpfr_prec_t precision, mpfr_exp_t emin, mpfr_exp_t emax) {
  const ExponentRange range(emin, emax);
  mpfr_t rounded;
  mpfr_init2(rounded, precision);
  int ternary = mpfr_set_q(rounded, value.get_mpq_t(), MPFR_RNDN);
  mpfr_subnormalize(rounded, ternary, MPFR_RNDN);
  const double result = mpfr_get_d(rounded, MPFR_RNDN);
  mpfr_clear(rounded);
  return result;
}

}  // namespace

double ToDouble(const mpq_class& value) {
  const mpz_srcptr top = value.get_num_mpz_t(), bottom = value.get_den_mpz_t();
  // A quotient of two numbers that are doubles is rounded once.
  if (mpz_sizeinbase(top, 2) <= 53 && mpz_sizeinbase(bottom, 2) <= 53)
    return mpz_get_d(top) / mpz_get_d(bottom);
  return Round(value, 53, -1073, 1024);
}

float ToFloat(const mpq_class& value) { return static_cast<float>(Round(value, 24, -148, 128)); }

bool FitsInt64(const mpq_class& value) {
  return value.get_den() == 1 && mpz_fits_slong_p(value.get_num_mpz_t()) != 0;
}

int64_t ToInt64(const mpq_class& value) { return mpz_get_si(value.get_num_mpz_t()); }

}  // namespace formulary::expr
