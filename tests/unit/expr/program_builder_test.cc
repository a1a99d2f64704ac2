#include "server/expr/program_builder.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/base/error.h"
#include "tests/support/status_matchers.h"

namespace formulary::expr {
namespace {

std::string ReasonOf(const absl::Status& status) {
  const auto detail = base::GetErrorDetail(status);
  return detail.has_value() ? detail->reason : status.ToString();
}

TEST(ProgramBuilderTest, ADefinitionIsCopiedWhereItIsCalled) {
  ProgramBuilder builder{Limits{}};
  ASSERT_OK(builder.BeginDefinition("square", {{"u"}}, Inlining::kAuto));
  ASSERT_OK_AND_ASSIGN(const NodeId u, builder.Symbol("u"));
  ASSERT_OK_AND_ASSIGN(const NodeId body, builder.Call("mul", {u, u}));
  ASSERT_OK(builder.EndDefinition(body));
  ASSERT_OK_AND_ASSIGN(const NodeId x, builder.Symbol("x"));
  ASSERT_OK_AND_ASSIGN(const NodeId called, builder.Call("square", {x}));
  ASSERT_OK_AND_ASSIGN(const NodeId written, builder.Call("mul", {x, x}));
  EXPECT_EQ(called, written);
  EXPECT_EQ(ReasonOf(builder.Call("square", {x, x}).status()), "ARITY");
  EXPECT_EQ(ReasonOf(builder.BeginDefinition("square", {}, Inlining::kAuto)),
            "DUPLICATE_DEFINITION");
}

// Copies of a constant body are one node each, so the limit on nodes alone would not end this.
TEST(ProgramBuilderTest, CallsOfAConstantBodyAreCounted) {
  ProgramBuilder builder{Limits{.max_nodes = 1000}};
  ASSERT_OK(builder.BeginDefinition("big", {}, Inlining::kAuto));
  ASSERT_OK_AND_ASSIGN(NodeId body, builder.IntegerLiteral("1"));
  for (int i = 0; i < 500; ++i) {
    ASSERT_OK_AND_ASSIGN(body, builder.Call("sin", {body}));
  }
  ASSERT_OK(builder.EndDefinition(body));
  absl::Status status;
  int calls = 0;
  for (; status.ok() && calls < 1000; ++calls) status = builder.Call("big", {}).status();
  EXPECT_EQ(ReasonOf(status), "NODE_LIMIT");
  EXPECT_LT(calls, 20);
}

TEST(ProgramBuilderTest, AnUnknownNameComesWithTheNearestOnes) {
  ProgramBuilder builder{Limits{}};
  ASSERT_OK_AND_ASSIGN(const NodeId x, builder.Symbol("x"));
  const absl::Status status = builder.Call("sni", {x}).status();
  EXPECT_EQ(ReasonOf(status), "UNKNOWN_FUNCTION");
  EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr("did you mean sin"));
}

}  // namespace
}  // namespace formulary::expr
