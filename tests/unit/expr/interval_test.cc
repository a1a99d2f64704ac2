// Intervals hold what operations make of their members.

#include "server/expr/interval.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "gtest/gtest.h"

namespace formulary::expr {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

const Interval kIntervals[] = {{-3, -1}, {-2, 0},         {-1, 4},         {0, 0},        {0, 2},
                               {0.1, 7}, {1e-300, 1e300}, {-kInfinity, 2}, {3, kInfinity}};

double Member(const Interval& interval, int k) {
  const double lower = std::max(interval.lower, -1e6), upper = std::min(interval.upper, 1e6);
  return std::clamp(lower + (upper - lower) * k / 8, lower, upper);
}

TEST(IntervalTest, OperationsStayInside) {
  for (const Interval& a : kIntervals) {
    for (const Interval& b : kIntervals) {
      for (int i = 0; i <= 8; ++i) {
        for (int k = 0; k <= 8; ++k) {
          const double x = Member(a, i), y = Member(b, k);
          EXPECT_TRUE((a + b).Contains(x + y)) << x << " + " << y;
          EXPECT_TRUE((a * b).Contains(x * y)) << x << " * " << y;
          EXPECT_TRUE(Least(a, b).Contains(std::min(x, y)));
          EXPECT_TRUE(Greatest(a, b).Contains(std::max(x, y)));
          EXPECT_TRUE(Hull(a, b).Contains(x) && Hull(a, b).Contains(y));
        }
      }
    }
  }
}

TEST(IntervalTest, FunctionsStayInside) {
  for (const Interval& a : kIntervals) {
    for (int i = 0; i <= 8; ++i) {
      const double x = Member(a, i);
      EXPECT_TRUE(Negated(a).Contains(-x));
      EXPECT_TRUE(Absolute(a).Contains(std::abs(x)));
      if (x != 0) {
        EXPECT_TRUE(Inverse(a).Contains(1 / x)) << x;
      }
      for (const long power : {2L, 3L, 4L, 7L, 64L, 65L, 100L})
        EXPECT_TRUE(IntegerPower(a, power).Contains(std::pow(x, power))) << x << "**" << power;
      if (x > 0) {
        EXPECT_TRUE(IntegerPower(a, -3).Contains(std::pow(x, -3))) << x;
      }
      if (x >= 0) {
        EXPECT_TRUE(RootPower(a, 0.5).Contains(std::sqrt(x))) << x;
      }
      if (x > 0) {
        EXPECT_TRUE(RootPower(a, -1.0 / 3).Contains(std::pow(x, -1.0 / 3))) << x;
      }
    }
  }
}

TEST(IntervalTest, NumbersAreHeldTightly) {
  EXPECT_EQ(Interval::Of(mpq_class(3)), (Interval{3, 3}));
  const Interval third = Interval::Of(mpq_class(1, 3));
  EXPECT_LT(mpq_class(third.lower), mpq_class(1, 3));
  EXPECT_GT(mpq_class(third.upper), mpq_class(1, 3));
  EXPECT_EQ(std::nextafter(third.lower, 1), third.upper);
  const Interval minus = Interval::Of(mpq_class(-1, 3));
  EXPECT_EQ(minus, (Interval{-third.upper, -third.lower}));
}

}  // namespace
}  // namespace formulary::expr
