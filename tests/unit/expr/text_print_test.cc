#include <string>
#include <string_view>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/expr/catalogue.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/expr/text_helpers.h"

namespace formulary::expr {
namespace {

using ::testing::HasSubstr;

struct Case {
  std::string_view text;
  std::string_view printed;
};

template <size_t kCount>
void CheckAs(Notation notation, const Case (&cases)[kCount],
             Numerics numerics = Numerics::kStable) {
  for (const Case& c : cases) EXPECT_EQ(Printed(c.text, notation, numerics), c.printed) << c.text;
}

TEST(PrintTextTest, ParenthesesStandWhereTheParserNeedsThem) {
  constexpr Case kCases[] = {
      {"((a))+((b))", "a + b"},
      {"(a+b)+c", "a + b + c"},
      {"a+(b+c)", "a + (b + c)"},
      {"a-(b-c)", "a - (b - c)"},
      {"(a-b)-c", "a - b - c"},
      {"a*(b*c)", "a*(b*c)"},
      {"a/(b/c)", "a/(b/c)"},
      {"x/(2*y)", "x/(2*y)"},
      {"x/2*y", "x/2*y"},
      {"(a+b)*(c-d)", "(a + b)*(c - d)"},
      {"(a*b)**c", "(a*b)**c"},
      {"a**b**c", "a**b**c"},
      {"(a**b)**c", "(a**b)**c"},
      {"-x^2", "-x**2"},
      {"(-x)^2", "(-x)**2"},
      {"x^-2", "x**(-2)"},
      {"x^-y", "x**(-y)"},
      {"a--b", "a - (-b)"},
      {"-a*b", "-a*b"},
      {"-(a*b)", "-(a*b)"},
      {"-(a+b)", "-(a + b)"},
      {"--a", "-(-a)"},
      {"-(2)", "-(2)"},
      {"a*-2", "a*(-2)"},
      {"a % b * c", "a % b*c"},
      {"a % (b*c)", "a % (b*c)"},
      {"sqrt(x)+SIN", "sqrt(x) + SIN"},
      {"Abs((x))", "abs(x)"},
      {"(x<y)&(y<=z)", "(x < y) & (y <= z)"},
      {"a<b<c", "(a < b) & (b < c)"},
      {"not a < b", "~(a < b)"},
      {"a and b and c", "a & b & c"},
      {"a and (b and c)", "a & (b & c)"},
      {"a and b or c", "(a & b) | c"},
      {"a or b and c", "a | (b & c)"},
      {"(a & b) < c", "(a & b) < c"},
      {"(a < b) < c", "(a < b) < c"},
      {"(a == b) + 1", "(a == b) + 1"},
      {"And(a, b, c)", "logical_and(a, b, c)"},
      {"Xor(a, b)", "logical_xor(a, b)"},
      {"Min(a, b+1)", "min(a, b + 1)"},
      {"Piecewise((x, x>0), (-x, True))", "Piecewise((x, x > 0), (-x, True))"},
      {"Piecewise((x, x>0))", "Piecewise((x, x > 0))"},
      {"piecewise(x, True, y)", "piecewise(x, True, y)"},
      {"where(a < b, a, b)", "where(a < b, a, b)"},
      {"exp(-x**2/2)/sqrt(2*pi)", "exp(-x**2/2)/sqrt(2*pi)"},
      {"x1 + pi + E + oo", "x1 + pi + E + oo"},
  };
  CheckAs(Notation::kText, kCases);
  CheckAs(Notation::kText, kCases, Numerics::kStrict);
}

TEST(PrintTextTest, NumbersPrintAsTheyWereWritten) {
  constexpr Case kCases[] = {
      {"0.1", "0.1"},
      {"1.50", "1.5"},
      {"2.", "2.0"},
      {"1e22", "1e22"},
      {"1e-7", "1e-7"},
      {"0.0001", "0.0001"},
      {"123456789.125", "123456789.125"},
      {"0.1234567890123456789", "0.1234567890123456789"},
      {"1.7976931348623157e308", "1.7976931348623157e308"},
      {"1e400", "1e400"},
      {"1/3", "1/3"},
      {"-1/3", "-1/3"},
      {"4/6", "4/6"},
      {"(1)/3", "(1)/3"},
      {"x + -1/3", "x + (-1/3)"},
      {"-0.0", "-0.0"},
      {"-oo", "-oo"},
      {"x**(1/3)", "x**(1/3)"},
      {"170141183460469231731687303715884105727", "170141183460469231731687303715884105727"},
  };
  CheckAs(Notation::kText, kCases, Numerics::kStrict);
}

TEST(PrintTextTest, BinaryLiteralsPrintTheirShortestDecimal) {
  struct Real {
    double value;
    std::string_view text;
  };
  constexpr Real kCases[] = {{0.1, "0.1"},       {1.0 / 3, "0.3333333333333333"},
                             {-2.5, "-2.5"},     {1e300, "1e300"},
                             {5e-324, "5e-324"}, {0.0, "0.0"},
                             {-0.0, "-0.0"},     {2251799813685248.5, "2251799813685248.5"}};
  for (const Real& c : kCases) {
    Graph graph;
    const NodeId node = graph.Real(c.value);
    ASSERT_OK_AND_ASSIGN(const std::string text, PrintExpression(graph, node, {}));
    EXPECT_EQ(text, c.text);
  }
}

TEST(PrintTextTest, LiteralsThatAreNoDecimalsAreRounded) {
  Graph graph;
  const NodeId node = graph.Number(mpq_class(1, 30), NumberForm::kLiteral);
  EXPECT_EQ(*PrintExpression(graph, node, {}), "0.03333333333333333");
  mpz_class huge;
  mpz_ui_pow_ui(huge.get_mpz_t(), 7, 1000);
  const NodeId far = graph.Number(mpq_class(1, 3) / mpq_class(huge), NumberForm::kLiteral);
  EXPECT_THAT(*PrintExpression(graph, far, {}), ::testing::EndsWith("e-846"));
}

// Canonical sums and products, n-ary with coefficients and negative powers.
class CanonicalTextTest : public ::testing::Test {
 protected:
  std::string Text(NodeId node) { return *PrintExpression(graph_, node, arguments_); }
  NodeId Power(NodeId base, long exponent) {
    return graph_.Call(fn::kPow, {base, graph_.Integer(exponent)});
  }
  NodeId Number(long numerator, long denominator) {
    return graph_.Number(mpq_class(numerator, denominator));
  }

  Graph graph_;
  std::vector<Argument> arguments_ = {{.name = "x"}, {.name = "y"}, {.name = "z"}};
  NodeId x_ = graph_.Argument(0), y_ = graph_.Argument(1), z_ = graph_.Argument(2);
};

TEST_F(CanonicalTextTest, ProductsHaveBars) {
  EXPECT_EQ(Text(graph_.Call(fn::kMul, {x_, Power(y_, -1)})), "x/y");
  EXPECT_EQ(Text(graph_.Call(fn::kMul, {Number(1, 2), x_})), "x/2");
  EXPECT_EQ(Text(graph_.Call(fn::kMul, {Number(2, 3), x_, y_})), "2*x*y/3");
  EXPECT_EQ(Text(graph_.Call(fn::kMul, {Number(-1, 3), x_, Power(y_, -2)})), "-x/(3*y**2)");
  EXPECT_EQ(Text(graph_.Call(fn::kMul, {Number(-1, 1), x_})), "-x");
  EXPECT_EQ(Text(graph_.Call(fn::kMul, {Number(1, 1), x_})), "1*x");
  EXPECT_EQ(Text(graph_.Call(fn::kMul, {Power(x_, -1), Power(y_, -1)})), "1/(x*y)");
  EXPECT_EQ(Text(graph_.Call(fn::kMul, {Number(3, 2), Power(x_, -1)})), "3/(2*x)");
  EXPECT_EQ(Text(Power(x_, -1)), "1/x");
  EXPECT_EQ(Text(Power(x_, -2)), "x**(-2)");
  const NodeId sum = graph_.Call(fn::kAdd, {x_, y_});
  EXPECT_EQ(Text(graph_.Call(fn::kMul, {Number(-1, 1), sum})), "-(x + y)");
  EXPECT_EQ(Text(graph_.Call(fn::kMul, {z_, Power(sum, -1)})), "z/(x + y)");
  EXPECT_EQ(Text(graph_.Call(fn::kMul, {z_, Power(sum, -3)})), "z/(x + y)**3");
  EXPECT_EQ(Text(Power(graph_.Call(fn::kMul, {Number(1, 2), x_}), 2)), "(x/2)**2");
}

TEST_F(CanonicalTextTest, SumsHaveMinusSigns) {
  const NodeId minus_y = graph_.Call(fn::kMul, {Number(-1, 1), y_});
  const NodeId minus_half = graph_.Call(fn::kMul, {Number(-1, 2), z_});
  EXPECT_EQ(Text(graph_.Call(fn::kAdd, {x_, minus_y})), "x - y");
  EXPECT_EQ(Text(graph_.Call(fn::kAdd, {x_, minus_y, minus_half, Number(-3, 1)})),
            "x - y - z/2 - 3");
  EXPECT_EQ(Text(graph_.Call(fn::kAdd, {minus_y, x_})), "-y + x");
  EXPECT_EQ(Text(graph_.Call(fn::kMul, {x_, minus_y})), "x*(-y)");
  EXPECT_EQ(
      Text(graph_.Call(
          fn::kAdd, {x_, graph_.Call(fn::kMul, {Number(-1, 1), graph_.Call(fn::kAdd, {y_, z_})})})),
      "x - (y + z)");
}

TEST_F(CanonicalTextTest, StrictProgramsPrintAsComputed) {
  Program program;
  program.arguments = arguments_;
  program.numerics = Numerics::kStrict;
  const NodeId product = graph_.Call(fn::kMul, {Number(1, 3), x_, Power(y_, -1)});
  const NodeId sum = graph_.Call(fn::kAdd, {product, graph_.Call(fn::kMul, {Number(-2, 1), z_})});
  program.outputs = {{"y0", program.graph.Import(graph_, {sum})[0]}};
  EXPECT_EQ(*PrintProgram(program), "1/3*x*y**(-1) + (-2)*z");
}

TEST(PrintTextTest, ShadowedConstantsAreWrittenOtherwise) {
  ProgramBuilder builder{Limits{}};
  for (const char* name : {"E", "pi", "oo"}) ASSERT_OK(builder.Declare({.name = name}));
  const auto constant = [&builder](std::string_view name) {
    return *builder.NamedConstantNode(name);
  };
  const NodeId pi = constant("pi"), e = constant("e"), infinity = constant("infinity");
  const NodeId shadow = *builder.Symbol("E");
  const NodeId operands[] = {pi, e, infinity, shadow};
  ASSERT_OK(builder.AddOutput("", *builder.Call("min", operands)));
  ASSERT_OK_AND_ASSIGN(Program program, builder.Build());
  EXPECT_EQ(*PrintProgram(program), "min(acos(-1), e, (1/0), E)");
  program.arguments[1].name = "e";
  EXPECT_EQ(*PrintProgram(program), "min(pi, exp(1), (1/0), E)");
}

TEST(PrintSymPyTest, UsesSymPysNames) {
  constexpr Case kCases[] = {
      {"abs(x) + min(x, y)", "Abs(x) + Min(x, y)"},
      {"x == y", "Eq(x, y)"},
      {"x != y", "Ne(x, y)"},
      {"x % y", "Mod(x, y)"},
      {"a < b and c >= d", "(a < b) & (c >= d)"},
      {"logical_xor(a, b)", "Xor(a, b)"},
      {"where(a < b, a, b)", "Piecewise((a, a < b), (b, True))"},
      {"Piecewise((1/2, x < 1), (2, True))", "Piecewise((1/2, x < 1), (2, True))"},
      {"pi*E + EulerGamma", "pi*E + EulerGamma"},
      {"log(x, 2)", "log(x, 2)"},
      {"to_float(x) + barrier(x + y)", "x + (x + y)"},
      {"x**(1/3)", "x**(1/3)"},
      {"diff(sin(x*y), x, (y, 2))", "Derivative(sin(x*y), x, y, 2)"},
  };
  CheckAs(Notation::kSymPy, kCases);
}

TEST(PrintLatexTest, ReadsAsMathematics) {
  constexpr Case kCases[] = {
      {"x/y", "\\frac{x}{y}"},
      {"(a + b)/(c*d)", "\\frac{a + b}{c d}"},
      {"x**2", "x^{2}"},
      {"(x + 1)**2", "\\left(x + 1\\right)^{2}"},
      {"x**(1/2) + x**(1/3)", "\\sqrt{x} + \\sqrt[3]{x}"},
      {"sqrt(x)", "\\sqrt{x}"},
      {"x**-2", "\\frac{1}{x^{2}}"},
      {"x**(-1/2)", "\\frac{1}{\\sqrt{x}}"},
      {"sin(x)**2", "\\sin^{2}\\left(x\\right)"},
      {"sin(x)**y", "\\left(\\sin\\left(x\\right)\\right)^{y}"},
      {"log(x, 2)**2", "\\left(\\log_{2}\\left(x\\right)\\right)^{2}"},
      {"exp(-x**2/2)", "e^{\\frac{-x^{2}}{2}}"},
      {"exp(x)**2", "\\left(e^{x}\\right)^{2}"},
      {"expm1(x)*y", "\\left(e^{x} - 1\\right) y"},
      {"log1p(a - b)", "\\log\\left(1 + \\left(a - b\\right)\\right)"},
      {"factorial(n + 1)", "\\left(n + 1\\right)!"},
      {"2*3*x", "2 \\cdot 3 x"},
      {"2*x", "2 x"},
      {"x*2", "x \\cdot 2"},
      {"2*2**x", "2 \\cdot 2^{x}"},
      {"a*(b + c)", "a \\left(b + c\\right)"},
      {"1/3*x", "\\frac{x}{3}"},
      {"1/3 + x", "\\frac{1}{3} + x"},
      {"(1/3)**x", "\\left(\\frac{1}{3}\\right)^{x}"},
      {"-x", "-x"},
      {"a - -b", "a - \\left(-b\\right)"},
      {"a + -2*b", "a - 2 b"},
      {"1.5e-30*x", "1.5 \\cdot 10^{-30} x"},
      {"alpha + Gamma + theta1 + x_1 + V_max",
       "\\alpha + \\Gamma + \\theta_{1} + x_{1} + V_{\\mathrm{max}}"},
      {"x_1_2 + mass + _a", "x_{1,2} + \\mathrm{mass} + \\mathrm{\\_a}"},
      {"lambda*beta_x", "\\lambda \\beta_{x}"},
      {"a < b", "a < b"},
      {"(a <= b) & ~(c == d)",
       "\\left(a \\leq b\\right) \\wedge \\left(\\neg \\left(c = d\\right)\\right)"},
      {"Max(a, b, c)", "\\max\\left(a, b, c\\right)"},
      {"Abs(x - y)", "\\left|x - y\\right|"},
      {"Abs(x)**2", "\\left|x\\right|^{2}"},
      {"pi*E*oo", "\\pi e \\infty"},
      {"Piecewise((x, x > 0), (-x, True))",
       "\\begin{cases} x & \\text{for}\\: x > 0 \\\\ -x & \\text{otherwise} \\end{cases}"},
      {"to_float(x)**2", "x^{2}"},
      {"a % b", "a \\bmod b"},
      {"α + ħ_1", "α + ħ_{1}"},
      {"diff(sin(x), x)", "\\frac{d}{dx} \\sin\\left(x\\right)"},
      {"2*diff(x*y, alpha, 2)**3",
       "2 \\left(\\frac{d^{2}}{d\\alpha^{2}} \\left(x y\\right)\\right)^{3}"},
      {"diff(x + y, x, 2, y)",
       "\\frac{\\partial ^{3}}{\\partial x^{2}\\partial y} \\left(x + y\\right)"},
  };
  CheckAs(Notation::kLatex, kCases);
}

TEST(PrintMathMlTest, IsWellFormedPresentation) {
  const std::string head = "<math xmlns=\"http://www.w3.org/1998/Math/MathML\"><mrow>",
                    tail = "</mrow></math>";
  EXPECT_EQ(Printed("x/2", Notation::kMathMl),
            head + "<mfrac><mrow><mi>x</mi></mrow><mrow><mn>2</mn></mrow></mfrac>" + tail);
  EXPECT_EQ(
      Printed("sin(x)**2 < 1", Notation::kMathMl),
      head +
          "<msup><mrow><mrow><mo>(</mo><mrow><mi>sin</mi><mo>&#x2061;</mo><mo>(</mo><mi>x</"
          "mi><mo>)</mo>"
          "</mrow><mo>)</mo></mrow></mrow><mrow><mn>2</mn></mrow></msup><mo>&lt;</mo><mn>1</mn>" +
          tail);
}

TEST(PrintMathMlTest, DerivativesAreQuotientsOfDifferentials) {
  const std::string printed = Printed("diff(f, x, 2)", Notation::kMathMl);
  EXPECT_THAT(printed, HasSubstr("<mfrac><mrow><msup><mrow><mi>d</mi></mrow><mrow><mn>2</mn></mrow>"
                                 "</msup></mrow><mrow><mi>d</mi><msup><mrow><mi>x</mi></mrow>"
                                 "<mrow><mn>2</mn></mrow></msup></mrow></mfrac>"));
}

TEST(PrintFpCoreTest, HasNoDerivatives) {
  const absl::StatusOr<std::string> printed =
      PrintProgram(*ProgramOf("diff(x, x)"), {.notation = Notation::kFpCore});
  EXPECT_EQ(printed.status().code(), absl::StatusCode::kUnimplemented);
}

TEST(PrintFpCoreTest, NestsChoicesAndFoldsSums) {
  constexpr Case kCases[] = {
      {"Piecewise((1, x < 0), (2, x < 1), (3, True))",
       "(FPCore (x) (if (< x 0) 1 (if (< x 1) 2 3)))"},
      {"Min(x, y, z)", "(FPCore (x y z) (fmin (fmin x y) z))"},
      {"-x - 1", "(FPCore (x) (- (- x) 1))"},
      {"gamma(x) + logistic(x)", "(FPCore (x) (+ (tgamma x) (logistic x)))"},
      {"to_float(x)", "(FPCore (x) x)"},
  };
  CheckAs(Notation::kFpCore, kCases);
}

// Two outputs: sin(x)*y named "f" and "g".
Program TwoOutputs() {
  ProgramBuilder builder{Limits{}};
  const NodeId product = *ParseText("sin(x)*y", &builder);
  EXPECT_OK(builder.AddOutput("f", product));
  EXPECT_OK(builder.AddOutput("g_1", *ParseText("sin(x)*y + 1", &builder)));
  return *builder.Build();
}

TEST(PrintProgramTest, EveryOutputHasItsLine) {
  const Program program = TwoOutputs();
  EXPECT_EQ(*PrintProgram(program), "f = sin(x)*y\ng_1 = sin(x)*y + 1");
  EXPECT_EQ(*PrintProgram(program, {.notation = Notation::kLatex}),
            "f &= \\sin\\left(x\\right) y \\\\\ng_{1} &= \\sin\\left(x\\right) y + 1");
  EXPECT_EQ(
      *PrintProgram(program, {.notation = Notation::kFpCore}),
      "(FPCore (x y) :name \"f\" (* (sin x) y))\n(FPCore (x y) :name \"g_1\" (+ (* (sin x) y) 1))");
}

TEST(PrintProgramTest, LoneUnnamedOutputIsItsExpression) {
  EXPECT_EQ(*PrintProgram(*ProgramOf("x + 1")), "x + 1");
}

TEST(PrintDotTest, EveryNodeStandsOnce) {
  EXPECT_EQ(
      PrintDot(TwoOutputs()),
      "digraph formulary {\n  rankdir=BT;\n  node [shape=ellipse];\n"
      "  n0 [label=\"x\", shape=box];\n  n1 [label=\"sin\"];\n  n2 [label=\"y\", shape=box];\n"
      "  n3 [label=\"*\"];\n  n4 [label=\"1\"];\n  n5 [label=\"+\"];\n"
      "  n0 -> n1;\n  n1 -> n3 [label=\"0\"];\n  n2 -> n3 [label=\"1\"];\n"
      "  n3 -> n5 [label=\"0\"];\n  n4 -> n5 [label=\"1\"];\n"
      "  o0 [label=\"f\", shape=doublecircle];\n  n3 -> o0;\n"
      "  o1 [label=\"g_1\", shape=doublecircle];\n  n5 -> o1;\n}\n");
}

TEST(PrintDotTest, LabelsAreEscapedAndCut) {
  Program program;
  program.arguments = {{.name = "a\"b\\c\nd"}};
  mpz_class huge;
  mpz_ui_pow_ui(huge.get_mpz_t(), 10, 500);
  program.outputs = {{"y0", program.graph.Call(fn::kMul, {program.graph.Number(mpq_class(huge)),
                                                          program.graph.Argument(0)})}};
  const std::string dot = PrintDot(program);
  EXPECT_THAT(dot, HasSubstr("[label=\"a\\\"b\\\\c\\\\x0ad\""));
  EXPECT_LT(dot.size(), 500u);
}

TEST(PrintLimitTest, SharingIsRefusedBeforeItExplodes) {
  ProgramBuilder builder{Limits{}};
  NodeId node = *builder.Symbol("x");
  for (int i = 0; i < 200; ++i) {
    const NodeId twice[] = {node, node};
    node = *builder.Call("mul", twice);
  }
  ASSERT_OK(builder.AddOutput("", node));
  const Program program = *builder.Build();
  for (const Notation notation : {Notation::kText, Notation::kSymPy, Notation::kLatex,
                                  Notation::kFpCore, Notation::kMathMl}) {
    const absl::Status status =
        PrintProgram(program, {.notation = notation, .max_bytes = 10'000}).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
    EXPECT_EQ(ReasonOf(status), "OUTPUT_TOO_LARGE");
  }
  EXPECT_LT(PrintDot(program).size(), 50'000u);
}

}  // namespace
}  // namespace formulary::expr
