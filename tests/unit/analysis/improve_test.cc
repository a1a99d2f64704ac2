#include "server/analysis/improve.h"

#include "server/passes/expand.h"
#include "server/passes/pipeline.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/analysis/analysis_helpers.h"

namespace formulary::analysis {
namespace {

absl::StatusOr<std::optional<Improvement>> ImprovementOf(const expr::Program& program,
                                                         const AnalyzeOptions& options = {}) {
  absl::StatusOr<Analysis> analysis = AnalysisOf(program, options);
  if (!analysis.ok()) return analysis.status();
  return Improve(program, options, *analysis, NoStop);
}

// In STRICT, where rules change no bit: what is gained is the search's.
expr::Program StrictProgramOf(const std::vector<std::string>& texts) {
  expr::Program program = ProgramOf(texts);
  program.numerics = expr::Numerics::kStrict;
  return program;
}

TEST(ImproveTest, BetterThanWrittenAndSimplified) {
  struct Row {
    const char* text;
    std::vector<Range> ranges;
    double at_most;  // mean bits
  };
  const Row rows[] = {
      {"(-b + sqrt(b**2 - 4*a*c))/(2*a)", {}, 1},
      {"(x - sin(x))/(x - tan(x))", {{"x", -0.4, 0.4}}, 1},
      {"1/sqrt(x) - 1/sqrt(x + 1)", {{"x", 1, 1e15}}, 1},
      {"atan(n + 1) - atan(n)", {{"n", 1, 1e20}}, 1},
      {"(x + 1)**(1/n) - x**(1/n)", {{"x", 1, 1e10}, {"n", 1, 100}}, 3},
  };
  for (const Row& row : rows) {
    const expr::Program program = StrictProgramOf({row.text});
    ASSERT_OK_AND_ASSIGN(const auto improvement, ImprovementOf(program, {.ranges = row.ranges}));
    ASSERT_TRUE(improvement.has_value()) << row.text;
    EXPECT_LE(improvement->form.summaries[0].mean_bits, row.at_most)
        << row.text << " by " << TextOf(improvement->program);
    EXPECT_LE(improvement->candidates, kMaxCandidates);
  }
}

TEST(ImproveTest, NothingWhereNothingIsLost) {
  for (const char* text : {"x + y", "sin(x)*3", "expm1(x)/x", "2"}) {
    ASSERT_OK_AND_ASSIGN(const auto improvement, ImprovementOf(ProgramOf({text})));
    EXPECT_FALSE(improvement.has_value()) << text << " by " << TextOf(improvement->program);
  }
}

TEST(ImproveTest, OutputsKeepTheirNamesAndTheGoodOnesStay) {
  expr::Program program = StrictProgramOf({"x + y", "1/sqrt(x) - 1/sqrt(x + 1)"});
  program.outputs[1].name = "difference";
  ASSERT_OK_AND_ASSIGN(const auto improvement,
                       ImprovementOf(program, {.ranges = {{"x", 1, 1e15}}}));
  ASSERT_TRUE(improvement.has_value());
  ASSERT_EQ(improvement->program.outputs.size(), 2u);
  EXPECT_EQ(improvement->program.outputs[1].name, "difference");
  const absl::StatusOr<std::string> kept = expr::PrintExpression(
      improvement->program.graph, improvement->program.outputs[0].node, program.arguments, {});
  EXPECT_EQ(*kept, "x + y");
  EXPECT_EQ(improvement->form.summaries[0].max_bits, 0);
}

TEST(ImproveTest, TheSameEachTime) {
  const expr::Program program = StrictProgramOf({"(-b + sqrt(b**2 - 4*a*c))/(2*a)"});
  ASSERT_OK_AND_ASSIGN(const auto first, ImprovementOf(program));
  ASSERT_OK_AND_ASSIGN(const auto second, ImprovementOf(program));
  ASSERT_TRUE(first.has_value() && second.has_value());
  EXPECT_EQ(TextOf(first->program), TextOf(second->program));
}

TEST(ImproveTest, StopsWhenTold) {
  const expr::Program program = ProgramOf({"(-b + sqrt(b**2 - 4*a*c))/(2*a)"});
  ASSERT_OK_AND_ASSIGN(const Analysis analysis, AnalysisOf(program));
  int calls = 0;
  const auto checkpoint = [&calls]() -> absl::Status {
    return ++calls > 600 ? absl::DeadlineExceededError("late") : absl::OkStatus();
  };
  EXPECT_EQ(Improve(program, {}, analysis, checkpoint).status().code(),
            absl::StatusCode::kDeadlineExceeded);
}

TEST(ImproveTest, LargeProgramsAreLeftAlone) {
  std::string text = "x";
  for (uint32_t i = 0; i < kMaxImprovedNodes; ++i)
    text += " + sin(x*" + std::to_string(i + 2) + ")";
  ASSERT_OK_AND_ASSIGN(const auto improvement, ImprovementOf(ProgramOf({text}), {.samples = 20}));
  EXPECT_FALSE(improvement.has_value());
}

}  // namespace
}  // namespace formulary::analysis
