// Choices between forms by cost: tables of {before, after}.

#include "server/passes/choices.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "server/passes/choice_rules.h"
#include "server/passes/cost.h"
#include "tests/unit/passes/passes_helpers.h"

namespace formulary::passes {
namespace {

using expr::Numerics;

struct Row {
  std::vector<std::string> before;
  std::string after;
};

void ExpectChosen(const std::vector<Row>& table, Numerics numerics,
                  const Arguments& arguments = {}) {
  for (const Row& row : table)
    EXPECT_EQ(Simple(row.before, numerics, arguments), row.after) << row.before[0];
}

TEST(ChoicesTest, WhatIsThereAnywayIsUsed) {
  ExpectChosen(
      {
          {{"exp(x)", "exp(2*x)"}, "y0 = exp(x)\ny1 = exp(x)**2"},
          {{"exp(x)", "exp(3*x)"}, "y0 = exp(x)\ny1 = exp(x)**3"},
          {{"log(x)", "log2(x)"}, "y0 = log(x)\ny1 = log(x)/log(2)"},
          {{"exp(-x)", "exp(-2*x) + 1"}, "y0 = exp(-x)\ny1 = exp(-x)**2 + 1"},
          // neither is there: together they are worth it
          {{"exp(2*x) + exp(3*x)"}, "exp(x)**2 + exp(x)**3"},
          {{"x**2/sqrt(x**2 + y**2)", "y/(x**2 + y**2)**(3/2)"},
           "y0 = x**2/sqrt(x**2 + y**2)\ny1 = y*(1/sqrt(x**2 + y**2))**3"},
      },
      Numerics::kStable);
}

TEST(ChoicesTest, WhatIsNotThereIsNotMade) {
  for (const char* text : {"exp(2*x)", "log2(x)", "tan(x)", "exp(2*x)*exp2(x)", "exp(-x)"}) {
    for (const Numerics numerics : {Numerics::kStable, Numerics::kFast})
      EXPECT_EQ(Simple({text}, numerics), text);
  }
}

TEST(ChoicesTest, ProductsOfSineAndCosine) {
  ExpectChosen(
      {
          {{"sin(x)*cos(x)"}, "sin(2*x)/2"},
          {{"3*y*sin(x)*cos(x)"}, "3*y*sin(2*x)/2"},
          // both are there for others
          {{"sin(x)*cos(x)", "sin(x)", "cos(x)"}, "y0 = sin(x)*cos(x)\ny1 = sin(x)\ny2 = cos(x)"},
      },
      Numerics::kStable);
}

TEST(ChoicesTest, FastMayLoseTheEndsOfTheRange) {
  const Arguments positive = {Known("x", {.positive = true}), Known("y", {.positive = true})};
  ExpectChosen(
      {
          {{"exp(x)*exp(y)"}, "exp(x + y)"},
          {{"exp(x)", "exp(-x)"}, "y0 = exp(x)\ny1 = 1/exp(x)"},
          {{"log(x) + log(y)"}, "log(x*y)"},
          {{"sqrt(x)*sqrt(y)"}, "sqrt(x*y)"},
          {{"sin(x)", "cos(x)", "tan(x)"}, "y0 = sin(x)\ny1 = cos(x)\ny2 = sin(x)/cos(x)"},
      },
      Numerics::kFast, positive);
  for (const char* text : {"exp(x)*exp(y)", "log(x) + log(y)", "sqrt(x)*sqrt(y)"})
    EXPECT_EQ(Simple({text}, Numerics::kStable, positive), text);
}

TEST(ChoicesTest, StrictChoosesNothing) {
  for (const Rule& rule : ChoiceRulesFor(Numerics::kStrict).rules())
    ADD_FAILURE() << rule.identity->id;
}

TEST(ChoicesTest, SaysWhatItChose) {
  const Simplified simplified = Optimize(ProgramOf({"exp(x)", "exp(2*x)"}), {});
  ASSERT_EQ(simplified.applications.size(), 1u);
  EXPECT_EQ(simplified.applications[0].rule->identity->id, "exp_of_double");
  EXPECT_EQ(simplified.applications[0].after, simplified.program.outputs[1].node);
}

}  // namespace
}  // namespace formulary::passes
