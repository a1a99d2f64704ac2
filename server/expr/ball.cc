#include "server/expr/ball.h"

#include <algorithm>
#include <vector>

#include "server/expr/catalogue.h"
#include "server/expr/number_caches.h"

namespace formulary::expr {
namespace {

constexpr slong kGuardBits = 24;
constexpr slong kMaxRaise = 16;  // times the precision asked for

// Operands as exact balls; those that the row does not have are 0.
class Operands {
 public:
  explicit Operands(size_t count) : balls_(kMaxRowOperands), count_(count) {
    for (arb_struct& ball : balls_) arb_init(&ball);
  }
  Operands(const Operands&) = delete;
  Operands& operator=(const Operands&) = delete;
  ~Operands() {
    for (arb_struct& ball : balls_) arb_clear(&ball);
  }

  bool Set(const mpfr_ptr* values) {
    for (size_t i = 0; i < count_; ++i) {
      if (mpfr_number_p(values[i]) == 0 || mpfr_cmpabs_ui(values[i], kMaxBallOperand) > 0)
        return false;
      arf_set_mpfr(arb_midref(&balls_[i]), values[i]);
    }
    return true;
  }
  const arb_struct* data() const { return balls_.data(); }

 private:
  std::vector<arb_struct> balls_;
  size_t count_;
};

}  // namespace

void EvaluateBall(BallFunction function, mpfr_ptr result, const mpfr_ptr* operands, size_t count) {
  ReleaseNumberCachesWithThread();
  Operands balls(count);
  const slong wanted = static_cast<slong>(mpfr_get_prec(result));
  bool found = false;
  arb_t value;
  arb_init(value);
  if (balls.Set(operands)) {
    for (slong precision = wanted + kGuardBits; precision <= kMaxRaise * wanted; precision *= 2) {
      function(value, balls.data(), precision);
      if (arb_is_zero(value) || (arb_is_finite(value) && arb_rel_accuracy_bits(value) > wanted)) {
        found = true;
        break;
      }
    }
  }
  if (found) {
    const int ternary = arf_get_mpfr(result, arb_midref(value), MPFR_RNDN);
    mpfr_check_range(result, ternary, MPFR_RNDN);  // Arb's exponents have no end
  } else {
    mpfr_set_nan(result);
  }
  arb_clear(value);
}

}  // namespace formulary::expr
