#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_GAMMA_PRODUCT_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_GAMMA_PRODUCT_H_

// Products and quotients of gamma functions, without overflow on the way and rounded once. What
// beta, binomial, rf, ff and the rest of the family are made of. Pure.

#include "server/runtime/special/gamma_pair.h"

namespace formulary::runtime::special {

// log(gamma(a + d)/gamma(a)) without cancellation for d small beside a. REQUIRES: a and a + d at
// least 10.
Pair LogGammaRatio(Pair a, Pair d);

// factor exp(exponent), built up from 1.
class GammaProduct {
 public:
  // REQUIRES, of all: no operand of gamma is 0, -1, -2, ... or not finite.
  void Multiply(double x) { factor_ = factor_ * x; }
  void Multiply(Pair x) { factor_ = factor_ * x; }
  void Divide(Pair x) { factor_ = factor_ / x; }
  void MultiplyExp(Pair x) { exponent_ = exponent_ + x; }
  void MultiplyGamma(Pair x);
  void DivideGamma(Pair x);
  // By gamma(a + d)/gamma(a).
  void MultiplyRatio(Pair a, Pair d);
  void DivideRatio(Pair a, Pair d);

  double Value() const { return TimesExp(factor_, exponent_); }
  // log of the value, which is positive.
  double LogValue() const;

 private:
  Pair factor_ = {1, 0};
  Pair exponent_;
};

// 0, -1, -2, ...
inline bool IsGammaPole(double x) { return x <= 0 && x == std::floor(x); }

}  // namespace formulary::runtime::special

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_GAMMA_PRODUCT_H_
