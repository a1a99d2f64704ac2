// Orthogonal polynomials: special points, known values, identities, and arrays against values.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <utility>
#include <vector>

#include "server/runtime/isa.h"
#include "server/runtime/runtime.h"
#include "server/runtime/special/polynomial_recipe.h"

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
  for (double degree :
       {0.0, 1.0, 5.0, 16.0, 17.0, 20.0, 21.0, 65.0, 300.0, 512.0, 513.0, 2.5, -3.0}) {
    for (size_t i = 0; i < kCount; ++i) {
      n[i] = i == 0 ? degree : static_cast<double>(random() % (i % 2 == 0 ? 600 : 9));
      alpha[i] = alpha_of(random);
      beta[i] = alpha_of(random);
      x[i] = i == 5 ? kNan : i == 6 ? kInf : i == 8 ? 1e40 : x_of(random);
    }
    // Of degrees and of parameters.
    for (const auto& [step, shared] : {std::pair{0L, 0L}, {1L, 0L}, {1L, 1L}}) {
      const long of_degrees = step, of_parameters = shared;
      const auto at = [&](const std::vector<double>& v, size_t i) {
        return v[(&v == &n ? of_degrees : of_parameters) != 0 ? i : 0];
      };
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
#define FY_COMPARE_3(name)                                                                 \
  fy_v1_##name##_f64(y.data(), n.data(), step, alpha.data(), shared, x.data(), 1, kCount); \
  for (size_t i = 0; i < kCount; ++i)                                                      \
    EXPECT_TRUE(Near(y[i], fy_v1_##name(at(n, i), at(alpha, i), x[i]), 0)) << #name;
      FY_COMPARE_3(assoc_laguerre)
      FY_COMPARE_3(gegenbauer)
      for (double& order : alpha) order = std::rint(order);
      FY_COMPARE_3(assoc_legendre)
#undef FY_COMPARE_3
      fy_v1_jacobi_f64(y.data(), n.data(), step, alpha.data(), shared, beta.data(), shared,
                       x.data(), 1, kCount);
      for (size_t i = 0; i < kCount; ++i) {
        EXPECT_TRUE(Near(y[i], fy_v1_jacobi(at(n, i), at(alpha, i), at(beta, i), x[i]), 0));
      }
    }
  }
}

// Values by the recurrences in 400 digits: low degrees, by sums of powers, to degrees beyond
// tables.
TEST(SpecialPolynomialTest, HighDegrees) {
  const Point kPoints[] = {
      {fy_v1_legendre, 8, 0.1, 0.180320721484375},
      {fy_v1_chebyshevt, 8, 0.1, 0.69574528},
      {fy_v1_chebyshevu, 8, 0.1, 0.62355456},
      {fy_v1_hermite, 8, 0.1, 1546.94041856},
      {fy_v1_hermite_prob, 8, 0.1, 100.82097201},
      {fy_v1_laguerre, 8, 0.1, 0.33095370539707336},
      {fy_v1_legendre, 21, 0.1, 0.14395677610840796},
      {fy_v1_chebyshevt, 21, 0.1, 0.8614290748297455},
      {fy_v1_chebyshevu, 21, 0.1, 0.8103854265403986},
      {fy_v1_hermite, 21, 0.1, 2631488270849.3784},
      {fy_v1_hermite_prob, 21, 0.1, 1329510933.2695415},
      {fy_v1_laguerre, 21, 0.1, -0.2483518074744673},
      {fy_v1_legendre, 100, 0.1, -0.06389509843475014},
      {fy_v1_chebyshevt, 100, 0.1, -0.8298462974575953},
      {fy_v1_chebyshevu, 100, 0.1, -0.7737659868455576},
      {fy_v1_hermite, 100, 0.1, 4.701702747924951e+92},
      {fy_v1_hermite_prob, 100, 0.1, 1.470480906546603e+78},
      {fy_v1_legendre, 300, 0.1, 0.011649334399155964},
      {fy_v1_chebyshevt, 300, 0.1, 0.20366128526512478},
      {fy_v1_chebyshevu, 300, 0.1, 0.30205864915792474},
      {fy_v1_laguerre, 300, 0.1, -0.18665647203572044},
      {fy_v1_legendre, 512, 0.1, 0.016953667807468372},
      {fy_v1_chebyshevt, 512, 0.1, 0.5231638358685216},
      {fy_v1_chebyshevu, 512, 0.1, 0.4375112842168765},
      {fy_v1_laguerre, 512, 0.1, 0.12760068517358739},
      {fy_v1_legendre, 700, 0.1, 0.014978493529949826},
      {fy_v1_chebyshevt, 700, 0.1, 0.538486474276298},
      {fy_v1_chebyshevu, 700, 0.1, 0.4537985553841821},
  };
  for (const Point& point : kPoints)
    EXPECT_TRUE(Near(point.function(point.n, point.x), point.want)) << point.n << " " << point.x;
  struct Point3 {
    double (*function)(double, double, double);
    double n, parameter, x, want;
  };
  const Point3 kPoints3[] = {
      {fy_v1_gegenbauer, 8, 0.3, 0.1, 0.08312050830494268},
      {fy_v1_assoc_laguerre, 8, 0, 0.1, 0.33095370539707336},
      {fy_v1_gegenbauer, 21, 0.3, 0.1, 0.05403506369267996},
      {fy_v1_assoc_laguerre, 21, 0, 0.1, -0.2483518074744673},
      {fy_v1_gegenbauer, 100, 0.3, 0.1, -0.017557567944528257},
      {fy_v1_gegenbauer, 300, 0.3, 0.1, 0.002336576146937183},
      {fy_v1_assoc_laguerre, 300, 0, 0.1, -0.18665647203572044},
      {fy_v1_gegenbauer, 512, 0.3, 0.1, 0.003431084179034648},
      {fy_v1_assoc_laguerre, 512, 0, 0.1, 0.12760068517358739},
      {fy_v1_gegenbauer, 700, 0.3, 0.1, 0.002843291369000172},
      {fy_v1_assoc_laguerre, 700, 0, 0.1, -0.19918183888821522},
  };
  for (const Point3& point : kPoints3) {
    EXPECT_TRUE(Near(point.function(point.n, point.parameter, point.x), point.want))
        << point.n << " " << point.parameter << " " << point.x;
  }
  EXPECT_TRUE(Near(fy_v1_jacobi(8, -0.9, -0.95, 0.1), 0.10113733247963479));
  EXPECT_TRUE(Near(fy_v1_jacobi(21, -0.9, -0.95, 0.1), 0.07839001576455991));
  EXPECT_TRUE(Near(fy_v1_jacobi(100, -0.9, -0.95, 0.1), -0.03488955401116286));
  EXPECT_TRUE(Near(fy_v1_jacobi(300, -0.9, -0.95, 0.1), 0.004860543640027368));
  EXPECT_TRUE(Near(fy_v1_jacobi(512, -0.9, -0.95, 0.1), 0.009768016312377075));
}

// Values by the recurrence in 400 digits.
TEST(SpecialPolynomialTest, AssociatedLegendre) {
  struct {
    double n, m, x, want;
  } const kPoints[] = {
      {8, 2, 0.3, 16.409762971874997},
      {8, -2, 0.3, 0.0032559053515625},
      {5, 5, -0.7, -175.5323829879476},
      {5, -5, -0.7, 4.8372019121458225e-05},
      {40, 7, 0.99, -17807409684.926006},
      {40, -31, 0.2, -9.244154213461246e-50},
      {40, 40, 0.9, 2.998850715296857e+44},
      {100, 12, -0.55, 5.843062591613646e+21},
      {300, 3, 0.1, 1211996.0956971364},
      {8, 4, 1.5, 551346.1303710938},
      {9, 1, 0.9999999999990905, -6.069146185445924e-05},
      {512, 60, 0.4, -5.326284703000496e+160},
      {90, 70, 0.4, -1.4558204718302947e+132},
      {120, 110, 0.25, -1.246618848920593e+218},
      {200, 90, 0.999, 5.956094916992806e+124},
  };
  for (const auto& point : kPoints) {
    EXPECT_TRUE(Near(fy_v1_assoc_legendre(point.n, point.m, point.x), point.want))
        << point.n << " " << point.m << " " << point.x;
  }
}

// The kernels of this processor's levels, which are to give the same bits from level 3 on.
TEST(SpecialPolynomialTest, LevelsAgree) {
  using special::PolynomialRecipe;
  constexpr size_t kCount = 64;
  std::mt19937_64 random(32);
  std::uniform_real_distribution<double> x_of(-1.5, 1.5);
  std::vector<double> x(kCount), two(kCount), three(kCount), four(kCount);
  const auto compare = [&](const auto& maker, double degree) {
    special::Terms terms;
    PolynomialRecipe recipe;
    ASSERT_TRUE(maker.Make(degree, terms, &recipe));
    for (double& value : x) value = x_of(random);
    fy_rt2_polynomial_array(two.data(), x.data(), kCount, &recipe);
    if (fy_v1_isa_level() >= 3) fy_rt3_polynomial_array(three.data(), x.data(), kCount, &recipe);
    if (fy_v1_isa_level() >= 4) fy_rt4_polynomial_array(four.data(), x.data(), kCount, &recipe);
    for (size_t i = 0; i < kCount; ++i) {
      EXPECT_EQ(two[i], fy_rt2_polynomial_value(x[i], &recipe));
      if (fy_v1_isa_level() < 3) continue;
      EXPECT_EQ(three[i], fy_rt3_polynomial_value(x[i], &recipe));
      EXPECT_TRUE(Near(two[i], three[i])) << degree << " " << x[i];
      if (fy_v1_isa_level() < 4) continue;
      EXPECT_EQ(four[i], three[i]) << degree << " " << x[i];
      EXPECT_EQ(four[i], fy_rt4_polynomial_value(x[i], &recipe));
    }
  };
  for (double degree : {1, 2, 7, 8, 16, 17, 20, 21, 64, 299, 512}) {
    compare(special::LegendreRecipe(), degree);
    compare(special::ChebyshevTRecipe(), degree);
    compare(special::ChebyshevURecipe(), degree);
    if (degree < 150) compare(special::HermiteRecipe(), degree);
    if (degree < 150) compare(special::HermiteProbRecipe(), degree);
    compare(special::LaguerreRecipe{0}, degree);
    compare(special::LaguerreRecipe{1.5}, degree);
    compare(special::GegenbauerRecipe{2.5}, degree);
    compare(special::JacobiRecipe{-0.5, 2.25}, degree);
  }
}

// Where the recipe overflows or ends, the other way takes over at the same values.
TEST(SpecialPolynomialTest, MethodsMeet) {
  EXPECT_TRUE(Near(fy_v1_legendre(2, 1e150), 1.5e300));
  EXPECT_TRUE(Near(fy_v1_legendre(8, 1e30), 50.2734375e240));
  EXPECT_TRUE(Near(fy_v1_hermite(20, 1e14), 0x1p20 * 1e280));
  EXPECT_TRUE(Near(fy_v1_legendre(2, 1e160), kInf));
  EXPECT_TRUE(Near(fy_v1_legendre(3, 5e-324), -5e-324, 2));  // -1.5 x
  for (double x : {0.1, 0.6, -0.93, 1.02}) {
    const double n = 33, above = std::nextafter(special::kMaxRecipeParameter, kInf);
    const double l = fy_v1_assoc_laguerre(n, 100, x), c = fy_v1_gegenbauer(n, 100, x);
    EXPECT_NEAR(fy_v1_assoc_laguerre(n, above, x), l, 1e-13 * std::abs(l));
    EXPECT_NEAR(fy_v1_gegenbauer(n, above, x), c, 1e-11 * std::abs(c));
    const double p = fy_v1_jacobi(n, 100, 1, x);
    EXPECT_NEAR(fy_v1_jacobi(n, above, 1, x), p, 1e-12 * std::abs(p));
  }
}

TEST(SpecialPolynomialTest, ResultsMayReplaceOperands) {
  std::vector<double> x(512, 0.25);
  x[3] = kInf;
  x[400] = kNan;
  const double degree = 8;
  fy_v1_hermite_f64(x.data(), &degree, 0, x.data(), 1, 512);
  EXPECT_EQ(x[0], fy_v1_hermite(8, 0.25));
  EXPECT_EQ(x[511], x[0]);
  EXPECT_EQ(x[3], kInf);
  EXPECT_TRUE(std::isnan(x[400]));
}

TEST(SpecialPolynomialTest, SingleIsTheRoundedDouble) {
  for (float x : {-0.9F, 0.1F, 0.7F}) {
    EXPECT_EQ(fy_v1_legendref(17, x), static_cast<float>(fy_v1_legendre(17, x)));
    EXPECT_EQ(fy_v1_hermitef(9, x), static_cast<float>(fy_v1_hermite(9, x)));
  }
}

}  // namespace
}  // namespace formulary::runtime
