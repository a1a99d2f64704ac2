// Derivatives through the whole engine: in formulas that are evaluated, simplified and rendered,
// and as programs of their own.

#include "server/engine/derivatives.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "server/base/error.h"
#include "server/engine/engine.h"
#include "server/expr/text/print.h"
#include "tests/support/engine_harness.h"
#include "tests/support/status_matchers.h"

namespace formulary::engine {
namespace {

using testing::Call;
using testing::ParseProgram;
using testing::TestAnswer;

std::string ReasonOf(const absl::Status& status) {
  const auto detail = base::GetErrorDetail(status);
  return detail.has_value() ? detail->reason : "";
}

std::string FieldOf(const absl::Status& status) {
  const auto detail = base::GetErrorDetail(status);
  return detail.has_value() ? detail->field : "";
}

class DerivativesTest : public ::testing::Test {
 protected:
  DerivativesTest() {
    Options options;
    options.threads = 1;
    absl::StatusOr<std::unique_ptr<Engine>> engine = Engine::Create(options);
    EXPECT_OK(engine);
    engine_ = *std::move(engine);
  }

  absl::StatusOr<Differentiation> Derive(const std::vector<std::string>& texts,
                                         const DifferentiateSpec& spec,
                                         expr::Numerics numerics = expr::Numerics::kStable) {
    return engine_->Differentiate(*ParseProgram(texts, numerics), spec);
  }
  std::string Texts(const std::vector<std::string>& texts, const DifferentiateSpec& spec,
                    expr::Numerics numerics = expr::Numerics::kStable) {
    const absl::StatusOr<Differentiation> derived = Derive(texts, spec, numerics);
    return derived.ok() ? *expr::PrintProgram(derived->program) : derived.status().ToString();
  }

  std::unique_ptr<Engine> engine_;
};

TEST_F(DerivativesTest, AreEvaluatedWhereTheyStand) {
  for (const expr::Numerics numerics : {expr::Numerics::kStrict, expr::Numerics::kStable}) {
    ASSERT_OK_AND_ASSIGN(
        const TestAnswer answer,
        Call(engine_.get(), {.outputs = {"1 + Derivative(sin(x)*y, x, y)", "diff(x**5, x, 3)"},
                             .inputs = {{"x", {0, 1, 2}}, {"y", 3.0}},
                             .numerics = numerics}));
    EXPECT_DOUBLE_EQ(answer.outputs[0][1], 1 + std::cos(1));
    EXPECT_DOUBLE_EQ(answer.outputs[1][2], 240);
  }
}

TEST_F(DerivativesTest, TheSameKernelAsOfTheFormula) {
  ASSERT_OK_AND_ASSIGN(
      const TestAnswer derived,
      Call(engine_.get(), {.outputs = {"Derivative(sin(x), x)"}, .inputs = {{"x", {0, 1}}}}));
  ASSERT_OK_AND_ASSIGN(const TestAnswer plain,
                       Call(engine_.get(), {.outputs = {"cos(x)"}, .inputs = {{"x", {0, 1}}}}));
  EXPECT_EQ(derived.report.kernel, plain.report.kernel);
}

TEST_F(DerivativesTest, SimplifyCountsThemAsNaivelyExpanded) {
  ASSERT_OK_AND_ASSIGN(const Simplification simplified,
                       engine_->Simplify(*ParseProgram({"Derivative(sin(x)*exp(-x), x, 2)"}), {}));
  EXPECT_EQ(*expr::PrintProgram(simplified.program), "-2*cos(x)*exp(-x)");
  EXPECT_GT(simplified.operations_before, 10u);
  EXPECT_LE(simplified.operations_after, 5u);
}

TEST_F(DerivativesTest, RenderShowsThemUnlessSimplified) {
  const expr::Program program = *ParseProgram({"Derivative(x**3, x) + with_partials(x, 1, x)"});
  const auto rendered = [&](Format format, bool simplified) {
    return *engine_->Render(program, format, simplified);
  };
  EXPECT_EQ(rendered(Format::kText, false), "derivative(x**3, x) + x");
  EXPECT_EQ(rendered(Format::kSymPy, false), "y0 = Derivative(x**3, x) + x");
  EXPECT_EQ(rendered(Format::kLatex, false), "y_{0} &= \\frac{d}{dx} x^{3} + x");
  EXPECT_EQ(rendered(Format::kText, true), "x + 3*x**2");
  EXPECT_THAT(rendered(Format::kC, false), ::testing::HasSubstr("x0[i]"));
}

TEST_F(DerivativesTest, KindsAndOrders) {
  EXPECT_EQ(Texts({"x**3"}, {}), "dy0_dx = 3*x**2");
  EXPECT_EQ(Texts({"x**3"}, {.order = 2}), "d2y0_dx2 = 6*x");
  EXPECT_EQ(Texts({"x*y"}, {.wrt = {"y"}, .include_values = true}), "y0 = x*y\ndy0_dy = x");
  EXPECT_EQ(Texts({"x*y"}, {.kind = DerivativeKind::kHessian, .sparse = true}), "d2y0_dxdy = 1");
  EXPECT_EQ(Texts({"x*x"}, {.as_derived = true}), "dy0_dx = x + x");
  EXPECT_EQ(Texts({"x*x"}, {}, expr::Numerics::kStrict), "dy0_dx = x + x");
  // A derivative in the program is resolved first.
  EXPECT_EQ(Texts({"Derivative(x**3, x)"}, {}), "dy0_dx = 6*x");
  EXPECT_EQ(Derive({"x*y*z"}, {})->mode, DerivativeMode::kReverse);
}

TEST_F(DerivativesTest, ErrorsNameTheFieldAtFault) {
  const auto unknown = Derive({"x"}, {.wrt = {"x", "q"}}).status();
  EXPECT_EQ(ReasonOf(unknown), "UNKNOWN_ARGUMENT");
  EXPECT_EQ(FieldOf(unknown), "wrt[1]");
  const auto twice = Derive({"x"}, {.wrt = {"x", "x"}}).status();
  EXPECT_EQ(ReasonOf(twice), "DUPLICATE_ARGUMENT");
  EXPECT_EQ(FieldOf(twice), "wrt[1]");
  EXPECT_EQ(FieldOf(Derive({"x"}, {.kind = DerivativeKind::kHessian, .order = 3}).status()),
            "order");
  EXPECT_EQ(ReasonOf(Derive({"hermite(n, x)"}, {}).status()), "NO_DERIVATIVE");
  const auto evaluated = Call(engine_.get(), {.outputs = {"Derivative(hermite(n, x), n)"},
                                              .inputs = {{"x", 1.0}, {"n", 2.0}}});
  EXPECT_EQ(ReasonOf(evaluated.status()), "NO_DERIVATIVE");
}

TEST_F(DerivativesTest, OfAKernelsSize) {
  // As many orders as there may be: what is not collected would not end.
  ASSERT_OK_AND_ASSIGN(const Differentiation derived,
                       Derive({"sin(x)*exp(x)"}, {.kind = DerivativeKind::kOrder, .order = 64}));
  EXPECT_LE(derived.operations_after, 10u);
}

TEST(ExpandDerivativesOfDefinitionsTest, AddToTheGraphTheyAreIn) {
  absl::StatusOr<expr::Program> program = ParseProgram({"diff(t**3, t) + 1", "t + 1"});
  ASSERT_OK(program);
  ASSERT_OK_AND_ASSIGN(
      const expr::NodeId node,
      ExpandDerivatives(program->outputs[0].node, expr::Numerics::kStable, {}, &program->graph));
  EXPECT_EQ(*expr::PrintExpression(program->graph, node, program->arguments), "3*t**2 + 1");
  ASSERT_OK_AND_ASSIGN(
      const expr::NodeId same,
      ExpandDerivatives(program->outputs[1].node, expr::Numerics::kStable, {}, &program->graph));
  EXPECT_EQ(same, program->outputs[1].node);
}

}  // namespace
}  // namespace formulary::engine
