// The cost model: what formulas cost in operations of the reference table.

#include "server/passes/cost.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "server/passes/expand.h"
#include "tests/unit/passes/passes_helpers.h"

namespace formulary::passes {
namespace {

using expr::Numerics;
using expr::Opcode;

double Of(Opcode opcode) { return ReferenceCosts().Of(opcode); }
double Row(std::string_view name) { return expr::Row(expr::IdOf(name)).nanoseconds; }

double Cost(const std::vector<std::string>& texts, Numerics numerics = Numerics::kStable,
            const Arguments& arguments = {}) {
  return ModelledNanoseconds(Optimize(ProgramOf(texts, numerics, arguments), {}).program);
}

TEST(CostTest, CountsWhatLoweringEmits) {
  const double add = Of(Opcode::kAdd), mul = Of(Opcode::kMul), fma = Of(Opcode::kFma);
  const double div = Of(Opcode::kDiv), root = Of(Opcode::kSqrt);
  const struct {
    std::vector<std::string> texts;
    double want;
  } kTable[] = {
      {{"x"}, 0},
      {{"2"}, 0},
      {{"sqrt(2*pi)"}, 0},
      {{"x + y"}, add},
      {{"x + y + z + 1"}, 3 * add},
      {{"2*x*y"}, 2 * mul},
      {{"x*y + z"}, fma},
      {{"2*x + 1"}, fma},
      {{"x*y + z*w"}, mul + add + mul},
      {{"x - y"}, add},
      {{"-x"}, Of(Opcode::kNeg)},
      {{"-3*x"}, mul},
      // one division, however many divisors
      {{"x/y/z"}, mul + div},
      {{"x/3"}, mul},
      {{"1/x"}, div},
      // a shared divisor is inverted once
      {{"x/z", "y/z"}, div + 2 * mul},
      {{"x**4"}, 2 * mul},
      {{"x**5", "x**4"}, 3 * mul},
      // chains: the shortest, and one for all powers of a base
      {{"x**15"}, 5 * mul},
      {{"x**14", "x**5"}, 5 * mul},
      {{"sqrt(x)"}, root},
      {{"x**(3/2)"}, root + mul},
      {{"1/sqrt(x)"}, div + root},
      {{"exp(x)"}, Row("exp")},
      {{"exp(x)", "exp(x) + 1"}, Row("exp") + add},
      {{"x**y"}, Row("pow")},
      {{"Max(x, y, z)"}, 2 * Of(Opcode::kMax)},
      {{"where(x < y, x, z)"}, Of(Opcode::kLess) + Of(Opcode::kSelect)},
  };
  for (const auto& row : kTable) EXPECT_NEAR(Cost(row.texts), row.want, 1e-12) << row.texts[0];
}

TEST(CostTest, WhatDoesNotVaryIsFree) {
  const Arguments uniform = {{.name = "s", .uniform = true, .declared = true}};
  EXPECT_EQ(Cost({"exp(s)/s**7"}, Numerics::kStable, uniform), 0);
  EXPECT_NEAR(Cost({"x/(s*sqrt(2*pi))"}, Numerics::kStable, uniform), Of(Opcode::kMul), 1e-12);
}

TEST(CostTest, StrictFusesNothing) {
  EXPECT_NEAR(Cost({"x*y + z"}, Numerics::kStrict), Of(Opcode::kMul) + Of(Opcode::kAdd), 1e-12);
  EXPECT_NEAR(Cost({"x/y/z"}, Numerics::kStrict), 2 * Of(Opcode::kDiv), 1e-12);
}

TEST(CostTest, ExpandsBeforeItCounts) {
  const expr::Program program = ProgramOf({"logistic(x) + fract(y)"});
  EXPECT_EQ(ModelledNanoseconds(program), ModelledNanoseconds(Expand(program)));
}

// Collecting is no aim in itself: a form that is dearer than the program as it came is dropped.
TEST(CostTest, SimplifyingNeverMakesDearer) {
  for (const char* text :
       {"x*y + x*z + y*z", "a*b/(c*d) + a*e/(c*d*f*g)", "Max(-Max(x, y), -x)", "x*x + y - 11",
        "1/(exp(-a*b) + exp(a*b))", "(x + y)*(x + y) + 2*(x + y)"}) {
    for (const Numerics numerics : {Numerics::kStrict, Numerics::kStable, Numerics::kFast}) {
      const double before = ModelledNanoseconds(ProgramOf({text}, numerics));
      EXPECT_LE(Cost({text}, numerics), before * (1 + 1e-9)) << text;
    }
  }
}

TEST(CostTest, AccuracyMayCost) {
  EXPECT_GT(Cost({"1 - erf(x)"}), ModelledNanoseconds(ProgramOf({"1 - erf(x)"})));
}

TEST(CostTest, EveryTableIsWhole) {
  for (const CostTable& table : CostTables()) {
    for (size_t i = 1; i + 1 < kOpcodeCount; ++i) EXPECT_GT(table.operations[i], 0) << table.isa;
    EXPECT_LT(table.Of(Opcode::kAdd), table.Of(Opcode::kDiv)) << table.isa;
  }
}

}  // namespace
}  // namespace formulary::passes
