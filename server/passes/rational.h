#ifndef FORMULARY_SERVER_PASSES_RATIONAL_H_
#define FORMULARY_SERVER_PASSES_RATIONAL_H_

// Exact rationals for coefficients that are copied a lot: small ones live in two words (FLINT's),
// where GMP's would be allocated one by one. Graphs keep GMP's; what computes with terms converts
// once on the way in and once on the way out.

#include <flint/fmpq.h>
#include <gmpxx.h>

#include <utility>

#include "server/expr/number_caches.h"

namespace formulary::passes {

class Rational {
 public:
  Rational(long value = 0) {  // NOLINT: numbers are meant to convert
    fmpz_init_set_si(fmpq_numref(value_), value);
    fmpz_init_set_ui(fmpq_denref(value_), 1);
  }
  Rational(const mpq_class& value) {  // NOLINT
    expr::ReleaseNumberCachesWithThread();
    fmpq_init(value_);
    fmpq_set_mpq(value_, value.get_mpq_t());
  }
  Rational(const Rational& other) {
    fmpz_init_set(fmpq_numref(value_), fmpq_numref(other.value_));
    fmpz_init_set(fmpq_denref(value_), fmpq_denref(other.value_));
  }
  Rational(Rational&& other) noexcept {
    fmpq_init(value_);
    fmpq_swap(value_, other.value_);
  }
  Rational& operator=(const Rational& other) {
    fmpq_set(value_, other.value_);
    return *this;
  }
  Rational& operator=(Rational&& other) noexcept {
    fmpq_swap(value_, other.value_);
    return *this;
  }
  ~Rational() { fmpq_clear(value_); }

  mpq_class ToMpq() const {
    mpq_class value;
    fmpq_get_mpq(value.get_mpq_t(), value_);
    return value;
  }
  const fmpq* get() const { return value_; }
  fmpq* get() { return value_; }

  bool IsOne() const { return fmpq_is_one(value_) != 0; }
  // 1 or -1.
  bool IsUnit() const { return fmpq_is_pm1(value_) != 0; }
  bool IsZero() const { return fmpq_is_zero(value_) != 0; }
  bool IsInteger() const { return fmpz_is_one(fmpq_denref(value_)) != 0; }
  int sign() const { return fmpq_sgn(value_); }
  bool IsNegative() const { return fmpq_sgn(value_) < 0; }
  // Of numerator and denominator together.
  size_t bits() const { return fmpz_bits(fmpq_numref(value_)) + fmpz_bits(fmpq_denref(value_)); }

  Rational& operator+=(const Rational& other) {
    fmpq_add(value_, value_, other.value_);
    return *this;
  }
  Rational& operator-=(const Rational& other) {
    fmpq_sub(value_, value_, other.value_);
    return *this;
  }
  Rational& operator*=(const Rational& other) {
    if (!other.IsOne()) fmpq_mul(value_, value_, other.value_);
    return *this;
  }
  // REQUIRES: other is not 0.
  Rational& operator/=(const Rational& other) {
    if (!other.IsOne()) fmpq_div(value_, value_, other.value_);
    return *this;
  }
  Rational operator-() const {
    Rational negated(*this);
    fmpq_neg(negated.value_, negated.value_);
    return negated;
  }
  friend Rational operator-(Rational a, const Rational& b) { return std::move(a -= b); }
  friend Rational operator*(Rational a, const Rational& b) { return std::move(a *= b); }
  friend Rational operator/(Rational a, const Rational& b) { return std::move(a /= b); }
  friend bool operator==(const Rational& a, const Rational& b) {
    return fmpq_equal(a.value_, b.value_) != 0;
  }
  friend bool operator<(const Rational& a, const Rational& b) {
    return fmpq_cmp(a.value_, b.value_) < 0;
  }

 private:
  fmpq_t value_;
};

inline Rational Abs(const Rational& value) { return value.IsNegative() ? -value : value; }

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_RATIONAL_H_
