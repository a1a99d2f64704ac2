// The Bessel family: special points, identities, the joints between regions, and that all forms and
// levels agree. Errors against ball arithmetic are accuracy tests' business.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "server/runtime/isa.h"
#include "server/runtime/level.h"
#include "server/runtime/runtime.h"

namespace formulary::runtime {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kLeast = std::numeric_limits<double>::denorm_min();
constexpr double kMax = std::numeric_limits<double>::max();
constexpr double kTwoOverPi = 0.63661977236758134;
constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

bool Same(double a, double b) {
  return (a != a && b != b) || (a == b && std::signbit(a) == std::signbit(b));
}

using Unary = double (*)(double);
using Binary = double (*)(double, double);

struct Point1 {
  double x;
  double want;
};
struct Points1 {
  const char* name;
  Unary f;
  std::vector<Point1> points;
};

// clang-format off
std::vector<Points1> UnaryPoints() {
  return {
      {"j0", &fy_v1_j0, {{0.0, 1}, {-0.0, 1}, {kLeast, 1}, {kInf, 0}, {-kInf, 0}, {kNan, kNan}}},
      {"j1", &fy_v1_j1, {{0.0, 0.0}, {-0.0, -0.0}, {1e-300, 5e-301}, {-1e-300, -5e-301},
                         {kInf, 0.0}, {-kInf, -0.0}, {kNan, kNan}}},
      {"y0", &fy_v1_y0, {{0.0, -kInf}, {-0.0, -kInf}, {-1, kNan}, {-kLeast, kNan}, {kInf, 0},
                         {-kInf, kNan}, {kNan, kNan}}},
      {"y1", &fy_v1_y1, {{0.0, -kInf}, {-0.0, -kInf}, {-1, kNan}, {kLeast, -kInf}, {kInf, 0},
                         {-kInf, kNan}, {kNan, kNan}}},
      {"i0", &fy_v1_i0, {{0.0, 1}, {-0.0, 1}, {kLeast, 1}, {kInf, kInf}, {-kInf, kInf},
                         {714, kInf}, {kMax, kInf}, {kNan, kNan}}},
      {"i1", &fy_v1_i1, {{0.0, 0.0}, {-0.0, -0.0}, {kInf, kInf}, {-kInf, -kInf}, {-714, -kInf},
                         {kNan, kNan}}},
      {"k0", &fy_v1_k0, {{0.0, kInf}, {-0.0, kInf}, {-1, kNan}, {kInf, 0}, {kMax, 0}, {800, 0},
                         {kNan, kNan}}},
      {"k1", &fy_v1_k1, {{0.0, kInf}, {-0.0, kInf}, {-1, kNan}, {kLeast, kInf}, {kInf, 0},
                         {800, 0}, {kNan, kNan}}},
      {"i0e", &fy_v1_i0e, {{0.0, 1}, {-0.0, 1}, {kInf, 0}, {-kInf, 0}, {kNan, kNan}}},
      {"i1e", &fy_v1_i1e, {{0.0, 0.0}, {-0.0, -0.0}, {kInf, 0.0}, {-kInf, -0.0}, {kNan, kNan}}},
      {"k0e", &fy_v1_k0e, {{0.0, kInf}, {-1, kNan}, {kInf, 0}, {kNan, kNan}}},
      {"k1e", &fy_v1_k1e, {{0.0, kInf}, {-1, kNan}, {kInf, 0}, {kNan, kNan}}},
      {"airyai", &fy_v1_airyai, {{kInf, 0}, {-kInf, 0}, {1000, 0}, {-1e11, kNan}, {kNan, kNan}}},
      {"airyaiprime", &fy_v1_airyaiprime, {{kInf, -0.0}, {-kInf, kNan}, {kNan, kNan}}},
      {"airybi", &fy_v1_airybi, {{kInf, kInf}, {-kInf, 0}, {1000, kInf}, {kNan, kNan}}},
      {"airybiprime", &fy_v1_airybiprime, {{kInf, kInf}, {-kInf, kNan}, {kNan, kNan}}},
      {"airyai_scaled", &fy_v1_airyai_scaled, {{kInf, 0}, {-1, kNan}, {kNan, kNan}}},
      {"airybi_scaled", &fy_v1_airybi_scaled, {{kInf, 0}, {-1, kNan}, {kNan, kNan}}},
  };
}

struct Point2 {
  double v;
  double x;
  double want;
};
struct Points2 {
  const char* name;
  Binary f;
  std::vector<Point2> points;
};

std::vector<Points2> BinaryPoints() {
  return {
      {"besselj", &fy_v1_besselj, {{0, 0, 1}, {1, 0, 0}, {2, 0, 0}, {0.5, 0, 0}, {-0.5, 0, kInf},
           {-1.5, 0, -kInf}, {2, kInf, 0}, {2.5, kInf, 0}, {0.5, -1, kNan}, {kNan, 1, kNan},
           {1, kNan, kNan}, {kInf, 1, kNan}, {2e5, 1, kNan}, {60, 1e-300, 0}}},
      {"bessely", &fy_v1_bessely, {{0, 0, -kInf}, {3, 0, -kInf}, {2.5, 0, -kInf}, {-0.5, 0, 0},
           {2, kInf, 0}, {1.5, kInf, 0}, {0, -1, kNan}, {kNan, 1, kNan}, {1, kNan, kNan},
           {50, 1e-20, -kInf}}},
      {"besseli", &fy_v1_besseli, {{0, 0, 1}, {3, 0, 0}, {0.5, 0, 0}, {-0.5, 0, kInf},
           {2, kInf, kInf}, {2.5, 1000, kInf}, {0.5, -1, kNan}, {kNan, 1, kNan}, {1, kNan, kNan}}},
      {"besselk", &fy_v1_besselk, {{0, 0, kInf}, {3, 0, kInf}, {2.5, 0, kInf}, {2, kInf, 0},
           {2.5, kInf, 0}, {0, -1, kNan}, {50, 1e-20, kInf}, {kNan, 1, kNan}, {1, kNan, kNan}}},
      {"besseli_scaled", &fy_v1_besseli_scaled, {{0, 0, 1}, {2.5, 0, 0}, {2.5, kInf, 0},
           {2.5, -1, kNan}, {kNan, 1, kNan}}},
      {"besselk_scaled", &fy_v1_besselk_scaled, {{0, 0, kInf}, {2.5, 0, kInf}, {2.5, kInf, 0},
           {2.5, -1, kNan}, {kNan, 1, kNan}}},
      {"log_besseli", &fy_v1_log_besseli, {{0, 0, 0}, {1, 0, -kInf}, {1, kInf, kInf}, {-1.5, 1, kNan},
           {1, -1, kNan}, {kNan, 1, kNan}}},
      {"log_besselk", &fy_v1_log_besselk, {{0, 0, kInf}, {1, kInf, -kInf}, {1, -1, kNan},
           {1, kNan, kNan}}},
      {"hankel_modulus", &fy_v1_hankel_modulus, {{0, 0, kInf}, {2, kInf, 0}, {2, -1, kNan},
           {kNan, 1, kNan}}},
      {"spherical_jn", &fy_v1_spherical_jn, {{0, 0, 1}, {1, 0, 0}, {5, kInf, 0}, {5, -kInf, 0},
           {-1, 1, kNan}, {2, kNan, kNan}, {kNan, 1, kNan}}},
      {"spherical_yn", &fy_v1_spherical_yn, {{0, 0, -kInf}, {4, 0, -kInf}, {4, kInf, 0},
           {2, kNan, kNan}, {60, 1e-10, -kInf}}},
      {"spherical_in", &fy_v1_spherical_in, {{0, 0, 1}, {1, 0, 0}, {3, kInf, kInf},
           {3, -kInf, -kInf}, {2, -kInf, kInf}, {0.5, 1, kNan}, {0, 800, kInf}}},
      {"spherical_kn", &fy_v1_spherical_kn, {{0, 0, kInf}, {3, kInf, 0}, {3, -1, kNan},
           {0.5, 1, kNan}, {60, 1e-10, kInf}}},
      {"struveh", &fy_v1_struveh, {{0, 0, 0}, {1, 0, 0}, {-1, 0, kTwoOverPi}, {0.5, -1, kNan},
           {kNan, 1, kNan}, {0, kInf, 0}, {1, kInf, kTwoOverPi}}},
      {"struvel", &fy_v1_struvel, {{0, 0, 0}, {-1, 0, kTwoOverPi}, {0.5, -1, kNan},
           {0, kInf, kInf}, {0, kNan, kNan}}},
  };
}
// clang-format on

TEST(BesselTest, SpecialPointsOfOneOperand) {
  for (const Points1& function : UnaryPoints()) {
    for (const Point1& point : function.points) {
      const double got = function.f(point.x);
      EXPECT_TRUE(Same(got, point.want))
          << function.name << "(" << point.x << ") = " << got << ", want " << point.want;
    }
  }
}

TEST(BesselTest, SpecialPointsOfTwoOperands) {
  for (const Points2& function : BinaryPoints()) {
    for (const Point2& point : function.points) {
      const double got = function.f(point.v, point.x);
      EXPECT_TRUE(Same(got, point.want) || (got == 0 && point.want == 0))
          << function.name << "(" << point.v << ", " << point.x << ") = " << got << ", want "
          << point.want;
    }
  }
}

// Values of DLMF's definitions at 30 digits, rounded.
TEST(BesselTest, KnownValues) {
  struct Known {
    double got;
    double want;
  };
  const Known known[] = {
      {fy_v1_j0(1), 0.76519768655796655},
      {fy_v1_j1(1), 0.44005058574493352},
      {fy_v1_y0(1), 0.088256964215676958},
      {fy_v1_y1(1), -0.78121282130028872},
      {fy_v1_i0(1), 1.2660658777520083},
      {fy_v1_k0(1), 0.42102443824070833},
      {fy_v1_airyai(0), 0.35502805388781724},
      {fy_v1_airybi(0), 0.61492662744600073},
      {fy_v1_airyaiprime(0), -0.25881940379280680},
      {fy_v1_airybiprime(0), 0.44828835735382636},
  };
  for (const Known& value : known) {
    EXPECT_NEAR(value.got, value.want, 2 * kEpsilon * std::abs(value.want));
  }
}

std::vector<double> Operands(size_t count, double least, double most) {
  std::vector<double> x(count);
  for (size_t i = 0; i < count; ++i) {
    x[i] = least * std::pow(most / least, static_cast<double>(i) / static_cast<double>(count - 1));
  }
  return x;
}

TEST(BesselTest, WronskiansHold) {
  for (const double v : {0.0, 0.25, 1.0, 2.5, 7.0, 20.75, 63.5}) {
    for (const double x : Operands(400, 0.05, 300)) {
      const double jy = fy_v1_besselj(v + 1, x) * fy_v1_bessely(v, x) -
                        fy_v1_besselj(v, x) * fy_v1_bessely(v + 1, x);
      if (std::isfinite(jy) && fy_v1_besselj(v + 1, x) > 1e-280) {
        EXPECT_NEAR(jy, kTwoOverPi / x, 1e-13 * kTwoOverPi / x) << v << " " << x;
      }
      const double ik = fy_v1_besseli_scaled(v, x) * fy_v1_besselk_scaled(v + 1, x) +
                        fy_v1_besseli_scaled(v + 1, x) * fy_v1_besselk_scaled(v, x);
      if (std::isfinite(ik) && fy_v1_besseli_scaled(v + 1, x) > 1e-280) {
        EXPECT_NEAR(ik, 1 / x, 2e-14 / x) << v << " " << x;
      }
    }
  }
  for (const double x : Operands(400, 0.01, 60)) {
    for (const double sign : {-1.0, 1.0}) {
      const double w = fy_v1_airyai(sign * x) * fy_v1_airybiprime(sign * x) -
                       fy_v1_airyaiprime(sign * x) * fy_v1_airybi(sign * x);
      EXPECT_NEAR(w, kTwoOverPi / 2, 4e-15) << sign * x;
    }
  }
}

// f just below and at a joint differ by no more than the slope and a few ulp of `size` allow.
TEST(BesselTest, NoStepAtJoints) {
  struct Joint {
    const char* name;
    Unary f;
    std::vector<double> at;
  };
  const Joint joints[] = {
      {"j0", &fy_v1_j0, {1.5707963267948966, 3.141592653589793, 23.5, 0x1p20}},
      {"j1", &fy_v1_j1, {1.5707963267948966, 3.141592653589793, 23.5, 0x1p20}},
      {"y0", &fy_v1_y0, {3.14159265358979, 4.71238898038469, 23.5, 0x1p20}},
      {"y1", &fy_v1_y1, {3.14159265358979, 4.71238898038469, 23.5, 0x1p20}},
      {"i0", &fy_v1_i0, {0.5, 1.5, 6.5, 7.5, 700}},
      {"i1", &fy_v1_i1, {0.5, 1.5, 6.5, 7.5, 700}},
      {"k0", &fy_v1_k0, {1, 2, 6, 30}},
      {"k1", &fy_v1_k1, {1, 2, 6, 30}},
      {"airyai", &fy_v1_airyai, {-8, -7.5, -0.5, 0, 1.5, 2, 10}},
      {"airybi", &fy_v1_airybi, {-8, -7.5, -0.5, 0, 1.5, 2, 10}},
      {"airyaiprime", &fy_v1_airyaiprime, {-8, -7.5, -0.5, 0, 1.5, 2, 10}},
      {"airybiprime", &fy_v1_airybiprime, {-8, -7.5, -0.5, 0, 1.5, 2, 10}},
  };
  for (const Joint& joint : joints) {
    for (const double x : joint.at) {
      const double below = joint.f(std::nextafter(x, -kInf));
      const double here = joint.f(x);
      const double size = std::max(std::abs(here), x < 1e3 ? 0.0 : 1e-3);
      const double slope =
          10 * std::abs(x) * kEpsilon * (std::abs(here) + 1 / (1 + std::sqrt(std::abs(x))));
      EXPECT_NEAR(below, here, 8 * kEpsilon * size + slope) << joint.name << " at " << x;
    }
  }
}

TEST(BesselTest, ScaledAndMonotonic) {
  const std::vector<double> operands = Operands(3000, 1e-3, 1e5);
  for (size_t i = 1; i < operands.size(); ++i) {
    const double a = operands[i - 1];
    const double b = operands[i];
    EXPECT_GT(fy_v1_i0e(a), fy_v1_i0e(b)) << b;
    EXPECT_GT(fy_v1_k0e(a), fy_v1_k0e(b)) << b;
    EXPECT_GT(fy_v1_k1e(a), fy_v1_k1e(b)) << b;
    EXPECT_LT(fy_v1_log_besseli(40.5, a), fy_v1_log_besseli(40.5, b)) << b;
    EXPECT_GT(fy_v1_log_besselk(40.5, a), fy_v1_log_besselk(40.5, b)) << b;
    EXPECT_GT(fy_v1_airybi_scaled(a + 1), fy_v1_airybi_scaled(b + 1)) << b;
  }
}

TEST(BesselTest, ParityInTheOperandAndTheOrder) {
  for (int n = 0; n <= 9; ++n) {
    const double sign = n % 2 == 0 ? 1 : -1;
    for (const double x : {0.3, 4.0, 11.5, 80.0}) {
      EXPECT_EQ(fy_v1_besselj(n, -x), sign * fy_v1_besselj(n, x));
      EXPECT_EQ(fy_v1_besselj(-n, x), sign * fy_v1_besselj(n, x));
      EXPECT_EQ(fy_v1_bessely(-n, x), sign * fy_v1_bessely(n, x));
      EXPECT_EQ(fy_v1_besseli(n, -x), sign * fy_v1_besseli(n, x));
      EXPECT_EQ(fy_v1_besseli(-n, x), fy_v1_besseli(n, x));
      EXPECT_EQ(fy_v1_besselk(-n, x), fy_v1_besselk(n, x));
      EXPECT_EQ(fy_v1_spherical_jn(n, -x), sign * fy_v1_spherical_jn(n, x));
      EXPECT_EQ(fy_v1_spherical_yn(n, -x), -sign * fy_v1_spherical_yn(n, x));
      EXPECT_EQ(fy_v1_struveh(n, -x), -sign * fy_v1_struveh(n, x));
      EXPECT_EQ(fy_v1_struvel(n, -x), -sign * fy_v1_struvel(n, x));
    }
  }
}

// A uniform order is hoisted; the bits must be those of the scalar form.
TEST(BesselTest, BlocksEqualScalars) {
  using Array = void (*)(double*, const double*, long, const double*, long, long) noexcept;
  struct Form {
    const char* name;
    Binary f;
    Array array;
  };
  const Form forms[] = {
      {"besselj", &fy_v1_besselj, &fy_v1_besselj_f64},
      {"bessely", &fy_v1_bessely, &fy_v1_bessely_f64},
      {"besselk", &fy_v1_besselk, &fy_v1_besselk_f64},
      {"besselk_scaled", &fy_v1_besselk_scaled, &fy_v1_besselk_scaled_f64},
  };
  std::vector<double> x = Operands(1024, 1e-3, 500);
  for (size_t i = 0; i < x.size(); i += 5) x[i] = -x[i];
  x[0] = kNan;
  x[1] = kInf;
  x[2] = 0;
  x[3] = -kInf;
  std::vector<double> y(x.size());
  for (const Form& form : forms) {
    for (const double v : {0.0, 1.0, 2.0, 5.0, -3.0, 40.0, 64.0, 2.5, 100.0, kNan}) {
      form.array(y.data(), &v, 0, x.data(), 1, static_cast<long>(x.size()));
      for (size_t i = 0; i < x.size(); ++i) {
        EXPECT_TRUE(Same(y[i], form.f(v, x[i])))
            << form.name << "(" << v << ", " << x[i] << "): " << y[i];
      }
    }
  }
}

// x86-64-v3 and v4 give the same bits, in every lane.
TEST(BesselTest, LevelsAgree) {
  if (fy_v1_isa_level() < 4) GTEST_SKIP() << "needs x86-64-v4";
  struct Levels {
    const char* name;
    void (*v3)(double*, const double*, long) noexcept;
    void (*v4)(double*, const double*, long) noexcept;
  };
#define FY_TEST_LEVELS(name) \
  { #name, &fy_rt3_##name##_f64, &fy_rt4_##name##_f64 }
  const Levels functions[] = {
      FY_TEST_LEVELS(j0),  FY_TEST_LEVELS(j1),  FY_TEST_LEVELS(y0),  FY_TEST_LEVELS(y1),
      FY_TEST_LEVELS(i0),  FY_TEST_LEVELS(i1),  FY_TEST_LEVELS(k0),  FY_TEST_LEVELS(k1),
      FY_TEST_LEVELS(i0e), FY_TEST_LEVELS(i1e), FY_TEST_LEVELS(k0e), FY_TEST_LEVELS(k1e),
  };
#undef FY_TEST_LEVELS
  std::vector<double> x = Operands(8192, 1e-8, 1e8);
  for (size_t i = 0; i < x.size(); ++i) {
    if (i % 3 == 0) x[i] = static_cast<double>(i) * 0.0061;
    if (i % 7 == 0) x[i] = -x[i];
  }
  std::vector<double> y3(x.size());
  std::vector<double> y4(x.size());
  for (const Levels& function : functions) {
    function.v3(y3.data(), x.data(), static_cast<long>(x.size()));
    function.v4(y4.data(), x.data(), static_cast<long>(x.size()));
    for (size_t i = 0; i < x.size(); ++i) {
      EXPECT_TRUE(Same(y3[i], y4[i])) << function.name << "(" << x[i] << ")";
    }
  }
}

}  // namespace
}  // namespace formulary::runtime
