#include "server/analysis/ball_value.h"

#include <bit>
#include <cmath>

namespace formulary::analysis {
namespace {

// Rounded once to float32, subnormals included.
double ToFloat(const arf_t value) {
  constexpr slong kSignificand = 24, kLeastExponent = -149;
  if (arf_is_special(value)) return arf_get_d(value, ARF_RND_NEAR);
  arf_t rounded;
  arf_init(rounded);
  // A number in [2^(e-1), 2^e) keeps its bits down to 2^max(e - 24, -149).
  const slong exponent = arf_abs_bound_lt_2exp_si(value);
  if (exponent - kSignificand >= kLeastExponent) {
    arf_set_round(rounded, value, kSignificand, ARF_RND_NEAR);
  } else {
    fmpz_t units;
    fmpz_init(units);
    arf_mul_2exp_si(rounded, value, -kLeastExponent);
    arf_get_fmpz(units, rounded, ARF_RND_NEAR);
    arf_set_fmpz(rounded, units);
    arf_mul_2exp_si(rounded, rounded, kLeastExponent);
    fmpz_clear(units);
  }
  const double result = arf_get_d(rounded, ARF_RND_NEAR);
  arf_clear(rounded);
  return static_cast<float>(result);
}

double ToFormat(const arf_t value, expr::DType format) {
  return format == expr::DType::kFloat32 ? ToFloat(value) : arf_get_d(value, ARF_RND_NEAR);
}

}  // namespace

std::optional<double> RoundedOnce(const Ball& ball, expr::DType format) {
  if (arf_is_nan(arb_midref(ball.get()))) return std::nullopt;
  if (arb_is_exact(ball.get())) return ToFormat(arb_midref(ball.get()), format);
  if (mag_is_inf(arb_radref(ball.get()))) return std::nullopt;
  // Enough bits for ends that a rounding to the format tells apart; outwards, so that they enclose.
  constexpr slong kEndBits = 96;
  arf_t low, high;
  arf_init(low);
  arf_init(high);
  arb_get_lbound_arf(low, ball.get(), kEndBits);
  arb_get_ubound_arf(high, ball.get(), kEndBits);
  const double below = ToFormat(low, format), above = ToFormat(high, format);
  arf_clear(low);
  arf_clear(high);
  // -0 and +0 are the same real number.
  if (below == 0 && above == 0) return 0.0;
  if (std::bit_cast<uint64_t>(below) != std::bit_cast<uint64_t>(above)) return std::nullopt;
  return below;
}

}  // namespace formulary::analysis
