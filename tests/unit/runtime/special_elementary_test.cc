// Elementary functions less their argument or less 1: special points, joints of regions, exact
// powers. Errors against the reference are for accuracy tests.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "server/runtime/runtime.h"

namespace formulary::runtime {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kTiny = std::numeric_limits<double>::denorm_min();

bool Same(double got, double want) { return got == want || (std::isnan(got) && std::isnan(want)); }

// Equal within `ulps` of `want`.
bool Near(double got, double want, double ulps) {
  const double unit = std::nextafter(std::abs(want), kInf) - std::abs(want);
  return Same(got, want) || std::abs(got - want) <= ulps * unit;
}

struct Row {
  const char* name;
  double (*routine)(double);
  long double (*function)(long double);
  double cubic;  // of x^3 near 0
  double reach;  // of the series
  double at_infinity;
};

const Row kRows[] = {
    {"sinmx", &fy_v1_sinmx, &std::sin, -1.0 / 6, 1.5, kNan},
    {"tanmx", &fy_v1_tanmx, &std::tan, 1.0 / 3, 1.14, kNan},
    {"sinhmx", &fy_v1_sinhmx, &std::sinh, 1.0 / 6, 2.15, kInf},
    {"tanhmx", &fy_v1_tanhmx, &std::tanh, -1.0 / 3, 1.4, -kInf},
};

TEST(SpecialElementaryTest, LessTheArgumentAtSpecialPoints) {
  for (const Row& row : kRows) {
    EXPECT_EQ(row.routine(0), 0) << row.name;
    EXPECT_EQ(row.routine(kTiny), 0) << row.name;
    EXPECT_TRUE(Same(row.routine(kInf), row.at_infinity)) << row.name;
    EXPECT_TRUE(Same(row.routine(-kInf), -row.at_infinity)) << row.name;
    EXPECT_TRUE(std::isnan(row.routine(kNan))) << row.name;
    EXPECT_TRUE(Near(row.routine(1e-90), row.cubic * 1e-270, 4)) << row.name;
  }
  EXPECT_EQ(fy_v1_sinhmx(1000), kInf);
  EXPECT_EQ(fy_v1_tanhmx(1e300), -1e300);
}

TEST(SpecialElementaryTest, LessTheArgumentAtTheJointOfRegions) {
  for (const Row& row : kRows) {
    for (int step = -3; step <= 3; ++step) {
      const double x = row.reach * (1 + step * 0x1p-52);
      const auto want = static_cast<double>(row.function(static_cast<long double>(x)) - x);
      EXPECT_TRUE(Near(row.routine(x), want, 4)) << row.name << ' ' << x;
      EXPECT_EQ(row.routine(-x), -row.routine(x)) << row.name << ' ' << x;
    }
  }
}

TEST(SpecialElementaryTest, CosineLessOneNearItsZerosAndElsewhere) {
  EXPECT_EQ(fy_v1_cosm1(0), 0);
  EXPECT_TRUE(std::isnan(fy_v1_cosm1(kInf)));
  EXPECT_TRUE(std::isnan(fy_v1_cosm1(kNan)));
  for (const double x : {1e-200, 1e-8, 0.5, 1.14, 1.1400001, 2.0, 3.14, 5.5, 6.28318530717, 44.0}) {
    const long double sine = std::sin(static_cast<long double>(x) / 2);
    EXPECT_TRUE(Near(fy_v1_cosm1(x), static_cast<double>(-2 * sine * sine), 4)) << x;
  }
}

TEST(SpecialElementaryTest, PowersLessOneThatAreExact) {
  const struct {
    double base, exponent, want;
  } kPowers[] = {
      {2, 10, 1023},   {0.5, -3, 7},    {-2, 3, -9},       {-2, 2, 3},      {-1, 4, 0},
      {-1, 3, -2},     {0, 2, -1},      {0, -1, kInf},     {kInf, 2, kInf}, {kInf, -2, -1},
      {1, kInf, 0},    {kNan, 0, 0},    {1, kNan, 0},      {2, kInf, kInf}, {2, -kInf, -1},
      {-2, 0.5, kNan}, {kNan, 1, kNan}, {-kInf, 3, -kInf}, {-kInf, -3, -1}, {2, 1100, kInf},
      {2, -1100, -1},
  };
  for (const auto& [base, exponent, want] : kPowers) {
    EXPECT_TRUE(Same(fy_v1_powm1(base, exponent), want)) << base << ' ' << exponent;
    if (std::isinf(base)) continue;
    EXPECT_TRUE(Same(fy_v1_compoundm1(base - 1, exponent), want)) << base << ' ' << exponent;
  }
  EXPECT_TRUE(Near(fy_v1_compoundm1(1e-300, 2), 2e-300, 1));
  EXPECT_TRUE(Near(fy_v1_powm1(0x1p-1022, -kTiny), 1022 * std::log(2.0) * kTiny, 1));
}

}  // namespace
}  // namespace formulary::runtime
