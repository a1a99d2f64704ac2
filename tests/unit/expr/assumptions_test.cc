// Contradictions are refused; facts follow.

#include "server/expr/assumptions.h"

#include <cmath>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/support/engine_harness.h"
#include "tests/support/status_matchers.h"

namespace formulary::expr {
namespace {

TEST(AssumptionsTest, ContradictionsAreInvalid) {
  const Assumptions table[] = {
      {.positive = true, .negative = true},
      {.nonnegative = true, .negative = true},
      {.positive = true, .nonnegative = false},
      {.positive = true, .nonzero = false},
      {.lower = 2, .upper = 1},
      {.positive = true, .upper = 0},
      {.negative = true, .lower = 0},
      {.lower = std::nan("")},
      {.upper = std::nan("")},
  };
  for (const Assumptions& assumptions : table) {
    EXPECT_THAT(
        CheckAssumptions({.name = "x", .assumptions = assumptions}),
        testing::StatusIs(absl::StatusCode::kInvalidArgument, ::testing::HasSubstr("\"x\"")));
  }
  EXPECT_OK(CheckAssumptions(
      {.name = "x", .assumptions = {.positive = true, .finite = true, .lower = 1, .upper = 2}}));
  EXPECT_OK(CheckAssumptions({.name = "x", .assumptions = {.real = false}}));
}

struct FactCase {
  const char* text;
  const char* facts;  // those that hold, in alphabetical order
};

std::string FactsOfText(const std::string& text) {
  const std::vector<Argument> arguments = {
      {.name = "pos", .assumptions = {.positive = true}, .declared = true},
      {.name = "fin", .assumptions = {.finite = true}, .declared = true},
      {.name = "int", .assumptions = {.integer = true}, .declared = true},
      {.name = "unit", .assumptions = {.lower = 0, .upper = 1}, .declared = true},
      {.name = "any", .declared = true}};
  const absl::StatusOr<Program> program =
      testing::ParseProgram({text}, Numerics::kStable, arguments);
  EXPECT_TRUE(program.ok()) << text << ": " << program.status().ToString();
  std::vector<Facts> facts;
  for (uint32_t i = 0; i < program->graph.size(); ++i) {
    facts.push_back(DeriveFacts(program->graph, NodeId{i}, facts, program->arguments));
  }
  std::string all;
  for (const char* name : {"finite", "integer", "negative", "nonnegative", "nonzero", "positive"}) {
    if (HasFact(facts[program->outputs[0].node.value], name))
      all += (all.empty() ? "" : " ") + std::string(name);
  }
  return all;
}

TEST(AssumptionsTest, FactsOfExpressions) {
  const FactCase table[] = {
      {"any", ""},
      {"pos", "nonnegative nonzero positive"},
      {"fin", "finite"},
      {"unit", "finite nonnegative"},
      {"pos + 1", "nonnegative nonzero positive"},
      {"pos + any", ""},
      {"pos*pos", "nonnegative nonzero positive"},
      {"-pos", "negative nonzero"},
      {"-pos*pos", "negative nonzero"},
      {"exp(any)", "nonnegative nonzero positive"},
      {"abs(any)", "nonnegative"},
      {"sqrt(pos)", "nonnegative nonzero positive"},
      {"any**2", "nonnegative"},
      {"pos**any", "nonnegative nonzero positive"},
      {"fin*fin + 2", "finite"},
      {"fin/fin", ""},
      {"1/any", ""},
      {"floor(any)", "integer"},
      {"Max(any, 1)", "nonnegative nonzero positive"},
      {"Min(pos, 1)", "nonnegative nonzero positive"},
      {"-3", "finite integer negative nonzero"},
      {"pi", "finite nonnegative nonzero positive"},
      {"oo", "nonnegative nonzero positive"},
      {"nan", ""},
      {"int*3 + 1", "integer"},
      {"int/2", ""},
  };
  for (const FactCase& row : table) EXPECT_EQ(FactsOfText(row.text), row.facts) << row.text;
}

TEST(AssumptionsTest, UnknownFactsDoNotHold) { EXPECT_FALSE(HasFact({.positive = true}, "prime")); }

}  // namespace
}  // namespace formulary::expr
