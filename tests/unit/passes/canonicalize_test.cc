// Which programs are the same, and which are not.

#include "server/passes/canonicalize.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "server/expr/serialize.h"
#include "tests/unit/passes/passes_helpers.h"

namespace formulary::passes {
namespace {

using expr::Numerics;

std::string Identity(const std::vector<std::string>& texts, Numerics numerics = Numerics::kStable,
                     const Arguments& arguments = {}) {
  return EncodeProgram(Canonicalize(ProgramOf(texts, numerics, arguments)).program,
                       expr::WithNames::kNo);
}

struct Pair {
  std::vector<std::string> one, other;
};

TEST(CanonicalizeTest, SameProgramUnderOtherNamesAndOrders) {
  const Pair same[] = {
      {{"x + y"}, {"b + a"}},
      {{"x*y + exp(x)"}, {"exp(u) + v*u"}},
      {{"(x + y) + z"}, {"x + (y + z)"}},
      {{"3.7*x*y"}, {"y*(x*3.7)"}},
      {{"x - y"}, {"first - second"}},
      {{"And(x < 1, y < 2)"}, {"And(q < 2, p < 1)"}},
      {{"Eq(x, 1)"}, {"Eq(1, x)"}},
      {{"x", "y*2"}, {"u", "2*v"}},
      {{"atan2(y, x)"}, {"atan2(x, y)"}},
  };
  for (const Pair& pair : same) EXPECT_EQ(Identity(pair.one), Identity(pair.other)) << pair.one[0];
}

TEST(CanonicalizeTest, OtherProgramsStayOther) {
  const Pair different[] = {
      {{"x - y"}, {"x + y"}},      {{"x/y"}, {"x*y"}},
      {{"3.7*x"}, {"3.8*x"}},      {{"x", "x + 1"}, {"x + 1", "x"}},
      {{"x + x*y"}, {"y + x*z"}},  {{"atan2(x, x)"}, {"atan2(x, y)"}},
      {{"x + 0.5"}, {"x + 0.25"}}, {{"sin(x)"}, {"cos(x)"}},
  };
  for (const Pair& pair : different)
    EXPECT_NE(Identity(pair.one), Identity(pair.other)) << pair.one[0];
  EXPECT_NE(Identity({"x"}, Numerics::kStrict), Identity({"x"}, Numerics::kStable));
}

TEST(CanonicalizeTest, StrictMergesNothing) {
  EXPECT_EQ(Identity({"x + y"}, Numerics::kStrict), Identity({"b + a"}, Numerics::kStrict));
  EXPECT_NE(Identity({"(x + y)*x + z"}, Numerics::kStrict),
            Identity({"x*x + x*y + z"}, Numerics::kStrict));
  EXPECT_NE(Identity({"(x + y) + 2*z"}, Numerics::kStrict),
            Identity({"x + (y + 2*z)"}, Numerics::kStrict));
}

TEST(CanonicalizeTest, WhatIsKnownOfAnArgumentIsPartOfTheProgram) {
  EXPECT_NE(Identity({"abs(x)"}),
            Identity({"abs(x)"}, Numerics::kStable, {Known("x", {.positive = true})}));
  EXPECT_NE(Identity({"x + 1"}),
            Identity({"x + 1"}, Numerics::kStable, {{.name = "x", .dtype = expr::DType::kInt64}}));
  EXPECT_NE(Identity({"x + 1"}),
            Identity({"x + 1"}, Numerics::kStable, {{.name = "x", .uniform = true}}));
}

TEST(CanonicalizeTest, UnusedArgumentsAndDeadNodesAreGone) {
  const expr::Program program =
      ProgramOf({"y*2"}, Numerics::kStable,
                {{.name = "x", .declared = true}, {.name = "y", .declared = true}});
  const Canonical canonical = Canonicalize(program);
  ASSERT_EQ(canonical.program.arguments.size(), 1u);
  EXPECT_EQ(canonical.program.arguments[0].name, "y");
  EXPECT_EQ(canonical.original_positions, std::vector<uint32_t>{1});
}

TEST(CanonicalizeTest, AProgramWithoutArgumentsIsOneToo) {
  const Canonical canonical = Canonicalize(ProgramOf({"pi + 1", "True"}));
  EXPECT_TRUE(canonical.program.arguments.empty());
  EXPECT_EQ(canonical.program.outputs.size(), 2u);
}

TEST(CanonicalizeTest, ArgumentsAreNumberedByFirstUse) {
  const Canonical canonical =
      Canonicalize(ProgramOf({"exp(z) - y"}, Numerics::kStable,
                             {{.name = "y", .declared = true}, {.name = "z", .declared = true}}));
  EXPECT_EQ(canonical.original_positions.size(), 2u);
  EXPECT_EQ(canonical.program.arguments[0].name, canonical.original_positions[0] == 0 ? "y" : "z");
}

}  // namespace
}  // namespace formulary::passes
