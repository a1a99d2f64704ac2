// Elliptic integrals and functions: special points, identities between them, joints of regions,
// and one form against the other. Errors against the reference are for accuracy tests.

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
constexpr double kTiny = std::numeric_limits<double>::denorm_min();
constexpr double kPi = 3.141592653589793;

// Equal within `ulps` of `want`; zeros by sign, too.
::testing::AssertionResult Near(double got, double want, double ulps = 4) {
  if (std::isnan(want) && std::isnan(got)) return ::testing::AssertionSuccess();
  if (got == want && (want != 0 || std::signbit(got) == std::signbit(want))) {
    return ::testing::AssertionSuccess();
  }
  const double unit = std::nextafter(std::abs(want), kInf) - std::abs(want);
  if (want != 0 && std::abs(got - want) <= ulps * unit) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << std::hexfloat << "got " << got << ", want " << want;
}

struct OnePoint {
  double x, want;
};

TEST(SpecialEllipticTest, FirstKindAtSpecialPoints) {
  const OnePoint kPoints[] = {
      {0.0, kPi / 2},
      {-0.0, kPi / 2},
      {1, kInf},
      {std::nextafter(1, 2), kNan},
      {2, kNan},
      {kInf, kNan},
      {-kInf, 0},
      {kNan, kNan},
      {0.5, 1.8540746773013719},
      {-1, 1.3110287771460598},
      {kTiny, kPi / 2},
      {-kTiny, kPi / 2},
  };
  for (const OnePoint& point : kPoints) {
    EXPECT_TRUE(Near(fy_v1_elliptic_k(point.x), point.want)) << point.x;
  }
}

TEST(SpecialEllipticTest, FirstKindNearItsPole) {
  const OnePoint kPoints[] = {
      {0.0, kInf},
      {-0.0, kInf},
      {-kTiny, kNan},
      {-1, kNan},
      {kInf, 0},
      {kNan, kNan},
      {1, kPi / 2},
      {2, 1.3110287771460598},
      {kTiny, 373.6063303218105},
      {1e-20, 24.412145291060348},
  };
  for (const OnePoint& point : kPoints) {
    EXPECT_TRUE(Near(fy_v1_elliptic_km1(point.x), point.want)) << point.x;
  }
}

TEST(SpecialEllipticTest, SecondKindAtSpecialPoints) {
  const OnePoint kPoints[] = {
      {0.0, kPi / 2}, {1, 1},       {std::nextafter(1, 2), kNan}, {kInf, kNan},
      {-kInf, kInf},  {kNan, kNan}, {0.5, 1.3506438810476755},    {-1, 1.9100988945138560},
  };
  for (const OnePoint& point : kPoints) {
    EXPECT_TRUE(Near(fy_v1_elliptic_e(point.x), point.want)) << point.x;
  }
}

TEST(SpecialEllipticTest, IncompleteIntegralsAtSpecialPoints) {
  for (double m : {-kInf, -2.0, 0.0, 0.5, 1.0, 7.0}) {
    for (double zero : {0.0, -0.0}) {
      EXPECT_TRUE(Near(fy_v1_elliptic_f(zero, m), zero)) << m;
      EXPECT_TRUE(Near(fy_v1_elliptic_e_inc(zero, m), zero)) << m;
      EXPECT_TRUE(Near(fy_v1_elliptic_d_inc(zero, m), zero)) << m;
      EXPECT_TRUE(Near(fy_v1_elliptic_pi_inc(0.5, zero, m), zero)) << m;
    }
  }
  EXPECT_TRUE(Near(fy_v1_elliptic_f(2, 1), kInf));
  EXPECT_TRUE(Near(fy_v1_elliptic_f(-2, 1), -kInf));
  EXPECT_TRUE(Near(fy_v1_elliptic_f(1, 1), 1.2261911708835171));  // log(sec(1) + tan(1))
  EXPECT_TRUE(Near(fy_v1_elliptic_e_inc(1, 1), std::sin(1.0)));
  EXPECT_TRUE(Near(fy_v1_elliptic_f(1, 2), kNan));
  EXPECT_TRUE(Near(fy_v1_elliptic_f(kInf, 0.5), kInf));
  EXPECT_TRUE(Near(fy_v1_elliptic_f(3, 0), 3.0));
  EXPECT_TRUE(Near(fy_v1_elliptic_f(kTiny, 0.5), kTiny));
  for (double bad : {kNan}) {
    EXPECT_TRUE(Near(fy_v1_elliptic_f(bad, 0.5), kNan));
    EXPECT_TRUE(Near(fy_v1_elliptic_f(1, bad), kNan));
    EXPECT_TRUE(Near(fy_v1_elliptic_e_inc(1, bad), kNan));
    EXPECT_TRUE(Near(fy_v1_elliptic_pi_inc(bad, 1, 0.5), kNan));
    EXPECT_TRUE(Near(fy_v1_carlson_rf(1, bad, 1), kNan));
    EXPECT_TRUE(Near(fy_v1_carlson_rj(1, 1, 1, bad), kNan));
    EXPECT_TRUE(Near(fy_v1_jacobi_sn(0, bad), kNan));
    EXPECT_TRUE(Near(fy_v1_jacobi_am(bad, 0.5), kNan));
  }
}

TEST(SpecialEllipticTest, CompleteIntegralsOfTheThirdKind) {
  EXPECT_TRUE(Near(fy_v1_elliptic_pi(0, 0.5), 1.8540746773013719));
  EXPECT_TRUE(Near(fy_v1_elliptic_pi(0.5, 0.25), 2.4136715042011945));
  EXPECT_TRUE(Near(fy_v1_elliptic_pi(-3, 0), kPi / 4));  // pi/(2 sqrt(1 - n))
  EXPECT_TRUE(Near(fy_v1_elliptic_pi(1, 0.5), kInf));
  EXPECT_TRUE(Near(fy_v1_elliptic_pi(0.5, 1), kInf));
  EXPECT_TRUE(Near(fy_v1_elliptic_pi(0.5, 2), kNan));
  EXPECT_TRUE(Near(fy_v1_elliptic_pi(-kInf, 0.5), 0.0));
  EXPECT_TRUE(Near(fy_v1_elliptic_pi(2, 0), 0.0));  // the principal value
}

TEST(SpecialEllipticTest, QuasiPeriods) {
  for (double m : {-100.0, -0.5, 0.3, 0.999999}) {
    const double k = fy_v1_elliptic_k(m), e = fy_v1_elliptic_e(m);
    for (double phi : {0.1, 1.2, 1.5707}) {
      for (double turns : {1.0, 2.0, 1000.0}) {
        const double far = phi + turns * kPi;
        // phi + turns*pi is rounded, and so is pi: the difference shows in the integral.
        const double slope = 1e-12 * turns * (1 + 1 / std::sqrt(1 - m)) * (1 + std::sqrt(1 - m));
        EXPECT_NEAR(fy_v1_elliptic_f(far, m), 2 * turns * k + fy_v1_elliptic_f(phi, m), slope * 10)
            << m << " " << far;
        EXPECT_NEAR(fy_v1_elliptic_e_inc(far, m), 2 * turns * e + fy_v1_elliptic_e_inc(phi, m),
                    slope * 10)
            << m << " " << far;
      }
    }
  }
}

TEST(SpecialEllipticTest, LegendreRelation) {
  for (double m : {0.001, 0.1, 0.5, 0.77, 0.999}) {
    const double k = fy_v1_elliptic_k(m), e = fy_v1_elliptic_e(m);
    const double k1 = fy_v1_elliptic_k(1 - m), e1 = fy_v1_elliptic_e(1 - m);
    EXPECT_NEAR(e * k1 + e1 * k - k * k1, kPi / 2, 1e-14) << m;
  }
}

TEST(SpecialEllipticTest, CarlsonAtSpecialPoints) {
  EXPECT_TRUE(Near(fy_v1_carlson_rf(1, 1, 1), 1.0));
  EXPECT_TRUE(Near(fy_v1_carlson_rf(0, 0, 1), kInf));
  EXPECT_TRUE(Near(fy_v1_carlson_rf(-1, 1, 1), kNan));
  EXPECT_TRUE(Near(fy_v1_carlson_rf(kInf, 1, 1), 0.0));
  EXPECT_TRUE(Near(fy_v1_carlson_rf(0x1p1000, 0x1p1000, 0x1p1000), 0x1p-500));
  EXPECT_TRUE(Near(fy_v1_carlson_rf(0x1p-1070, 0x1p-1070, 0x1p-1070), 0x1p535));
  EXPECT_TRUE(Near(fy_v1_carlson_rd(1, 1, 1), 1.0));
  EXPECT_TRUE(Near(fy_v1_carlson_rd(1, 1, 0), kInf));
  EXPECT_TRUE(Near(fy_v1_carlson_rg(0, 0, 4), 1.0));
  EXPECT_TRUE(Near(fy_v1_carlson_rg(0, 0, 0), 0.0));
  EXPECT_TRUE(Near(fy_v1_carlson_rg(9, 9, 9), 3.0));
  EXPECT_TRUE(Near(fy_v1_carlson_rc(0, 1), kPi / 2));
  EXPECT_TRUE(Near(fy_v1_carlson_rc(1, 0), kInf));
  EXPECT_TRUE(Near(fy_v1_carlson_rc(2.25, 2), 0.6931471805599453));
  EXPECT_TRUE(Near(fy_v1_carlson_rc(0.25, -2), 0.23104906018664842));  // log(2)/3
  EXPECT_TRUE(Near(fy_v1_carlson_rj(1, 1, 1, 1), 1.0));
  EXPECT_TRUE(Near(fy_v1_carlson_rj(1, 2, 3, 3), fy_v1_carlson_rd(1, 2, 3)));
  EXPECT_TRUE(Near(fy_v1_carlson_rj(2, 3, 4, -0.5), 0.24723819703052, 1e3));  // 14 published digits
}

TEST(SpecialEllipticTest, JacobiAtSpecialParameters) {
  for (double u : {-3.0, -0.5, 0.25, 7.0}) {
    EXPECT_TRUE(Near(fy_v1_jacobi_sn(u, 0), std::sin(u)));
    EXPECT_TRUE(Near(fy_v1_jacobi_cn(u, 0), std::cos(u)));
    EXPECT_TRUE(Near(fy_v1_jacobi_dn(u, 0), 1.0));
    EXPECT_TRUE(Near(fy_v1_jacobi_am(u, 0), u));
    EXPECT_TRUE(Near(fy_v1_jacobi_sn(u, 1), std::tanh(u)));
    EXPECT_TRUE(Near(fy_v1_jacobi_cn(u, 1), 1 / std::cosh(u)));
    EXPECT_TRUE(Near(fy_v1_jacobi_dn(u, 1), 1 / std::cosh(u)));
  }
  EXPECT_TRUE(Near(fy_v1_jacobi_sn(-0.0, 0.5), -0.0));
  EXPECT_TRUE(Near(fy_v1_jacobi_sn(kTiny, 0.5), kTiny));
  EXPECT_TRUE(Near(fy_v1_jacobi_cn(0, 5), 1.0));
  EXPECT_TRUE(Near(fy_v1_jacobi_sn(kInf, 0.5), kNan));
  EXPECT_TRUE(Near(fy_v1_jacobi_sn(1, kInf), kNan));
}

TEST(SpecialEllipticTest, JacobiSatisfiesItsIdentities) {
  std::mt19937_64 random(20);
  std::uniform_real_distribution<double> u_of(-10, 10), m_of(-5, 5);
  for (int i = 0; i < 5000; ++i) {
    const double u = u_of(random), m = m_of(random);
    const double sn = fy_v1_jacobi_sn(u, m), cn = fy_v1_jacobi_cn(u, m), dn = fy_v1_jacobi_dn(u, m);
    EXPECT_NEAR(sn * sn + cn * cn, 1, 1e-14) << u << " " << m;
    EXPECT_NEAR(dn * dn + m * sn * sn, 1, 1e-13) << u << " " << m;
    const double am = fy_v1_jacobi_am(u, m);
    EXPECT_NEAR(std::sin(am), sn, 1e-13) << u << " " << m;
    if (m >= 0.9) continue;
    EXPECT_NEAR(fy_v1_elliptic_f(am, m), u, 1e-12) << u << " " << m;
  }
}

TEST(SpecialEllipticTest, ContinuousWhereTheFormsMeet) {
  // Parameters on both sides of 0 and, for the third kind, characteristics around 0 and 1.
  for (double phi : {0.3, 1.5, 1.5707963267948966}) {
    const double near = 1e-15;
    EXPECT_TRUE(Near(fy_v1_elliptic_f(phi, near), fy_v1_elliptic_f(phi, -near), 16));
    EXPECT_TRUE(Near(fy_v1_elliptic_e_inc(phi, near), fy_v1_elliptic_e_inc(phi, -near), 16));
    EXPECT_TRUE(
        Near(fy_v1_elliptic_pi_inc(near, phi, 0.4), fy_v1_elliptic_pi_inc(-near, phi, 0.4), 32));
  }
  EXPECT_TRUE(Near(fy_v1_elliptic_e_inc(1, 1 - 1e-16), fy_v1_elliptic_e_inc(1, 1 + 2.3e-16), 16));
}

TEST(SpecialEllipticTest, FirstKindRises) {
  double before = 0;
  for (double p = 4; p > 1e-300; p *= 0.9) {
    const double value = fy_v1_elliptic_km1(p);
    EXPECT_GT(value, before) << p;
    before = value;
  }
}

TEST(SpecialEllipticTest, ArraysEqualValues) {
  constexpr long kCount = 64;
  std::mt19937_64 random(21);
  std::uniform_real_distribution<double> of(-3, 0.999);
  std::vector<double> u(kCount), m(kCount), y(kCount);
  for (long i = 0; i < kCount; ++i) {
    u[static_cast<size_t>(i)] = 4 * of(random);
    m[static_cast<size_t>(i)] = i == 7 ? kNan : of(random);
  }
  using Array = void (*)(double*, const double*, long, const double*, long, long);
  using Value = double (*)(double, double);
  const std::pair<Array, Value> kFunctions[] = {
      {fy_v1_jacobi_sn_f64, fy_v1_jacobi_sn},   {fy_v1_jacobi_cn_f64, fy_v1_jacobi_cn},
      {fy_v1_jacobi_dn_f64, fy_v1_jacobi_dn},   {fy_v1_jacobi_am_f64, fy_v1_jacobi_am},
      {fy_v1_elliptic_f_f64, fy_v1_elliptic_f}, {fy_v1_elliptic_e_inc_f64, fy_v1_elliptic_e_inc},
  };
  for (const auto& [array, value] : kFunctions) {
    for (long u_stride : {0, 1}) {
      for (long m_stride : {0, 1}) {
        array(y.data(), u.data(), u_stride, m.data(), m_stride, kCount);
        for (long i = 0; i < kCount; ++i) {
          const double want =
              value(u[static_cast<size_t>(i * u_stride)], m[static_cast<size_t>(i * m_stride)]);
          EXPECT_TRUE(Near(y[static_cast<size_t>(i)], want, 0)) << i;
        }
      }
    }
  }
  fy_v1_elliptic_k_f64(y.data(), m.data(), kCount);
  for (size_t i = 0; i < kCount; ++i) EXPECT_TRUE(Near(y[i], fy_v1_elliptic_k(m[i]), 0));
}

}  // namespace
}  // namespace formulary::runtime
