// Order, units and places: array calls divide loops, long loops are cut, buffers serve again.

#include "server/codegen/schedule.h"

#include <map>
#include <string>

#include "gtest/gtest.h"
#include "server/codegen/chains.h"
#include "server/codegen/guards.h"
#include "tests/unit/codegen/codegen_helpers.h"

namespace formulary::codegen {
namespace {

int CountUnits(const LoopProgram& program, UnitKind kind) {
  return static_cast<int>(std::count_if(program.units.begin(), program.units.end(),
                                        [&](const Unit& unit) { return unit.kind == kind; }));
}

// What must hold of every schedule.
void ExpectSound(const LoopProgram& program, const std::string& what) {
  uint32_t next = 0;
  while (next < program.instructions.size() &&
         (program.units.empty() || next < program.units.front().first)) {
    ++next;  // leaves stand in front
  }
  for (const Unit& unit : program.units) {
    EXPECT_EQ(unit.first, next) << what;
    EXPECT_LE(unit.last - unit.first, kMaxUnitInstructions) << what;
    next = unit.last;
  }
  EXPECT_EQ(next, program.instructions.size()) << what;
  std::vector<uint32_t> unit_of(program.instructions.size(), ~0u);
  for (uint32_t u = 0; u < program.units.size(); ++u) {
    for (uint32_t i = program.units[u].first; i < program.units[u].last; ++i) unit_of[i] = u;
  }
  // Who holds a buffer while somebody else still reads it?
  std::map<uint32_t, ValueId> holder;
  for (ValueId i = 0; i < program.instructions.size(); ++i) {
    const Instruction& instruction = program.instructions[i];
    for (int k = 0; k < instruction.operand_count; ++k) {
      const ValueId operand = instruction.operands[k];
      EXPECT_LT(operand, i) << what;
      if (unit_of[operand] == ~0u || unit_of[operand] == unit_of[i]) continue;
      ASSERT_FALSE(program.places.empty()) << what;
      ASSERT_NE(program.places[operand], kNoPlace)
          << what << ": value " << operand << " crosses units without a place";
      if (program.instructions[operand].varying) {
        EXPECT_EQ(holder[program.places[operand]], operand) << what << ": buffer taken too early";
      }
    }
    if (!program.places.empty() && program.places[i] != kNoPlace && instruction.varying) {
      holder[program.places[i]] = i;
      EXPECT_LT(program.places[i], program.block_buffers) << what;
    }
  }
}

TEST(ScheduleTest, SimpleFormulasAreOneLoopWithoutWorkspace) {
  const LoopProgram program = Lowered({"sin(x)*y + 1", "x < y"});
  EXPECT_TRUE(program.single_loop());
  EXPECT_EQ(program.workspace_bytes(), 0);
  EXPECT_EQ(program.block_buffers, 0u);
  ExpectSound(program, "simple");
}

TEST(ScheduleTest, ArrayCallsDivideLoops) {
  const LoopProgram program = Lowered({"gamma(x + 1)*2 + gamma(y)"});
  EXPECT_FALSE(program.single_loop());
  EXPECT_EQ(CountUnits(program, UnitKind::kArrayCall), 1);  // both at once
  EXPECT_EQ(CountUnits(program, UnitKind::kLoop), 2);
  EXPECT_GT(program.workspace_bytes(), 0);
  ExpectSound(program, "two gammas");
  const LoopProgram nested = Lowered({"gamma(gamma(x) + 1) + Mod(x, gamma(x))"});
  EXPECT_EQ(CountUnits(nested, UnitKind::kArrayCall), 2);
  ExpectSound(nested, "nested");
}

TEST(ScheduleTest, AUniformArrayCallIsACallInThePrologue) {
  const LoopProgram program = Lowered({"gamma(a)*x"}, {.arguments = {Varying("x"), Uniform("a")}});
  EXPECT_TRUE(program.single_loop());
  EXPECT_EQ(program.units[0].kind, UnitKind::kPrologue);
}

TEST(ScheduleTest, LongLoopsAreCut) {
  const LoopProgram program = Lowered({LongFormula(3'000)});
  EXPECT_GT(program.instructions.size(), 2 * kMaxUnitInstructions);
  EXPECT_GE(CountUnits(program, UnitKind::kLoop), 3);
  ExpectSound(program, "long");
  // A chain hands over little from cut to cut.
  EXPECT_LE(program.block_buffers, 64u);
}

TEST(ScheduleTest, ChainsOfCallsBecomeLoops) {
  struct Row {
    const char* text;
    int loops;
    uint32_t buffers;  // at most
  };
  const Row rows[] = {
      {"exp(x)*y + 1", 1, 0},
      {"sin(x) + sin(y) + sin(z) + sin(w)", 1, 0},  // calls that wait for nothing
      {"x*y + sqrt(x)/y", 1, 0},
      {"log(exp(x) + exp(y) + exp(z) + exp(w))", 2, 2},
      {"sin(x)*y*atan(y*cos(x*exp(y*sin(x*y))))", 4, 6},
  };
  for (const Row& row : rows) {
    const LoopProgram program = Lowered({row.text});
    EXPECT_EQ(CountUnits(program, UnitKind::kLoop), row.loops) << row.text;
    EXPECT_LE(program.block_buffers, row.buffers) << row.text;
    ExpectSound(program, row.text);
  }
}

TEST(ScheduleTest, ChainsAmongArrayCallsBecomeLoops) {
  const LoopProgram program =
      Lowered({"gamma(x*sin(x*exp(y*cos(y*x)))) + sin(x*exp(y*cos(gamma(y))))", "sin(y*x)"});
  EXPECT_GT(CountUnits(program, UnitKind::kLoop), 3);
  EXPECT_EQ(CountUnits(program, UnitKind::kArrayCall), 1);
  ExpectSound(program, "chains before and behind gamma");
}

TEST(ScheduleTest, ALongChainBecomesNoMoreLoopsThanAllowed) {
  std::string text = "x";
  for (int i = 0; i < 40; ++i) text = "sin(" + text + "*y)";
  const LoopProgram program = Lowered({text});
  EXPECT_EQ(CountUnits(program, UnitKind::kLoop), static_cast<int>(kMaxParts));
  ExpectSound(program, "forty sines");
}

TEST(ScheduleTest, BlocksOfLoopsFitTheFirstCache) {
  const LoopProgram few = Lowered({"log(exp(x) + 1.5*exp(2.5*x))*exp(x*1.25)"});
  EXPECT_GT(few.block_buffers, 0u);
  for (const LoopProgram& program : {few, Lowered({LongFormula(3'000)})}) {
    const auto arrays = static_cast<int64_t>(program.block_buffers + program.input_types.size() +
                                             program.outputs.size());
    EXPECT_LE(program.block_elements, kBlockElements);
    EXPECT_EQ(program.block_elements % program.lane_multiple, 0);
    EXPECT_TRUE(program.block_elements == 256 || arrays * program.block_elements * 8 <= 24 * 1024);
  }
  EXPECT_EQ(Lowered({"gamma(x + 1)*y"}).block_elements, kBlockElements);
}

TEST(ScheduleTest, LongProloguesAreCut) {
  std::string text = "a";
  for (int i = 0; i < 600; ++i) text = "sin(" + text + " + b)";
  const LoopProgram program =
      Lowered({"x*" + text}, {.arguments = {Varying("x"), Uniform("a"), Uniform("b")}});
  EXPECT_GE(CountUnits(program, UnitKind::kPrologue), 2);
  EXPECT_GT(program.uniform_places, 0u);
  ExpectSound(program, "prologue");
}

TEST(ScheduleTest, BuffersServeAgain) {
  std::string text = "x";
  for (int i = 0; i < 40; ++i) text = "gamma(" + text + " + 1.5)";
  const LoopProgram program = Lowered({text});
  EXPECT_LE(program.block_buffers, 4u);
  ExpectSound(program, "forty gammas");
}

TEST(ScheduleTest, OutputsThatNothingComputesAreStoredByALoop) {
  for (const char* text : {"x", "3", "gamma(x)", "True"}) {
    const LoopProgram program = Lowered({text});
    ASSERT_FALSE(program.units.empty()) << text;
    EXPECT_EQ(program.units[program.storing_units[0]].kind, UnitKind::kLoop) << text;
    ExpectSound(program, text);
  }
}

// What guards may not do: guard a value that something outside needs, or stand before their need.
void ExpectGuardsSound(const LoopProgram& program, const std::string& what) {
  const auto within = [&](uint32_t inner, uint32_t outer) {
    while (inner != outer && inner != kNoGuard) inner = program.guards[inner].around;
    return inner == outer;
  };
  std::vector<uint32_t> guard_of(program.instructions.size(), kNoGuard);
  for (const Unit& unit : program.units) {
    for (uint32_t i = unit.first; i < unit.last; ++i) guard_of[i] = unit.guard;
    if (unit.guard != kNoGuard) {
      EXPECT_LT(program.guards[unit.guard].need, unit.first) << what;
    }
  }
  for (const ValueId output : program.outputs) EXPECT_EQ(guard_of[output], kNoGuard) << what;
  for (const Guard& guard : program.guards)
    EXPECT_TRUE(within(guard.around, guard_of[guard.need])) << what;
  for (ValueId i = 0; i < program.instructions.size(); ++i) {
    const Instruction& instruction = program.instructions[i];
    const bool selects = instruction.kind == InstructionKind::kOperation &&
                         instruction.opcode == expr::Opcode::kSelect;
    for (int k = 0; k < instruction.operand_count; ++k) {
      if (selects && k > 0) continue;  // what is not taken may be anything
      EXPECT_TRUE(within(guard_of[i], guard_of[instruction.operands[k]])) << what << ": " << i;
    }
  }
}

TEST(ScheduleTest, ExpensiveBranchesAreGuarded) {
  const struct {
    std::vector<std::string> texts;
    size_t guards;
  } cases[] = {
      {{"Piecewise((besselj(2, x), x > 0), (y, True))"}, 1},
      {{"Piecewise((besselj(2, x), x > 0), (besselj(3, y), True))"}, 2},
      {{"Piecewise((besselj(2, x), x > 0), (besselj(3, y), y > 1), (zeta(y), True))"}, 3},
      {{"Piecewise((exp(x)*sin(x)*tan(x)*atan(y)*tanh(y), x > 0), (y, True))"}, 1},
      {{"Piecewise((exp(x), x > 0), (y, True))"}, 0},
      {{"Piecewise((besselj(2, x), x > 0), (y, True))", "besselj(2, x)"}, 0},
      {{"Piecewise((besselj(2, x), x > 0), (y, True))",
        "Piecewise((besselj(2, x), y > 0), (x, "
        "True))"},
       0},
      {{"Piecewise((besselj(2, x), x > 0), (y, True))",
        "Piecewise((besselj(2, x), x > 0), (x, "
        "True))"},
       1},
  };
  for (const auto& [texts, guards] : cases) {
    for (const expr::Numerics numerics : {expr::Numerics::kStable, expr::Numerics::kStrict}) {
      const LoopProgram program = Lowered(texts, {.numerics = numerics});
      EXPECT_EQ(program.guards.size(), guards) << texts.back();
      ExpectSound(program, texts[0]);
      ExpectGuardsSound(program, texts[0]);
    }
  }
}

TEST(ScheduleTest, DeeplyNestedBranchesAreBounded) {
  std::string text = "y";
  for (int i = 0; i < 200; ++i) {
    const std::string n = std::to_string(i);
    text = "Piecewise((besselj(" + n + ", x), x < -" + n + "), (" + text + ", True))";
  }
  const LoopProgram program = Lowered({text}, {.numerics = expr::Numerics::kStrict});
  EXPECT_GT(program.guards.size(), 10u);
  EXPECT_LE(program.guards.size(), 2 * kMaxGuardDepth);
  ExpectSound(program, "nested");
  ExpectGuardsSound(program, "nested");
}

TEST(ScheduleTest, BytesAskForWiderLanes) {
  EXPECT_EQ(Lowered({"x + 1"}).lane_multiple, kLaneMultiple);
  EXPECT_EQ(Lowered({"x < 1"}).lane_multiple, kByteLaneMultiple);
  EXPECT_EQ(
      Lowered({"where(p, x, 1)"}, {.arguments = {Varying("x"), Varying("p", expr::DType::kBool)}})
          .lane_multiple,
      kByteLaneMultiple);
}

}  // namespace
}  // namespace formulary::codegen
