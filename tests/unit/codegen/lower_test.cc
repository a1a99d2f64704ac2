// What formulas become as machine operations: order, hoisting, powers, multiply-adds, literals,
// divisions.

#include "server/codegen/lower.h"

#include <bit>
#include <string>

#include "gtest/gtest.h"
#include "server/codegen/emit_c.h"
#include "tests/unit/codegen/codegen_helpers.h"

namespace formulary::codegen {
namespace {

using expr::DType;
using expr::Numerics;
using expr::Opcode;

TEST(LowerTest, UniformPartsAreInThePrologue) {
  const std::vector<expr::Argument> arguments = {Varying("x"), Uniform("mu"), Uniform("sigma")};
  const LoopProgram program =
      Lowered({"exp(-(x - mu)**2/(2*sigma**2))/(sqrt(2*pi)*sigma)"}, {.arguments = arguments});
  EXPECT_EQ(Count(program, Opcode::kDiv), 0);
  EXPECT_EQ(Count(program, Opcode::kSqrt), 0);
  EXPECT_LE(Count(program, Opcode::kMul), 4);
  EXPECT_EQ(CountKind(program, InstructionKind::kCall), 1);
  EXPECT_GT(Count(program, Opcode::kDiv, false), 0);
  ASSERT_GE(program.units.size(), 2u);
  EXPECT_EQ(program.units[0].kind, UnitKind::kPrologue);
  EXPECT_TRUE(program.single_loop());
}

TEST(LowerTest, UniformTermsOfASumAndFactorsOfAProductJoinFirst) {
  const std::vector<expr::Argument> arguments = {Varying("x"), Uniform("a"), Uniform("b")};
  const LoopProgram sum = Lowered({"a + x + b + 3"}, {.arguments = arguments});
  EXPECT_EQ(Count(sum, Opcode::kAdd), 1);
  EXPECT_EQ(Count(sum, Opcode::kAdd, false), 2);
  const LoopProgram product = Lowered({"a*x*b*3.5"}, {.arguments = arguments});
  EXPECT_EQ(Count(product, Opcode::kMul), 1);
  EXPECT_EQ(Count(product, Opcode::kMul, false), 2);
}

TEST(LowerTest, StrictHoistsButDoesNotReorder) {
  const std::vector<expr::Argument> arguments = {Varying("x"), Uniform("a"), Uniform("b")};
  const LoopProgram program =
      Lowered({"a + x + b", "exp(a)*x"}, {.numerics = Numerics::kStrict, .arguments = arguments});
  EXPECT_EQ(Count(program, Opcode::kAdd), 2);
  EXPECT_EQ(Count(program, Opcode::kAdd, false), 0);
  EXPECT_EQ(CountKind(program, InstructionKind::kCall, false), 1);
  EXPECT_TRUE(program.strict);
}

struct PowerCase {
  const char* text;
  int multiplications, divisions, roots, calls;
};

TEST(LowerTest, SmallPowersAreProducts) {
  const PowerCase table[] = {
      {"x**2", 1, 0, 0, 0},        {"x**3", 2, 0, 0, 0},     {"x**4", 2, 0, 0, 0},
      {"x**16", 4, 0, 0, 0},       {"x**(-1)", 0, 1, 0, 0},  {"x**(-2)", 1, 1, 0, 0},
      {"x**(1/2)", 0, 0, 1, 0},    {"x**(3/2)", 1, 0, 1, 0}, {"x**(-1/2)", 0, 1, 1, 0},
      {"x**17", 0, 0, 0, 1},       {"x**(1/3)", 0, 0, 0, 1}, {"x**y", 0, 0, 0, 1},
      {"x**2 + x**4", 2, 0, 0, 0},  // squares are shared
  };
  for (const PowerCase& row : table) {
    const LoopProgram program = Lowered({row.text});
    EXPECT_EQ(Count(program, Opcode::kMul) + Count(program, Opcode::kFma), row.multiplications)
        << row.text;
    EXPECT_EQ(Count(program, Opcode::kDiv), row.divisions) << row.text;
    EXPECT_EQ(Count(program, Opcode::kSqrt), row.roots) << row.text;
    EXPECT_EQ(CountKind(program, InstructionKind::kCall), row.calls) << row.text;
  }
  EXPECT_EQ(CountKind(Lowered({"x**40"}, {.numerics = Numerics::kFast}), InstructionKind::kCall),
            0);
}

// A sum of so many powers, each of a base of its own.
std::string SumOfPowers(int count) {
  std::string text = "0";
  for (int i = 0; i < count; ++i) text += " + (x + " + std::to_string(i) + ")**7";
  return text;
}

TEST(LowerTest, LongStrictProgramsHaveOneForm) {
  const Shape strict{.numerics = Numerics::kStrict};
  for (const int powers : {5, 20, 100, 400}) {
    const LoopProgram program = Lowered({SumOfPowers(powers)}, strict);
    const bool twofold = !program.otherwise.empty();
    EXPECT_EQ(twofold, powers <= 20) << powers;
    EXPECT_EQ(CountKind(program, InstructionKind::kCall), twofold ? 0 : powers) << powers;
    EXPECT_LE(twofold ? program.instructions.size() : 0, kMaxTwofoldInstructions) << powers;
  }
}

TEST(LowerTest, StrictWholePowersShareTheirProducts) {
  struct Case {
    std::vector<std::string> texts;
    int multiplications, calls;  // of the form for elements in reach
    bool otherwise;
  };
  const Case table[] = {
      {{"x**3"}, 2, 0, true},
      {{"x**6", "x**12"}, 4, 0, true},
      {{"x**(-6)", "x**13"}, 5, 0, true},
      {{"x**3", "y**3"}, 4, 0, true},
      {{"(x + y)**5"}, 3, 0, true},
      {{"x**65"}, 0, 1, false},
      {{"x**2.5"}, 0, 1, false},
      {{"x**2"}, 1, 0, false},
      {{"x**y"}, 0, 1, false},
      // Of a uniform base once a call, by the routine.
      {{"u**5*x"}, 1, 0, false},
      // A test for all elements would compute the base for all.
      {{"Piecewise((besselj(2.5, x)**3, y > 0), (0, True))"}, 0, 2, false},
      {{"Piecewise((x**3, y > 0), (0, True))"}, 2, 0, true},
  };
  for (const Case& row : table) {
    const Shape strict{.numerics = Numerics::kStrict,
                       .arguments = {Varying("x"), Varying("y"), Uniform("u")}};
    const LoopProgram program = Lowered(row.texts, strict);
    const int calls = CountKind(program, InstructionKind::kCall) +
                      CountKind(program, InstructionKind::kArrayCall);
    EXPECT_EQ(Count(program, Opcode::kMul), row.multiplications) << row.texts[0];
    EXPECT_EQ(calls, row.calls) << row.texts[0];
    EXPECT_EQ(program.in_reach.has_value(), row.otherwise) << row.texts[0];
    ASSERT_EQ(program.otherwise.size(), row.otherwise ? 1u : 0u) << row.texts[0];
    Shape without = strict;
    without.has_fma = false;
    EXPECT_FALSE(Lowered(row.texts, without).in_reach.has_value()) << row.texts[0];
    if (!row.otherwise) continue;
    EXPECT_EQ(program.otherwise[0].literals, program.literals) << row.texts[0];
    EXPECT_GT(CountKind(program.otherwise[0], InstructionKind::kCall), 0) << row.texts[0];
  }
}

TEST(LowerTest, IntegerPowersAreProductsOfAnyLength) {
  const LoopProgram program = Lowered({"n**40"}, {.arguments = {Varying("n", DType::kInt64)}});
  EXPECT_EQ(CountKind(program, InstructionKind::kCall), 0);
  EXPECT_EQ(program.output_types[0], DType::kInt64);
}

TEST(LowerTest, MultiplyAddsWhereTheModeAndTheCpuAllow) {
  EXPECT_EQ(Count(Lowered({"x*y + z"}), Opcode::kFma), 1);
  EXPECT_EQ(Count(Lowered({"z + x*y"}), Opcode::kFma), 1);
  EXPECT_EQ(Count(Lowered({"x*y + z"}, {.has_fma = false}), Opcode::kFma), 0);
  EXPECT_EQ(Count(Lowered({"x*y + z"}, {.numerics = Numerics::kStrict}), Opcode::kFma), 0);
  EXPECT_EQ(Count(Lowered({"fma(x, y, z)"}, {.numerics = Numerics::kStrict}), Opcode::kFma), 1);
}

// x*x - y*y is 0 at x = y, and must be 0 after lowering.
TEST(LowerTest, ADifferenceOfBareProductsIsNeverFused) {
  for (const char* text : {"x*x - y*y", "x*y - z*w", "x*y + z*w", "x**2 - y**2", "2*x*y - 3*z*w"}) {
    EXPECT_EQ(Count(Lowered({text}), Opcode::kFma), 0) << text;
  }
}

// At x = 1 either is 0.
TEST(LowerTest, AProductLessOneOfItsFactorsIsFused) {
  for (const char* text : {"x*y - y", "x**2 - x", "exp(x)*y - exp(x)", "x**12 - x**6"}) {
    EXPECT_EQ(Count(Lowered({text}), Opcode::kFma), 1) << text;
  }
  for (const char* text : {"x*y - z", "x**12 - x**5", "x**12 - y**6"}) {
    EXPECT_EQ(Count(Lowered({text}), Opcode::kFma), 0) << text;
  }
}

// (x1 + x5) cancels exactly when nothing rounded has joined before.
TEST(LowerTest, InputsOfASumComeBeforeComputedTerms) {
  const LoopProgram program = Lowered({"(x + y) + sin(z)/w"});
  for (const Instruction& instruction : program.instructions) {
    if (instruction.opcode != Opcode::kAdd) continue;
    EXPECT_EQ(program.instructions[instruction.operands[0]].kind, InstructionKind::kInput);
    EXPECT_EQ(program.instructions[instruction.operands[1]].kind, InstructionKind::kInput);
    break;
  }
  EXPECT_EQ(Count(Lowered({"sin(z) - x - y"}), Opcode::kNeg) +
                Count(Lowered({"x - y + cos(z)"}), Opcode::kNeg),
            1);
}

TEST(LowerTest, FormulasThatDifferInNumbersGiveTheSameText) {
  const char* pairs[][2] = {
      {"3.7*x + 1.25", "9.5*x + 8.75"},
      {"exp(-x/3)", "exp(-x/7)"},
      {"x**2*0.1 + 5", "x**2*0.3 + 6"},
      {"Piecewise((x, x < 0.25), (3.5, True))", "Piecewise((x, x < 0.75), (4.5, True))"},
  };
  for (const auto& [one, other] : pairs) {
    const LoopProgram a = Lowered({one}), b = Lowered({other});
    EXPECT_EQ(EmitC(a), EmitC(b)) << one;
    EXPECT_NE(a.literals, b.literals) << one;
  }
}

TEST(LowerTest, NumbersThatSayWhatIsComputedStayInTheText) {
  for (const char* text : {"1 - x", "2*x", "x/2", "-x", "x**2 + 1"}) {
    EXPECT_TRUE(Lowered({text}).literals.empty()) << text;
  }
  EXPECT_NE(EmitC(Lowered({"1 - x"})), EmitC(Lowered({"2 - x"})));
}

TEST(LowerTest, EqualLiteralsShareASlot) {
  const LoopProgram program = Lowered({"3.7*x + 3.7", "y*3.7", "z + 3.5"});
  EXPECT_EQ(program.literals.size(), 2u);
}

TEST(LowerTest, ConstantsAreMadeOnceInTheirType) {
  const LoopProgram program = Lowered({"x*sqrt(2*pi)", "x + exp(1)/3"});
  EXPECT_EQ(program.literals.size(), 2u);
  EXPECT_EQ(CountKind(program, InstructionKind::kCall), 0);
  EXPECT_EQ(std::bit_cast<double>(program.literals[0]), 2.506628274631000502415765284811);
  const LoopProgram single = Lowered({"x*pi"}, {.arguments = {Varying("x", DType::kFloat32)}});
  EXPECT_EQ(std::bit_cast<float>(static_cast<uint32_t>(single.literals[0])), 3.14159265f);
  EXPECT_EQ(single.output_types[0], DType::kFloat32);
}

TEST(LowerTest, QuotientsShareOneReciprocal) {
  const LoopProgram program = Lowered({"x/w", "y/w", "z/w**2"});
  EXPECT_EQ(Count(program, Opcode::kDiv), 1);
  EXPECT_EQ(Count(Lowered({"x/w"}), Opcode::kDiv), 1);
  EXPECT_EQ(Count(Lowered({"x/w", "y/w"}, {.numerics = Numerics::kStrict}), Opcode::kDiv), 2);
}

TEST(LowerTest, EqualOperationsAreOne) {
  const LoopProgram program = Lowered({"sin(x)*y", "sin(x) + y", "sin(x)*y + 1"});
  EXPECT_EQ(CountKind(program, InstructionKind::kCall), 1);
}

TEST(LowerTest, WithoutUseNoInstruction) {
  const LoopProgram program = Lowered({"x"}, {.arguments = {Varying("x"), Varying("unused")}});
  EXPECT_EQ(program.input_arguments.size(), 2u);
  EXPECT_EQ(program.instructions.size(), 1u);
}

TEST(LowerTest, OutputsConvertToTheTypeAskedFor) {
  const LoopProgram program = Lowered({"x", "x < 1"}, {.output_dtype = DType::kFloat32});
  EXPECT_EQ(program.output_types, (std::vector<DType>{DType::kFloat32, DType::kFloat32}));
}

TEST(LowerTest, TypesMeet) {
  const std::vector<expr::Argument> arguments = {Varying("n", DType::kInt64),
                                                 Varying("s", DType::kFloat32),
                                                 Varying("p", DType::kBool), Varying("x")};
  const LoopProgram program = Lowered(
      {"n + 1", "n*s", "n/2", "p + n", "s + 1", "s + x", "p & (s < 1)", "n < x", "where(p, s, 1)"},
      {.arguments = arguments});
  const std::vector<DType> want = {DType::kInt64, DType::kFloat64, DType::kFloat64,
                                   DType::kInt64, DType::kFloat32, DType::kFloat64,
                                   DType::kBool,  DType::kBool,    DType::kFloat32};
  EXPECT_EQ(program.output_types, want);
}

TEST(LowerTest, IsDeterministic) {
  const std::string text = LongFormula(300);
  EXPECT_EQ(EmitC(Lowered({text})), EmitC(Lowered({text})));
}

}  // namespace
}  // namespace formulary::codegen
