#include "client/cli/formulas.h"

#include <gmock/gmock.h>

#include <sstream>

#include "formulary/v1/expression.pb.h"

namespace formulary::cli {
namespace {

using ::testing::HasSubstr;

// "name=text; ... | input; ..."
std::string Sorted(const FormulaOptions& options, const std::string& input = "") {
  std::istringstream in(input);
  const absl::StatusOr<Formulas> formulas = ReadFormulas(options, in);
  if (!formulas.ok()) return std::string(formulas.status().message());
  std::string text;
  for (const Formula& formula : formulas->formulas)
    text += formula.name + "=" + formula.text + "; ";
  text += "|";
  for (const client::NamedArray& named : formulas->inputs)
    text += " " + named.name + client::ShapeText(named.array.shape());
  return text;
}

TEST(FormulasTest, WordsAreSorted) {
  EXPECT_EQ(Sorted({.words = {"x + y", "x=3", "y=linspace(0,1,4)"}}), "=x + y; | x() y(4,)");
  EXPECT_EQ(Sorted({.words = {"s=sin(x)", "c = cos(x)", "x = pi/2"}}), "s=sin(x); c=cos(x); | x()");
  EXPECT_EQ(Sorted({.words = {"x"}, .outputs = {"twice=2*x"}}), "=x; twice=2*x; |");
  EXPECT_EQ(Sorted({.words = {"Eq(x,1)", "x==1", "x<=1", "x!=1", "f(a=2)"}}),
            "=Eq(x,1); =x==1; =x<=1; =x!=1; =f(a=2); |");
  EXPECT_EQ(Sorted({.words = {" -x**2", "x=-"}}, "1 2 3"), "=-x**2; | x(3,)");
  EXPECT_EQ(Sorted({.words = {"µ+1", "µ=2"}}), "=µ+1; | µ()");
}

TEST(FormulasTest, WrongCommandLinesAreRefused) {
  EXPECT_THAT(Sorted({}), HasSubstr("there is no formula"));
  EXPECT_THAT(Sorted({.words = {"x=3"}}), HasSubstr("there is no formula"));
  EXPECT_THAT(Sorted({.words = {"x", "x=1", "x=2"}}), HasSubstr("x has two values"));
  EXPECT_THAT(Sorted({.words = {"x", "x="}}), HasSubstr("x= has no value"));
  EXPECT_THAT(Sorted({.words = {"x", "x=[1,"}}), HasSubstr("x: expected a number"));
  EXPECT_THAT(Sorted({.words = {"x+y", "x=-", "y=-"}}, "1"),
              HasSubstr("y: standard input can be read only once"));
  EXPECT_THAT(Sorted({.outputs = {"x+1"}}), HasSubstr("write NAME=EXPR"));
  EXPECT_THAT(Sorted({.words = {"x"}, .assumptions = {"x"}}), HasSubstr("write NAME=FACT"));
  EXPECT_THAT(Sorted({.words = {"x"}, .assumptions = {"x=posItive"}}),
              HasSubstr("'posItive' is none of [LOWER,UPPER], real, positive"));
  EXPECT_THAT(Sorted({.words = {"x"}, .assumptions = {"x=[1"}}), HasSubstr("--assume x=[1: exp"));
  EXPECT_THAT(Sorted({.words = {"x"}, .assumptions = {"x=[1,2]3"}}), HasSubstr("expected ']'"));
  EXPECT_THAT(Sorted({.words = {"x"}, .assumptions = {"x=[a,2]"}}), HasSubstr("a number"));
}

TEST(FormulasTest, ProgramHoldsOutputsAssumptionsAndMode) {
  std::istringstream in;
  const Formulas formulas =
      *ReadFormulas({.words = {"sqrt(x**2)"},
                     .outputs = {"b=x"},
                     .assumptions = {"x=positive,finite", "y = [-1/2, 1e3], integer", "z=[0,oo]"},
                     .numerics = "fast"},
                    in);
  const v1::Program program = *formulas.program.ToProto();
  EXPECT_EQ(program.outputs(0).text(), "sqrt(x**2)");
  EXPECT_EQ(program.outputs(1).name(), "b");
  EXPECT_TRUE(program.arguments(0).assumptions().positive());
  EXPECT_TRUE(program.arguments(0).assumptions().finite());
  const v1::Assumptions& y = program.arguments(1).assumptions();
  EXPECT_EQ(y.lower(), -0.5);
  EXPECT_EQ(y.upper(), 1000);
  EXPECT_TRUE(y.integer());
  EXPECT_EQ(program.arguments(2).assumptions().lower(), 0);
  EXPECT_FALSE(program.arguments(2).assumptions().has_upper());
  EXPECT_EQ(program.numerics(), v1::NUMERICS_FAST);
}

}  // namespace
}  // namespace formulary::cli
