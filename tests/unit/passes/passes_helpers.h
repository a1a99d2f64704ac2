#ifndef FORMULARY_TESTS_UNIT_PASSES_PASSES_HELPERS_H_
#define FORMULARY_TESTS_UNIT_PASSES_PASSES_HELPERS_H_

// What the tests of the passes share: a text in, the text after a pass out.

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "server/expr/infer.h"
#include "server/expr/text/print.h"
#include "server/passes/pipeline.h"
#include "server/passes/present.h"
#include "tests/support/engine_harness.h"

namespace formulary::passes {

using Arguments = std::vector<expr::Argument>;

// With conversions explicit. The test fails when the text does not parse.
inline expr::Program ProgramOf(const std::vector<std::string>& texts,
                               expr::Numerics numerics = expr::Numerics::kStable,
                               const Arguments& arguments = {}) {
  absl::StatusOr<expr::Program> program = testing::ParseProgram(texts, numerics, arguments);
  EXPECT_TRUE(program.ok()) << texts[0] << ": " << program.status().ToString();
  if (!program.ok()) return {};
  EXPECT_TRUE(MakeConversionsExplicit(&*program).ok()) << texts[0];
  return *std::move(program);
}

inline std::string TextOf(const expr::Program& program) {
  const absl::StatusOr<std::string> text = PrintProgram(program);
  return text.ok() ? *text : text.status().ToString();
}

// As a client sees it.
inline std::string Simple(const std::vector<std::string>& texts,
                          expr::Numerics numerics = expr::Numerics::kStable,
                          const Arguments& arguments = {}) {
  const expr::Program simplified = Optimize(ProgramOf(texts, numerics, arguments), {}).program;
  return TextOf(numerics == expr::Numerics::kStrict ? simplified : Present(simplified));
}

inline expr::Argument Known(std::string name, expr::Assumptions assumptions) {
  return {.name = std::move(name), .assumptions = std::move(assumptions), .declared = true};
}

struct BeforeAfter {
  const char* before;
  const char* after;
};

inline void ExpectSimplified(const std::vector<BeforeAfter>& table,
                             expr::Numerics numerics = expr::Numerics::kStable,
                             const Arguments& arguments = {}) {
  for (const BeforeAfter& row : table)
    EXPECT_EQ(Simple({row.before}, numerics, arguments), row.after) << row.before;
}

}  // namespace formulary::passes

#endif  // FORMULARY_TESTS_UNIT_PASSES_PASSES_HELPERS_H_
