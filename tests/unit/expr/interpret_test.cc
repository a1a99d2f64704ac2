// The naive interpreter: the reference itself, held against values that can be said by hand.

#include "server/expr/interpret.h"

#include <cmath>
#include <limits>
#include <string>

#include "gtest/gtest.h"
#include "server/expr/infer.h"
#include "tests/support/engine_harness.h"
#include "tests/support/status_matchers.h"

namespace formulary::expr {
namespace {

absl::StatusOr<std::vector<Scalar>> Values(const std::string& text,
                                           const std::vector<Argument>& declared,
                                           const std::vector<Scalar>& arguments,
                                           Numerics numerics = Numerics::kStrict) {
  absl::StatusOr<Program> program = testing::ParseProgram({text}, numerics, declared);
  EXPECT_OK(program) << text;
  EXPECT_OK(MakeConversionsExplicit(&*program));
  return Interpret(*program, arguments);
}

double At(const std::string& text, double x) {
  const auto values = Values(text, {{.name = "x", .declared = true}}, {Scalar::Float64(x)});
  EXPECT_OK(values) << text;
  return values.ok() ? (*values)[0].ToDouble() : 0;
}

TEST(InterpretTest, PowersAreDefinedByTheRow) {
  const double x = 1.1;
  EXPECT_EQ(At("x**2", x), x * x);
  EXPECT_EQ(At("x**(1/2)", x), std::sqrt(x));
  EXPECT_EQ(At("x**(-1)", x), 1 / x);
  EXPECT_EQ(At("x**0", std::nan("")), 1);
  EXPECT_TRUE(std::signbit(At("x**(1/2)", -0.0)));
  EXPECT_TRUE(std::isnan(At("x**(1/2)", -std::numeric_limits<double>::infinity())));
}

TEST(InterpretTest, SumsAreTakenFromTheLeft) {
  EXPECT_EQ(At("x + 1 - x", 1e20), 0.0);
  EXPECT_EQ(At("x - x + 1", 1e20), 1.0);
}

TEST(InterpretTest, TheFirstConditionThatHoldsCounts) {
  const std::string text = "Piecewise((1, x < 0), (2, x < 1), (3, True))";
  EXPECT_EQ(At(text, -1), 1);
  EXPECT_EQ(At(text, 0.5), 2);
  EXPECT_EQ(At(text, 5), 3);
  EXPECT_EQ(At(text, std::nan("")), 3);
}

TEST(InterpretTest, IntegersStayIntegers) {
  const std::vector<Argument> n = {{.name = "n", .dtype = DType::kInt64, .declared = true}};
  const auto cube = Values("n**3", n, {Scalar::Int64(-2'000'001)});
  ASSERT_OK(cube);
  EXPECT_EQ((*cube)[0].dtype, DType::kInt64);
  EXPECT_EQ((*cube)[0].i64, -8'000'012'000'006'000'001);
  const auto wrapped = Values("n*n*n", n, {Scalar::Int64(int64_t{1} << 40)});
  ASSERT_OK(wrapped);
  EXPECT_EQ((*wrapped)[0].i64, 0);
}

TEST(InterpretTest, SinglePrecisionRoundsEveryStep) {
  const std::vector<Argument> s = {{.name = "s", .dtype = DType::kFloat32, .declared = true}};
  const auto values = Values("s*0.1 + 1", s, {Scalar::Float32(0.7f)});
  ASSERT_OK(values);
  EXPECT_EQ((*values)[0].dtype, DType::kFloat32);
  const float product = 0.7f * 0.1f;
  EXPECT_EQ((*values)[0].f32, product + 1.0f);
}

TEST(InterpretTest, RowsThatExpandAreUnimplemented) {
  EXPECT_THAT(Values("factorial(x)", {}, {Scalar::Float64(3)}),
              testing::StatusIs(absl::StatusCode::kUnimplemented));
}

TEST(InterpretTest, ConvertsAsTheMachineDoes) {
  EXPECT_EQ(Convert(Scalar::Bool(true), DType::kInt64).i64, 1);
  EXPECT_EQ(Convert(Scalar::Float64(-2.7), DType::kInt64).i64, -2);
  EXPECT_TRUE(Convert(Scalar::Float64(std::nan("")), DType::kBool).boolean);
  EXPECT_FALSE(Convert(Scalar::Float64(-0.0), DType::kBool).boolean);
  EXPECT_EQ(Convert(Scalar::Int64((int64_t{1} << 24) + 1), DType::kFloat32).f32, 0x1p24f);
  EXPECT_EQ(Convert(Scalar::Float64(1e300), DType::kFloat32).f32,
            std::numeric_limits<float>::infinity());
}

}  // namespace
}  // namespace formulary::expr
