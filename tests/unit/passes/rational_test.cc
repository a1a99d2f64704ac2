// Small rationals and long ones: what GMP's give.

#include "server/passes/rational.h"

#include <random>
#include <vector>

#include "gtest/gtest.h"

namespace formulary::passes {
namespace {

// Some fit a word, some do not.
std::vector<mpq_class> Numbers() {
  std::mt19937_64 generator(3);
  std::vector<mpq_class> numbers = {0, 1, -1, mpq_class(1, 3), mpq_class(-7, 2)};
  for (int bits : {8, 40, 62, 63, 64, 200}) {
    for (int k = 0; k < 3; ++k) {
      mpz_class top = 1, bottom = 1;
      for (int i = 0; i < bits; i += 16) {
        top = (top << 16) + static_cast<unsigned long>(generator() % 65536);
        bottom = (bottom << 16) + static_cast<unsigned long>(generator() % 65536);
      }
      mpq_class number(k == 1 ? mpz_class(-top) : top, k == 2 ? mpz_class(1) : bottom);
      number.canonicalize();
      numbers.push_back(number);
    }
  }
  return numbers;
}

TEST(RationalTest, ArithmeticIsExact) {
  for (const mpq_class& a : Numbers()) {
    EXPECT_EQ(Rational(a).ToMpq(), a);
    EXPECT_EQ((-Rational(a)).ToMpq(), mpq_class(-a));
    EXPECT_EQ(Abs(Rational(a)).ToMpq(), mpq_class(abs(a)));
    EXPECT_EQ(Rational(a).IsNegative(), a < 0);
    EXPECT_EQ(Rational(a).IsUnit(), abs(a) == 1);
    for (const mpq_class& b : Numbers()) {
      Rational sum(a);
      sum += Rational(b);
      EXPECT_EQ(sum.ToMpq(), mpq_class(a + b));
      EXPECT_EQ((Rational(a) - Rational(b)).ToMpq(), mpq_class(a - b));
      EXPECT_EQ((Rational(a) * Rational(b)).ToMpq(), mpq_class(a * b));
      if (b != 0) {
        EXPECT_EQ((Rational(a) / Rational(b)).ToMpq(), mpq_class(a / b));
      }
      EXPECT_EQ(Rational(a) == Rational(b), a == b);
      EXPECT_EQ(Rational(a) < Rational(b), a < b);
    }
  }
}

TEST(RationalTest, WhatWasMovedFromMayBeAssigned) {
  for (const mpq_class& number : Numbers()) {
    Rational from(number);
    Rational to(std::move(from));
    EXPECT_EQ(to.ToMpq(), number);
    from = to;
    EXPECT_EQ(from.ToMpq(), number);
    to = Rational(5);
    EXPECT_EQ(to.ToMpq(), 5);
    EXPECT_EQ(from.ToMpq(), number);
  }
}

}  // namespace
}  // namespace formulary::passes
