#ifndef FORMULARY_SERVER_EXPR_EXPONENT_RANGE_H_
#define FORMULARY_SERVER_EXPR_EXPONENT_RANGE_H_

// MPFR's exponent range, which is a thread's state, for as long as an object lives: numbers made
// meanwhile overflow to infinity and underflow to 0 beyond it.

#include <mpfr.h>

#include "server/expr/number_caches.h"

namespace formulary::expr {

class ExponentRange {
 public:
  ExponentRange(mpfr_exp_t emin, mpfr_exp_t emax)
      : old_emin_(mpfr_get_emin()), old_emax_(mpfr_get_emax()) {
    ReleaseNumberCachesWithThread();
    mpfr_set_emin(emin);
    mpfr_set_emax(emax);
  }
  ExponentRange(const ExponentRange&) = delete;
  ExponentRange& operator=(const ExponentRange&) = delete;
  ~ExponentRange() {
    mpfr_set_emin(old_emin_);
    mpfr_set_emax(old_emax_);
  }

 private:
  const mpfr_exp_t old_emin_, old_emax_;
};

// What exact evaluation works in: far beyond a double's range, and so small that the remainder of
// the largest number by pi, which takes as many bits, is a matter of milliseconds.
inline constexpr mpfr_exp_t kMaxExactExponent = 1 << 17;

}  // namespace formulary::expr

#endif  // FORMULARY_SERVER_EXPR_EXPONENT_RANGE_H_
