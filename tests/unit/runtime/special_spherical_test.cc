// Spherical Bessel functions of low orders: both sides of where series and recurrences meet, what
// kernels leave to the scalar way, and that arrays, values and levels agree.

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "server/runtime/isa.h"
#include "server/runtime/runtime.h"
#include "server/runtime/special/bessel_spherical_tables.h"

namespace formulary::runtime {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

// Values in 60 digits.
TEST(SphericalBesselTest, ValuesAtTheJoints) {
  struct Point {
    double n, x, j, y, i;
  };
  const Point kPoints[] = {
      {0, 0.001, 0.9999998333333416, -999.9995000000416, 1.000000166666675},
      {0, 0.7, 0.9203109817681301, -1.0926316961206979, 1.083691002627905},
      {0, 1.999, 0.45508410152285916, 0.20772252686266404, 1.812456240599929},
      {0, 2, 0.45464871341284085, 0.2080734182735712, 1.8134302039235093},
      {1, 1e-05, 3.3333333333000005e-06, -10000000000.499998, 3.333333333366667e-06},
      {1, 0.999, 0.3009294567857256, -1.3839994530630098, 0.36744011119096753},
      {1, 1, 0.3011686789397568, -1.3817732906760363, 0.36787944117144233},
      {1, 3, 0.34567749976235596, 0.06295916360231597, 2.242790117769266},
      {3, 0.25, 0.00014829355743476837, -3864.126291931978, 0.00014932695808186756},
      {3, 2.9375, 0.14603487451198482, -0.53457456905381, 0.38252479135107753},
      {3, 3, 0.1520516620305333, -0.5080230557098147, 0.415287576601431},
      {3, 5, 0.229820618164296, -0.015442909912994204, 4.157535935395878},
      {7, 0.5, 3.825924069003847e-09, -34929098.789259195, 3.882603417180542e-09},
      {7, 6.9375, 0.08129946133496022, -0.2449536975042938, 1.436232498917706},
      {7, 7, 0.08392262284450676, -0.23702527476584187, 1.5641950180840096},
      {7, 8.9375, 0.13803447811281544, -0.04587147312873702, 18.757531664647008},
      {7, 9, 0.13794658502748586, -0.04021434386320174, 20.238475439441654},
      {10, 1.5, 3.993440699483633e-09, -8032728.814823482, 4.403854594554381e-09},
      {10, 9.9375, 0.0627924491666452, -0.17735060187824375, 5.013243533836902},
      {10, 10, 0.06460515449256427, -0.17245367208805784, 5.464541653430725},
      {10, 11.9375, 0.1063353795970129, -0.045265686120669876, 70.18827266470113},
      {10, 12, 0.10662253056550484, -0.041285485347631753, 75.96451176369763},
      {10, 40, 0.013124803182748326, -0.021803068636888072, 737041543321430.6},
      {11, 2.5, 6.649519520249132e-08, -268007.165702492, 8.538265691808737e-08},
      {11, 11, 0.06018892508267379, -0.15844917387022545, 8.479992069225384},
      {11, 13.5, 0.0985816895956109, -0.012250561193426155, 225.52541569963898},
  };
  for (const Point& point : kPoints) {
    const double amplitude = point.x > point.n ? 1 / point.x : 0;
    EXPECT_NEAR(fy_v1_spherical_jn(point.n, point.x), point.j,
                2 * kEpsilon * std::fmax(amplitude, std::abs(point.j)))
        << point.n << " " << point.x;
    EXPECT_NEAR(fy_v1_spherical_yn(point.n, point.x), point.y,
                2 * kEpsilon * std::fmax(amplitude, std::abs(point.y)))
        << point.n << " " << point.x;
    EXPECT_NEAR(fy_v1_spherical_in(point.n, point.x), point.i, 3 * kEpsilon * std::abs(point.i))
        << point.n << " " << point.x;
  }
}

TEST(SphericalBesselTest, EndsOfTheRange) {
  for (double n = 0; n <= 12; ++n) {
    EXPECT_EQ(fy_v1_spherical_jn(n, 0), n == 0 ? 1 : 0);
    EXPECT_EQ(fy_v1_spherical_in(n, 0), n == 0 ? 1 : 0);
    EXPECT_EQ(fy_v1_spherical_yn(n, 0), -kInf);
    EXPECT_EQ(fy_v1_spherical_yn(n, 5e-324), -kInf);
    EXPECT_EQ(fy_v1_spherical_in(n, 750), kInf);
    EXPECT_EQ(fy_v1_spherical_jn(n, kInf), 0);
    EXPECT_TRUE(std::isnan(fy_v1_spherical_in(n, kNan)));
    EXPECT_EQ(fy_v1_spherical_jn(n + 2, 1e-200), 0);
  }
  EXPECT_EQ(fy_v1_spherical_jn(0, 5e-324), 1);
  EXPECT_NEAR(fy_v1_spherical_jn(1, 3e-300), 1e-300, 1e-315);
  // Where exp(x) overflows and the result does not.
  EXPECT_NEAR(fy_v1_spherical_in(2, 711) / fy_v1_spherical_in(2, 709), std::exp(2.0) * 709 / 711,
              1e-4);
}

TEST(SphericalBesselTest, ArraysEqualValues) {
  constexpr size_t kCount = 512;
  std::mt19937_64 random(41);
  std::uniform_real_distribution<double> x_of(-20, 20);
  std::vector<double> x(kCount), y(kCount);
  using Value = double (*)(double, double);
  using Array = void (*)(double*, const double*, long, const double*, long, long);
  const std::pair<Value, Array> kFunctions[] = {{fy_v1_spherical_jn, fy_v1_spherical_jn_f64},
                                                {fy_v1_spherical_yn, fy_v1_spherical_yn_f64},
                                                {fy_v1_spherical_in, fy_v1_spherical_in_f64}};
  for (const auto& [value, array] : kFunctions) {
    for (double n : {0.0, 1.0, 3.0, 10.0, 11.0, 2.5, -1.0}) {
      for (double& one : x) one = x_of(random);
      x[3] = kNan;
      x[9] = kInf;
      x[300] = 0;
      x[301] = 1e-310;
      x[302] = -720;
      y = x;
      array(y.data(), &n, 0, y.data(), 1, kCount);
      for (size_t i = 0; i < kCount; ++i) {
        const double want = value(n, x[i]);
        EXPECT_TRUE(y[i] == want || (std::isnan(y[i]) && std::isnan(want))) << n << " " << x[i];
      }
    }
  }
}

TEST(SphericalBesselTest, LevelsAgree) {
  if (fy_v1_isa_level() < 3) GTEST_SKIP();
  constexpr size_t kCount = 256;
  std::mt19937_64 random(42);
  std::uniform_real_distribution<double> x_of(-25, 25);
  std::vector<double> x(kCount), two(kCount), three(kCount), four(kCount);
  const special::SphericalTable& table = special::kSphericalTable;
  for (const auto kind :
       {special::SphericalKind::kJ, special::SphericalKind::kY, special::SphericalKind::kI}) {
    for (long n = 0; n <= special::kMaxSphericalOrder; ++n) {
      const special::SphericalRecipe recipe = {
          kind,
          n,
          kind == special::SphericalKind::kY ? 0 : table.limit_i[n],
          table.series[n],
          table.series_low[n],
          table.count_i[n],
          table.inverse[n]};
      for (double& one : x) one = x_of(random);
      fy_rt2_spherical_array(two.data(), x.data(), kCount, &recipe);
      fy_rt3_spherical_array(three.data(), x.data(), kCount, &recipe);
      if (fy_v1_isa_level() >= 4) fy_rt4_spherical_array(four.data(), x.data(), kCount, &recipe);
      for (size_t i = 0; i < kCount; ++i) {
        const double size = std::abs(three[i]);
        EXPECT_NEAR(two[i], three[i], 4 * kEpsilon * (size + 1 / std::abs(x[i])));
        EXPECT_EQ(three[i], fy_rt3_spherical_value(x[i], &recipe));
        if (fy_v1_isa_level() < 4) continue;
        EXPECT_EQ(four[i], three[i]) << n << " " << x[i];
      }
    }
  }
}

}  // namespace
}  // namespace formulary::runtime
