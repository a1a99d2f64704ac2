#include "server/analysis/regimes.h"

#include "gtest/gtest.h"

namespace formulary::analysis {
namespace {

using Points = std::vector<std::vector<double>>;

TEST(RegimesTest, OneFormWhereNoDivisionPays) {
  const Points points = {{1}, {2}, {3}, {4}};
  const Regimes regimes = BestRegimes(Points{{1, 1, 1, 1}, {1.05, 0.95, 1, 1.1}}, points);
  EXPECT_EQ(regimes.forms, std::vector<size_t>{0});
  EXPECT_TRUE(regimes.below.empty());
}

TEST(RegimesTest, SplitsWhereTheFormsChangePlaces) {
  const Points points = {{4}, {1}, {3}, {2}};
  const Regimes regimes = BestRegimes(Points{{0, 50, 0, 50}, {50, 0, 50, 0}}, points);
  EXPECT_EQ(regimes.forms, (std::vector<size_t>{1, 0}));
  EXPECT_EQ(regimes.below, std::vector<double>{2});
  EXPECT_EQ(regimes.above, std::vector<double>{3});
  EXPECT_NEAR(regimes.mean_bits, kRegimeBits, 1e-12);
}

TEST(RegimesTest, TakesTheArgumentThatParts) {
  const Points points = {{1, 5}, {2, 1}, {3, 6}, {4, 2}};
  const Regimes regimes = BestRegimes(Points{{0, 9, 0, 9}, {9, 0, 9, 0}}, points);
  EXPECT_EQ(regimes.argument, 1u);
  EXPECT_EQ(regimes.forms, (std::vector<size_t>{1, 0}));
}

TEST(RegimesTest, ThreeIntervalsAtMost) {
  const Points points = {{1}, {2}, {3}, {4}, {5}};
  const Regimes regimes = BestRegimes(Points{{0, 9, 0, 9, 0}, {9, 0, 9, 0, 9}}, points);
  EXPECT_EQ(regimes.forms.size(), kMaxRegimes);
}

TEST(RegimesTest, EqualValuesStayTogether) {
  const Points points = {{2}, {2}, {2}};
  EXPECT_EQ(BestRegimes(Points{{0, 9, 9}, {9, 0, 0}}, points).forms.size(), 1u);
}

TEST(RegimesTest, AFormulaWithoutArgumentsHasOneInterval) {
  EXPECT_EQ(BestRegimes(Points{{3}, {1}}, Points{{}}).forms, std::vector<size_t>{1});
}

}  // namespace
}  // namespace formulary::analysis
