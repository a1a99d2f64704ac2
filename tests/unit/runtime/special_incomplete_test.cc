// Incomplete gamma and beta functions: values that can be said by hand, ends of the ranges, tails
// beyond the range of double, joints between regions, inverses, and arrays against values.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "server/runtime/isa.h"
#include "server/runtime/runtime.h"
#include "server/runtime/special/lanes.h"

namespace formulary::runtime {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kTiny = std::numeric_limits<double>::denorm_min();

using Two = double (*)(double, double);
using Three = double (*)(double, double, double);

// Within `ulps` of `want`; NaN equals NaN.
bool Near(double got, double want, double ulps) {
  if (std::isnan(want)) return std::isnan(got);
  if (got == want) return true;
  if (std::isinf(want) || std::isinf(got)) return false;
  const double ulp = std::nextafter(std::fabs(want), kInf) - std::fabs(want);
  return std::fabs(got - want) <= ulps * ulp;
}

struct TwoCase {
  Two function;
  double a, b, want;
};

TEST(SpecialIncompleteTest, GammaEnds) {
  const TwoCase cases[] = {
      {fy_v1_gammainc, 2, 0, 0},
      {fy_v1_gammainc, 2, -0.0, 0},
      {fy_v1_gammainc, 2, kInf, 1},
      {fy_v1_gammainc, kInf, 2, 0},
      {fy_v1_gammainc, kInf, kInf, kNan},
      {fy_v1_gammainc, 0, 1, kNan},
      {fy_v1_gammainc, -1, 1, kNan},
      {fy_v1_gammainc, 1, -1, kNan},
      {fy_v1_gammainc, kNan, 1, kNan},
      {fy_v1_gammainc, 1, kNan, kNan},
      {fy_v1_gammainc, 1, kTiny, kTiny},
      {fy_v1_gammaincc, 2, 0, 1},
      {fy_v1_gammaincc, 2, kInf, 0},
      {fy_v1_gammaincc, kInf, 2, 1},
      {fy_v1_gammaincc, -1, 1, kNan},
      {fy_v1_gammaincc, 1, kNan, kNan},
      {fy_v1_lowergamma, 3, 0, 0},
      {fy_v1_lowergamma, 3, kInf, 2},
      {fy_v1_lowergamma, 0, 1, kNan},
      {fy_v1_uppergamma, 3, 0, 2},
      {fy_v1_uppergamma, 3, kInf, 0},
      {fy_v1_uppergamma, 0, 0, kNan},
      {fy_v1_uppergamma, 0, -1, kNan},
      {fy_v1_uppergamma, 0, kNan, kNan},
      {fy_v1_uppergamma, 200, 1, kInf},
      {fy_v1_log_gammainc, 2, 0, -kInf},
      {fy_v1_log_gammainc, 2, kInf, 0},
      {fy_v1_log_gammaincc, 2, 0, 0},
      {fy_v1_log_gammaincc, 2, kInf, -kInf},
      {fy_v1_gammaincinv, 2, 0, 0},
      {fy_v1_gammaincinv, 2, 1, kInf},
      {fy_v1_gammaincinv, 2, -0.1, kNan},
      {fy_v1_gammaincinv, 2, 1.1, kNan},
      {fy_v1_gammaincinv, 0, 0.5, kNan},
      {fy_v1_gammaincinv, kNan, 0.5, kNan},
      {fy_v1_gammainccinv, 2, 0, kInf},
      {fy_v1_gammainccinv, 2, 1, 0},
      {fy_v1_gammainccinv, 2, kNan, kNan},
      {fy_v1_gammainc_dx, 0.5, 0, kInf},
      {fy_v1_gammainc_dx, 1, 0, 1},
      {fy_v1_gammainc_dx, 2, 0, 0},
      {fy_v1_gammainc_dx, 2, kInf, 0},
      {fy_v1_gammainc_dx, 2, -1, kNan},
      {fy_v1_log_gammainc_dx, 2, kInf, -kInf},
  };
  for (const TwoCase& c : cases) {
    EXPECT_PRED3(Near, c.function(c.a, c.b), c.want, 4)
        << "case " << &c - cases << ": " << c.a << ", " << c.b;
  }
}

struct ThreeCase {
  Three function;
  double a, b, c, want;
};

TEST(SpecialIncompleteTest, BetaEnds) {
  const ThreeCase cases[] = {
      {fy_v1_betainc, 2, 3, 0, 0},
      {fy_v1_betainc, 2, 3, -0.0, 0},
      {fy_v1_betainc, 2, 3, 1, 1},
      {fy_v1_betainc, 0, 3, 0.5, kNan},
      {fy_v1_betainc, 2, -1, 0.5, kNan},
      {fy_v1_betainc, 2, 3, 1.5, kNan},
      {fy_v1_betainc, 2, 3, -0.5, kNan},
      {fy_v1_betainc, 2, 3, kNan, kNan},
      {fy_v1_betainc, kInf, 3, 0.5, 0},
      {fy_v1_betainc, 2, kInf, 0.5, 1},
      {fy_v1_betainc, kInf, kInf, 0.5, kNan},
      {fy_v1_betainc, 1, 1, kTiny, kTiny},
      {fy_v1_betaincc, 2, 3, 0, 1},
      {fy_v1_betaincc, 2, 3, 1, 0},
      {fy_v1_betaincc, 2, kNan, 1, kNan},
      {fy_v1_betainc_lower, 2, 3, 1, 1.0 / 12},
      {fy_v1_betainc_lower, 2, 3, 0, 0},
      {fy_v1_log_betainc, 2, 3, 0, -kInf},
      {fy_v1_log_betainc, 2, 3, 1, 0},
      {fy_v1_log_betaincc, 2, 3, 1, -kInf},
      {fy_v1_betaincinv, 2, 3, 0, 0},
      {fy_v1_betaincinv, 2, 3, 1, 1},
      {fy_v1_betaincinv, 2, 3, -0.1, kNan},
      {fy_v1_betaincinv, 0, 3, 0.1, kNan},
      {fy_v1_betainccinv, 2, 3, 0, 1},
      {fy_v1_betainccinv, 2, 3, 1, 0},
      {fy_v1_betainc_dx, 1, 3, 0, 3},
      {fy_v1_betainc_dx, 0.5, 3, 0, kInf},
      {fy_v1_betainc_dx, 2, 3, 0, 0},
      {fy_v1_betainc_dx, 3, 1, 1, 3},
      {fy_v1_betainc_dx, 3, 1, 2, kNan},
      {fy_v1_log_betainc_dx, 2, 3, 0, -kInf},
  };
  for (const ThreeCase& c : cases) {
    EXPECT_PRED3(Near, c.function(c.a, c.b, c.c), c.want, 4)
        << "case " << &c - cases << ": " << c.a << ", " << c.b << ", " << c.c;
  }
}

// P(1, x) = 1 - exp(-x), Q(1/2, x) = erfc(sqrt x), I_x(a, 1) = x^a, I_x(1/2, 1/2) by arcsine.
TEST(SpecialIncompleteTest, ElementaryCases) {
  for (double x = 0.01; x < 40; x *= 1.17) {
    EXPECT_PRED3(Near, fy_v1_gammainc(1, x), -std::expm1(-x), 12) << x;
    EXPECT_PRED3(Near, fy_v1_gammaincc(1, x), std::exp(-x), 12) << x;
    EXPECT_PRED3(Near, fy_v1_gammaincc(0.5, x * x), std::erfc(std::sqrt(x * x)), 20 + 2 * x * x)
        << x;
    EXPECT_PRED3(Near, fy_v1_uppergamma(1, x), std::exp(-x), 12) << x;
    EXPECT_PRED3(Near, fy_v1_log_gammaincc(1, x), -x, 30) << x;
  }
  for (double x = 0.01; x < 1; x += 0.03) {
    EXPECT_PRED3(Near, fy_v1_betainc(3, 1, x), x * x * x, 20) << x;
    EXPECT_PRED3(Near, fy_v1_betainc(0.5, 0.5, x), std::asin(std::sqrt(x)) * M_2_PI, 20) << x;
    EXPECT_PRED3(Near, fy_v1_betaincinv(1, 1, x), x, 20) << x;
  }
}

// Values to 17 digits from arbitrary precision: tails beyond double, and upper gamma below a = 0.
TEST(SpecialIncompleteTest, FarTails) {
  EXPECT_PRED3(Near, fy_v1_log_gammainc(1000, 1), -5913.127178988828, 4);
  EXPECT_PRED3(Near, fy_v1_log_gammaincc(2, 1000), -993.0912452206848, 4);
  EXPECT_PRED3(Near, fy_v1_log_betainc(500, 3, 0.125), -1028.2452042973096, 4);
  EXPECT_PRED3(Near, fy_v1_log_betaincc(3, 500, 0.875), -1028.2452042973096, 4);
  EXPECT_PRED3(Near, fy_v1_log_gammainc_dx(20, 2000), -1894.9227374559, 8);
  EXPECT_PRED3(Near, fy_v1_uppergamma(0, 1), 0.21938393439552027, 12);     // E1(1)
  EXPECT_PRED3(Near, fy_v1_uppergamma(-1, 1), 0.14849550677592205, 12);    // E2(1)
  EXPECT_PRED3(Near, fy_v1_uppergamma(0, 2), 0.048900510708061120, 12);    // E1(2)
  EXPECT_PRED3(Near, fy_v1_uppergamma(-2, 2), 0.0075333449494539733, 16);  // E3(2)/4
}

// The functions are monotonic and smooth where one method takes over from another.
TEST(SpecialIncompleteTest, JointsAreSmooth) {
  const double shapes[] = {0.3, 0.999999, 1, 1.5, 2, 8.999999, 9, 19.999, 20, 50, 200, 2000, 1e5};
  for (const double a : shapes) {
    for (const double x : {0.6 * a, a, a + 0.25, 1.4 * a, 1.1}) {
      const double below = x * (1 - 1e-13);
      const double above = x * (1 + 1e-13);
      const double p = fy_v1_gammainc(a, below);
      const double q = fy_v1_gammainc(a, above);
      if (p < 1e-280) continue;
      const double slope = fy_v1_gammainc_dx(a, x);
      EXPECT_NEAR((q - p) / q, slope * (above - below) / q, 3e-14) << a << ", " << x;
    }
  }
  const double betas[][2] = {{0.5, 0.7}, {1, 5}, {0.3, 40},    {3, 8},
                             {9, 9},     {8, 9}, {1499, 1700}, {1500, 1500}};
  for (const auto& [a, b] : betas) {
    for (const double x : {0.5, a / (a + b), 0.7 / b, 1 - 0.7 / a}) {
      if (!(x > 0 && x < 1)) continue;
      const double below = x * (1 - 1e-13);
      const double above = x + (1 - x) * 1e-13;
      const double p = fy_v1_betainc(a, b, below);
      const double q = fy_v1_betainc(a, b, above);
      const double slope = fy_v1_betainc_dx(a, b, x);
      EXPECT_NEAR(q - p, slope * (above - below), 3e-14 * q) << a << ", " << b << ", " << x;
    }
  }
}

TEST(SpecialIncompleteTest, TailsAddUp) {
  for (double a = 0.01; a < 1e5; a *= 3.1) {
    for (double ratio = 0.1; ratio < 8; ratio *= 1.3) {
      EXPECT_NEAR(fy_v1_gammainc(a, a * ratio) + fy_v1_gammaincc(a, a * ratio), 1, 1e-15);
    }
    for (double b = 0.01; b < 1e5; b *= 7.3) {
      for (double x = 0.02; x < 1; x += 0.07) {
        EXPECT_NEAR(fy_v1_betainc(a, b, x) + fy_v1_betaincc(a, b, x), 1, 1e-15);
      }
    }
  }
}

TEST(SpecialIncompleteTest, InversesInvert) {
  for (const double a : {0.05, 0.4, 1.0, 2.5, 12.0, 90.0, 4000.0}) {
    for (const double p : {1e-250, 1e-30, 1e-3, 0.3, 0.5, 0.9}) {
      const double x = fy_v1_gammaincinv(a, p);
      if (x > 1e-280) {
        EXPECT_NEAR(fy_v1_gammainc(a, x) / p, 1, 1e-13 * (1 + a)) << a << ", " << p;
      }
      const double y = fy_v1_gammainccinv(a, p);
      if (y > 1e-280) {
        EXPECT_NEAR(fy_v1_gammaincc(a, y) / p, 1, 1e-12) << a << ", " << p;
      }
      for (const double b : {0.05, 0.7, 3.0, 60.0, 5000.0}) {
        const double z = fy_v1_betaincinv(a, b, p);
        if (!(z > 1e-280) || z > 0.999) continue;
        EXPECT_NEAR(fy_v1_betainc(a, b, z) / p, 1, 1e-11) << a << ", " << b << ", " << p;
      }
    }
  }
}

// Between two points that are close, the density times their distance.
TEST(SpecialIncompleteTest, BetweenKeepsWhatCancels) {
  const double distance = 0x1p-40;
  for (const double x : {0.01, 0.25, 0.5, 0.9}) {
    for (const double a : {0.5, 2.0, 30.0}) {
      const double got = fy_v1_betainc_between(a, 3, x, x + distance);
      EXPECT_NEAR(got / (distance * fy_v1_betainc_dx(a, 3, x + distance / 2)), 1, 1e-14);
      EXPECT_EQ(fy_v1_betainc_between(a, 3, x + distance, x), -got);
    }
  }
  EXPECT_EQ(fy_v1_betainc_between(2, 3, 0.5, 0.5), 0);
  EXPECT_EQ(fy_v1_betainc_between(2, 3, 0, 0.5), fy_v1_betainc(2, 3, 0.5));
  EXPECT_EQ(fy_v1_betainc_between(2, 3, 0.5, 1), fy_v1_betaincc(2, 3, 0.5));
  EXPECT_TRUE(std::isnan(fy_v1_betainc_between(2, 3, 0.5, 1.5)));
}

using Array2 = void (*)(double*, const double*, long, const double*, long, long);
using Array3 = void (*)(double*, const double*, long, const double*, long, const double*, long,
                        long);

// Arrays, with uniform shapes and without, have the bits of the values.
TEST(SpecialIncompleteTest, ArraysHaveTheBitsOfValues) {
  constexpr long kCount = 64;
  std::vector<double> a(kCount), b(kCount), x(kCount), u(kCount), y(kCount);
  for (long i = 0; i < kCount; ++i) {
    const auto at = static_cast<size_t>(i);
    a[at] = 0.05 * std::pow(1.2, static_cast<double>(i));
    b[at] = 0.05 * std::pow(1.2, static_cast<double>((i * 37) % kCount));
    u[at] = (static_cast<double>(i) + 0.5) / kCount;
    x[at] = a[at] * (0.3 + 2 * u[at]);
  }
  const struct {
    Array2 array;
    Two value;
  } twos[] = {
      {fy_v1_gammainc_f64, fy_v1_gammainc},         {fy_v1_gammaincc_f64, fy_v1_gammaincc},
      {fy_v1_lowergamma_f64, fy_v1_lowergamma},     {fy_v1_uppergamma_f64, fy_v1_uppergamma},
      {fy_v1_log_gammainc_f64, fy_v1_log_gammainc}, {fy_v1_log_gammaincc_f64, fy_v1_log_gammaincc},
      {fy_v1_gammainc_dx_f64, fy_v1_gammainc_dx}};
  for (const auto& two : twos) {
    two.array(y.data(), a.data(), 1, x.data(), 1, kCount);
    for (size_t i = 0; i < kCount; ++i) EXPECT_EQ(y[i], two.value(a[i], x[i])) << i;
    for (const size_t shape : {0, 20, 40, 63}) {
      two.array(y.data(), &a[shape], 0, x.data(), 1, kCount);
      for (size_t i = 0; i < kCount; ++i) EXPECT_EQ(y[i], two.value(a[shape], x[i])) << i;
    }
  }
  const struct {
    Array3 array;
    Three value;
  } threes[] = {{fy_v1_betainc_f64, fy_v1_betainc},
                {fy_v1_betaincc_f64, fy_v1_betaincc},
                {fy_v1_betainc_lower_f64, fy_v1_betainc_lower},
                {fy_v1_log_betainc_f64, fy_v1_log_betainc},
                {fy_v1_log_betaincc_f64, fy_v1_log_betaincc},
                {fy_v1_betainc_dx_f64, fy_v1_betainc_dx}};
  for (const auto& three : threes) {
    three.array(y.data(), a.data(), 1, b.data(), 1, u.data(), 1, kCount);
    for (size_t i = 0; i < kCount; ++i) EXPECT_EQ(y[i], three.value(a[i], b[i], u[i])) << i;
    for (const size_t shape : {0, 20, 40, 63}) {
      three.array(y.data(), &a[shape], 0, &b[shape], 0, u.data(), 1, kCount);
      for (size_t i = 0; i < kCount; ++i) EXPECT_EQ(y[i], three.value(a[shape], b[shape], u[i]));
    }
  }
}

using Lanes = void (*)(double*, const double* const*, const long*, long) noexcept;

// A routine with cores on vectors, and the one of single values that it is held against.
struct LaneRow {
  const char* name;
  Lanes level3, level4;
  double (*two)(double, double);
  double (*three)(double, double, double);
};

double Single(const LaneRow& row, const double* x) {
  return row.two != nullptr ? row.two(x[0], x[1]) : row.three(x[0], x[1], x[2]);
}

// Over all regions and their joints the levels with FMA give the same bits, uniform shapes the bits
// of others, counts of any size the bits of one, and all is near the routine of single values.
TEST(SpecialIncompleteTest, LanesAgree) {
  if (fy_v1_isa_level() < 4) GTEST_SKIP() << "the machine has not all levels";
  namespace scalar = special::scalar;
  const LaneRow rows[] = {
      {"owens_t", fy_lanes3_owens_t, fy_lanes4_owens_t, scalar::owens_t, nullptr},
      {"expint", fy_lanes3_expint, fy_lanes4_expint, scalar::expint, nullptr},
      {"gammainc", fy_lanes3_gammainc, fy_lanes4_gammainc, scalar::gammainc, nullptr},
      {"gammaincc", fy_lanes3_gammaincc, fy_lanes4_gammaincc, scalar::gammaincc, nullptr},
      {"betainc", fy_lanes3_betainc, fy_lanes4_betainc, nullptr, scalar::betainc},
      {"betaincc", fy_lanes3_betaincc, fy_lanes4_betaincc, nullptr, scalar::betaincc}};
  const double shapes[] = {1e-6, 0.3, 1,  1.0001, 2.5,  3,    3.9999, 4,   8.9999, 9,    12.5, 16,
                           19.9, 20,  35, 49.99,  50.1, 60.5, 199.9,  201, 1499.9, 2100, 1.1e5};
  constexpr size_t kPoints = 500;
  for (const LaneRow& row : rows) {
    const bool two = row.two != nullptr;
    for (const double a : shapes) {
      for (const double b : shapes) {
        if (two && b != 1) continue;
        std::vector<double> first(kPoints, a), second(kPoints, b), x(kPoints);
        for (size_t i = 0; i < kPoints; ++i) {
          const double part = (static_cast<double>(i) + 0.5) / kPoints;
          const double mean = a / (a + b);
          x[i] = two ? (i % 2 == 0 ? 3 * a * part : 12 * part)
                     : std::min(0.9999, i % 2 == 0 ? part : 2 * mean * part);
        }
        const double* const operands[] = {first.data(), two ? x.data() : second.data(), x.data()};
        const long strides[] = {1, 1, 1};
        const long uniform[] = {0, two ? 1 : 0, 1};
        std::vector<double> y3(kPoints), y4(kPoints), same(kPoints);
        row.level3(y3.data(), operands, strides, kPoints);
        row.level4(y4.data(), operands, strides, kPoints);
        row.level4(same.data(), operands, uniform, kPoints);
        for (size_t i = 0; i < kPoints; ++i) {
          const double one[] = {a, two ? x[i] : b, x[i]};
          ASSERT_EQ(y3[i], y4[i]) << row.name << "(" << a << ", " << b << ", " << x[i] << ")";
          ASSERT_EQ(same[i], y4[i]) << row.name << "(" << a << ", " << b << ", " << x[i] << ")";
          const double want = Single(row, one);
          ASSERT_NEAR(y4[i], want, 1e-13 * std::fabs(want) + kTiny)
              << row.name << "(" << a << ", " << b << ", " << x[i] << ")";
          if (i % 50 != 0) continue;
          const double* const single[] = {one, one + 1, one + 2};
          double value;
          row.level4(&value, single, strides, 1);
          ASSERT_EQ(value, y4[i]) << row.name << "(" << a << ", " << b << ", " << x[i] << ")";
        }
      }
    }
  }
}

// Results may go where an operand stands.
TEST(SpecialIncompleteTest, LanesInPlace) {
  std::vector<double> x(2048), y(2048);
  for (size_t i = 0; i < x.size(); ++i) x[i] = 0.01 * static_cast<double>((i * 377) % 2048);
  const double a = 2.5;
  fy_v1_gammainc_f64(y.data(), &a, 0, x.data(), 1, 2048);
  fy_v1_gammainc_f64(x.data(), &a, 0, x.data(), 1, 2048);
  EXPECT_EQ(x, y);
}

}  // namespace
}  // namespace formulary::runtime
