// Distributions: values far out in the tails against facts made with mpmath at 60 digits, and laws
// that bind the seven functions of each to one another.

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/expr/program.h"
#include "tests/property/execute.h"
#include "tests/support/engine_harness.h"
#include "tests/support/status_matchers.h"

namespace formulary::testing {
namespace {

using expr::DType;

// The text, of the one argument x, at x: element by element as written.
double At(const std::string& text, double x) {
  const absl::StatusOr<expr::Program> program = ParseProgram({text}, expr::Numerics::kStable);
  EXPECT_OK(program);
  const std::vector<Column> values =
      RunNaively(AsWritten(*program), {Column::Of(DType::kFloat64, std::vector<double>{x})});
  return values[0].at(0).ToDouble();
}

bool Near(double got, double want, double tolerance) {
  return got == want || std::abs(got - want) <= tolerance * std::abs(want);
}

struct Fact {
  std::string text;
  double x;
  double want;
};

// Far out an error in the last place of the exponent is many in that of the value.
constexpr double kTail = 4e-13;

TEST(DistributionTest, TailsAreRight) {
  const Fact kFacts[] = {
      // clang-format off
      {"normal_sf(x, 0, 1)", 20, 2.7536241186062337e-89},
      {"normal_logsf(x, 0, 1)", 40, -804.6084420137538},
      {"normal_logcdf(x, 1, 2)", -300, -11331.057945762144},
      {"lognormal_cdf(x, 0, 2)", 1e-20, 1.2841756306435298e-117},
      {"logistic_logsf(x, 0, 1)", 800, -800.0},
      {"laplace_sf(x, 1, 2)", 200, 3.066684195143046e-44},
      {"cauchy_cdf(x, 0, 1)", -1e20, 3.1830988618379067e-21},
      {"gumbel_sf(x, 1, 2)", 50, 1.4251640827409352e-21},
      {"gumbel_logsf(x, 1, 2)", 2000, -1998.0},
      {"gamma_logsf(x, 2, 3)", 3000, -993.0912452206848},
      {"gamma_cdf(x, 2, 3)", 1e-60, 5.555555555555556e-122},
      {"gamma_pdf(x, 1000, 1)", 1000, 0.012614611348721499},
      {"erlang_logsf(x, 3, 2)", 300, -587.8959545429517},
      {"chi_squared_sf(x, 5)", 400, 2.9666446590828848e-84},
      {"inverse_gamma_cdf(x, 3, 2)", 0.01, 2.7956093736608836e-83},
      {"maxwell_logsf(x, 1)", 50, -1246.3133685869398},
      {"rayleigh_sf(x, 1)", 30, 3.693883068487256e-196},
      {"nakagami_logsf(x, 2, 3)", 20, -261.07692424138804},
      {"weibull_cdf(x, 2, 3)", 1e-40, 1.25e-121},
      {"weibull_logcdf(x, 2, 3)", 30, -0.0},
      {"frechet_sf(x, 2, 1, 0)", 1e8, 1e-16},
      {"gompertz_logsf(x, 2, 3)", 4, -8939.873961125184},
      {"exponential_logcdf(x, 2)", 60, -7.667648073722e-53},
      {"pareto_sf(x, 2, 3)", 1e10, 8e-30},
      {"benini_logsf(x, 1, 2, 3)", 1e6, -336.15590145255175},
      {"loglogistic_logsf(x, 2, 3)", 1e100, -688.6960863565339},
      {"dagum_sf(x, 2, 3, 1)", 1e5, 1.999999999999997e-15},
      {"kumaraswamy_sf(x, 2, 3)", 0x1.ffffep-1, 6.938883977744611e-18},
      {"beta_pdf(x, 1000, 1000)", 0.5, 35.67802229170864},
      {"levy_cdf(x, 0, 10)", 0.01, 1.7958327848007262e-219},
      {"half_normal_logsf(x, 1)", 40, -803.9152948331938},
      {"poisson_pmf(x, 1000)", 1000, 0.012614611348721499},
      {"poisson_logsf(x, 10)", 400, -1093.132848485508},
      {"binomial_pmf(x, 1000, 0.5)", 500, 0.0252250181783608},
      {"negative_binomial_pmf(x, 10, 0.0078125)", 1000, 0.000958010424744351},
      {"geometric_sf(x, 0.5)", 1000, 9.332636185032189e-302},
      {"zeta_distribution_sf(x, 3)", 1000, 4.155379405808372e-07},
      {"logarithmic_pmf(x, 0.5)", 50, 2.5627412030519343e-17},
      {"student_t_cdf(x, 3)", -1e5, 1.1026577904466273e-15},
      {"f_sf(x, 4, 6)", 1e6, 1.3499924062773375e-17},
      // clang-format on
  };
  for (const Fact& fact : kFacts) {
    EXPECT_PRED3(Near, At(fact.text, fact.x), fact.want, kTail) << fact.text << " at " << fact.x;
  }
}

enum class Kind { kContinuous, kDiscrete };

struct Sample {
  std::string name;
  std::string parameters;
  double x;
  Kind kind;

  double operator()(const std::string& function, double at) const {
    return At(name + "_" + function + "(x, " + parameters + ")", at);
  }
  std::string density() const { return kind == Kind::kDiscrete ? "pmf" : "pdf"; }
};

const std::vector<Sample>& Samples() {
  static const auto* const kSamples = new std::vector<Sample>{
      // clang-format off
    {"normal", "1, 2", 1.5, Kind::kContinuous},
    {"logistic", "2.25, 1.75", 1.5, Kind::kContinuous},
    {"laplace", "2.25, 1.75", 1.5, Kind::kContinuous},
    {"cauchy", "2.25, 1.75", 1.5, Kind::kContinuous},
    {"gumbel", "2.25, 1.75", 1.5, Kind::kContinuous},
    {"skew_normal", "2.25, 1.75, 1.25", 1.5, Kind::kContinuous},
    {"generalized_normal", "2.25, 1.75, 1.25", 1.5, Kind::kContinuous},
    {"student_t", "2.25", 1.5, Kind::kContinuous},
    {"lognormal", "0.5, 1.5", 1.5, Kind::kContinuous},
    {"half_normal", "2.25", 1.5, Kind::kContinuous},
    {"levy", "2.25, 1.75", 3.5, Kind::kContinuous},
    {"inverse_gaussian", "2.25, 1.75", 1.5, Kind::kContinuous},
    {"gamma", "2.25, 1.75", 1.5, Kind::kContinuous},
    {"erlang", "2.25, 1.75", 1.5, Kind::kContinuous},
    {"chi_squared", "2.25", 1.5, Kind::kContinuous},
    {"chi", "2.25", 1.5, Kind::kContinuous},
    {"nakagami", "2.25, 1.75", 1.5, Kind::kContinuous},
    {"maxwell", "2.25", 1.5, Kind::kContinuous},
    {"rayleigh", "2.25", 1.5, Kind::kContinuous},
    {"inverse_gamma", "2.25, 1.75", 1.5, Kind::kContinuous},
    {"log_gamma", "2.25", 1.5, Kind::kContinuous},
    {"beta", "2, 3.5", 0.25, Kind::kContinuous},
    {"beta_prime", "2.25, 1.75", 1.5, Kind::kContinuous},
    {"f", "2.25, 1.75", 1.5, Kind::kContinuous},
    {"kumaraswamy", "2, 3.5", 0.25, Kind::kContinuous},
    {"arcsine", "1, 3", 1.125, Kind::kContinuous},
    {"power_function", "2.5, 1, 3", 1.3, Kind::kContinuous},
    {"uniform", "1, 3", 1.25, Kind::kContinuous},
    {"triangular", "1, 4, 2.25", 2, Kind::kContinuous},
    {"exponential", "2.25", 1.5, Kind::kContinuous},
    {"weibull", "2.25, 1.75", 1.5, Kind::kContinuous},
    {"frechet", "2, 1.5, 3", 5, Kind::kContinuous},
    {"gompertz", "2, 0.7", 0.5, Kind::kContinuous},
    {"pareto", "2, 3", 5, Kind::kContinuous},
    {"benini", "1, 2, 3", 5, Kind::kContinuous},
    {"loglogistic", "2.25, 1.75", 1.5, Kind::kContinuous},
    {"dagum", "2.25, 1.75, 1.25", 1.5, Kind::kContinuous},
    {"rice", "2.25, 1.75", 1.5, Kind::kContinuous},
    {"von_mises", "2.25, 1.75", 1.5, Kind::kContinuous},
    {"poisson", "4.5", 3, Kind::kDiscrete},
    {"binomial", "12, 0.3", 3, Kind::kDiscrete},
    {"negative_binomial", "4.5, 0.3", 9, Kind::kDiscrete},
    {"geometric", "0.3", 3, Kind::kDiscrete},
    {"hypergeometric", "30, 8, 12", 3, Kind::kDiscrete},
    {"zeta_distribution", "2.5", 3, Kind::kDiscrete},
    {"logarithmic", "0.6", 3, Kind::kDiscrete},
    {"skellam", "4.5, 3", 2, Kind::kDiscrete},
      // clang-format on
  };
  return *kSamples;
}

TEST(DistributionTest, SidesAddUpToOne) {
  for (const Sample& of : Samples()) {
    EXPECT_NEAR(of("cdf", of.x) + of("sf", of.x), 1, 1e-14) << of.name;
  }
}

TEST(DistributionTest, LogarithmsAreThoseOfTheValues) {
  for (const Sample& of : Samples()) {
    for (const std::string& function : {of.density(), std::string("cdf"), std::string("sf")}) {
      EXPECT_NEAR(of("log" + function, of.x), std::log(of(function, of.x)), 1e-13)
          << of.name << "_" << function;
    }
  }
}

TEST(DistributionTest, QuantilesInvert) {
  for (const Sample& of : Samples()) {
    const double chance = of("cdf", of.x);
    if (of.kind == Kind::kContinuous) {
      EXPECT_PRED3(Near, of("quantile", chance), of.x, 1e-11) << of.name;
      continue;
    }
    // The least value whose chance suffices: of the exact one, so a rounded chance decides nothing.
    EXPECT_EQ(of("quantile", chance * (1 - 1e-13)), of.x) << of.name;
    EXPECT_EQ(of("quantile", chance * (1 + 1e-13)), of.x + 1) << of.name;
  }
}

TEST(DistributionTest, DensitiesAreSlopesOrJumps) {
  for (const Sample& of : Samples()) {
    const double density = of(of.density(), of.x);
    if (of.kind == Kind::kDiscrete) {
      EXPECT_PRED3(Near, of("cdf", of.x) - of("cdf", of.x - 1), density, 1e-12) << of.name;
      EXPECT_EQ(of("cdf", of.x + 0.5), of("cdf", of.x)) << of.name;
      EXPECT_EQ(of("pmf", of.x + 0.5), 0) << of.name;
      EXPECT_EQ(of("logpmf", of.x + 0.5), -std::numeric_limits<double>::infinity()) << of.name;
      continue;
    }
    const double step = 1e-5;
    const double slope = (of("cdf", of.x + step) - of("cdf", of.x - step)) / (2 * step);
    EXPECT_PRED3(Near, slope, density, 1e-6) << of.name;
  }
}

TEST(DistributionTest, EndsAndNonsense) {
  const double inf = std::numeric_limits<double>::infinity();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const Sample& of : Samples()) {
    for (const std::string& function :
         {of.density(), "log" + of.density(), std::string("cdf"), std::string("logcdf"),
          std::string("sf"), std::string("logsf"), std::string("quantile")}) {
      EXPECT_TRUE(std::isnan(of(function, nan))) << of.name << "_" << function;
    }
    EXPECT_TRUE(std::isnan(of("quantile", 1.5))) << of.name;
    EXPECT_TRUE(std::isnan(of("quantile", -0.5))) << of.name;
    if (of.name == "von_mises") continue;  // an angle
    EXPECT_EQ(of("cdf", -inf), 0) << of.name;
    EXPECT_EQ(of("cdf", inf), 1) << of.name;
    EXPECT_EQ(of("sf", -inf), 1) << of.name;
    EXPECT_EQ(of("sf", inf), 0) << of.name;
    EXPECT_EQ(of(of.density(), inf), 0) << of.name;
    EXPECT_EQ(of(of.density(), -inf), 0) << of.name;
    EXPECT_EQ(of("log" + of.density(), inf), -inf) << of.name;
  }
  EXPECT_TRUE(std::isnan(At("normal_pdf(x, 0, -1)", 0)));
  EXPECT_TRUE(std::isnan(At("gamma_cdf(x, -1, 1)", -1)));
  EXPECT_TRUE(std::isnan(At("poisson_pmf(x, -1)", 1)));
  EXPECT_TRUE(std::isnan(At("binomial_pmf(x, 2.5, 0.5)", 1)));
}

}  // namespace
}  // namespace formulary::testing
