#include "server/analysis/analyze.h"

#include <cmath>

#include "gmock/gmock.h"
#include "server/analysis/worst.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/analysis/analysis_helpers.h"

namespace formulary::analysis {
namespace {

using ::testing::HasSubstr;

TEST(AnalyzeTest, CancellationShowsAndSimplificationCures) {
  ASSERT_OK_AND_ASSIGN(const Analysis analysis,
                       AnalysisOf(ProgramOf({"sqrt(x + 1) - sqrt(x)"}),
                                  {.ranges = {{"x", 1, 1e12}}, .samples = 100}));
  EXPECT_EQ(analysis.samples.points.size(), 100u);
  EXPECT_GT(analysis.written.summaries[0].mean_bits, 8);
  EXPECT_LT(analysis.rewritten.summaries[0].mean_bits, 1);
  EXPECT_EQ(analysis.written.summaries[0].nans, 0u);
}

TEST(AnalyzeTest, SummariesAreOrdered) {
  ASSERT_OK_AND_ASSIGN(const Analysis analysis,
                       AnalysisOf(ProgramOf({"(1 - cos(x))/x**2", "x/3"})));
  for (const ErrorSummary& summary : analysis.written.summaries) {
    EXPECT_LE(summary.median_bits, summary.p90_bits);
    EXPECT_LE(summary.p90_bits, summary.max_bits);
    EXPECT_LE(summary.mean_bits, summary.max_bits);
    EXPECT_EQ(summary.worst.size(), 1u);
  }
  EXPECT_EQ(analysis.written.summaries[1].max_bits, 0);
  // The worst input is what it is said to be.
  const ErrorSummary& worst = analysis.written.summaries[0];
  const double x = worst.worst[0];
  EXPECT_EQ((1 - std::cos(x)) / (x * x), worst.got);
}

TEST(AnalyzeTest, TheOperationAtFaultIsNamed) {
  ASSERT_OK_AND_ASSIGN(
      const Analysis analysis,
      AnalysisOf(ProgramOf({"exp(sqrt(x + 1) - sqrt(x))*sin(x)"}), {.ranges = {{"x", 1, 1e10}}}));
  ASSERT_FALSE(analysis.nodes.empty());
  const absl::StatusOr<std::string> text = expr::PrintExpression(
      analysis.as_written.graph, analysis.nodes[0].node, analysis.as_written.arguments, {});
  EXPECT_EQ(*text, "sqrt(x + 1) - sqrt(x)");
}

TEST(AnalyzeTest, OverflowIsCounted) {
  ASSERT_OK_AND_ASSIGN(const Analysis analysis, AnalysisOf(ProgramOf({"exp(x)/(exp(x) + 1)"}),
                                                           {.ranges = {{"x", 710, 1e4}}}));
  EXPECT_EQ(analysis.written.summaries[0].nans, 256u);
  EXPECT_EQ(analysis.rewritten.summaries[0].nans, 0u);
}

TEST(AnalyzeTest, FloatsAreMeasuredAsFloats) {
  ASSERT_OK_AND_ASSIGN(
      const Analysis analysis,
      AnalysisOf(ProgramOf({"x*x + 0.1"}, {{.name = "x", .dtype = expr::DType::kFloat32}})));
  EXPECT_EQ(analysis.formats[0], expr::DType::kFloat32);
  EXPECT_LT(analysis.written.summaries[0].max_bits, 3);
}

TEST(AnalyzeTest, IntegersAndTruthValuesAreMeasured) {
  ASSERT_OK_AND_ASSIGN(
      const Analysis analysis,
      AnalysisOf(ProgramOf({"k*k - k", "k > 3"}, {{.name = "k", .dtype = expr::DType::kInt64}})));
  EXPECT_EQ(analysis.written.summaries[0].max_bits, 0);
  EXPECT_EQ(analysis.written.summaries[1].max_bits, 0);
}

TEST(AnalyzeTest, TheSameEachTime) {
  const expr::Program program = ProgramOf({"log(x + 1)/x - tan(y)"});
  ASSERT_OK_AND_ASSIGN(const Analysis first, AnalysisOf(program));
  ASSERT_OK_AND_ASSIGN(const Analysis second, AnalysisOf(program));
  EXPECT_EQ(first.samples.points, second.samples.points);
  EXPECT_EQ(first.written.summaries[0].worst, second.written.summaries[0].worst);
}

TEST(AnalyzeTest, WhatCannotBeAnalysedIsRefused) {
  EXPECT_EQ(AnalysisOf(ProgramOf({"x + I"})).status().code(), absl::StatusCode::kUnimplemented);
  const auto many = AnalysisOf(ProgramOf({"x"}), {.samples = kMaxSamples + 1});
  EXPECT_THAT(std::string(many.status().message()), HasSubstr("10000"));
  const auto none = AnalysisOf(ProgramOf({"log(x)"}), {.ranges = {{"x", -2, -1}}});
  EXPECT_EQ(none.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(none.status().message()), HasSubstr("none of 4096 points"));
  std::string text = "x";
  for (int i = 0; i < 600; ++i) text += "*sin(x + " + std::to_string(i) + ")";
  const auto large = AnalysisOf(ProgramOf({text}), {.samples = kMaxSamples});
  EXPECT_EQ(large.status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(AnalyzeTest, StopsWhenTold) {
  const expr::Program program = ProgramOf({"sin(x)"});
  int calls = 0;
  const auto checkpoint = [&calls]() -> absl::Status {
    return ++calls > 20 ? absl::CancelledError("stop") : absl::OkStatus();
  };
  const auto run = [](absl::Span<const std::vector<double>> points) {
    return absl::StatusOr<std::vector<std::vector<double>>>(
        std::vector<std::vector<double>>(points.begin(), points.end()));
  };
  EXPECT_EQ(Analyze(program, {}, run, checkpoint).status().code(), absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace formulary::analysis
