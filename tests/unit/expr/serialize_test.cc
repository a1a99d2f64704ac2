// Programs as bytes: the same bytes for the same program, the same program for the bytes, and
// DATA_LOSS, never a crash, for anything else.

#include "server/expr/serialize.h"

#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/support/engine_harness.h"
#include "tests/support/status_matchers.h"

namespace formulary::expr {
namespace {

std::vector<Program> Samples() {
  std::vector<Program> samples;
  const std::vector<Argument> arguments = {
      {.name = "x",
       .assumptions =
           {.real = true, .positive = true, .integer = false, .lower = 0.5, .upper = 1e300},
       .declared = true},
      {.name = "n", .dtype = DType::kInt64, .uniform = true, .declared = true},
      {.name = "p", .dtype = DType::kBool, .declared = true},
      {.name = "v", .core_shape = {{.size = 3}, {.size = -1, .name = "k"}}, .declared = true}};
  for (const auto& [texts, numerics] : std::vector<std::pair<std::vector<std::string>, Numerics>>{
           {{"exp(-x**2/2)*0.1 + n"}, Numerics::kStable},
           {{"Piecewise((x, p), (nan, n > 3), (-oo, True))", "pi + E", "x/3"}, Numerics::kStrict},
           {{"x"}, Numerics::kFast},
           {{"10**100*x - 1/7"}, Numerics::kStable}}) {
    absl::StatusOr<Program> program = testing::ParseProgram(texts, numerics, arguments);
    EXPECT_OK(program);
    samples.push_back(*std::move(program));
  }
  samples[0].graph.Real(-0.0);
  samples[0].outputs.push_back({"minus zero", samples[0].graph.Real(-0.0)});
  return samples;
}

TEST(SerializeTest, RoundTrip) {
  for (const Program& program : Samples()) {
    const std::string bytes = EncodeProgram(program, WithNames::kYes);
    ASSERT_OK_AND_ASSIGN(const Program decoded, DecodeProgram(bytes));
    EXPECT_EQ(EncodeProgram(decoded, WithNames::kYes), bytes);
    EXPECT_EQ(decoded.numerics, program.numerics);
    ASSERT_EQ(decoded.arguments.size(), program.arguments.size());
    for (size_t i = 0; i < decoded.arguments.size(); ++i) {
      EXPECT_EQ(decoded.arguments[i].name, program.arguments[i].name);
      EXPECT_EQ(decoded.arguments[i].dtype, program.arguments[i].dtype);
      EXPECT_EQ(decoded.arguments[i].uniform, program.arguments[i].uniform);
      EXPECT_EQ(decoded.arguments[i].core_shape, program.arguments[i].core_shape);
      EXPECT_TRUE(decoded.arguments[i].assumptions == program.arguments[i].assumptions);
    }
  }
}

TEST(SerializeTest, NamesStandOnlyWhereAskedFor) {
  Program program = Samples()[0];
  const std::string anonymous = EncodeProgram(program, WithNames::kNo);
  EXPECT_EQ(EncodeProgram(program, WithNames::kYes).find("minus zero") == std::string::npos, false);
  EXPECT_EQ(anonymous.find("minus zero"), std::string::npos);
  for (Argument& argument : program.arguments) argument.name += "_other";
  for (Output& output : program.outputs) output.name += "_other";
  EXPECT_EQ(EncodeProgram(program, WithNames::kNo), anonymous);
}

TEST(SerializeTest, EveryTruncationIsDataLoss) {
  for (const Program& program : Samples()) {
    const std::string bytes = EncodeProgram(program, WithNames::kYes);
    for (size_t size = 0; size < bytes.size(); ++size) {
      EXPECT_THAT(DecodeProgram(bytes.substr(0, size)),
                  testing::StatusIs(absl::StatusCode::kDataLoss))
          << size;
    }
    EXPECT_THAT(DecodeProgram(bytes + "x"), testing::StatusIs(absl::StatusCode::kDataLoss));
  }
}

// Whatever decodes must be a sound program: its own encoding decodes again.
TEST(SerializeTest, ChangedBytesAreRefusedOrSound) {
  std::mt19937_64 random(17);
  for (const Program& program : Samples()) {
    const std::string bytes = EncodeProgram(program, WithNames::kYes);
    for (int i = 0; i < 6'000; ++i) {
      std::string changed = bytes;
      for (uint64_t k = 0; k <= random() % 3; ++k)
        changed[random() % changed.size()] = static_cast<char>(random());
      const absl::StatusOr<Program> decoded = DecodeProgram(changed);
      if (!decoded.ok()) {
        EXPECT_EQ(decoded.status().code(), absl::StatusCode::kDataLoss);
        continue;
      }
      for (const NodeId root : decoded->roots()) ASSERT_LT(root.value, decoded->graph.size());
      for (uint32_t n = 0; n < decoded->graph.size(); ++n) {
        for (const NodeId operand : decoded->graph.operands(NodeId{n})) ASSERT_LT(operand.value, n);
        if (decoded->graph[NodeId{n}].kind == NodeKind::kArgument) {
          ASSERT_LT(decoded->graph[NodeId{n}].payload, decoded->arguments.size());
        }
      }
      EXPECT_OK(DecodeProgram(EncodeProgram(*decoded, WithNames::kYes)));
    }
  }
}

TEST(SerializeTest, HugeCountsAreRefusedBeforeMemoryIsTaken) {
  const std::string huge = "\xff\xff\xff\xff\xff\xff\xff\xff\x7f";
  for (const std::string& bytes :
       {std::string("FYP1\x02") + huge, std::string("FYP1\x02", 5) + std::string("\0", 1) + huge,
        std::string("FYP1\x02", 5) + std::string("\0\0", 2) + huge,
        std::string("FYP2\x02\0\0\0", 8), std::string("FYP1\x09\0\0\0", 8)}) {
    EXPECT_THAT(DecodeProgram(bytes), testing::StatusIs(absl::StatusCode::kDataLoss));
  }
}

}  // namespace
}  // namespace formulary::expr
