// Derivatives by parameters: special points, the ends of the shapes' range, relations between them,
// joints of regions, and blocks against values.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "server/runtime/runtime.h"

namespace formulary::runtime {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kPi = 3.141592653589793;

void ExpectNear(double a, double b, double relative) {
  EXPECT_NEAR(a, b, relative * std::max(std::abs(a), std::abs(b)));
}

TEST(SlopeTest, IncompleteFunctionsAtTheEnds) {
  EXPECT_EQ(fy_v1_gammainc_da(2, 0), 0);
  EXPECT_EQ(fy_v1_gammainc_da(2, kInf), 0);
  EXPECT_TRUE(std::isnan(fy_v1_gammainc_da(0, 1)));
  EXPECT_TRUE(std::isnan(fy_v1_gammainc_da(kNan, 1)));
  EXPECT_TRUE(std::isnan(fy_v1_gammainc_da(1, -1)));
  EXPECT_EQ(fy_v1_betainc_da(2, 3, 0), 0);
  EXPECT_EQ(fy_v1_betainc_da(2, 3, 1), 0);
  EXPECT_EQ(fy_v1_betainc_db(2, 3, 0), 0);
  EXPECT_TRUE(std::isnan(fy_v1_betainc_da(2, 3, 1.5)));
  EXPECT_TRUE(std::isnan(fy_v1_betainc_db(2, 0, 0.5)));
  EXPECT_EQ(fy_v1_log_gammainc_da(2, 0), -kInf);
  EXPECT_EQ(fy_v1_log_betainc_da(2, 3, 1), -kInf);
  // A shape of 0 in the limit: -E1(x).
  ExpectNear(fy_v1_gammainc_da(1e-310, 1), -0.21938393439552029, 1e-14);
}

// I(a, b; x) = 1 - (1 - x)^b for a = 1, so dI/db = -(1 - x)^b log(1 - x).
TEST(SlopeTest, BetaOfUnitShape) {
  for (const double b : {1e-6, 0.3, 1.0, 7.5, 90.0, 5e3}) {
    for (const double x : {1e-9, 0.01, 0.25, 0.5, 0.75, 0.99}) {
      const double want = -std::exp(b * std::log1p(-x)) * std::log1p(-x);
      if (want < 1e-300) continue;
      ExpectNear(fy_v1_betainc_db(1, b, x), want, 4e-15 * (1 + b * -std::log1p(-x)));
    }
  }
}

TEST(SlopeTest, LogarithmsAreThoseOfTheValues) {
  for (const double a : {0.01, 0.5, 3.0, 150.0}) {
    for (const double x : {0.01, 0.4, 3.0, 149.0}) {
      const double log = fy_v1_log_gammainc_da(a, x);
      if (log > -600) ExpectNear(std::exp(log), -fy_v1_gammainc_da(a, x), 1e-12);
      const double y = x / (1 + x);
      const double log_a = fy_v1_log_betainc_da(a, 2.5, y);
      if (log_a > -600) ExpectNear(std::exp(log_a), -fy_v1_betainc_da(a, 2.5, y), 1e-12);
      const double log_b = fy_v1_log_betainc_db(a, 2.5, y);
      if (log_b > -600) ExpectNear(std::exp(log_b), fy_v1_betainc_db(a, 2.5, y), 1e-12);
    }
  }
}

// The change of tails, of series and quadrature.
TEST(SlopeTest, IncompleteFunctionsAreSmooth) {
  for (const double a : {0.2, 1.0, 9.99, 10.0, 60.0, 99.9, 100.1, 3e4, 1e9}) {
    for (double u = -3; u <= 3; u += 0.05) {
      const double x = a + u * std::sqrt(a);
      if (x <= 0) continue;
      const double near = std::nextafter(x, kInf);
      const double change = 1e-14 + 4e-15 * std::sqrt(a);  // what the step of an ulp may make
      ExpectNear(fy_v1_gammainc_da(a, x), fy_v1_gammainc_da(a, near), change);
      const double y = x / (a + x);
      ExpectNear(fy_v1_betainc_da(a, a, y), fy_v1_betainc_da(a, a, std::nextafter(y, 0)), change);
    }
  }
}

// DLMF 10.15.3, 10.15.4, 10.38.3, 10.38.4 at order 0, and half orders of DLMF 10.15.6 by parity.
TEST(SlopeTest, BesselFunctionsOfIntegerOrder) {
  for (const double x : {1e-3, 0.3, 1.9, 2.1, 7.0, 19.0, 21.0, 39.0, 99.0, 101.0, 700.0}) {
    const double size = std::sqrt(2 / (kPi * x)) + std::abs(fy_v1_y0(x));
    EXPECT_NEAR(fy_v1_besselj_dv(0, x), kPi / 2 * fy_v1_y0(x), 2e-14 * size);
    EXPECT_NEAR(fy_v1_bessely_dv(0, x), -kPi / 2 * fy_v1_j0(x), 2e-14 * size);
    EXPECT_NEAR(fy_v1_besseli_dv(0, x), -fy_v1_k0(x), 1e-14 * fy_v1_i0(x));
    EXPECT_EQ(fy_v1_besselk_dv(0, x), 0);
    EXPECT_NEAR(fy_v1_besselj_dv(1, x), kPi / 2 * fy_v1_y1(x) + fy_v1_j0(x) / x,
                2e-14 * (size + 1 / x));
    ExpectNear(fy_v1_besselk_dv(1, x), fy_v1_k0(x) / x, 1e-13);
  }
}

TEST(SlopeTest, BesselFunctionsAtTheEnds) {
  EXPECT_TRUE(std::isnan(fy_v1_besselj_dv(1, -1)));
  EXPECT_TRUE(std::isnan(fy_v1_besseli_dv(kNan, 1)));
  EXPECT_TRUE(std::isnan(fy_v1_bessely_dv(2e5, 1)));
  EXPECT_TRUE(std::isnan(fy_v1_log_besseli_dv(-1, 1)));
  EXPECT_EQ(fy_v1_besselj_dv(1, kInf), 0);
  EXPECT_EQ(fy_v1_besselk_dv(-2.5, 3), -fy_v1_besselk_dv(2.5, 3));
}

// Orders and arguments near each other: series, paths, curves.
TEST(SlopeTest, BesselFunctionsAreSmooth) {
  for (const double v : {0.5, 3.25, 17.5, 59.5}) {
    for (double u = 0.3; u <= 2; u += 0.01) {
      const double x = v * u;
      const double near = x * (1 + 1e-15);
      const double j = fy_v1_besselj_dv(v, x);
      const double size = x > v ? std::sqrt(2 / (kPi * x)) : 0;
      EXPECT_NEAR(j, fy_v1_besselj_dv(v, near), 1e-12 * std::max(std::abs(j), size))
          << v << " " << x;
      const double y = fy_v1_bessely_dv(v, x);
      EXPECT_NEAR(y, fy_v1_bessely_dv(v, near), 1e-12 * std::max(std::abs(y), size))
          << v << " " << x;
      ExpectNear(fy_v1_besseli_dv(v, x), fy_v1_besseli_dv(v, near), 1e-12);
      ExpectNear(fy_v1_besselk_dv(v, x), fy_v1_besselk_dv(v, near), 1e-12);
    }
  }
}

TEST(SlopeTest, ZetaFunctions) {
  ExpectNear(fy_v1_zeta_ds(0), -0.91893853320467274, 1e-15);  // -log(2 pi)/2
  ExpectNear(fy_v1_zeta_ds(-2), -0.030448457058393270, 1e-14);
  ExpectNear(fy_v1_zeta_ds(-0.5), fy_v1_zeta_ds(std::nextafter(-0.5, -1)), 1e-14);
  EXPECT_TRUE(std::isnan(fy_v1_zeta_ds(1)));
  EXPECT_TRUE(std::isnan(fy_v1_zeta_ds(kNan)));
  EXPECT_EQ(fy_v1_zeta_ds(kInf), 0);
  EXPECT_TRUE(std::isnan(fy_v1_hurwitz_zeta_ds(2, 0)));
  for (const double s : {1.5, 2.0, 11.0, 80.0}) {
    ExpectNear(fy_v1_hurwitz_zeta_ds(s, 1), fy_v1_zeta_ds(s), 1e-15);
    // zeta(s, 1/2) = (2^s - 1) zeta(s)
    const double power = std::exp2(s);
    ExpectNear(fy_v1_hurwitz_zeta_ds(s, 0.5),
               (power - 1) * fy_v1_zeta_ds(s) + power * std::log(2.0) * fy_v1_zeta(s), 3e-14);
  }
}

TEST(SlopeTest, BlocksAreTheValues) {
  constexpr long kCount = 32;
  std::vector<double> x(kCount);
  for (long i = 0; i < kCount; ++i) x[static_cast<size_t>(i)] = 0.1 + 0.37 * static_cast<double>(i);
  const double v = 2.25;
  std::vector<double> y(kCount);
  fy_v1_gammainc_da_f64(y.data(), &v, 0, x.data(), 1, kCount);
  for (size_t i = 0; i < kCount; ++i) EXPECT_EQ(y[i], fy_v1_gammainc_da(v, x[i]));
  fy_v1_besselj_dv_f64(y.data(), &v, 0, x.data(), 1, kCount);
  for (size_t i = 0; i < kCount; ++i) EXPECT_EQ(y[i], fy_v1_besselj_dv(v, x[i]));
}

}  // namespace
}  // namespace formulary::runtime
