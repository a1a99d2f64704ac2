// The block interpreter at the ends of its blocks.

#include "server/eval/block_interpreter.h"

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "server/expr/infer.h"
#include "server/passes/pipeline.h"
#include "tests/property/execute.h"
#include "tests/property/generate.h"
#include "tests/support/engine_harness.h"

namespace formulary::eval {
namespace {

using codegen::kBlockElements;
using expr::DType;
using testing::Column;
using testing::RunLowered;

expr::Program Strict(const std::vector<std::string>& texts,
                     const std::vector<expr::Argument>& arguments) {
  absl::StatusOr<expr::Program> program =
      testing::ParseProgram(texts, expr::Numerics::kStrict, arguments);
  EXPECT_TRUE(program.ok()) << program.status().ToString();
  return testing::AsWritten(*program);
}

TEST(BlockInterpreterTest, AnyNumberOfElements) {
  const expr::Program program = Strict({"sin(x)*u + n", "x < u", "gamma(x)"},
                                       {{.name = "x", .declared = true},
                                        {.name = "u", .declared = true},
                                        {.name = "n", .dtype = DType::kInt64, .declared = true}});
  testing::Random random(5);
  for (const int64_t count :
       {int64_t{1}, int64_t{2}, int64_t{15}, int64_t{16}, int64_t{17}, kBlockElements - 1,
        kBlockElements, kBlockElements + 1, 3 * kBlockElements + 5}) {
    std::vector<double> x, n;
    for (int64_t i = 0; i < count; ++i) {
      x.push_back(random.Moderate());
      n.push_back(static_cast<double>(i % 7));
    }
    const std::vector<Column> arguments = {Column::Of(DType::kFloat64, x),
                                           Column::Of(DType::kFloat64, {0.75}),
                                           Column::Of(DType::kInt64, n)};
    const std::vector<Column> want = RunNaively(program, arguments);
    const std::vector<Column> got = RunLowered(testing::LowerFor(program, arguments), arguments);
    for (size_t k = 0; k < want.size(); ++k) {
      for (size_t i = 0; i < want[k].bits.size(); ++i) {
        ASSERT_TRUE(testing::SameBits(got[k].at(i), want[k].at(i)))
            << count << " elements, output " << k << ", element " << i;
      }
    }
  }
}

TEST(BlockInterpreterTest, NothingIsWrittenBehindTheEnd) {
  const expr::Program program = Strict({"x + 1", "x < 1"}, {{.name = "x", .declared = true}});
  const std::vector<double> x(100, 0.5);
  const codegen::LoopProgram lowered =
      codegen::Lower(program, {.argument_types = {DType::kFloat64}, .uniform = {false}});
  const BlockInterpreter interpreter(lowered);
  std::vector<double> sums(100, -7);
  std::vector<unsigned char> truths(100, 77);
  std::vector<unsigned char> memory(static_cast<size_t>(interpreter.workspace_bytes()) + 64);
  void* aligned = memory.data();
  size_t space = memory.size();
  std::align(64, static_cast<size_t>(interpreter.workspace_bytes()), aligned, space);
  const void* inputs[] = {x.data()};
  void* outputs[] = {sums.data(), truths.data()};
  const std::vector<uint64_t> uniforms = lowered.literals;
  interpreter.Run(37, {inputs, outputs, reinterpret_cast<const unsigned char*>(uniforms.data()),
                       static_cast<unsigned char*>(aligned)});
  EXPECT_EQ(sums[36], 1.5);
  EXPECT_EQ(sums[37], -7);
  EXPECT_EQ(truths[36], 1);
  EXPECT_EQ(truths[37], 77);
}

TEST(BlockInterpreterTest, BytesThatAreNotZeroAreTrue) {
  const expr::Program program =
      Strict({"p", "not p", "p + 1"}, {{.name = "p", .dtype = DType::kBool, .declared = true}});
  Column p{DType::kBool, {0, 1, 2, 255, 128, 0}};
  const std::vector<Column> got = RunLowered(testing::LowerFor(program, {p}), {p});
  EXPECT_EQ(got[0].bits, (std::vector<uint64_t>{0, 1, 1, 1, 1, 0}));
  EXPECT_EQ(got[1].bits, (std::vector<uint64_t>{1, 0, 0, 0, 0, 1}));
  EXPECT_EQ(got[2].bits, (std::vector<uint64_t>{1, 2, 2, 2, 2, 1}));
  const Column all{DType::kBool, {1, 1}};
  const Column uniform{DType::kBool, {200}};
  const expr::Program both =
      Strict({"p & q"}, {{.name = "p", .dtype = DType::kBool, .declared = true},
                         {.name = "q", .dtype = DType::kBool, .declared = true}});
  EXPECT_EQ(RunLowered(testing::LowerFor(both, {all, uniform}), {all, uniform})[0].bits,
            (std::vector<uint64_t>{1, 1}));
}

TEST(BlockInterpreterTest, ProgramsWithoutInputsFillTheBatch) {
  const expr::Program program =
      Strict({"sqrt(2)*u", "3", "True"},
             {{.name = "u", .declared = true}, {.name = "x", .declared = true}});
  const std::vector<Column> arguments = {Column::Of(DType::kFloat64, {2.0}),
                                         Column::Of(DType::kFloat64, std::vector<double>(50, 1))};
  const std::vector<Column> got = RunLowered(testing::LowerFor(program, arguments), arguments);
  for (size_t i = 0; i < 50; ++i) {
    EXPECT_EQ(got[0].at(i).f64, std::sqrt(2.0) * 2.0);
    EXPECT_EQ(got[1].at(i).ToDouble(), 3);
    EXPECT_TRUE(got[2].at(i).boolean);
  }
}

}  // namespace
}  // namespace formulary::eval
