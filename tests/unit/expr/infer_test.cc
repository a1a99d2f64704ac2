// Types: NumPy's promotion, constants that adapt, conversions made explicit.

#include "server/expr/infer.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "server/expr/text/print.h"
#include "tests/support/engine_harness.h"
#include "tests/support/status_matchers.h"

namespace formulary::expr {
namespace {

using ::formulary::testing::StatusIs;

const std::vector<Argument>& Arguments() {
  static const auto* const kArguments =
      new std::vector<Argument>{{.name = "n", .dtype = DType::kInt64, .declared = true},
                                {.name = "p", .dtype = DType::kBool, .declared = true},
                                {.name = "s", .dtype = DType::kFloat32, .declared = true},
                                {.name = "x", .dtype = DType::kFloat64, .declared = true}};
  return *kArguments;
}

Program Converted(const std::string& text) {
  absl::StatusOr<Program> program = testing::ParseProgram({text}, Numerics::kStable, Arguments());
  EXPECT_TRUE(program.ok()) << text << ": " << program.status().ToString();
  EXPECT_OK(MakeConversionsExplicit(&*program));
  return *std::move(program);
}

DType TypeOf(const std::string& text) {
  const Program program = Converted(text);
  const std::vector<DType> types =
      InferTypes(program.graph, {DType::kInt64, DType::kBool, DType::kFloat32, DType::kFloat64});
  return types[program.outputs[0].node.value];
}

struct TypeCase {
  const char* text;
  DType type;
};

TEST(InferTest, TypesOfResults) {
  const TypeCase table[] = {
      // arithmetic keeps integers
      {"n + 1", DType::kInt64},
      {"n*n - 3", DType::kInt64},
      {"-n", DType::kInt64},
      {"abs(n)", DType::kInt64},
      {"Max(n, 3)", DType::kInt64},
      {"Mod(n, 3)", DType::kInt64},
      {"n**2", DType::kInt64},
      // quotients, roots and functions do not
      {"n/2", DType::kFloat64},
      {"sqrt(n)", DType::kFloat64},
      {"n**(-1)", DType::kFloat64},
      {"n**n", DType::kFloat64},
      {"n + 0.5", DType::kFloat64},
      {"n*pi", DType::kFloat64},
      // truth values count as 0 and 1
      {"p + p", DType::kInt64},
      {"p*n", DType::kInt64},
      {"p*s", DType::kFloat64},  // beside a float64 argument; see below
      {"sin(p)", DType::kFloat64},
      // widths
      {"s + 1", DType::kFloat32},
      {"s*0.1", DType::kFloat32},
      {"s*pi", DType::kFloat32},
      {"s + x", DType::kFloat64},
      {"s + n", DType::kFloat64},
      {"exp(s)", DType::kFloat32},
      // truth
      {"n < 3", DType::kBool},
      {"s < x", DType::kBool},
      {"p & n", DType::kBool},
      {"not x", DType::kBool},
      {"Eq(p, p)", DType::kBool},
      // selections
      {"where(p, n, 1)", DType::kInt64},
      {"where(p, n, x)", DType::kFloat64},
      {"where(p, s, 1)", DType::kFloat32},
      {"where(p, p, True)", DType::kBool},
      {"where(p, 1, 2)", DType::kFloat64},
      {"where(x, n, n)", DType::kInt64},
      {"gcd(n, 6)", DType::kInt64},
      {"lcm(n, p)", DType::kInt64},
      {"gcd(n, x)", DType::kFloat64},
  };
  for (const TypeCase& row : table)
    EXPECT_EQ(TypeOf(row.text), row.type) << row.text << " is " << Name(TypeOf(row.text));
}

TEST(InferTest, TruthValuesBesideSinglesOnlyAreSingle) {
  absl::StatusOr<Program> program =
      testing::ParseProgram({"p*s"}, Numerics::kStable,
                            {{.name = "p", .dtype = DType::kBool, .declared = true},
                             {.name = "s", .dtype = DType::kFloat32, .declared = true}});
  ASSERT_OK(program);
  ASSERT_OK(MakeConversionsExplicit(&*program));
  const std::vector<DType> types = InferTypes(program->graph, {DType::kBool, DType::kFloat32});
  EXPECT_EQ(types[program->outputs[0].node.value], DType::kFloat32);
}

TEST(InferTest, ConversionsAreExplicitOnce) {
  for (const char* text :
       {"sin(n) + p*x", "where(x, n, 0.5)", "n**2 + s", "p & n", "n/2 + factorial(n)"}) {
    Program program = Converted(text);
    const absl::StatusOr<std::string> once = PrintProgram(program);
    ASSERT_OK(MakeConversionsExplicit(&program));
    EXPECT_EQ(*PrintProgram(program), *once) << text;
  }
}

TEST(InferTest, WhatNothingComputesIsSaid) {
  absl::StatusOr<Program> vector = testing::ParseProgram(
      {"v + 1"}, Numerics::kStable, {{.name = "v", .core_shape = {{.size = 3}}, .declared = true}});
  ASSERT_OK(vector);
  EXPECT_THAT(MakeConversionsExplicit(&*vector),
              StatusIs(absl::StatusCode::kUnimplemented, ::testing::HasSubstr("\"v\"")));
}

TEST(InferTest, DefaultFloatIsSingleWhenAllFloatsAre) {
  const DType single[] = {DType::kInt64, DType::kFloat32};
  const DType both[] = {DType::kFloat32, DType::kFloat64};
  EXPECT_EQ(DefaultFloat(single), DType::kFloat32);
  EXPECT_EQ(DefaultFloat(both), DType::kFloat64);
  EXPECT_EQ(DefaultFloat({}), DType::kFloat64);
}

}  // namespace
}  // namespace formulary::expr
