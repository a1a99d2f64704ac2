// Where an element stands cannot show in its bits: not its position, not how the batch is split,
// not the number of threads, not the joints between pieces of an input, not the tier.

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/expr/infer.h"
#include "server/passes/pipeline.h"
#include "tests/property/execute.h"
#include "tests/property/generate.h"
#include "tests/support/engine_harness.h"
#include "tests/support/status_matchers.h"

namespace formulary::testing {
namespace {

using expr::DType;
using expr::Numerics;

constexpr uint64_t kSeed = 5'555;
constexpr size_t kElements = 4'133;  // four blocks and a rest that is no multiple of anything

struct Sample {
  expr::Program program;
  std::vector<Column> arguments;
};

Sample MakeSample(uint64_t seed, Numerics numerics, DType width) {
  Sample sample;
  sample.program = RandomProgram(seed, {.calls = 26,
                                        .outputs = 6,
                                        .arguments = {{.name = "x"},
                                                      {.name = "n", .dtype = DType::kInt64},
                                                      {.name = "p", .dtype = DType::kBool},
                                                      {.name = "u"}},
                                        .numerics = numerics});
  EXPECT_OK(MakeConversionsExplicit(&sample.program));
  sample.program = passes::Optimize(sample.program, {}).program;
  Random random(seed);
  std::vector<double> x, n, p;
  for (size_t i = 0; i < kElements; ++i) {
    x.push_back(random.OneIn(6) ? random.Pattern() : random.Moderate());
    n.push_back(static_cast<double>(random.Below(20)) - 7);
    p.push_back(static_cast<double>(random.Below(2)));
  }
  sample.arguments = {Column::Of(width, x), Column::Of(DType::kInt64, n),
                      Column::Of(DType::kBool, p), Column::Of(width, {1.75})};
  return sample;
}

// The array calls, a selection, every type of output; random programs need not have them.
Sample FixedSample(Numerics numerics, DType width) {
  Sample sample = MakeSample(kSeed, numerics, width);
  absl::StatusOr<expr::Program> program = ParseProgram(
      {"gamma(x) + Mod(x, u)", "Piecewise((log(x), x > 0), (sqrt(-x), x < -u), (n*x, True))",
       "p & (x > u)", "Mod(n, 3)*n - n**3", "loggamma(Abs(x) + u)*exp(-x**2) + lgamma(x)",
       "where(p, x, u)"},
      numerics, sample.program.arguments);
  EXPECT_OK(program);
  EXPECT_OK(MakeConversionsExplicit(&*program));
  sample.program = passes::Optimize(*program, {}).program;
  return sample;
}

void ExpectPart(const std::vector<Column>& part, const std::vector<Column>& whole, size_t first,
                const std::string& how) {
  for (size_t k = 0; k < part.size(); ++k) {
    for (size_t i = 0; i < part[k].bits.size(); ++i) {
      ASSERT_TRUE(SameBits(part[k].at(i), whole[k].at(first + i)))
          << how << ", output " << k << ", element " << first + i << ": " << Shown(part[k].at(i))
          << " and " << Shown(whole[k].at(first + i));
    }
  }
}

void CheckPlacement(const Sample& sample, const kernel::Kernel* kernel,
                    const std::vector<Column>& whole, const std::string& how) {
  const codegen::LoopProgram lowered = LowerFor(sample.program, sample.arguments);
  ExpectPart(RunLowered(lowered, sample.arguments, {.kernel = kernel}), whole, 0, how);
  base::ThreadPool pool(3);
  ExpectPart(RunLowered(lowered, sample.arguments, {.kernel = kernel, .pool = &pool}), whole, 0,
             how + ", threads");
  for (const size_t piece : {1'000u, 777u, 4'096u, 13u}) {
    ExpectPart(RunLowered(lowered, sample.arguments, {.kernel = kernel, .piece_bytes = piece}),
               whole, 0, how + ", pieces of " + std::to_string(piece));
  }
  for (const auto& [first, count] : std::vector<std::pair<size_t, size_t>>{{0, 1},
                                                                           {1, 1},
                                                                           {7, 15},
                                                                           {16, 16},
                                                                           {17, 100},
                                                                           {1'023, 2},
                                                                           {1'000, 1'050},
                                                                           {kElements - 3, 3}}) {
    ExpectPart(
        RunLowered(lowered, sample.arguments, {.kernel = kernel, .first = first, .count = count}),
        whole, first, how + ", elements from " + std::to_string(first));
  }
}

class PlacementTest : public ::testing::TestWithParam<std::tuple<Numerics, DType>> {
 protected:
  void Check(const Sample& sample, const std::string& how) {
    const codegen::LoopProgram lowered = LowerFor(sample.program, sample.arguments);
    const std::vector<Column> whole = RunLowered(lowered, sample.arguments);
    CheckPlacement(sample, nullptr, whole, how + ", interpreted");
    ASSERT_OK_AND_ASSIGN(const std::unique_ptr<kernel::Kernel> kernel, CompileAndLoad(lowered));
    CheckPlacement(sample, kernel.get(), whole, how + ", compiled");
  }
};

TEST_P(PlacementTest, ArrayCallsSelectionsAndAllTypes) {
  Check(FixedSample(std::get<0>(GetParam()), std::get<1>(GetParam())), "fixed sample");
}

TEST_P(PlacementTest, RandomPrograms) {
  for (uint64_t seed = kSeed; seed < kSeed + 3; ++seed) {
    Check(MakeSample(seed, std::get<0>(GetParam()), std::get<1>(GetParam())),
          "seed " + std::to_string(seed));
  }
}

INSTANTIATE_TEST_SUITE_P(ModesAndWidths, PlacementTest,
                         ::testing::Combine(::testing::Values(Numerics::kStrict, Numerics::kStable),
                                            ::testing::Values(DType::kFloat64, DType::kFloat32)));

}  // namespace
}  // namespace formulary::testing
