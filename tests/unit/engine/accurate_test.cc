// Accurate programs through the whole engine: every value the double (or float) nearest to the
// exact one, whatever the type, the shape and the numerics mode; and who computes them.

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/engine_harness.h"
#include "tests/support/status_matchers.h"

namespace formulary::testing {
namespace {

using engine::CompilationMode;
using ::testing::ElementsAre;

class AccurateTest : public ::testing::Test {
 protected:
  AccurateTest() {
    absl::StatusOr<std::unique_ptr<engine::Engine>> made =
        engine::Engine::Create(engine::Options());
    EXPECT_OK(made);
    engine_ = *std::move(made);
  }

  absl::StatusOr<TestAnswer> Evaluate(const std::string& text, const std::vector<TestInput>& inputs,
                                      CompilationMode mode = CompilationMode::kWait) {
    return Call(engine_.get(),
                {.outputs = {text}, .inputs = inputs, .accurate = true, .mode = mode});
  }

  std::unique_ptr<engine::Engine> engine_;
};

// By mpmath, 200 bits, rounded once.
TEST_F(AccurateTest, GivesTheNearestDouble) {
  ASSERT_OK_AND_ASSIGN(const TestAnswer answer,
                       Evaluate("besselj(2.5, x)", {{"x", {0.125, 5.125, 10.125, 15.125, 20}}}));
  EXPECT_THAT(answer.outputs[0],
              ElementsAre(0.0002935209275548908, 0.20325990560774776, 0.21366681192715378,
                          -0.07748762200249133, -0.17258019384387643));
  EXPECT_EQ(answer.report.tier, engine::Tier::kInterpreter);
}

TEST_F(AccurateTest, GivesTheNearestFloat) {
  ASSERT_OK_AND_ASSIGN(
      const TestAnswer answer,
      Evaluate("zeta(x)", {TestInput("x", {1.125, 2.5, -3.5}).As(expr::DType::kFloat32)}));
  EXPECT_EQ(answer.dtypes[0], expr::DType::kFloat32);
  EXPECT_THAT(answer.outputs[0],
              ElementsAre(8.586241722106934, 1.3414872884750366, 0.004441011231392622));
}

TEST_F(AccurateTest, SimdRoutinesWithinAnUlpStayCompiled) {
  ASSERT_OK_AND_ASSIGN(const TestAnswer answer,
                       Evaluate("exp(x)*sin(x)", {{"x", {0.5, 1.5, 2.5}}}));
  EXPECT_EQ(answer.report.tier, engine::Tier::kCompiled);
  for (size_t i = 0; i < 3; ++i) {
    const double x = 0.5 + static_cast<double>(i);
    EXPECT_NEAR(answer.outputs[0][i] / (std::exp(x) * std::sin(x)), 1, 4e-16);
  }
}

TEST_F(AccurateTest, PowersRoundOnce) {
  ASSERT_OK_AND_ASSIGN(const TestAnswer answer, Evaluate("x**7", {{"x", {1.1, -2.7, 123.456}}}));
  EXPECT_THAT(answer.outputs[0],
              ElementsAre(std::pow(1.1, 7), std::pow(-2.7, 7), std::pow(123.456, 7)));
}

// What a reference has no value for, the routine answers: poles, ends and signs of zero.
TEST_F(AccurateTest, SpecialPointsAreTheRoutines) {
  const std::vector<double> points = {INFINITY, -INFINITY, NAN, 0.0, -0.0, -1, 1e300};
  for (const std::string text : {"digamma(x)", "besselj(1, x)", "airyai(x)", "gammainc(2, x)"}) {
    ASSERT_OK_AND_ASSIGN(const TestAnswer accurate, Evaluate(text, {{"x", points}}));
    ASSERT_OK_AND_ASSIGN(const TestAnswer usual,
                         Call(engine_.get(), {.outputs = {text}, .inputs = {{"x", points}}}));
    for (size_t i = 0; i < points.size(); ++i) {
      const double a = accurate.outputs[0][i], b = usual.outputs[0][i];
      EXPECT_EQ(std::isnan(a), std::isnan(b)) << text << " at " << points[i];
      EXPECT_EQ(std::signbit(a), std::signbit(b)) << text << " at " << points[i];
      if (std::isnan(b) || a == b) continue;
      EXPECT_NEAR(a, b, 1e-14 * std::abs(b)) << text << " at " << points[i];
    }
  }
}

// 1,000 elements in tasks, one alone, uniform operands: the same bits.
TEST_F(AccurateTest, BitsDoNotDependOnThePlace) {
  std::vector<double> x;
  for (int i = 0; i < 200; ++i) x.push_back(0.05 + 0.1 * i);
  ASSERT_OK_AND_ASSIGN(const TestAnswer all,
                       Evaluate("betainc(a, 2, x/21)", {{"a", 1.5}, {"x", x}}));
  for (size_t i = 0; i < x.size(); i += 37) {
    ASSERT_OK_AND_ASSIGN(const TestAnswer one,
                         Evaluate("betainc(a, 2, x/21)", {{"a", {1.5}}, {"x", x[i]}}));
    EXPECT_EQ(one.outputs[0][0], all.outputs[0][i]) << i;
  }
}

// It is another program, with another name: nothing of the one is found for the other.
TEST_F(AccurateTest, HasAKernelNameOfItsOwn) {
  ASSERT_OK_AND_ASSIGN(const TestAnswer accurate, Evaluate("exp(x)", {{"x", 1.0}}));
  ASSERT_OK_AND_ASSIGN(const TestAnswer usual,
                       Call(engine_.get(), {.outputs = {"exp(x)"}, .inputs = {{"x", 1.0}}}));
  EXPECT_NE(accurate.report.kernel, usual.report.kernel);
  ASSERT_OK_AND_ASSIGN(const TestAnswer again,
                       Call(engine_.get(), {.inputs = {{"x", 1.0}},
                                            .kernel = accurate.report.kernel,
                                            .mode = CompilationMode::kWait}));
  EXPECT_EQ(again.outputs[0], accurate.outputs[0]);
}

}  // namespace
}  // namespace formulary::testing
