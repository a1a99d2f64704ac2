// The cost model says what code generation emits: a program's modelled nanoseconds are those of its
// lowered instructions.

#include <algorithm>
#include <cmath>
#include <iostream>
#include <string>

#include "gtest/gtest.h"
#include "server/codegen/lower.h"
#include "server/expr/catalogue.h"
#include "server/expr/infer.h"
#include "server/expr/text/print.h"
#include "server/passes/cost.h"
#include "server/passes/pipeline.h"
#include "tests/property/execute.h"
#include "tests/property/generate.h"

namespace formulary::testing {
namespace {

using codegen::Instruction;
using codegen::InstructionKind;
using expr::Numerics;
using expr::Opcode;

constexpr uint64_t kSeed = 4'242;

// A negation that only multiply-adds take in is a form of theirs (fnmadd).
bool OnlyFused(const codegen::LoopProgram& program, codegen::ValueId value) {
  for (const codegen::ValueId output : program.outputs) {
    if (output == value) return false;
  }
  for (const Instruction& user : program.instructions) {
    for (int k = 0; k < user.operand_count; ++k) {
      if (user.operands[k] == value && user.opcode != Opcode::kFma) return false;
    }
  }
  return true;
}

// What results are computed from: not what only guards of branches look at.
std::vector<bool> Needed(const codegen::LoopProgram& program) {
  std::vector<bool> needed(program.instructions.size(), false);
  for (const codegen::ValueId output : program.outputs) needed[output] = true;
  for (size_t i = needed.size(); i-- > 0;) {
    const Instruction& user = program.instructions[i];
    for (int k = 0; needed[i] && k < user.operand_count; ++k) needed[user.operands[k]] = true;
  }
  return needed;
}

double EmittedNanoseconds(const expr::Program& program) {
  const std::vector<expr::DType> types(program.arguments.size(), expr::DType::kFloat64);
  const std::vector<bool> uniform(program.arguments.size(), false);
  const codegen::LoopProgram whole =
      codegen::Lower(program, {.argument_types = types, .uniform = uniform});
  // Products in place of the strict routine are priced as its call.
  const codegen::LoopProgram& lowered = whole.otherwise.empty() ? whole : whole.otherwise[0];
  const passes::CostTable& costs = passes::ReferenceCosts();
  const std::vector<bool> needed = Needed(lowered);
  double total = 0;
  for (codegen::ValueId i = 0; i < lowered.instructions.size(); ++i) {
    const Instruction& instruction = lowered.instructions[i];
    if (!instruction.varying || instruction.kind == InstructionKind::kInput) continue;
    if (!needed[i]) continue;
    if (instruction.kind == InstructionKind::kOperation) {
      const bool free = instruction.opcode == Opcode::kNeg && OnlyFused(lowered, i);
      total += free ? 0 : costs.Of(instruction.opcode);
      continue;
    }
    const expr::FunctionRow& row = Row(instruction.function);
    const bool array = instruction.kind == InstructionKind::kArrayCall;
    total += array ? row.nanoseconds + (instruction.operand_count + 1) * costs.array_operand
                   : row.nanoseconds * costs.vector_calls;
  }
  return total;
}

class CostLawsTest : public ::testing::TestWithParam<Numerics> {};

// Lowering also shares what only its own rewriting makes equal (x*y and -x*y have one product, sums
// a common first addition): that the model does not see, so it may say a little more.
constexpr double kRelativeTolerance = 0.1;
constexpr size_t kShownBytes = 500;

TEST_P(CostLawsTest, TheModelIsWhatIsEmitted) {
  const auto programs = static_cast<uint64_t>(ProgramsToTry(400));
  const double operation = passes::ReferenceCosts().Of(Opcode::kDiv);
  int failures = 0, forms = 0, equal = 0;
  for (uint64_t seed = kSeed; seed < kSeed + programs && failures < 5; ++seed) {
    const expr::Program program = AsWritten(
        RandomProgram(seed, {.calls = 3 + static_cast<int>(seed % 20), .numerics = GetParam()}));
    for (const expr::Program& form : {program, passes::Optimize(program, {}).program}) {
      const double modelled = passes::ModelledNanoseconds(form);
      const double emitted = EmittedNanoseconds(form);
      const double off = std::abs(modelled - emitted);
      ++forms;
      equal += off <= 1e-9 * emitted ? 1 : 0;
      if (off <= kRelativeTolerance * emitted + operation) continue;
      ++failures;
      ADD_FAILURE() << "seed " << seed << ": modelled " << modelled << ", emitted " << emitted
                    << "\n"
                    << PrintProgram(form)->substr(0, kShownBytes);
    }
  }
  std::cout << equal << " of " << forms << " equal\n";
  EXPECT_GE(equal, forms * 93 / 100);
}

TEST_P(CostLawsTest, SimplifyingNeverMakesDearerButForAccuracy) {
  const auto programs = static_cast<uint64_t>(ProgramsToTry(600));
  int dearer = 0;
  for (uint64_t seed = kSeed; seed < kSeed + programs; ++seed) {
    expr::Program program =
        RandomProgram(seed, {.calls = 3 + static_cast<int>(seed % 16), .numerics = GetParam()});
    ASSERT_TRUE(MakeConversionsExplicit(&program).ok());
    const passes::Simplified once = passes::Optimize(program, {});
    const double before = passes::ModelledNanoseconds(program);
    const double after = passes::ModelledNanoseconds(once.program);
    if (after <= before * (1 + 1e-9)) continue;
    ++dearer;
    EXPECT_TRUE(std::any_of(once.applications.begin(), once.applications.end(),
                            [](const auto& application) { return application.rule->dearer; }))
        << "seed " << seed << ": " << before << " to " << after << "\n"
        << PrintProgram(program)->substr(0, kShownBytes) << "\n -> "
        << PrintProgram(once.program)->substr(0, kShownBytes);
  }
  std::cout << dearer << " of " << programs << " dearer for accuracy\n";
}

INSTANTIATE_TEST_SUITE_P(Modes, CostLawsTest,
                         ::testing::Values(Numerics::kStrict, Numerics::kStable, Numerics::kFast));

}  // namespace
}  // namespace formulary::testing
