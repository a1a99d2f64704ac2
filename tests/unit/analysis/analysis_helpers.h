#ifndef FORMULARY_TESTS_UNIT_ANALYSIS_ANALYSIS_HELPERS_H_
#define FORMULARY_TESTS_UNIT_ANALYSIS_ANALYSIS_HELPERS_H_

// What the tests of the analysis share: texts to programs that it takes, and programs to texts.

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "server/analysis/analyze.h"
#include "server/expr/infer.h"
#include "server/expr/text/print.h"
#include "server/passes/present.h"
#include "tests/support/engine_harness.h"

namespace formulary::analysis {

// With conversions explicit. The test fails when a text does not parse.
inline expr::Program ProgramOf(const std::vector<std::string>& texts,
                               const std::vector<expr::Argument>& arguments = {}) {
  absl::StatusOr<expr::Program> program =
      testing::ParseProgram(texts, expr::Numerics::kStable, arguments);
  EXPECT_TRUE(program.ok()) << texts[0] << ": " << program.status().ToString();
  if (!program.ok()) return {};
  EXPECT_TRUE(MakeConversionsExplicit(&*program).ok()) << texts[0];
  return *std::move(program);
}

inline std::string TextOf(const expr::Program& program) {
  const absl::StatusOr<std::string> text = PrintProgram(passes::Present(program));
  return text.ok() ? *text : text.status().ToString();
}

inline absl::Status NoStop() { return absl::OkStatus(); }

// As written stands for compiled, too.
inline absl::StatusOr<Analysis> AnalysisOf(const expr::Program& program,
                                           const AnalyzeOptions& options = {}) {
  const auto run = [&program](absl::Span<const std::vector<double>> points) {
    return NaiveRunner(program, ArgumentTypes(program)).Run(points);
  };
  return Analyze(program, options, run, NoStop);
}

}  // namespace formulary::analysis

#endif  // FORMULARY_TESTS_UNIT_ANALYSIS_ANALYSIS_HELPERS_H_
