#include "server/runtime/special/hypergeometric_ball.h"

#include <arb.h>
#include <arb_hypgeom.h>

namespace formulary::runtime::special {
namespace {

constexpr slong kFirstBits = 96;
constexpr slong kMostBits = 1536;
constexpr slong kWantedBits = 64;
// Beyond these Arb's work would grow without use.
constexpr double kMaxParameter = 1e7;
constexpr long kMaxTerms = 20000;    // of a polynomial
constexpr double kMaxSeries = 4000;  // of a series

// Gives Arb's caches back when the thread ends.
struct Caches {
  ~Caches() { flint_cleanup(); }
};

template <int kCount>
class Balls {
 public:
  explicit Balls(const double (&values)[kCount]) {
    for (int i = 0; i < kCount; ++i) {
      arb_init(&balls_[i]);
      arb_set_d(&balls_[i], values[i]);
    }
    arb_init(result_);
  }
  Balls(const Balls&) = delete;
  Balls& operator=(const Balls&) = delete;
  ~Balls() {
    for (arb_struct& ball : balls_) arb_clear(&ball);
    arb_clear(result_);
  }

  template <class Function>
  double Evaluate(Function function) {
    for (slong bits = kFirstBits; bits <= kMostBits; bits *= 2) {
      function(result_, balls_, bits);
      if (!arb_is_finite(result_)) continue;
      if (arb_is_zero(result_) || arb_rel_accuracy_bits(result_) >= kWantedBits)
        return arf_get_d(arb_midref(result_), ARF_RND_NEAR);
    }
    return __builtin_nan("");
  }

 private:
  arb_struct balls_[kCount];
  arb_t result_;
};

template <int kCount, class Function>
double Evaluate(const double (&values)[kCount], int parameters, Function function) {
  for (int i = 0; i < parameters; ++i) {
    if (!(__builtin_fabs(values[i]) <= kMaxParameter)) return __builtin_nan("");
  }
  [[maybe_unused]] static thread_local const Caches caches;
  return Balls<kCount>(values).Evaluate(function);
}

// gamma(c) gamma(c - a - b) / (gamma(c - a) gamma(c - b)), DLMF 15.4.20.
void GaussSum(arb_t y, const arb_struct* x, slong bits) {
  arb_t s, t;
  arb_init(s);
  arb_init(t);
  arb_sub(s, x + 2, x, bits);
  arb_rgamma(y, s, bits);
  arb_sub(t, x + 2, x + 1, bits);
  arb_rgamma(t, t, bits);
  arb_mul(y, y, t, bits);
  arb_sub(s, s, x + 1, bits);
  arb_gamma(s, s, bits);
  arb_mul(y, y, s, bits);
  arb_gamma(t, x + 2, bits);
  arb_mul(y, y, t, bits);
  arb_clear(s);
  arb_clear(t);
}

// The terms 0 to n of the series with so many upper parameters and one lower, which stand in x with
// the argument behind them.
void FiniteSum(arb_t y, const arb_struct* x, int upper, long n, slong bits) {
  arb_t term, factor;
  arb_init(term);
  arb_init(factor);
  arb_one(term);
  arb_one(y);
  for (long k = 0; k < n; ++k) {
    for (int i = 0; i < upper; ++i) {
      arb_add_si(factor, x + i, k, bits);
      arb_mul(term, term, factor, bits);
    }
    arb_add_si(factor, x + upper, k, bits);
    arb_mul_si(factor, factor, k + 1, bits);
    arb_div(term, term, factor, bits);
    arb_mul(term, term, x + upper + 1, bits);
    arb_add(y, y, term, bits);
  }
  arb_clear(term);
  arb_clear(factor);
}

// Whether all terms of the series of 1F1 behind term n together are below that term: their ratios
// stay under 1/4. A negative b far from 0 counts as well: on the way to the sign change of b + n
// the terms fall by more than they can grow behind it.
bool TermsFall(double a, double b, double x, double n) {
  a = __builtin_fabs(a);
  x = __builtin_fabs(x);
  if (b + n > 1) {
    const double growth = (a + n) / (b + n);
    return x * (growth > 1 ? growth : 1) < 0.25 * n;
  }
  const double reach = -b;
  const double rate = 2 * x * (a + 2 * reach) / reach;
  return n < reach / 4 && rate < 0.25 * n && 0.34 * reach > 4 * rate + 200;
}

// The series of 1F1 for parameters too large for Arb's own choice of methods.
void LongSeries1f1(arb_t y, const arb_struct* x, double a, double b, double z, slong bits) {
  arb_t term, factor;
  mag_t rest, unit;
  arb_init(term);
  arb_init(factor);
  mag_init(rest);
  mag_init(unit);
  arb_one(term);
  arb_one(y);
  bool ended = false;
  for (long k = 0; k < kMaxSeries && !ended; ++k) {
    arb_add_si(factor, x, k, bits);
    arb_mul(term, term, factor, bits);
    arb_add_si(factor, x + 1, k, bits);
    arb_mul_si(factor, factor, k + 1, bits);
    arb_div(term, term, factor, bits);
    arb_mul(term, term, x + 2, bits);
    arb_add(y, y, term, bits);
    if (k % 8 != 0 || !TermsFall(a, b, z, static_cast<double>(k) + 1)) continue;
    arb_get_mag(rest, term);
    arb_get_mag_lower(unit, y);
    mag_mul_2exp_si(unit, unit, -bits);
    ended = mag_cmp(rest, unit) <= 0;
    if (ended) arb_add_error_mag(y, rest);
  }
  if (!ended) arb_indeterminate(y);
  arb_clear(term);
  arb_clear(factor);
  mag_clear(rest);
  mag_clear(unit);
}

bool IsNatural(double x) { return x >= 0 && x == __builtin_floor(x); }

}  // namespace

double BallHyp0f1(double b, double x) noexcept {
  return Evaluate({b, x}, 1, [](arb_t y, const arb_struct* v, slong bits) {
    arb_hypgeom_0f1(y, v, v + 1, 0, bits);
  });
}

double BallHyp1f1(double a, double b, double x) noexcept {
  if (IsNatural(-a) && -a <= kMaxTerms) {
    return Evaluate({a, b, x}, 2, [a](arb_t y, const arb_struct* v, slong bits) {
      FiniteSum(y, v, 1, static_cast<long>(-a), bits);
    });
  }
  const bool large = __builtin_fmax(__builtin_fabs(a), __builtin_fabs(b)) > 1e4;
  if (large && TermsFall(a, b, x, b > 0 ? kMaxSeries : __builtin_fmin(kMaxSeries, -b / 4 - 1))) {
    return Evaluate({a, b, x}, 2, [=](arb_t y, const arb_struct* v, slong bits) {
      LongSeries1f1(y, v, a, b, x, bits);
    });
  }
  return Evaluate({a, b, x}, 2, [](arb_t y, const arb_struct* v, slong bits) {
    arb_hypgeom_1f1(y, v, v + 1, v + 2, 0, bits);
  });
}

double BallHyp2f1(double a, double b, double c, double x) noexcept {
  const double n = IsNatural(-a) && (!IsNatural(-b) || a > b) ? -a : IsNatural(-b) ? -b : -1;
  if (n >= 0 && n <= kMaxTerms) {
    return Evaluate({a, b, c, x}, 3, [n](arb_t y, const arb_struct* v, slong bits) {
      FiniteSum(y, v, 2, static_cast<long>(n), bits);
    });
  }
  return Evaluate({a, b, c, x}, 3, [x](arb_t y, const arb_struct* v, slong bits) {
    if (x == 1) {
      GaussSum(y, v, bits);
    } else {
      arb_hypgeom_2f1(y, v, v + 1, v + 2, v + 3, 0, bits);
    }
  });
}

double BallHyperu(double a, double b, double x) noexcept {
  return Evaluate({a, b, x}, 2, [](arb_t y, const arb_struct* v, slong bits) {
    arb_hypgeom_u(y, v, v + 1, v + 2, bits);
  });
}

double BallExpint(double n, double x) noexcept {
  return Evaluate({n, x}, 1, [](arb_t y, const arb_struct* v, slong bits) {
    arb_hypgeom_expint(y, v, v + 1, bits);
  });
}

}  // namespace formulary::runtime::special
