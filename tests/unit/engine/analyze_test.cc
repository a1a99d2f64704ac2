// Analyze through the whole engine: what is reported of the compiled form is what Evaluate answers.

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/base/status_macros.h"
#include "tests/support/engine_harness.h"
#include "tests/support/status_matchers.h"

namespace formulary::testing {
namespace {

class AnalyzeTest : public ::testing::Test {
 protected:
  AnalyzeTest() {
    absl::StatusOr<std::unique_ptr<engine::Engine>> made =
        engine::Engine::Create(engine::Options());
    EXPECT_OK(made);
    engine_ = *std::move(made);
  }

  absl::StatusOr<engine::AccuracyReport> Analyze(const std::vector<std::string>& texts,
                                                 engine::AnalyzeCall call = {}) {
    ASSIGN_OR_RETURN(call.program, ParseProgram(texts));
    return engine_->Analyze(call);
  }

  std::unique_ptr<engine::Engine> engine_;
};

TEST_F(AnalyzeTest, CompiledErrorsAreThoseOfTheKernel) {
  ASSERT_OK_AND_ASSIGN(const engine::AccuracyReport report,
                       Analyze({"exp(x)*sin(y) - y", "x/3"}, {.samples = 40, .want_points = true}));
  EXPECT_TRUE(report.by_kernel);
  ASSERT_EQ(report.points.size(), 40u);
  EXPECT_EQ(report.arguments, (std::vector<std::string>{"x", "y"}));
  std::vector<double> x, y;
  for (const engine::PointErrors& point : report.points) {
    x.push_back(point.arguments[0]);
    y.push_back(point.arguments[1]);
    EXPECT_LE(point.compiled[1], 1);
  }
  ASSERT_OK_AND_ASSIGN(const TestAnswer answer,
                       Call(engine_.get(), {.outputs = {"exp(x)*sin(y) - y"},
                                            .inputs = {{"x", x}, {"y", y}},
                                            .mode = engine::CompilationMode::kWait}));
  // The worst sample of the compiled form is there, with the value that is reported.
  const engine::OutputError& error = report.compiled[0];
  for (size_t i = 0; i < x.size(); ++i) {
    if (x[i] == error.worst_inputs[0] && y[i] == error.worst_inputs[1]) {
      EXPECT_EQ(answer.outputs[0][i], error.got);
    }
  }
}

TEST_F(AnalyzeTest, NamesTheOperationsAtFault) {
  ASSERT_OK_AND_ASSIGN(const engine::AccuracyReport report,
                       Analyze({"(1 - cos(x))/x**2"}, {.ranges = {{"x", -1e-3, 1e-3}}}));
  ASSERT_FALSE(report.operations.empty());
  EXPECT_EQ(report.operations[0].text, "1 - cos(x)");
  EXPECT_GT(report.operations[0].mean_bits, 10);
  EXPECT_FALSE(report.improved.has_value());
}

TEST_F(AnalyzeTest, AnImprovedProgramIsOneThatSimplifies) {
  ASSERT_OK_AND_ASSIGN(
      const engine::AccuracyReport report,
      Analyze({"(exp(x) - 1 - x)/x**2"},
              {.ranges = {{"x", -0.4, 0.4}}, .improve = true, .want_points = true}));
  ASSERT_TRUE(report.improved.has_value());
  EXPECT_LT(report.improved->errors[0].mean_bits, 1);
  EXPECT_EQ(report.points[0].improved.size(), 1u);
  EXPECT_OK(engine_->Simplify(report.improved->program, {}).status());
}

TEST_F(AnalyzeTest, DeadlineAndCancellationEndIt) {
  EXPECT_EQ(Analyze({"sin(x)"}, {.deadline = base::Deadline::After(absl::ZeroDuration())})
                .status()
                .code(),
            absl::StatusCode::kDeadlineExceeded);
  const auto cancelled = std::make_shared<std::atomic<bool>>(true);
  EXPECT_EQ(Analyze({"sin(x)"}, {.cancel = cancelled}).status().code(),
            absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace formulary::testing
