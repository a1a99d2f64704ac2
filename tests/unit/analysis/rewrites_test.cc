#include "server/analysis/rewrites.h"

#include <algorithm>
#include <cmath>

#include "server/analysis/exact.h"
#include "server/expr/row_text.h"
#include "tests/unit/analysis/analysis_helpers.h"

namespace formulary::analysis {
namespace {

std::vector<std::string> Rewrites(const char* text) {
  const expr::Program form = CanonicalForm(ProgramOf({text}));
  std::vector<std::string> texts;
  for (const expr::Program& rewritten : RewritesAt(form, form.outputs[0].node))
    texts.push_back(TextOf(rewritten));
  return texts;
}

TEST(RewritesTest, FormsWithoutCancellationAreAmongThem) {
  struct Row {
    const char* text;
    const char* want;
  };
  const Row rows[] = {
      {"sqrt(x + 1) - sqrt(x)", "1/(sqrt(x + 1) + sqrt(x))"},
      {"-b + sqrt(b*b - c)", "-c/(b + sqrt(b**2 - c))"},
      {"1/(x + 1) - 1/x", "-1/((x + 1)*x)"},
      {"exp(x) - 1", "expm1(x)"},
      {"3 - 3*exp(x)", "-3*expm1(x)"},
      {"exp(x) - 2 + exp(-x)", "4*sinh(x/2)**2"},
      {"tan(x + y) - tan(x)", "sin(y)/(cos(x + y)*cos(x))"},
      {"log(x + 1) - log(x)", "log1p(1/x)"},
      {"exp(x)/expm1(x)", "-1/expm1(-x)"},
  };
  for (const Row& row : rows) {
    const std::vector<std::string> found = Rewrites(row.text);
    const bool there = std::find(found.begin(), found.end(), row.want) != found.end();
    EXPECT_TRUE(there) << row.text << ": " << ::testing::PrintToString(found);
  }
}

TEST(RewritesTest, LeafAndUnknownHeadsHaveNone) {
  EXPECT_TRUE(Rewrites("digamma(x)").empty());
  EXPECT_TRUE(Rewrites("x + y + z").empty());
}

// Each identity is one: both sides are the same real number wherever both have a value, at points
// of several sizes.
TEST(RewritesTest, IdentitiesHold) {
  const double values[] = {1.9, 0.7, 0.31, 2.75};
  for (const expr::Identity& identity : AccuracyIdentities()) {
    int compared = 0;
    for (const double scale : {1.0, 0.125, 3.0}) {
      double sides[2];
      bool usable = true;
      for (const int side : {0, 1}) {
        const expr::RowText text = expr::ParseRowText(side == 0 ? identity.left : identity.right);
        expr::Program program;
        program.arguments.resize(expr::kResultArgument + 1);
        program.graph = text.graph;
        program.outputs = {{"y", text.root}};
        const expr::Program form = CanonicalForm(program);
        std::vector<double> point(program.arguments.size());
        for (size_t k = 0; k < 4; ++k) point[k] = values[k] * scale;
        const ExactValue value = ExactEvaluator(form, ArgumentTypes(form)).Outputs(point)[0];
        usable = usable && value.usable();
        sides[side] = value.value;
      }
      if (!usable) continue;
      ++compared;
      EXPECT_EQ(sides[0], sides[1]) << identity.id << " at scale " << scale;
    }
    EXPECT_GT(compared, 0) << identity.id;
  }
}

}  // namespace
}  // namespace formulary::analysis
