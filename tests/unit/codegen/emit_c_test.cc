// The C text of some programs, against tests/golden/c. After a meant change, run with
// FORMULARY_UPDATE_GOLDENS=1 and read the difference.

#include "server/codegen/emit_c.h"

#include <cstdlib>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/test_files.h"
#include "tests/unit/codegen/golden_programs.h"

namespace formulary::codegen {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string GoldenPath(const std::string& name) {
  return testing::SourceDir() + "/tests/golden/c/" + name;
}

void ExpectGolden(const std::string& name, const std::string& text) {
  if (testing::UpdateGoldens()) testing::WriteFile(GoldenPath(name), text);
  EXPECT_EQ(text, testing::Contents(GoldenPath(name)))
      << name << ": set FORMULARY_UPDATE_GOLDENS=1 if this is meant";
}

TEST(EmitCTest, TextsAreAsKept) {
  for (const GoldenProgram& golden : GoldenPrograms()) {
    ExpectGolden(golden.name + ".c", EmitC(Lowered(golden.texts, golden.shape)));
  }
}

// Of a long program only how it is divided: the functions, the order they are called in, the
// lengths.
TEST(EmitCTest, ALongProgramsUnitsAreAsKept) {
  const LoopProgram program = Lowered({LongFormula(1'000)}, {.has_fma = true});
  std::string structure;
  for (const Unit& unit : program.units) {
    structure += unit.kind == UnitKind::kPrologue ? "prologue"
                 : unit.kind == UnitKind::kLoop   ? "loop"
                                                  : "array calls";
    structure += " of " + std::to_string(unit.last - unit.first) + "\n";
  }
  structure += "block buffers: " + std::to_string(program.block_buffers) + "\n";
  const std::string text = EmitC(program);
  size_t at = text.find("void FY_KERNEL");
  ASSERT_NE(at, std::string::npos);
  structure += text.substr(at);
  ExpectGolden("long_program_units.txt", structure);
}

TEST(EmitCTest, TheSameProgramGivesTheSameText) {
  for (const GoldenProgram& golden : GoldenPrograms()) {
    EXPECT_EQ(EmitC(Lowered(golden.texts, golden.shape)),
              EmitC(Lowered(golden.texts, golden.shape)))
        << golden.name;
  }
}

TEST(EmitCTest, LoopsTouchWholeVectorsOnly) {
  EXPECT_THAT(EmitC(Lowered({"x + 1"})), HasSubstr("n &= -16L;"));
  EXPECT_THAT(EmitC(Lowered({"x < 1"})), HasSubstr("n &= -64L;"));
}

TEST(EmitCTest, StrictCallsStrictRoutines) {
  const std::string strict = EmitC(Lowered({"sin(x)"}, {.numerics = expr::Numerics::kStrict}));
  EXPECT_THAT(strict, HasSubstr("fy_v1_strict_sin("));
  EXPECT_THAT(EmitC(Lowered({"sin(x)"})), Not(HasSubstr("strict")));
}

TEST(EmitCTest, SinglePrecisionCallsSingleRoutines) {
  const std::string text =
      EmitC(Lowered({"exp(x) + gamma(x)"}, {.arguments = {Varying("x", expr::DType::kFloat32)}}));
  EXPECT_THAT(text, HasSubstr("float fy_v1_expf(float)"));
  EXPECT_THAT(text, HasSubstr("fy_v1_gamma_f32("));
  EXPECT_THAT(text, Not(HasSubstr("double fy_v1")));
}

}  // namespace
}  // namespace formulary::codegen
