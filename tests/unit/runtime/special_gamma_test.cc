// The gamma and number families: poles, ends of domains and of the number range, exact values, the
// joints of their regions, and the forms against each other. Expected values are exact, or rounded
// from Arb.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string_view>
#include <vector>

#include "server/runtime/function_table.h"
#include "server/runtime/isa.h"
#include "server/runtime/runtime.h"
#include "tests/unit/runtime/level_tables.h"

namespace formulary::runtime {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kTiniest = 0x1p-1074;

bool Same(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) || (a == b && std::signbit(a) == std::signbit(b));
}

double Ulps(double got, double want) {
  if (got == want || (std::isnan(got) && std::isnan(want))) return 0;
  return std::abs(got - want) / (std::nextafter(std::abs(want), kInf) - std::abs(want));
}

struct Value1 {
  const char* name;
  double (*function)(double) noexcept;
  double x, want;
};

struct Value2 {
  const char* name;
  double (*function)(double, double) noexcept;
  double a, b, want;
};

// Value by value, with the sign of zeros.
constexpr Value1 kExact1[] = {
    {"digamma", &fy_v1_digamma, 0.0, -kInf},
    {"digamma", &fy_v1_digamma, -0.0, kInf},
    {"digamma", &fy_v1_digamma, -1, kNan},
    {"digamma", &fy_v1_digamma, -0x1p60, kNan},
    {"digamma", &fy_v1_digamma, kInf, kInf},
    {"digamma", &fy_v1_digamma, -kInf, kNan},
    {"digamma", &fy_v1_digamma, kNan, kNan},
    {"digamma", &fy_v1_digamma, kTiniest, -kInf},
    {"trigamma", &fy_v1_trigamma, 0.0, kInf},
    {"trigamma", &fy_v1_trigamma, -0.0, kInf},
    {"trigamma", &fy_v1_trigamma, -3, kInf},
    {"trigamma", &fy_v1_trigamma, kInf, 0},
    {"trigamma", &fy_v1_trigamma, -kInf, kNan},
    {"trigamma", &fy_v1_trigamma, kNan, kNan},
    {"gamma", &fy_v1_gamma, -0x1p-540, -0x1p540},
    {"gamma", &fy_v1_gamma, 0x1p-700, 0x1p700},
    {"rgamma", &fy_v1_rgamma, -0x1p-540, -0x1p-540},
    {"rgamma", &fy_v1_rgamma, 0.0, 0.0},
    {"rgamma", &fy_v1_rgamma, -0.0, -0.0},
    {"rgamma", &fy_v1_rgamma, -4, 0},
    {"rgamma", &fy_v1_rgamma, 1, 1},
    {"rgamma", &fy_v1_rgamma, 4, 1 / 6.0},
    {"rgamma", &fy_v1_rgamma, kTiniest, kTiniest},
    {"rgamma", &fy_v1_rgamma, 1e300, 0},
    {"rgamma", &fy_v1_rgamma, kInf, 0},
    {"rgamma", &fy_v1_rgamma, -kInf, kNan},
    {"zeta", &fy_v1_zeta, 1, kNan},
    {"zeta", &fy_v1_zeta, 0, -0.5},
    {"zeta", &fy_v1_zeta, -2, 0},
    {"zeta", &fy_v1_zeta, -1e300, 0},
    {"zeta", &fy_v1_zeta, 60, 1},
    {"zeta", &fy_v1_zeta, kInf, 1},
    {"zeta", &fy_v1_zeta, -kInf, kNan},
    {"zeta", &fy_v1_zeta, -301.5, -kInf},
    {"zeta", &fy_v1_zeta, kNan, kNan},
    {"dirichlet_eta", &fy_v1_dirichlet_eta, 0, 0.5},
    {"dirichlet_eta", &fy_v1_dirichlet_eta, 1, 0x1.62e42fefa39efp-1},
    {"dirichlet_eta", &fy_v1_dirichlet_eta, kInf, 1},
    {"dirichlet_eta", &fy_v1_dirichlet_eta, kNan, kNan},
    {"factorial2", &fy_v1_factorial2, -1, 1},
    {"factorial2", &fy_v1_factorial2, -3, -1},
    {"factorial2", &fy_v1_factorial2, -5, 1 / 3.0},
    {"factorial2", &fy_v1_factorial2, -2, kNan},
    {"factorial2", &fy_v1_factorial2, 0, 1},
    {"factorial2", &fy_v1_factorial2, 9, 945},
    {"factorial2", &fy_v1_factorial2, 10, 3840},
    {"factorial2", &fy_v1_factorial2, 301, kInf},
    {"factorial2", &fy_v1_factorial2, 302, kInf},
    {"factorial2", &fy_v1_factorial2, 1.5, kNan},
    {"factorial2", &fy_v1_factorial2, -1e300, kNan},
    {"subfactorial", &fy_v1_subfactorial, 0, 1},
    {"subfactorial", &fy_v1_subfactorial, 1, 0},
    {"subfactorial", &fy_v1_subfactorial, 10, 1334961},
    {"subfactorial", &fy_v1_subfactorial, 171, kInf},
    {"subfactorial", &fy_v1_subfactorial, -1, kNan},
    {"fibonacci", &fy_v1_fibonacci, 0, 0},
    {"fibonacci", &fy_v1_fibonacci, 1, 1},
    {"fibonacci", &fy_v1_fibonacci, -6, -8},
    {"fibonacci", &fy_v1_fibonacci, -7, 13},
    {"fibonacci", &fy_v1_fibonacci, 78, 8944394323791464},
    {"fibonacci", &fy_v1_fibonacci, 1476, 0x1.743e2dd8a5fe7p+1023},
    {"fibonacci", &fy_v1_fibonacci, 1477, kInf},
    {"fibonacci", &fy_v1_fibonacci, -1478, -kInf},
    {"fibonacci", &fy_v1_fibonacci, 0.5, kNan},
    {"fibonacci", &fy_v1_fibonacci, -kInf, kNan},
    {"lucas", &fy_v1_lucas, 0, 2},
    {"lucas", &fy_v1_lucas, 1, 1},
    {"lucas", &fy_v1_lucas, -1, -1},
    {"lucas", &fy_v1_lucas, 10, 123},
    {"lucas", &fy_v1_lucas, 1475, kInf},
    {"catalan", &fy_v1_catalan, 0, 1},
    {"catalan", &fy_v1_catalan, -1, -0.5},
    {"catalan", &fy_v1_catalan, -2, 0},
    {"catalan", &fy_v1_catalan, -0.5, kNan},
    {"catalan", &fy_v1_catalan, 30, 3814986502092304},
    {"catalan", &fy_v1_catalan, 2000, kInf},
    {"bernoulli", &fy_v1_bernoulli, 0, 1},
    {"bernoulli", &fy_v1_bernoulli, 1, 0.5},
    {"bernoulli", &fy_v1_bernoulli, 2, 1 / 6.0},
    {"bernoulli", &fy_v1_bernoulli, 3, 0},
    {"bernoulli", &fy_v1_bernoulli, 260, -kInf},
    {"bernoulli", &fy_v1_bernoulli, 262, kInf},
    {"bernoulli", &fy_v1_bernoulli, -2, kNan},
    {"bernoulli", &fy_v1_bernoulli, 0.5, kNan},
    {"euler_number", &fy_v1_euler_number, 0, 1},
    {"euler_number", &fy_v1_euler_number, 1, 0},
    {"euler_number", &fy_v1_euler_number, 6, -61},
    {"euler_number", &fy_v1_euler_number, 188, kInf},
    {"euler_number", &fy_v1_euler_number, 190, -kInf},
    {"harmonic", &fy_v1_harmonic, 0.0, 0.0},
    {"harmonic", &fy_v1_harmonic, -0.0, -0.0},
    {"harmonic", &fy_v1_harmonic, 1, 1},
    {"harmonic", &fy_v1_harmonic, 2, 1.5},
    {"harmonic", &fy_v1_harmonic, kInf, kInf},
    {"harmonic", &fy_v1_harmonic, -2, kNan},
};

constexpr Value2 kExact2[] = {
    {"beta", &fy_v1_beta, 1, 1, 1},
    {"beta", &fy_v1_beta, 2, 3, 1 / 12.0},
    {"beta", &fy_v1_beta, 0, 1, kInf},
    {"beta", &fy_v1_beta, -1, 2.5, kNan},
    {"beta", &fy_v1_beta, -0.5, 0.5, 0},
    {"beta", &fy_v1_beta, 1, kInf, 0},
    {"beta", &fy_v1_beta, kNan, 1, kNan},
    {"beta", &fy_v1_beta, 100, 100, 2.2087606931995024e-61},
    {"beta", &fy_v1_beta, 0x1p-1000, 0x1p-1000, 0x1p1001},
    {"lbeta", &fy_v1_lbeta, 1, 1, 0},
    {"lbeta", &fy_v1_lbeta, 0, 1, kInf},
    {"lbeta", &fy_v1_lbeta, 1, kInf, -kInf},
    {"lbeta", &fy_v1_lbeta, -1, 1, kNan},
    {"beta", &fy_v1_beta, 1e308, 1.5e308, 0},
    {"gamma_ratio", &fy_v1_gamma_ratio, 1e302, 54.25, kInf},
    {"gamma_ratio", &fy_v1_gamma_ratio, 54.25, 1e302, 0},
    {"gamma_ratio", &fy_v1_gamma_ratio, 5, 3, 12},
    {"gamma_ratio", &fy_v1_gamma_ratio, 1e15, 1e15, 1},
    {"gamma_ratio", &fy_v1_gamma_ratio, 1001, 1000, 1000},
    {"gamma_ratio", &fy_v1_gamma_ratio, 2, -1, 0},
    {"gamma_ratio", &fy_v1_gamma_ratio, -1, 2, kNan},
    {"gamma_ratio", &fy_v1_gamma_ratio, -1, -1, kNan},
    {"gamma_ratio", &fy_v1_gamma_ratio, kInf, 2, kInf},
    {"gamma_ratio", &fy_v1_gamma_ratio, 2, kInf, 0},
    {"gamma_ratio", &fy_v1_gamma_ratio, kTiniest, kTiniest, 1},
    {"lgamma_ratio", &fy_v1_lgamma_ratio, 7, 7, 0},
    {"lgamma_ratio", &fy_v1_lgamma_ratio, 0, 1, kInf},
    {"lgamma_ratio", &fy_v1_lgamma_ratio, 1, 0, -kInf},
    {"lgamma_ratio", &fy_v1_lgamma_ratio, -1, 1, kNan},
    {"binomial", &fy_v1_binomial, 200, 2, 19900},
    {"binomial", &fy_v1_binomial, 52, 5, 2598960},
    {"binomial", &fy_v1_binomial, 56, 28, 7648690600760440},
    {"binomial", &fy_v1_binomial, 5, 7, 0},
    {"binomial", &fy_v1_binomial, 5, -1, 0},
    {"binomial", &fy_v1_binomial, -3, 2, 6},
    {"binomial", &fy_v1_binomial, -1, 3, -1},
    {"binomial", &fy_v1_binomial, -2, -3, 0},
    {"binomial", &fy_v1_binomial, -2, 0.5, kNan},
    {"binomial", &fy_v1_binomial, 0.5, 2, -0.125},
    {"binomial", &fy_v1_binomial, 0.5, 1.5, 0},
    {"binomial", &fy_v1_binomial, 0, 0, 1},
    {"binomial", &fy_v1_binomial, kInf, 2, kNan},
    {"lbinomial", &fy_v1_lbinomial, 10, 0, 0},
    {"lbinomial", &fy_v1_lbinomial, 10, 11, kNan},
    {"rf", &fy_v1_rf, 200, 2, 40200},
    {"rf", &fy_v1_rf, 5, 0, 1},
    {"rf", &fy_v1_rf, -3, 2, 6},
    {"rf", &fy_v1_rf, -3, 5, 0},
    {"rf", &fy_v1_rf, -3, -2, 0.05},
    {"rf", &fy_v1_rf, 3, -2, 0.5},
    {"rf", &fy_v1_rf, 2, -2, kNan},
    {"rf", &fy_v1_rf, 1e300, 1, 1e300},
    {"rf", &fy_v1_rf, -2, 0.5, 0},
    {"rf", &fy_v1_rf, 0.5, -0.5, kNan},
    {"rf", &fy_v1_rf, 1, 40, 8.159152832478977e47},
    {"rf", &fy_v1_rf, -40, 40, 8.159152832478977e47},
    {"ff", &fy_v1_ff, 7, 3, 210},
    {"ff", &fy_v1_ff, 3, 5, 0},
    {"ff", &fy_v1_ff, -3, 2, 12},
    {"ff", &fy_v1_ff, 2, -2, 1 / 12.0},
    {"ff", &fy_v1_ff, -1, -1, kNan},
    {"ff", &fy_v1_ff, -2, 0.5, kNan},
    {"hurwitz_zeta", &fy_v1_hurwitz_zeta, 1, 2, kNan},
    {"hurwitz_zeta", &fy_v1_hurwitz_zeta, 2, 0, kNan},
    {"hurwitz_zeta", &fy_v1_hurwitz_zeta, 2, kInf, 0},
    {"hurwitz_zeta", &fy_v1_hurwitz_zeta, kInf, 2, 0},
    {"polygamma", &fy_v1_polygamma, 0.5, 2, kNan},
    {"polygamma", &fy_v1_polygamma, -1, 2, kNan},
    {"polygamma", &fy_v1_polygamma, 2, 0.0, -kInf},
    {"polygamma", &fy_v1_polygamma, 2, -0.0, kInf},
    {"polygamma", &fy_v1_polygamma, 3, 0.0, kInf},
    {"polygamma", &fy_v1_polygamma, 2, -1, kNan},
    {"polygamma", &fy_v1_polygamma, 3, -1, kInf},
    {"polygamma", &fy_v1_polygamma, 3, kInf, 0},
    {"harmonic2", &fy_v1_harmonic2, 0, 2, 0},
    {"harmonic2", &fy_v1_harmonic2, 1, -0.5, 1},
    {"harmonic2", &fy_v1_harmonic2, 100, -1, 5050},
    {"harmonic2", &fy_v1_harmonic2, 7, 0, 7},
    {"harmonic2", &fy_v1_harmonic2, 1.5, 2, kNan},
    {"harmonic2", &fy_v1_harmonic2, kInf, 1, kInf},
    {"gcd", &fy_v1_gcd, 12, -18, 6},
    {"gcd", &fy_v1_gcd, 0, 0, 0},
    {"gcd", &fy_v1_gcd, 0, -5, 5},
    {"gcd", &fy_v1_gcd, 0x1p1000, 3 * 0x1p900, 0x1p900},
    {"gcd", &fy_v1_gcd, 1.5, 2, kNan},
    {"gcd", &fy_v1_gcd, kInf, 2, kNan},
    {"lcm", &fy_v1_lcm, 4, -6, 12},
    {"lcm", &fy_v1_lcm, 0, 0, 0},
    {"lcm", &fy_v1_lcm, 0, 7, 0},
    {"lcm", &fy_v1_lcm, 0x1p1000, 3 * 0x1p900, 3 * 0x1p1000},
};

TEST(SpecialGammaTest, ExactAndSpecialValues) {
  for (const Value1& v : kExact1) {
    const double got = v.function(v.x);
    EXPECT_PRED2(Same, got, v.want) << v.name << '(' << v.x << ')';
  }
  for (const Value2& v : kExact2) {
    const double got = v.function(v.a, v.b);
    EXPECT_PRED2(Same, got, v.want) << v.name << '(' << v.a << ", " << v.b << ')';
  }
}

TEST(SpecialGammaTest, FactorialsThatAreDoublesAreExact) {
  double factorial = 1;
  for (int n = 1; n <= 22; ++n) {
    EXPECT_EQ(fy_v1_gamma(n), factorial) << n;
    EXPECT_EQ(fy_v1_rf(1, n), factorial * n) << n;
    factorial *= n;
  }
}

TEST(SpecialGammaTest, BinomialsAreThoseOfPascalsTriangle) {
  std::vector<uint64_t> row = {1};
  for (int n = 0; n <= 62; ++n) {
    for (int k = 0; k <= n; ++k) {
      const auto want = static_cast<double>(row[static_cast<size_t>(k)]);
      EXPECT_LE(Ulps(fy_v1_binomial(n, k), want), want < 0x1p53 ? 0 : 1) << n << " over " << k;
    }
    row.push_back(0);
    for (size_t k = row.size() - 1; k > 0; --k) row[k] += row[k - 1];
  }
}

// Near its root digamma is as good as elsewhere.
TEST(SpecialGammaTest, DigammaNearItsRoot) {
  EXPECT_LE(Ulps(fy_v1_digamma(0x1.762d86356be3fp+0), -0x1.aa2d9b3ce29e0p-54), 4);
  EXPECT_LT(fy_v1_digamma(0x1.762d86356be3fp+0), 0);
  EXPECT_GT(fy_v1_digamma(0x1.762d86356be40p+0), 0);
  EXPECT_LE(Ulps(fy_v1_digamma(1.5), 0.03648997397857652), 4);
}

TEST(SpecialGammaTest, RecurrencesHoldAcrossJoints) {
  // Operands one apart around every joint of the regions.
  for (const double joint : {0.5, 0.75, 1.0, 1.5, 2.5, 3.0, 9.0, 10.0, 10.25, 13.0, 21.0, 56.0}) {
    for (const double offset : {-0x1p-40, -0x1p-50, 0.0, 0x1p-50, 0x1p-40}) {
      const double x = joint + offset;
      EXPECT_NEAR(fy_v1_digamma(x + 1), fy_v1_digamma(x) + 1 / x,
                  4e-15 * (1 + std::abs(fy_v1_digamma(x))))
          << x;
      EXPECT_NEAR(fy_v1_trigamma(x + 1) / (fy_v1_trigamma(x) - 1 / (x * x)), 1, 4e-14) << x;
      EXPECT_NEAR(fy_v1_rgamma(x + 1) * x / fy_v1_rgamma(x), 1, 4e-15) << x;
      EXPECT_NEAR(fy_v1_gamma_ratio(x + 1, x) / x, 1, 1e-15) << x;
      EXPECT_NEAR(fy_v1_beta(x + 1, 2) / fy_v1_beta(x, 2) * (x + 2) / x, 1, 2e-15) << x;
      EXPECT_NEAR(fy_v1_polygamma(4, x) + 24 / std::pow(x, 5), fy_v1_polygamma(4, x + 1),
                  1e-14 * std::abs(fy_v1_polygamma(4, x)))
          << x;
    }
  }
}

TEST(SpecialGammaTest, ZetaIsContinuousAcrossJoints) {
  for (const double joint : {-1.0, 3.0, 5.0, 7.0, 9.0, 13.0, 21.0, 56.0}) {
    const double below = joint - 0x1p-48, above = joint + 0x1p-46;
    EXPECT_NEAR(fy_v1_zeta(below) / fy_v1_zeta(above), 1, 1e-13) << joint;
    EXPECT_NEAR(fy_v1_dirichlet_eta(below) / fy_v1_dirichlet_eta(above), 1, 1e-13) << joint;
  }
}

TEST(SpecialGammaTest, ReflectionsHold) {
  for (double x = -9.75; x < 0; x += 0.4375) {
    if (x == std::floor(x)) continue;
    const double pi = 3.14159265358979323846, sine = std::sin(pi * (x - std::floor(x)));
    EXPECT_NEAR(fy_v1_digamma(1 - x) - fy_v1_digamma(x), pi / std::tan(pi * (x - std::floor(x))),
                1e-13 / (sine * sine))
        << x;
    EXPECT_NEAR((fy_v1_trigamma(1 - x) + fy_v1_trigamma(x)) * sine * sine / (pi * pi), 1, 1e-13)
        << x;
    EXPECT_NEAR(fy_v1_gamma(x) * fy_v1_rgamma(x), 1, 4e-15) << x;
  }
}

TEST(SpecialGammaTest, GrowsAndFallsWithoutSteps) {
  double last_digamma = -kInf, last_trigamma = kInf, last_zeta = kInf, last_harmonic = -kInf;
  for (double x = 1 + 0x1p-8; x < 70; x += 0x1p-8) {
    EXPECT_GT(fy_v1_digamma(x), last_digamma) << x;
    EXPECT_LT(fy_v1_trigamma(x), last_trigamma) << x;
    EXPECT_LE(fy_v1_zeta(x), last_zeta) << x;
    EXPECT_GT(fy_v1_harmonic(x), last_harmonic) << x;
    last_digamma = fy_v1_digamma(x);
    last_trigamma = fy_v1_trigamma(x);
    last_zeta = fy_v1_zeta(x);
    last_harmonic = fy_v1_harmonic(x);
  }
}

// Bit for bit: arrays against values, uniform operands against arrays of them, float through
// double.
TEST(SpecialGammaTest, ArraysAreTheValues) {
  constexpr long kCount = 512;
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> uniform(-20, 60);
  std::vector<double> a(kCount), b(kCount), y(kCount);
  for (double& x : a) x = uniform(random);
  for (double& x : b) x = std::floor(uniform(random));
  for (const char* name :
       {"polygamma", "beta",    "lbeta",   "gamma_ratio",   "lgamma_ratio", "binomial",
        "lbinomial", "rf",      "ff",      "hurwitz_zeta",  "harmonic2",    "gcd",
        "lcm",       "rgamma",  "zeta",    "dirichlet_eta", "factorial2",   "subfactorial",
        "fibonacci", "lucas",   "catalan", "bernoulli",     "euler_number", "harmonic",
        "digamma",   "trigamma"}) {
    const Routine& routine = *RoutineOf(name);
    for (const long stride : {0L, 1L}) {
      const double* const arrays[] = {b.data(), a.data()};
      const long strides[] = {routine.operands == 1 ? 1 : stride, 1};
      routine.f64.array(y.data(), arrays, strides, kCount);
      for (long i = 0; i < kCount; ++i) {
        const double operands[] = {b[static_cast<size_t>(i * strides[0])],
                                   a[static_cast<size_t>(i)]};
        const double want = routine.f64.value(operands);
        ASSERT_PRED2(Same, y[static_cast<size_t>(i)], want)
            << name << '(' << operands[0] << ", " << operands[1] << ')';
      }
    }
  }
}

TEST(SpecialGammaTest, LevelsWithFmaAgree) {
  if (fy_v1_isa_level() < 4) GTEST_SKIP() << "one level with FMA only";
  constexpr long kCount = 4096;
  std::mt19937_64 random(5);
  std::uniform_real_distribution<double> exponent(-30, 30), uniform(-30, 30);
  std::vector<double> x(kCount), third(kCount), fourth(kCount);
  for (size_t i = 0; i < x.size(); ++i) {
    x[i] =
        i % 2 == 0 ? uniform(random) : std::copysign(std::exp2(exponent(random)), uniform(random));
  }
  constexpr std::string_view kNames[] = {"gamma",    "lgamma",    "loggamma",     "rgamma",
                                         "digamma",  "trigamma",  "zeta",         "beta",
                                         "lbeta",    "rf",        "ff",           "gamma_ratio",
                                         "binomial", "lbinomial", "lgamma_ratio", "hurwitz_zeta"};
  const auto listed = [&](std::string_view name) {
    return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
  };
  for (size_t k = 0; k < std::size(kFunctions2); ++k) {
    const std::string_view name = kFunctions2[k].name;
    if (!listed(name)) continue;
    std::vector<double> b(x.rbegin(), x.rend());
    kLevels2[3 - kFirstLevel][k].f64(third.data(), x.data(), 1, b.data(), 1, kCount);
    kLevels2[4 - kFirstLevel][k].f64(fourth.data(), x.data(), 1, b.data(), 1, kCount);
    for (size_t i = 0; i < x.size(); ++i)
      ASSERT_PRED2(Same, third[i], fourth[i]) << name << ' ' << x[i] << ' ' << b[i];
  }
  for (size_t k = 0; k < std::size(kFunctions1); ++k) {
    const std::string_view name = kFunctions1[k].name;
    if (!listed(name)) continue;
    kLevels1[3 - kFirstLevel][k].f64(third.data(), x.data(), kCount);
    kLevels1[4 - kFirstLevel][k].f64(fourth.data(), x.data(), kCount);
    for (size_t i = 0; i < x.size(); ++i)
      ASSERT_PRED2(Same, third[i], fourth[i]) << name << ' ' << x[i];
  }
}

// Plain forms against strict ones, around the joints of their regions and far out.
TEST(SpecialGammaTest, PlainFormsAreNearTheStrictOnes) {
  std::mt19937_64 random(3);
  std::uniform_real_distribution<double> offset(-0x1p-20, 0x1p-20), uniform(-25, 175);
  for (int t = 0; t < 20'000; ++t) {
    constexpr double kJoints[] = {1, 2, 2.5, 171.6, 0, -0.5, -170, 18, 0x1p1000, 1024};
    const double joint = kJoints[static_cast<size_t>(t) % std::size(kJoints)];
    const double x = t % 2 == 0 ? joint + offset(random) : uniform(random);
    EXPECT_LE(Ulps(fy_v1_gamma(x), fy_v1_strict_gamma(x)), 5) << x;
    EXPECT_LE(Ulps(fy_v1_lgamma(x), fy_v1_strict_lgamma(x)), 4) << x;
    EXPECT_LE(Ulps(fy_v1_rgamma(x), fy_v1_strict_rgamma(x)), 5) << x;
    EXPECT_LE(Ulps(fy_v1_beta(x, 0.7), fy_v1_strict_beta(x, 0.7)), 6) << x;
    EXPECT_LE(Ulps(fy_v1_rf(x, 2.25), fy_v1_strict_rf(x, 2.25)), 6) << x;
    EXPECT_LE(Ulps(fy_v1_binomial(x, 1.5), fy_v1_strict_binomial(x, 1.5)), 6) << x;
    if (x < 0) continue;
    EXPECT_NEAR(fy_v1_lbeta(x, 3.5), fy_v1_strict_lbeta(x, 3.5),
                1e-15 * std::max(1.0, std::abs(fy_v1_strict_lbeta(x, 3.5))))
        << x;
  }
}

TEST(SpecialGammaTest, QuotientsOfFactorialsAreExact) {
  for (int a = 1; a <= 30; ++a) {
    for (int b = 1; b <= 30; ++b) {
      EXPECT_LE(Ulps(fy_v1_beta(a, b), fy_v1_strict_beta(a, b)), 1) << a << ' ' << b;
      EXPECT_LE(Ulps(fy_v1_gamma_ratio(a, b), fy_v1_strict_gamma_ratio(a, b)), a >= b ? 0 : 1)
          << a << ' ' << b;
      EXPECT_LE(Ulps(fy_v1_ff(a, b), fy_v1_strict_ff(a, b)), 0) << a << ' ' << b;
    }
    EXPECT_EQ(fy_v1_rf(a + 0.3, 1), a + 0.3);
    EXPECT_LE(Ulps(fy_v1_rgamma(a), 1 / fy_v1_strict_gamma(a)), 1) << a;
  }
}

TEST(SpecialGammaTest, LanesOfTwoOperandsDoNotSeeTheirNeighbours) {
  std::mt19937_64 random(13);
  std::uniform_real_distribution<double> uniform(-3, 40);
  double a[16], b[16], y[16];
  for (int t = 0; t < 2'000; ++t) {
    for (double& value : a) value = uniform(random);
    for (double& value : b) value = t % 3 == 0 ? std::floor(uniform(random)) : uniform(random);
    for (const char* name : {"beta", "lbeta", "rf", "ff", "gamma_ratio", "lgamma_ratio", "binomial",
                             "lbinomial", "hurwitz_zeta"}) {
      const Routine& routine = *RoutineOf(name);
      const double* const arrays[] = {a, b};
      const long strides[] = {1, 1};
      routine.f64.array(y, arrays, strides, 16);
      for (int i = 0; i < 16; ++i) {
        const double operands[] = {a[i], b[i]};
        ASSERT_PRED2(Same, y[i], routine.f64.value(operands)) << name << ' ' << a[i] << ' ' << b[i];
      }
    }
  }
}

// The first element's bits do not depend on the others, and float is double, rounded.
TEST(SpecialGammaTest, LanesDoNotSeeTheirNeighbours) {
  std::mt19937_64 random(11);
  std::uniform_real_distribution<double> uniform(-12, 12);
  double x[16], y[16];
  float narrow[16], narrow_y[16];
  for (int t = 0; t < 2'000; ++t) {
    for (double& value : x) value = uniform(random);
    for (int i = 0; i < 16; ++i) narrow[i] = static_cast<float>(x[i]);
    for (const char* name :
         {"gamma", "lgamma", "loggamma", "rgamma", "digamma", "trigamma", "zeta"}) {
      const Routine& routine = *RoutineOf(name);
      const double* const arrays[] = {x};
      const float* const narrow_arrays[] = {narrow};
      const long strides[] = {1};
      routine.f64.array(y, arrays, strides, 16);
      routine.f32.array(narrow_y, narrow_arrays, strides, 16);
      for (int i = 0; i < 16; ++i) {
        ASSERT_PRED2(Same, y[i], routine.f64.value(x + i)) << name << ' ' << x[i];
        const double operand = narrow[i];
        ASSERT_PRED2(Same, narrow_y[i], static_cast<float>(routine.f64.value(&operand)))
            << name << ' ' << narrow[i];
      }
    }
  }
}

// Values by mpmath. Both ways of continuing it below 1, on each side of where they meet.
TEST(SpecialGammaTest, HurwitzZetaIsContinuedBelowOne) {
  struct {
    double s, a, want;
  } const kValues[] = {{-2.5, 0.25, -0.008038096082003843},
                       {-5.5, 0.75, 0.0026666065313014882},
                       {-6.9, 2.5, -16.419405364272592},
                       {-8.5, 0.25, 0.00441575724284005},
                       {-20.5, 3.5, -143807703.2466265}};
  for (const auto& value : kValues) {
    EXPECT_NEAR(fy_v1_hurwitz_zeta(value.s, value.a), value.want, 1e-9 * std::abs(value.want))
        << value.s << ' ' << value.a;
  }
}

}  // namespace
}  // namespace formulary::runtime
