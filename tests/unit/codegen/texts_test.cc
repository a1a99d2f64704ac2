// Kernels of several texts: linked, and the same bits as the interpreter's.

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/codegen/emit_c.h"
#include "tests/property/execute.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/codegen/golden_programs.h"

namespace formulary::codegen {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

size_t CountOf(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST(TextsTest, AShortProgramIsOneText) {
  const LoopProgram program = Lowered({kNormalPdf});
  const std::vector<std::string> texts = EmitTexts(program);
  ASSERT_EQ(texts.size(), 1u);
  EXPECT_EQ(texts[0], EmitC(program));
}

TEST(TextsTest, ALongProgramsUnitsAreDividedAmongTexts) {
  const LoopProgram program = Lowered({LongFormula(4'000)}, {.has_fma = true});
  ASSERT_GT(program.units.size(), kMaxTextUnits);
  const std::vector<std::string> texts = EmitTexts(program);
  EXPECT_EQ(texts.size(), 1 + (program.units.size() + kMaxTextUnits - 1) / kMaxTextUnits);
  EXPECT_THAT(texts[0], HasSubstr("void FY_KERNEL(long n"));
  for (size_t t = 1; t < texts.size(); ++t) {
    EXPECT_THAT(texts[t], Not(HasSubstr("FY_KERNEL(long n")));
    EXPECT_LE(CountOf(texts[t], "*w = a->workspace;"), kMaxTextUnits);
  }
  for (uint32_t u = 0; u < program.units.size(); ++u) {
    if (program.units[u].kind == UnitKind::kArrayCall) continue;
    size_t definitions = 0;
    for (size_t t = 1; t < texts.size(); ++t)
      definitions += CountOf(texts[t], "void s" + std::to_string(u) + "(");
    EXPECT_EQ(definitions, 1u) << u;
  }
}

TEST(TextsTest, TheLinkedKernelHasTheInterpretersBits) {
  const LoopProgram program = Lowered({LongFormula(4'000)}, {.has_fma = true});
  ASSERT_GT(EmitTexts(program).size(), 2u);
  std::vector<testing::Column> columns;
  for (const DType type : program.input_types) {
    std::vector<double> values;
    for (int i = 0; i < 700; ++i)
      values.push_back(0.1 + 0.001 * i + static_cast<double>(columns.size()));
    columns.push_back(testing::Column::Of(type, values));
  }
  ASSERT_OK_AND_ASSIGN(const auto kernel, testing::CompileAndLoad(program));
  const std::vector<testing::Column> interpreted = testing::RunLowered(program, columns);
  const std::vector<testing::Column> compiled =
      testing::RunLowered(program, columns, {.kernel = kernel.get()});
  ASSERT_EQ(interpreted.size(), compiled.size());
  EXPECT_EQ(interpreted[0].bits, compiled[0].bits);
}

}  // namespace
}  // namespace formulary::codegen
