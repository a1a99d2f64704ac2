#include "server/analysis/ordinal.h"

#include <limits>

#include "gtest/gtest.h"

namespace formulary::analysis {
namespace {

using expr::DType;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(OrdinalTest, NeighboursDifferByOne) {
  for (const double x : {0.0, 1.0, -1.0, 1e300, -5e-324, 2.5e-308, -1e-310}) {
    EXPECT_EQ(Ordinal(std::nextafter(x, kInfinity)), Ordinal(x) + 1) << x;
    EXPECT_EQ(DoubleOf(Ordinal(x)), x);
    const auto single = static_cast<float>(x);
    if (std::isinf(single)) continue;
    EXPECT_EQ(Ordinal(std::nextafter(single, HUGE_VALF)), Ordinal(single) + 1) << x;
    EXPECT_EQ(FloatOf(Ordinal(single)), single);
  }
  EXPECT_EQ(Ordinal(-0.0), Ordinal(0.0));
}

TEST(OrdinalTest, BitsOfErrorCountTheNumbersBetween) {
  struct Row {
    double got, want;
    DType format;
    double bits;
  };
  const double after_one = std::nextafter(1, 2);
  const Row rows[] = {
      {1, 1, DType::kFloat64, 0},
      {after_one, 1, DType::kFloat64, 1},
      {1, std::nextafter(std::nextafter(after_one, 2), 2), DType::kFloat64, 2},
      {1, 2, DType::kFloat64, 52},
      {1, 2, DType::kFloat32, 23},
      {-0.0, 0, DType::kFloat64, 0},
      {std::numeric_limits<double>::quiet_NaN(), 1, DType::kFloat64, 64},
      {std::numeric_limits<double>::quiet_NaN(), 1, DType::kFloat32, 32},
  };
  for (const Row& row : rows)
    EXPECT_NEAR(BitsOfError(row.got, row.want, row.format), row.bits, 1e-6) << row.got;
  EXPECT_GT(BitsOfError(-kInfinity, std::numeric_limits<double>::max(), DType::kFloat64), 63);
}

}  // namespace
}  // namespace formulary::analysis
