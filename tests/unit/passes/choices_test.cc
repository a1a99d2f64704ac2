// Choices between forms by cost: tables of {before, after}.

#include "server/passes/choices.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "server/passes/choice_rules.h"
#include "server/passes/cost.h"
#include "server/passes/extraction.h"
#include "server/passes/forms.h"
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
          {{"exp(2*x) + exp(3*x)"}, "exp(x)**2*(exp(x) + 1)"},
          {{"x**2/sqrt(x**2 + y**2)", "y/(x**2 + y**2)**(3/2)"},
           "y0 = x**2/sqrt(x**2 + y**2)\ny1 = y*(1/sqrt(x**2 + y**2))**3"},
      },
      Numerics::kStable);
}

// Where nothing is subnormal, the inverse of an exponential is the opposite's.
TEST(ChoicesTest, OppositeExponentialsShareWhereTheyAreModerate) {
  const std::vector<std::string> pair = {"exp(x)", "exp(-x)"};
  const Arguments moderate = {Known("x", {.lower = -600, .upper = 600})};
  EXPECT_EQ(Simple(pair, Numerics::kStable, moderate), "y0 = exp(x)\ny1 = 1/exp(x)");
  EXPECT_EQ(Simple(pair, Numerics::kStable, {Known("x", {.lower = -600, .upper = 720})}),
            "y0 = exp(x)\ny1 = exp(-x)");
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
          {{"1 - cos(x)**2"}, "sin(x)**2"},
          {{"log(x) + log(y)"}, "log(x*y)"},
          {{"sqrt(x)*sqrt(y)"}, "sqrt(x*y)"},
          {{"sin(x)", "cos(x)", "tan(x)"}, "y0 = sin(x)\ny1 = cos(x)\ny2 = sin(x)/cos(x)"},
      },
      Numerics::kFast, positive);
  for (const char* text : {"exp(x)*exp(y)", "log(x) + log(y)", "sqrt(x)*sqrt(y)"})
    EXPECT_EQ(Simple({text}, Numerics::kStable, positive), text);
}

TEST(ChoicesTest, OneFunctionForTwo) {
  ExpectChosen(
      {
          {{"cos(x)**2 - sin(x)**2"}, "cos(2*x)"},
          // near 1 the left side is better
          {{"1 - cos(x)**2"}, "-cos(x)**2 + 1"},
          {{"y*(sinh(x) + cosh(x))"}, "y*exp(x)"},
          {{"exp(x)/(exp(x) - 1)"}, "-1/expm1(-x)"},
          {{"sqrt(exp(x))"}, "exp(x/2)"},
          {{"cos(asin(x))"}, "sqrt((-x + 1)*(x + 1))"},
          {{"Max(x, y) - Min(x, y)"}, "abs(x - y)"},
          // only where x is known to be finite
          {{"sin(x)**2 + cos(x)**2"}, "sin(x)**2 + cos(x)**2"},
      },
      Numerics::kStable);
  ExpectChosen({{{"sin(x)**2 + cos(x)**2"}, "1"}}, Numerics::kStable,
               {Known("x", {.finite = true})});
}

TEST(ChoicesTest, PowersOfOneFamily) {
  ExpectChosen(
      {
          {{"x**2.7", "2.7*x**1.7"}, "y0 = x*x**(17/10)\ny1 = 2.7*x**(17/10)"},
          {{"x**0.3", "x**3.3"}, "y0 = x**(3/10)\ny1 = x**3*x**(3/10)"},
          // too far apart; no lower power that is there; a lower one that may be infinite
          {{"x**0.3", "x**9.3"}, "y0 = x**(3/10)\ny1 = x**(93/10)"},
          {{"x**1.7 + 1"}, "x**(17/10) + 1"},
          {{"x**0.7", "x**(-0.3)"}, "y0 = x**(7/10)\ny1 = x**(-3/10)"},
          {{"x**n", "x**(n + 1)"}, "y0 = x**n\ny1 = x**(n + 1)"},
      },
      Numerics::kStable);
  ExpectChosen({{{"x**n", "x**(n + 1)"}, "y0 = x**n\ny1 = x*x**n"}}, Numerics::kStable,
               {Known("n", {.positive = true})});
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

TEST(FormsTest, NoChoiceLeadsBackToWhereItStarted) {
  expr::Program program = ProgramOf({"exp(2*x)", "exp(x)"});
  expr::Graph& graph = program.graph;
  const Rule& rule = ChoiceRulesFor(Numerics::kStable).rules()[0];
  const expr::NodeId doubled = program.outputs[0].node, single = program.outputs[1].node;
  const expr::NodeId square = graph.Call(expr::fn::kPow, {single, graph.Integer(2)});
  const expr::NodeId root = graph.Call(expr::fn::kPow, {doubled, graph.Number(mpq_class(1, 2))});
  Forms forms(graph, 10);
  EXPECT_TRUE(forms.Add(doubled, square, rule));
  EXPECT_FALSE(forms.Add(doubled, square, rule)) << "twice";
  EXPECT_FALSE(forms.Add(doubled, doubled, rule)) << "itself";
  EXPECT_FALSE(forms.Add(single, root, rule)) << "exp(x) of exp(2*x) of exp(x)";
}

TEST(FormsTest, RoomIsBounded) {
  expr::Program program = ProgramOf({"exp(x)"});
  expr::Graph& graph = program.graph;
  const Rule& rule = ChoiceRulesFor(Numerics::kStable).rules()[0];
  Forms forms(graph, 12);
  for (const expr::NodeId node :
       {program.outputs[0].node, graph.Call(expr::fn::kExp, {graph.Argument(0)}),
        graph.Call(expr::fn::kLog, {graph.Argument(0)})}) {
    for (int64_t i = 0; i < 20; ++i) forms.Add(node, graph.Integer(i), rule);
  }
  EXPECT_EQ(forms.all().size(), 12u);
  EXPECT_EQ(forms.all()[kMaxFormsOfNode].node, graph.Call(expr::fn::kLog, {graph.Argument(0)}));
}

// 40 pairs exp(a), exp(2*a).
expr::Program Pairs() {
  std::vector<std::string> texts;
  for (int i = 1; i <= 40; ++i) {
    const std::string a = "(x + " + std::to_string(i) + "*y)";
    texts.push_back("exp" + a);
    texts.push_back("exp(2*" + a + ")");
  }
  return ProgramOf(texts);
}

TEST(ExtractionTest, EndsWithItsSteps) {
  expr::Program program = Pairs();
  const Rule& rule = ChoiceRulesFor(Numerics::kStable).rules()[0];
  std::vector<Form> forms;
  for (size_t i = 0; i + 1 < program.outputs.size(); i += 2) {
    const expr::NodeId square =
        program.graph.Call(expr::fn::kPow, {program.outputs[i].node, program.graph.Integer(2)});
    forms.push_back({program.outputs[i + 1].node, square, &rule});
  }
  Extraction all(program, forms, 1'000'000);
  all.Improve();
  EXPECT_EQ(all.Chosen().size(), 40u);
  Extraction few(program, forms, 500);
  few.Improve();
  EXPECT_TRUE(few.out_of_steps());
  EXPECT_LT(few.Chosen().size(), 40u);
}

TEST(ChoicesTest, CountsHowOften) {
  const Simplified simplified = Optimize(Pairs(), {});
  ASSERT_EQ(simplified.applications.size(), 1u);
  EXPECT_EQ(simplified.applications[0].count, 40u);
}

}  // namespace
}  // namespace formulary::passes
