// Expensive branches are left out where a block needs none of them. That may not show in any bit:
// results are those of the same program with every branch computed, whatever the blocks look like,
// however they are cut, in either tier; and in STRICT those of the program as it was written.

#include <cmath>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/property/execute.h"
#include "tests/property/generate.h"
#include "tests/support/engine_harness.h"
#include "tests/support/status_matchers.h"

namespace formulary::testing {
namespace {

using codegen::LoopProgram;
using expr::DType;
using expr::Numerics;

constexpr size_t kElements = 9'001;  // eight blocks and a rest

struct BranchCase {
  std::vector<std::string> texts;
  bool guarded = true;
};

// u is uniform, p a truth value; c decides.
const BranchCase kCases[] = {
    {{"Piecewise((besselj(2.5, x), c > 0), (x, True))"}},
    {{"Piecewise((x, c > 0), (besselj(2.5, x), True))"}},
    {{"Piecewise((besselj(u, x), c < -1), (gammainc(2.5, Abs(x)), c < 1), (zeta(x), True))"}},
    // Branches within branches.
    {{"Piecewise((Piecewise((besselj(2.5, x), x > 1), (zeta(x), x > 0), (x, True)), c > 0), "
      "(Piecewise((besselk(1, x), p), (x, True)), True))"}},
    // A condition that is costly itself, and only one branch looks at.
    {{"Piecewise((Piecewise((x, gammainc(2.5, Abs(x)) > 0.5), (besselj(2.5, x), True)), c > 0), "
      "(0, True))"}},
    // What outputs share with a branch stays.
    {{"Piecewise((besselj(2.5, x), c > 0), (x, True))", "besselj(2.5, x) + 1"}, false},
    {{"Piecewise((besselj(2.5, x)*zeta(x), c > 0), (x, True))", "zeta(x)"}},
    {{"Piecewise((besselj(2.5, x), c > 0), (0, True))*Piecewise((besselj(2.5, x), c < 0), (1, "
      "True))"},
     false},
    // One condition, several selections.
    {{"Piecewise((besselj(2.5, x), c > 0), (x, True)) + Piecewise((zeta(x), c > 0), (1, True))"}},
    {{"Piecewise((besselj(2.5, x), u > 0), (x, True))"}},
    {{"Piecewise((besselj(2.5, x), u > 5), (zeta(x), c > 0), (x, True))"}},
    {{"Piecewise((exp(sin(x))*atan(x)*tan(x)*cosh(x)*tanh(x), p), (x, True))"}},
    {{"Piecewise((besselj(2.5, x) > 0, c > 0), (x > 1, True))"}},
    {{"Piecewise((log(x), c > 0), (x, True))"}, false},
};

// Blocks with no, all and some elements over 0, ones that start in between, and NaN.
std::vector<double> Deciding(Random* random) {
  std::vector<double> values;
  for (size_t i = 0; i < kElements; ++i) {
    const size_t block = i / 1'024;
    double value = random->Moderate();
    if (block < 2) value = -std::abs(value) - 2;
    if (block == 2 || block == 3) value = std::abs(value) + 0.5;
    if (block == 4) value = std::nan("");
    if (block == 5) value = i % 1'024 == 1'023 ? 3 : -3;
    if (block == 6) value = i % 1'024 == 0 ? std::nan("") : -0.0;
    values.push_back(value);
  }
  return values;
}

std::vector<Column> Arguments(DType width) {
  Random random(77);
  std::vector<double> x, p;
  for (size_t i = 0; i < kElements; ++i) {
    x.push_back(i % 50 == 0 ? random.Pattern() : std::fmod(random.Moderate(), 30));
    p.push_back(i / 1'024 % 3 == 0 ? static_cast<double>(i % 2) : i / 1'024 % 3 == 1 ? 1 : 0);
  }
  return {Column::Of(width, x), Column::Of(width, Deciding(&random)), Column::Of(DType::kBool, p),
          Column::Of(width, {1.75})};
}

expr::Program Parsed(const BranchCase& one, Numerics numerics, DType width) {
  absl::StatusOr<expr::Program> program =
      ParseProgram(one.texts, numerics,
                   {{.name = "x", .dtype = width, .declared = true},
                    {.name = "c", .dtype = width, .declared = true},
                    {.name = "p", .dtype = DType::kBool, .declared = true},
                    {.name = "u", .dtype = width, .uniform = true, .declared = true}});
  EXPECT_OK(program);
  return AsWritten(*program);
}

// With every branch computed.
LoopProgram Unguarded(LoopProgram program) {
  for (codegen::Unit& unit : program.units) unit.guard = codegen::kNoGuard;
  program.guards.clear();
  return program;
}

void ExpectSame(const std::vector<Column>& got, const std::vector<Column>& want, size_t first,
                const std::string& how) {
  ASSERT_EQ(got.size(), want.size());
  for (size_t k = 0; k < got.size(); ++k) {
    for (size_t i = 0; i < got[k].bits.size(); ++i) {
      ASSERT_TRUE(SameBits(got[k].at(i), want[k].at(first + i)))
          << how << ", output " << k << ", element " << first + i << ": " << Shown(got[k].at(i))
          << " and " << Shown(want[k].at(first + i));
    }
  }
}

class BranchesTest : public ::testing::TestWithParam<std::tuple<Numerics, DType>> {};

TEST_P(BranchesTest, LeavingBranchesOutChangesNoBit) {
  const auto [numerics, width] = GetParam();
  const std::vector<Column> arguments = Arguments(width);
  for (const BranchCase& one : kCases) {
    const std::string& text = one.texts[0];
    const expr::Program program = Parsed(one, numerics, width);
    const LoopProgram lowered = LowerFor(program, arguments);
    EXPECT_EQ(!lowered.guards.empty(), one.guarded) << text;
    const std::vector<Column> want = RunLowered(Unguarded(lowered), arguments);
    ExpectSame(RunLowered(lowered, arguments), want, 0, text + ", interpreted");
    if (numerics == Numerics::kStrict)
      ExpectSame(RunNaively(program, arguments), want, 0, text + ", as written");
    ASSERT_OK_AND_ASSIGN(const std::unique_ptr<kernel::Kernel> kernel, CompileAndLoad(lowered));
    base::ThreadPool pool(3);
    ExpectSame(RunLowered(lowered, arguments, {.kernel = kernel.get(), .pool = &pool}), want, 0,
               text + ", compiled");
    for (const size_t first : {size_t{1}, size_t{1'500}, size_t{4'090}}) {
      const RunOptions part{.piece_bytes = 777, .first = first, .count = 2'500};
      ExpectSame(RunLowered(lowered, arguments, part), want, first, text + ", a part");
      RunOptions compiled = part;
      compiled.kernel = kernel.get();
      ExpectSame(RunLowered(lowered, arguments, compiled), want, first, text + ", a part compiled");
    }
  }
}

INSTANTIATE_TEST_SUITE_P(ModesAndWidths, BranchesTest,
                         ::testing::Combine(::testing::Values(Numerics::kStrict, Numerics::kStable),
                                            ::testing::Values(DType::kFloat64, DType::kFloat32)));

}  // namespace
}  // namespace formulary::testing
