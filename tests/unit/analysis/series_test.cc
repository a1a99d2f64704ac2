#include "server/analysis/series.h"

#include <cmath>

#include "server/analysis/rewrites.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/analysis/analysis_helpers.h"

namespace formulary::analysis {
namespace {

// The terms asked for, as text.
std::string Series(const char* text, ExpansionPoint point, size_t terms) {
  const std::vector<expr::Program> series =
      Expansions(CanonicalForm(ProgramOf({text})), 0, point, terms);
  return series.size() < terms ? "none" : TextOf(series[terms - 1]);
}

TEST(SeriesTest, KnownExpansions) {
  struct Row {
    const char* text;
    ExpansionPoint point;
    size_t terms;
    const char* want;
  };
  const Row rows[] = {
      {"sin(x)", ExpansionPoint::kZero, 3, "x - x**3/6 + x**5/120"},
      {"1 - cos(x)", ExpansionPoint::kZero, 2, "x**2/2 - x**4/24"},
      {"(x - sin(x))/(x - tan(x))", ExpansionPoint::kZero, 2, "9*x**2/40 - 1/2"},
      {"exp(x) - 1", ExpansionPoint::kZero, 2, "x + x**2/2"},
      {"log(1 + x)", ExpansionPoint::kZero, 3, "x - x**2/2 + x**3/3"},
      {"atan(x)", ExpansionPoint::kZero, 2, "x - x**3/3"},
      {"tan(x)", ExpansionPoint::kZero, 2, "x + x**3/3"},
      {"tanh(x)", ExpansionPoint::kZero, 2, "x - x**3/3"},
      {"asinh(x)", ExpansionPoint::kZero, 2, "x - x**3/6"},
      {"cbrt(1 + x)", ExpansionPoint::kZero, 2, "x/3 + 1"},
      {"1/x - 1/tan(x)", ExpansionPoint::kZero, 2, "x/3 + x**3/45"},
      {"sqrt(x + 1) - sqrt(x)", ExpansionPoint::kInfinity, 1, "1/(2*sqrt(x))"},
      {"1/(x + 1) - 1/x", ExpansionPoint::kInfinity, 1, "-1/x**2"},
      {"1/(x + 1) - 1/x", ExpansionPoint::kMinusInfinity, 1, "-1/x**2"},
      {"log(x + 1) - log(x)", ExpansionPoint::kInfinity, 2, "1/x - 1/(2*x**2)"},
      {"Abs(x)", ExpansionPoint::kZero, 1, "none"},
      {"sin(1/x)", ExpansionPoint::kZero, 1, "none"},
      {"floor(x)", ExpansionPoint::kInfinity, 1, "none"},
  };
  for (const Row& row : rows)
    EXPECT_EQ(Series(row.text, row.point, row.terms), row.want) << row.text;
}

// However a series is written: close to its point it is the function, to the order of its terms.
TEST(SeriesTest, SeriesAreCloseToTheFunction) {
  struct Row {
    const char* text;
    ExpansionPoint point;
    double x;
  };
  const Row rows[] = {
      {"(1 + 1/x)*exp(x) - 1/x", ExpansionPoint::kZero, 1e-3},
      {"x**y*(1 + x)**(1/y)", ExpansionPoint::kZero, 1e-3},
      {"(x + 1)**(1/y) - x**(1/y)", ExpansionPoint::kInfinity, 1e3},
      {"(x + 1)*log(x + 1) - x*log(x) - 1", ExpansionPoint::kInfinity, 1e3},
      {"exp(x + 1/x)*sqrt(x)", ExpansionPoint::kInfinity, 1e2},
      {"(-x + sqrt(x**2 - 4*y))/2", ExpansionPoint::kInfinity, 1e3},
      {"sqrt(x**2 + y) + x", ExpansionPoint::kMinusInfinity, -1e3},
      {"erf(x)*cosh(x*y)", ExpansionPoint::kZero, 1e-3},
      {"sinh(x) - sin(x)", ExpansionPoint::kZero, 1e-2},
      {"expm1(x)/log1p(x)", ExpansionPoint::kZero, 1e-3},
  };
  for (const Row& row : rows) {
    const expr::Program program = ProgramOf({row.text});
    const std::vector<expr::Program> series = Expansions(CanonicalForm(program), 0, row.point, 4);
    ASSERT_FALSE(series.empty()) << row.text;
    std::vector<double> point = {row.x, 0.75};
    point.resize(program.arguments.size());
    const std::vector<expr::DType> types = ArgumentTypes(program);
    const double want = ExactEvaluator(program, types).Outputs(point)[0].value;
    const double got = ExactEvaluator(series.back(), types).Outputs(point)[0].value;
    EXPECT_NEAR(got / want, 1, 1e-5) << row.text << " by " << TextOf(series.back());
  }
}

TEST(SeriesTest, LargeFormulasAreNotExpanded) {
  std::string text = "x";
  for (uint32_t i = 0; i < kMaxSeriesNodes; ++i)
    text = "sin(" + text + " + " + std::to_string(i) + ")";
  EXPECT_EQ(Series(text.c_str(), ExpansionPoint::kZero, 1), "none");
}

}  // namespace
}  // namespace formulary::analysis
