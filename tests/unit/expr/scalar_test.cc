// What each operation does to one element, at the ends of the ranges.

#include "server/expr/scalar.h"

#include <cmath>
#include <limits>

#include "gtest/gtest.h"

namespace formulary::expr {
namespace {

constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();
constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
const double kNaN = std::nan("");

TEST(ScalarTest, IntegersWrap) {
  EXPECT_EQ(scalar::Add<int64_t>(kMost, 1), kLeast);
  EXPECT_EQ(scalar::Sub<int64_t>(kLeast, 1), kMost);
  EXPECT_EQ(scalar::Mul<int64_t>(kMost, 2), -2);
  EXPECT_EQ(scalar::Neg<int64_t>(kLeast), kLeast);
  EXPECT_EQ(scalar::Abs<int64_t>(kLeast), kLeast);
}

TEST(ScalarTest, RemainderHasTheDivisorsSign) {
  const int64_t table[][3] = {{7, 3, 1}, {-7, 3, 2}, {7, -3, -2},     {-7, -3, -1},   {6, 3, 0},
                              {7, 0, 0}, {7, -1, 0}, {kLeast, -1, 0}, {kLeast, 3, 1}, {0, 5, 0}};
  for (const auto& [a, b, want] : table) EXPECT_EQ(scalar::Mod(a, b), want) << a << " mod " << b;
}

TEST(ScalarTest, CommonDivisorsAndMultiplesAreOfMagnitudes) {
  struct {
    int64_t a, b, gcd, lcm;
  } const table[] = {
      {12, 18, 6, 36},
      {-12, 18, 6, 36},
      {12, -18, 6, 36},
      {0, 0, 0, 0},
      {0, -5, 5, 0},
      {7, 0, 7, 0},
      {1, kMost, 1, kMost},
      {kMost, kMost, kMost, kMost},
      {kMost, kMost - 1, 1, 1 - kMost},  // wraps
      {kLeast, 0, kLeast, 0},            // 2^63 wraps
      {kLeast, 6, 2, kLeast},            // 3 2^63 wraps
      {kLeast, 1LL << 40, 1LL << 40, kLeast},
      {3LL << 40, 9LL << 20, 3LL << 20, 9LL << 40},
      {4'294'967'291, 4'294'967'279, 1, -94'489'280'427},  // wraps
  };
  for (const auto& row : table) {
    EXPECT_EQ(scalar::Gcd(row.a, row.b), row.gcd) << row.a << ", " << row.b;
    EXPECT_EQ(scalar::Gcd(row.b, row.a), row.gcd) << row.a << ", " << row.b;
    EXPECT_EQ(scalar::Lcm(row.a, row.b), row.lcm) << row.a << ", " << row.b;
    EXPECT_EQ(scalar::Lcm(row.b, row.a), row.lcm) << row.a << ", " << row.b;
  }
}

TEST(ScalarTest, ExtremaPassNaNOn) {
  EXPECT_TRUE(std::isnan(scalar::Min(kNaN, 1.0)));
  EXPECT_TRUE(std::isnan(scalar::Min(1.0, kNaN)));
  EXPECT_TRUE(std::isnan(scalar::Max(kNaN, 1.0)));
  EXPECT_TRUE(std::isnan(scalar::Max(1.0, kNaN)));
  EXPECT_FALSE(std::signbit(scalar::Min(-0.0, 0.0))) << "of equal values the second";
}

TEST(ScalarTest, SignKeepsZerosAndNaN) {
  EXPECT_TRUE(std::signbit(scalar::Sign(-0.0)));
  EXPECT_FALSE(std::signbit(scalar::Sign(0.0)));
  EXPECT_TRUE(std::isnan(scalar::Sign(kNaN)));
  EXPECT_EQ(scalar::Sign(-1e-320), -1);
  EXPECT_EQ(scalar::Sign<int64_t>(kLeast), -1);
}

TEST(ScalarTest, RationalsAreRoundedToNearestEven) {
  const mpz_class one(1);
  EXPECT_EQ(ToDouble(mpq_class(1, 3)), 1.0 / 3);
  EXPECT_EQ(ToDouble(mpq_class((one << 53) + 1)), 0x1p53);
  EXPECT_EQ(ToDouble(mpq_class((one << 53) + 3)), 0x1p53 + 4);
  EXPECT_EQ(ToDouble(mpq_class(((one << 60) + 129), one << 7)), 0x1.0000000000000p+53 + 2);
  EXPECT_EQ(ToDouble(mpq_class(one, one << 1074)), 5e-324);
  EXPECT_EQ(ToDouble(mpq_class(one, one << 1075)), 0.0);
  EXPECT_EQ(ToDouble(mpq_class(mpz_class(3), one << 1075)), 1e-323);
  EXPECT_EQ(ToDouble(mpq_class(one << 1024)), std::numeric_limits<double>::infinity());
  EXPECT_EQ(ToDouble(mpq_class((one << 1024) - (one << 970) - 1)),
            std::numeric_limits<double>::max());
  EXPECT_EQ(ToDouble(mpq_class((one << 1024) - (one << 970))),
            std::numeric_limits<double>::infinity());
  EXPECT_EQ(ToDouble(mpq_class(-(one << 1024))), -std::numeric_limits<double>::infinity());
  EXPECT_EQ(ToDouble(mpq_class((one << 53) - 1, (one << 52) + 1)), (0x1p53 - 1) / (0x1p52 + 1));
  EXPECT_EQ(ToDouble(mpq_class(-((one << 53) - 1), 3)), -(0x1p53 - 1) / 3);
  EXPECT_EQ(ToFloat(mpq_class(1, 10)), 0.1f);
  EXPECT_EQ(ToFloat(mpq_class((one << 24) + 1)), 0x1p24f);
  EXPECT_EQ(ToFloat(mpq_class(one, one << 149)), 0x1p-149f);
  EXPECT_EQ(ToFloat(mpq_class(one, one << 150)), 0.0f);
  // Halfway in float only by way of double: rounded once it is above.
  EXPECT_EQ(ToFloat(mpq_class((one << 60) + (one << 36) + 1, one << 60)), 0x1.000002p+0f);
}

TEST(ScalarTest, Int64Range) {
  const mpz_class one(1);
  EXPECT_TRUE(FitsInt64(mpq_class((one << 63) - 1)));
  EXPECT_FALSE(FitsInt64(mpq_class(one << 63)));
  EXPECT_TRUE(FitsInt64(mpq_class(-(one << 63))));
  EXPECT_FALSE(FitsInt64(mpq_class(-(one << 63) - 1)));
  EXPECT_FALSE(FitsInt64(mpq_class(1, 2)));
  EXPECT_EQ(ToInt64(mpq_class(-(one << 63))), kLeast);
}

}  // namespace
}  // namespace formulary::expr
