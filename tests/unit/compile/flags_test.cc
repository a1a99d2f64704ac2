#include "server/compile/flags.h"

#include <algorithm>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace formulary::compile {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(FlagsTest, WhatTheAbiNeedsIsThere) {
  const std::vector<std::string> flags = CompileFlags(TargetIsa::kX86V3, 3);
  for (const char* flag :
       {"-O3", "-march=x86-64-v3", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math",
        "-fPIC", "-shared", "-nostdlib", "-fvisibility=hidden", "-fno-ident",
        "-fno-asynchronous-unwind-tables", "-Wl,-Bsymbolic", "-Wl,-z,noseparate-code",
        "-Wl,-z,norelro", "-Wl,--build-id=none", "-DFY_KERNEL=<symbol>"}) {
    EXPECT_THAT(flags, Contains(flag));
  }
}

TEST(FlagsTest, NothingThatChangesNumbersOrTheHost) {
  const std::string text = CompileFlagsText(TargetIsa::kX86V4, 3);
  for (const char* flag : {"fast-math", "Ofast", "native", "unsafe", "daz", "ftz", "mrecip"}) {
    EXPECT_THAT(text, Not(HasSubstr(flag)));
  }
}

TEST(FlagsTest, KeyTextHoldsNoPaths) {
  EXPECT_THAT(CompileFlags(TargetIsa::kX86V2, 0), Each(Not(HasSubstr("/"))));
}

TEST(FlagsTest, TargetAndLevelChangeTheText) {
  EXPECT_NE(CompileFlagsText(TargetIsa::kX86V2, 3), CompileFlagsText(TargetIsa::kX86V3, 3));
  EXPECT_NE(CompileFlagsText(TargetIsa::kX86V3, 2), CompileFlagsText(TargetIsa::kX86V3, 3));
}

TEST(FlagsTest, TwoStepsUseTheSameFlagsAsOne) {
  std::vector<std::string> one = SingleUnitArguments(TargetIsa::kX86V3, 1, "k_x", "in", "out");
  std::vector<std::string> two = UnitArguments(TargetIsa::kX86V3, 1, "k_x", "in", "out");
  for (const std::string& argument : LinkArguments({"in"}, "out")) {
    if (std::find(two.begin(), two.end(), argument) == two.end()) two.push_back(argument);
  }
  one.push_back("-c");
  std::sort(one.begin(), one.end());
  std::sort(two.begin(), two.end());
  EXPECT_EQ(one, two);
}

}  // namespace
}  // namespace formulary::compile
