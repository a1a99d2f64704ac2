// Canonical programs: the same formula under other names and in other orders is the same program.

#include <algorithm>
#include <numeric>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/expr/infer.h"
#include "server/expr/serialize.h"
#include "server/passes/canonicalize.h"
#include "server/passes/pipeline.h"
#include "tests/property/execute.h"
#include "tests/property/generate.h"

namespace formulary::testing {
namespace {

using expr::NodeId;
using expr::Numerics;

constexpr uint64_t kSeed = 1'000;
const uint64_t kPrograms = static_cast<uint64_t>(ProgramsToTry(150));

expr::Program Converted(expr::Program program) {
  EXPECT_TRUE(MakeConversionsExplicit(&program).ok());
  return program;
}

std::string BytesOf(const expr::Program& program) {
  return expr::EncodeProgram(passes::Canonicalize(Converted(program)).program,
                             expr::WithNames::kNo);
}

// Other names, other positions of arguments, operands of two-operand sums and products exchanged,
// dead nodes.
expr::Program Disguised(const expr::Program& program, uint64_t seed) {
  Random random(seed);
  expr::Program disguised;
  disguised.numerics = program.numerics;
  std::vector<uint32_t> positions(program.arguments.size());
  std::iota(positions.begin(), positions.end(), 0u);
  for (size_t i = positions.size(); i > 1; --i)
    std::swap(positions[i - 1], positions[random.Below(i)]);
  disguised.arguments.resize(positions.size());
  for (size_t i = 0; i < positions.size(); ++i) {
    disguised.arguments[positions[i]] = program.arguments[i];
    disguised.arguments[positions[i]].name = "other" + std::to_string(i);
  }
  disguised.graph.Integer(77);  // nobody needs it
  std::vector<NodeId> renamed(program.graph.size());
  for (uint32_t i = 0; i < program.graph.size(); ++i) {
    const NodeId id{i};
    const expr::Node& node = program.graph[id];
    if (node.kind == expr::NodeKind::kArgument) {
      renamed[i] = disguised.graph.Argument(positions[node.payload]);
    } else if (node.kind != expr::NodeKind::kCall) {
      renamed[i] = disguised.graph.ImportLeaf(program.graph, id);
    } else {
      std::vector<NodeId> operands;
      for (const NodeId operand : program.graph.operands(id))
        operands.push_back(renamed[operand.value]);
      const bool commutes = node.function == expr::fn::kAdd || node.function == expr::fn::kMul ||
                            node.function == expr::fn::kEqual || node.function == expr::fn::kAnd;
      if (commutes && operands.size() == 2 && random.OneIn(2)) std::swap(operands[0], operands[1]);
      renamed[i] = disguised.graph.Call(node.function, operands);
    }
  }
  for (const expr::Output& output : program.outputs)
    disguised.outputs.push_back({"o", renamed[output.node.value]});
  return disguised;
}

class CanonicalTest : public ::testing::TestWithParam<Numerics> {};

TEST_P(CanonicalTest, NamesPositionsAndOrderDoNotShow) {
  uint64_t differ = 0;
  for (uint64_t seed = kSeed; seed < kSeed + kPrograms; ++seed) {
    const expr::Program program = RandomProgram(seed, {.calls = 10, .numerics = GetParam()});
    const expr::Program disguised = Disguised(program, seed);
    if (BytesOf(program) == BytesOf(disguised)) continue;
    // Formulas that are symmetric in two arguments may come out twice: what counts is that it is
    // rare.
    if (++differ <= 3) std::cout << "seed " << seed << " has two canonical forms\n";
  }
  EXPECT_LE(differ, kPrograms / 50);
}

TEST_P(CanonicalTest, IsItsOwnCanonicalForm) {
  for (uint64_t seed = kSeed; seed < kSeed + kPrograms; ++seed) {
    const expr::Program program =
        Converted(RandomProgram(seed, {.calls = 14, .numerics = GetParam()}));
    const expr::Program once = passes::Canonicalize(program).program;
    const expr::Program twice = passes::Canonicalize(once).program;
    EXPECT_EQ(EncodeProgram(once, expr::WithNames::kYes),
              EncodeProgram(twice, expr::WithNames::kYes))
        << "seed " << seed;
  }
}

TEST_P(CanonicalTest, KeepsArgumentsAndValues) {
  for (uint64_t seed = kSeed; seed < kSeed + kPrograms; ++seed) {
    const expr::Program program =
        AsWritten(RandomProgram(seed, {.calls = 14, .numerics = Numerics::kStrict}));
    const passes::Canonical canonical = passes::Canonicalize(program);
    Random random(seed);
    std::vector<Column> arguments, moved;
    for (size_t i = 0; i < program.arguments.size(); ++i) {
      std::vector<double> values;
      for (int k = 0; k < 20; ++k)
        values.push_back(random.OneIn(4) ? random.Pattern() : random.Moderate());
      arguments.push_back(Column::Of(expr::DType::kFloat64, values));
    }
    for (const uint32_t position : canonical.original_positions)
      moved.push_back(arguments[position]);
    const std::vector<Column> want = RunNaively(program, arguments);
    const std::vector<Column> got = RunNaively(canonical.program, moved);
    for (size_t k = 0; k < want.size(); ++k) {
      for (size_t i = 0; i < got[k].bits.size(); ++i) {
        ASSERT_TRUE(SameBits(want[k].at(i), got[k].at(i)))
            << "seed " << seed << ": " << Shown(want[k].at(i)) << " and " << Shown(got[k].at(i));
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Modes, CanonicalTest,
                         ::testing::Values(Numerics::kStrict, Numerics::kStable));

}  // namespace
}  // namespace formulary::testing
