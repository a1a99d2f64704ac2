#include "server/compile/target.h"

#include "gtest/gtest.h"

namespace formulary::compile {
namespace {

constexpr TargetIsa kAll[] = {TargetIsa::kX86V2, TargetIsa::kX86V3, TargetIsa::kX86V4};

TEST(TargetTest, NamesGoThereAndBack) {
  for (const TargetIsa isa : kAll) EXPECT_EQ(TargetFromName(TargetName(isa)), isa);
  EXPECT_EQ(TargetName(TargetIsa::kX86V3), "x86-64-v3");
}

TEST(TargetTest, UnknownNamesAreNone) {
  for (const char* name : {"", "native", "x86-64", "x86-64-v5", "X86-64-V3", "x86-64-v3 "}) {
    EXPECT_FALSE(TargetFromName(name).has_value()) << name;
  }
}

TEST(TargetTest, HostRunsItsTargetAndAllBelow) {
  const TargetIsa host = HostTarget();
  for (const TargetIsa isa : kAll) EXPECT_EQ(HostRuns(isa), isa <= host) << TargetName(isa);
}

TEST(TargetTest, EachLevelAddsFeatures) {
  for (size_t i = 1; i < std::size(kAll); ++i) {
    EXPECT_TRUE(TargetFeatures(kAll[i]).starts_with(TargetFeatures(kAll[i - 1])));
    EXPECT_GT(TargetFeatures(kAll[i]).size(), TargetFeatures(kAll[i - 1]).size());
    EXPECT_EQ(VectorBytes(kAll[i]), 2 * VectorBytes(kAll[i - 1]));
  }
}

}  // namespace
}  // namespace formulary::compile
