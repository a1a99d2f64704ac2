// Orthogonal polynomials: special points, known values, identities, and arrays against values.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "server/runtime/runtime.h"

namespace formulary::runtime {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();

::testing::AssertionResult Near(double got, double want, double ulps = 1) {
  if (std::isnan(want) && std::isnan(got)) return ::testing::AssertionSuccess();
  if (got == want) return ::testing::AssertionSuccess();
  const double unit = std::nextafter(std::abs(want), kInf) - std::abs(want);
  if (std::abs(got - want) <= ulps * unit) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << std::hexfloat << "got " << got << ", want " << want;
}

using Binary = double (*)(double, double);

struct Point {
  Binary function;
  double n, x, want;
};

TEST(SpecialPolynomialTest, SpecialPoints) {
  const Point kPoints[] = {
      {fy_v1_legendre, 0, 0.3, 1},
      {fy_v1_legendre, 1, 0.3, 0.3},
      {fy_v1_legendre, -1, 0.3, 1},
      {fy_v1_legendre, 3, 1, 1},
      {fy_v1_legendre, 3, -1, -1},
      {fy_v1_legendre, 10, 0.5, -0.18822860717773438},
      {fy_v1_legendre, 2.5, 0.5, kNan},
      {fy_v1_legendre, 100001, 0.5, kNan},
      {fy_v1_legendre, kNan, 0.5, kNan},
      {fy_v1_legendre, 2, kNan, kNan},
      {fy_v1_legendre, 0, kNan, kNan},
      {fy_v1_legendre, 0, kInf, 1},
      {fy_v1_legendre, 3, -kInf, -kInf},
      {fy_v1_legendre, 4, -kInf, kInf},
      {fy_v1_legendre, 1000, 10, kInf},
      {fy_v1_legendre, 1001, -10, -kInf},
      {fy_v1_chebyshevt, 0, -kInf, 1},
      {fy_v1_chebyshevt, 3, -kInf, -kInf},
      {fy_v1_chebyshevt, 5, 0.5, 0.5},
      {fy_v1_chebyshevt, -5, 0.5, 0.5},
      {fy_v1_chebyshevt, 0.5, 0, 0.7071067811865476},
      {fy_v1_chebyshevt, 0.5, -2, kNan},
      {fy_v1_chebyshevt, 0.5, 7, 2},
      {fy_v1_chebyshevt, 100000, 1, 1},
      {fy_v1_chebyshevt, 1e300, 1, 1},
      {fy_v1_chebyshevu, 0, 0.25, 1},
      {fy_v1_chebyshevu, -1, 0.25, 0},
      {fy_v1_chebyshevu, -2, 0.25, -1},
      {fy_v1_chebyshevu, 5, 1, 6},
      {fy_v1_chebyshevu, 5, -1, -6},
      {fy_v1_chebyshevu, 200, 1, 201},
      {fy_v1_chebyshevu, 0.5, 1, 1.5},
      {fy_v1_chebyshevu, 0.5, -1, kNan},
      {fy_v1_hermite, 5, 0.5, 41},
      {fy_v1_hermite, 4, -kInf, kInf},
      {fy_v1_hermite, -1, 0.5, kNan},
      {fy_v1_hermite, 10000, 1, -kInf},
      {fy_v1_hermite_prob, 5, 0.5, 6.28125},
      {fy_v1_laguerre, 5, 0, 1},
      {fy_v1_laguerre, 5, kInf, -kInf},
      {fy_v1_laguerre, 5, -kInf, kInf},
      {fy_v1_laguerre, 5, 0.5, -0.44557291666666665},
  };
  for (const Point& point : kPoints) {
    if (point.function == fy_v1_hermite && point.n == 10000) {
      EXPECT_TRUE(std::isinf(point.function(point.n, point.x)));  // of either sign
      continue;
    }
    EXPECT_TRUE(Near(point.function(point.n, point.x), point.want)) << point.n << " " << point.x;
  }
}

TEST(SpecialPolynomialTest, SpecialPointsOfMoreOperands) {
  EXPECT_TRUE(Near(fy_v1_gegenbauer(5, 1.5, 0.5), -0.57421875));
  EXPECT_TRUE(Near(fy_v1_gegenbauer(-1, 1.5, 0.5), 0));
  EXPECT_TRUE(Near(fy_v1_gegenbauer(3, 0, 0.5), 0));
  EXPECT_TRUE(Near(fy_v1_gegenbauer(1.5, 1, 0.5), kNan));
  EXPECT_TRUE(Near(fy_v1_assoc_laguerre(5, 2, 0.5), 7.45546875));
  EXPECT_TRUE(Near(fy_v1_assoc_laguerre(3, kNan, 0.5), kNan));
  EXPECT_TRUE(Near(fy_v1_jacobi(5, 0.5, 2, 0.5), 0.3769111633300781));
  EXPECT_TRUE(Near(fy_v1_jacobi(5, 0, 0, 0.5), fy_v1_legendre(5, 0.5)));
  EXPECT_TRUE(Near(fy_v1_jacobi(-1, 0, 0, 0.5), kNan));
  EXPECT_TRUE(Near(fy_v1_assoc_legendre(3, 1, 0.5), -0.3247595264191645));
  EXPECT_TRUE(Near(fy_v1_assoc_legendre(3, 4, 0.5), 0));
  EXPECT_TRUE(Near(fy_v1_assoc_legendre(2, 1, 2), kNan));
  EXPECT_TRUE(Near(fy_v1_assoc_legendre(2, 2, 2), -9));
  EXPECT_TRUE(Near(fy_v1_assoc_legendre(1, -1, 0.6), 0.4));
  EXPECT_TRUE(Near(fy_v1_assoc_legendre(1, 0.5, 0.6), kNan));
  EXPECT_TRUE(Near(fy_v1_assoc_legendre(7, 3, 1), 0));
}

TEST(SpecialPolynomialTest, FamiliesMeet) {
  std::mt19937_64 random(30);
  std::uniform_real_distribution<double> x_of(-1.2, 1.2);
  for (int i = 0; i < 3000; ++i) {
    const double n = static_cast<double>(random() % 100), x = x_of(random);
    const double scale =
        1e-13 * (1 + n * n) *
        std::fmax(1, std::abs(fy_v1_chebyshevu(n, 1.2)) * (std::abs(x) > 1 ? 1 : 0));
    EXPECT_NEAR(fy_v1_gegenbauer(n, 1, x), fy_v1_chebyshevu(n, x), scale) << n << " " << x;
    EXPECT_NEAR(fy_v1_gegenbauer(n, 0.5, x), fy_v1_legendre(n, x), scale) << n << " " << x;
    EXPECT_NEAR(fy_v1_chebyshevu(n, x) - x * fy_v1_chebyshevu(n - 1, x), fy_v1_chebyshevt(n, x),
                scale)
        << n << " " << x;
  }
}

// Degrees on both sides of where the way of computing changes: three terms of the recurrence.
TEST(SpecialPolynomialTest, RecurrencesHoldAcrossJoints) {
  for (double n = 60; n < 70; ++n) {
    for (double x : {-0.99, -0.3, 0.2, 0.75, 1.1}) {
      const double t = fy_v1_chebyshevt(n + 1, x);
      EXPECT_NEAR(t, 2 * x * fy_v1_chebyshevt(n, x) - fy_v1_chebyshevt(n - 1, x),
                  1e-13 * std::fmax(1, std::abs(t)));
      const double p = fy_v1_legendre(n + 1, x);
      EXPECT_NEAR((n + 1) * p,
                  (2 * n + 1) * x * fy_v1_legendre(n, x) - n * fy_v1_legendre(n - 1, x),
                  1e-12 * std::fmax(1, std::abs(p)));
    }
  }
}

// Where a plain recurrence keeps no digit: doubles next to zeros.
TEST(SpecialPolynomialTest, AccurateNearZeros) {
  EXPECT_NEAR(fy_v1_legendre(2, 0.5773502691896257), -5.793758576800781e-17, 2e-19);
  EXPECT_NEAR(fy_v1_chebyshevt(2, 0.7071067811865476), 1.3671617315323846e-16, 2e-19);
}

TEST(SpecialPolynomialTest, ArraysEqualValues) {
  constexpr size_t kCount = 48;
  std::mt19937_64 random(31);
  std::uniform_real_distribution<double> x_of(-2, 2), alpha_of(-0.9, 3);
  std::vector<double> n(kCount), alpha(kCount), beta(kCount), x(kCount), y(kCount);
  for (double degree : {0.0, 1.0, 5.0, 64.0, 65.0, 2.5, -3.0}) {
    for (size_t i = 0; i < kCount; ++i) {
      n[i] = i == 0 ? degree : static_cast<double>(random() % 80);
      alpha[i] = alpha_of(random);
      beta[i] = alpha_of(random);
      x[i] = i == 5 ? kNan : i == 6 ? kInf : i == 8 ? 1e40 : x_of(random);
    }
    for (long step : {0, 1}) {
      const auto at = [&](const std::vector<double>& v, size_t i) { return v[step != 0 ? i : 0]; };
#define FY_COMPARE_2(name)                                           \
  fy_v1_##name##_f64(y.data(), n.data(), step, x.data(), 1, kCount); \
  for (size_t i = 0; i < kCount; ++i)                                \
    EXPECT_TRUE(Near(y[i], fy_v1_##name(at(n, i), x[i]), 0)) << #name << " " << at(n, i);
      FY_COMPARE_2(legendre)
      FY_COMPARE_2(chebyshevt)
      FY_COMPARE_2(chebyshevu)
      FY_COMPARE_2(hermite)
      FY_COMPARE_2(hermite_prob)
      FY_COMPARE_2(laguerre)
#undef FY_COMPARE_2
#define FY_COMPARE_3(name)                                                               \
  fy_v1_##name##_f64(y.data(), n.data(), step, alpha.data(), step, x.data(), 1, kCount); \
  for (size_t i = 0; i < kCount; ++i)                                                    \
    EXPECT_TRUE(Near(y[i], fy_v1_##name(at(n, i), at(alpha, i), x[i]), 0)) << #name;
      FY_COMPARE_3(assoc_laguerre)
      FY_COMPARE_3(gegenbauer)
#undef FY_COMPARE_3
      fy_v1_jacobi_f64(y.data(), n.data(), step, alpha.data(), step, beta.data(), step, x.data(), 1,
                       kCount);
      for (size_t i = 0; i < kCount; ++i) {
        EXPECT_TRUE(Near(y[i], fy_v1_jacobi(at(n, i), at(alpha, i), at(beta, i), x[i]), 0));
      }
    }
  }
}

TEST(SpecialPolynomialTest, SingleIsTheRoundedDouble) {
  for (float x : {-0.9F, 0.1F, 0.7F}) {
    EXPECT_EQ(fy_v1_legendref(17, x), static_cast<float>(fy_v1_legendre(17, x)));
    EXPECT_EQ(fy_v1_hermitef(9, x), static_cast<float>(fy_v1_hermite(9, x)));
  }
}

}  // namespace
}  // namespace formulary::runtime
