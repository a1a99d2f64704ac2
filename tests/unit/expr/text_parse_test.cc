#include <string>
#include <string_view>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/expr/text/print.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/expr/text_helpers.h"

namespace formulary::expr {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

struct Case {
  std::string_view text;
  std::string_view structure;
};

class ParseTextTest : public ::testing::Test {
 protected:
  template <size_t kCount>
  static void Check(const Case (&cases)[kCount]) {
    for (const Case& c : cases) EXPECT_EQ(Structure(c.text), c.structure) << c.text;
  }
};

TEST_F(ParseTextTest, ArithmeticBindsAsInPython) {
  constexpr Case kCases[] = {
      {"a + b*c", "(+ a (* b c))"},
      {"(a + b)*c", "(* (+ a b) c)"},
      {"a - b - c", "(- (- a b) c)"},
      {"a - (b - c)", "(- a (- b c))"},
      {"a/b/c", "(/ (/ a b) c)"},
      {"a/b*c", "(* (/ a b) c)"},
      {"a + b + c", "(+ (+ a b) c)"},
      {"a*b % c", "(mod (* a b) c)"},
      {"-x**2", "(- (pow x 2))"},
      {"(-x)**2", "(pow (- x) 2)"},
      {"x**-2", "(pow x -2)"},
      {"x^-y", "(pow x (- y))"},
      {"x**-y**2", "(pow x (- (pow y 2)))"},
      {"x**-y*z", "(* (pow x (- y)) z)"},
      {"x**y**z", "(pow x (pow y z))"},
      {"x^y^z", "(pow x (pow y z))"},
      {"x ** y ^ z", "(pow x (pow y z))"},
      {"(x**y)**z", "(pow (pow x y) z)"},
      {"-a*b", "(* (- a) b)"},
      {"-(a*b)", "(- (* a b))"},
      {"a*-b", "(* a (- b))"},
      {"a - -b", "(- a (- b))"},
      {"--x", "(- (- x))"},
      {"+x", "x"},
      {"+-+x", "(- x)"},
      {"a + +b", "(+ a b)"},
      {"2**-1", "(pow 2 -1)"},
      {"-2**2", "(- (pow 2 2))"},
  };
  Check(kCases);
}

TEST_F(ParseTextTest, LiteralsKeepTheirValue) {
  constexpr Case kCases[] = {
      {"0", "0"},
      {"007", "7"},
      {"010", "10"},
      {"123456789012345678901234567890", "123456789012345678901234567890"},
      {"1.5", "1.5"},
      {".5", "0.5"},
      {"5.", "5.0"},
      {"1.e5", "100000.0"},
      {"1e-3", "0.001"},
      {"1E+2", "100.0"},
      {"0.08", "0.08"},
      {"1e300", "1e300"},
      {"2.5e-10", "2.5e-10"},
      {"-7", "-7"},
      {"-1.5", "-1.5"},
      {"-0.0", "-0.0"},
      {"-0", "(- 0)"},
      {"-(7)", "(- 7)"},
      {"x - 7", "(- x 7)"},
      {"x*-7", "(* x -7)"},
      {"--7", "(- -7)"},
      {"oo", "INFINITY"},
      {"-oo", "(- INFINITY)"},
      {"nan", "NAN"},
      {"True", "TRUE"},
      {"false", "FALSE"},
      {"pi*E", "(* PI E)"},
      {"e", "E"},
  };
  Check(kCases);
}

TEST_F(ParseTextTest, QuotientsOfBareIntegersAreExactNumbers) {
  constexpr Case kCases[] = {
      {"1/3", "1/3"},
      {"-1/3", "-1/3"},
      {"x**(1/3)", "(pow x 1/3)"},
      {"1/3*x", "(* 1/3 x)"},
      {"x*1/3", "(/ (* x 1) 3)"},
      {"1/3/5", "(/ 1/3 5)"},
      {"2**1/3", "(/ (pow 2 1) 3)"},
      {"1/3**x", "(/ 1 (pow 3 x))"},
      {"4/2", "(/ 4 2)"},  // a quotient, so a floating number, which 2 is not
      {"6/4", "(/ 6 4)"},
      {"3/1", "(/ 3 1)"},
      {"1/0", "(/ 1 0)"},
      {"1/-3", "(/ 1 -3)"},
      {"(1)/3", "(/ 1 3)"},
      {"1.0/3", "(/ 1.0 3)"},
      {"Rational(1, 3)", "1/3"},
      {"Rational(-2, 6)", "-1/3"},
      {"Rational(2, -6)", "-1/3"},
      {"Rational(5)", "5"},
      {"x + Rational(1,3)*y", "(+ x (* 1/3 y))"},
  };
  Check(kCases);
}

TEST_F(ParseTextTest, DerivativesAsSymPyWritesThem) {
  constexpr Case kCases[] = {
      {"Derivative(sin(x), x)", "derivative(sin(x), x)"},
      {"diff(x*y, x, 2, y)", "derivative(x*y, x, 2, y)"},
      {"Derivative(x*y, (x, 2), (y, 1))", "derivative(x*y, x, 2, y, 1)"},
      {"Derivative((x + 1)*y, (x), y)", "derivative((x + 1)*y, x, y)"},
      {"2*derivative(diff(x, x), (x, 2,)) + 1", "2*derivative(derivative(x, x), x, 2) + 1"},
  };
  for (const Case& c : kCases) {
    ASSERT_OK_AND_ASSIGN(const Program program, ProgramOf(c.text));
    EXPECT_EQ(*PrintProgram(program), c.structure);
  }
}

TEST_F(ParseTextTest, ComparisonsChain) {
  constexpr Case kCases[] = {
      {"a < b", "(< a b)"},
      {"a + 1 <= b*2", "(<= (+ a 1) (* b 2))"},
      {"a < b < c", "(and (< a b) (< b c))"},
      {"a < b <= c != d", "(and (and (< a b) (<= b c)) (!= c d))"},
      {"a == b", "(== a b)"},
      {"(a < b) < c", "(< (< a b) c)"},
      {"a < (b < c)", "(< a (< b c))"},
      {"Eq(a, b)", "(== a b)"},
      {"Ne(a, b)", "(!= a b)"},
      {"a > b >= c", "(and (> a b) (>= b c))"},
  };
  Check(kCases);
}

TEST_F(ParseTextTest, LogicBindsAsInPython) {
  constexpr Case kCases[] = {
      {"a or b and c", "(or a (and b c))"},
      {"not a and b", "(and (not a) b)"},
      {"not a < b", "(not (< a b))"},
      {"not not a", "(not (not a))"},
      {"~a & b", "(and (not a) b)"},
      {"a | b & c", "(or a (and b c))"},
      {"(a < b) & (c < d)", "(and (< a b) (< c d))"},
      {"(a < b) | ~(c < d)", "(or (< a b) (not (< c d)))"},
      {"a < b and c < d", "(and (< a b) (< c d))"},
      {"a < b or not c < d", "(or (< a b) (not (< c d)))"},
      {"a & b + 1", "(and a (+ b 1))"},
      {"And(a, Or(b, c), Not(d))", "(and (and a (or b c)) (not d))"},
      {"Xor(a, b)", "(logical_xor a b)"},
      {"not(a)", "(not a)"},
  };
  Check(kCases);
}

TEST_F(ParseTextTest, CallsAndForms) {
  constexpr Case kCases[] = {
      {"sin(x)", "(sin x)"},
      {"sin (x)", "(sin x)"},
      {"atan2(y, x + 1)", "(atan2 y (+ x 1))"},
      {"Abs(x) + fabs(y)", "(+ (fabs x) (fabs y))"},
      {"Min(a, b, c)", "(fmin (fmin a b) c)"},
      {"sin(x)**2", "(pow (sin x) 2)"},
      {"log(x, 2)", "(log_base x 2)"},
      {"Mod(a, b)", "(mod a b)"},
      {"where(a < b, a, b)", "(where (< a b) a b)"},
      {"ITE(a < b, a, b)", "(where (< a b) a b)"},
      {"Piecewise((x, x > 0), (-x, True))", "(if (> x 0) x (- x))"},
      {"Piecewise((1, x < 0), (2, x < 1), (3, True))", "(if (< x 0) 1 (if (< x 1) 2 3))"},
      {"Piecewise((1, x < 0))", "(if (< x 0) 1 NAN)"},
      {"Piecewise((x, True))", "x"},
      {"Piecewise((x, True), (y, a < b))", "x"},
      {"Piecewise((1, a < b < c), (2, true))", "(if (and (< a b) (< b c)) 1 2)"},
      {"Piecewise(((x + 1)*(x - 1), (x > 0) & (x < 1)), (0, True))",
       "(if (and (> x 0) (< x 1)) (* (+ x 1) (- x 1)) 0)"},
      {"2*Piecewise((1, x < 0), (2, True)) + 1", "(+ (* 2 (if (< x 0) 1 2)) 1)"},
      {"Piecewise((Piecewise((1, x < 0), (2, True)), y < 0), (3, True))",
       "(if (< y 0) (if (< x 0) 1 2) 3)"},
      {"piecewise(1, x < 0, 2)", "(if (< x 0) 1 2)"},
  };
  Check(kCases);
}

TEST_F(ParseTextTest, NamesMayBeOfAnyScript) {
  constexpr Case kCases[] = {
      {"α + β_1", "(+ α β_1)"},
      {"x₁*x₂", "(* x₁ x₂)"},
      {"Größe", "Größe"},
      {"_x1", "_x1"},
  };
  Check(kCases);
}

TEST_F(ParseTextTest, DeclaredArgumentShadowsConstantButNotCall) {
  ProgramBuilder builder{Limits{}};
  ASSERT_OK(builder.Declare({.name = "E"}));
  ASSERT_OK(builder.Declare({.name = "gamma"}));
  builder.AddInputName("pi");
  ASSERT_OK_AND_ASSIGN(const NodeId node, ParseText("E + gamma(gamma) + pi", &builder));
  const auto sum = builder.graph().operands(node);
  EXPECT_EQ(builder.graph()[sum[1]].kind, NodeKind::kArgument);
  const auto inner = builder.graph().operands(sum[0]);
  EXPECT_EQ(builder.graph()[inner[0]].kind, NodeKind::kArgument);
  EXPECT_EQ(builder.graph()[inner[1]].kind, NodeKind::kCall);
}

TEST_F(ParseTextTest, EqualSubexpressionsAreOneNode) {
  ProgramBuilder builder{Limits{}};
  ASSERT_OK(ParseText("sin(x + 1)*sin(x + 1) < sin(x + 1) < 2", &builder));
  // x, 1, x + 1, sin, product, less, 2, less, and
  EXPECT_EQ(builder.graph().size(), 9u);
}

// --- Errors
// ------------------------------------------------------------------------------------------

struct Failure {
  std::string_view text;
  std::string_view message;  // begins with
};

TEST_F(ParseTextTest, SyntaxErrorsSayWhereAndWhat) {
  constexpr Failure kCases[] = {
      {"", "line 1, column 1: expected an operand, found the end of the text"},
      {"   ", "line 1, column 4: expected an operand, found the end of the text"},
      {"sin(x) + )", "line 1, column 10: expected an operand, found ')'"},
      {"a +", "line 1, column 4: expected an operand, found the end of the text"},
      {"a + * b", "line 1, column 5: expected an operand, found '*'"},
      {"a b", "line 1, column 3: expected an operator, found 'b' (a product is written with *)"},
      {"2x", "line 1, column 2: expected an operator, found 'x' (a product is written with *)"},
      {"2 (x)", "line 1, column 3: expected an operator, found '(' (a product is written with *)"},
      {"1.2.3", "line 1, column 4: expected an operator, found '.3'"},
      {"(a + b",
       "line 1, column 7: expected ')' to close the '(' of line 1, column 1, found the end of the "
       "text"},
      {"f((a + b)\n + (c", "line 2, column 6: expected ')' to close the '(' of line 2, column 4"},
      {"sin(x", "line 1, column 6: expected ')' to close the '(' of line 1, column 4"},
      {"a)", "line 1, column 2: this ')' closes nothing"},
      {"a, b", "line 1, column 2: expected an operator or the end of the text, found ','"},
      {"(a, b)", "line 1, column 3: expected ')' (a list in parentheses"},
      {"f(a,)", "line 1, column 5: expected an operand, found ')'"},
      {"f(,a)", "line 1, column 3: expected an operand, found ','"},
      {"()", "line 1, column 2: expected an operand, found ')'"},
      {"a // b",
       "line 1, column 3: '//' (floor division) is not part of the syntax; write floor(a/b)"},
      {"a && b", "line 1, column 3: '&&' is not part of the syntax; write & or and"},
      {"a || b", "line 1, column 3: '||' is not part of the syntax"},
      {"a = b", "line 1, column 3: '=' is not part of the syntax; write == to compare"},
      {"f(x, evaluate=False)", "line 1, column 14: '=' is not part of the syntax"},
      {"n!", "line 1, column 2: '!' is not part of the syntax; write factorial(x)"},
      {"!a", "line 1, column 1: '!' is not part of the syntax"},
      {"x[0]", "line 1, column 2: square brackets are not part of the syntax"},
      {"{x}", "line 1, column 1: braces are not part of the syntax"},
      {"a + not b", "line 1, column 5: 'not' after an operator needs parentheses"},
      {"a == not b", "line 1, column 6: 'not' after an operator needs parentheses"},
      {"a and", "line 1, column 6: expected an operand"},
      {"and a", "line 1, column 1: expected an operand, found 'and'"},
      {"a not b", "line 1, column 3: expected an operator, found 'not'"},
      {"x > 0 & y > 0", "line 1, column 3: & and | bind tighter than comparisons"},
      {"x < 1 | y", "line 1, column 3: & and | bind tighter than comparisons"},
      {"a ? b", "line 1, column 3: expected an operator, found '?'"},
      {"x.y", "line 1, column 2: expected an operator, found '.'"},
      {"'a'", "line 1, column 1: expected an operand, found '''"},
      {"Piecewise(x)", "line 1, column 11: expected a (value, condition) pair, found 'x'"},
      {"Piecewise()", "line 1, column 11: expected a (value, condition) pair, found ')'"},
      {"Piecewise((x))",
       "line 1, column 11: a pair in Piecewise is (value, condition); this has 1 members"},
      {"Piecewise((x, a, b))",
       "line 1, column 11: a pair in Piecewise is (value, condition); this has 3"},
      {"Piecewise((x, a) + 1)",
       "line 1, column 18: expected ',' or ')' after the list in parentheses"},
      {"Piecewise((x, a), )", "line 1, column 19: expected a (value, condition) pair"},
      {"Rational(x, 2)",
       "line 1, column 10: expected an integer literal, as in Rational(1, 3), found 'x'"},
      {"Rational(1.5)", "line 1, column 10: expected an integer literal"},
      {"Rational(1, 2, 3)", "line 1, column 14: expected ')' after Rational's integers"},
      {"hyper(a, b)", "line 1, column 7: expected a (parameter, ...) list, found 'a'"},
      {"hyper((a,), (b,))", "line 1, column 1: hyper takes two lists and an operand"},
      {"a +\n\n  b *", "line 3, column 6: expected an operand, found the end of the text"},
      {"äöü + )", "line 1, column 7: expected an operand, found ')'"},
  };
  for (const Failure& c : kCases) {
    const absl::StatusOr<Program> program = ProgramOf(c.text);
    ASSERT_FALSE(program.ok()) << c.text;
    EXPECT_EQ(program.status().code(), absl::StatusCode::kInvalidArgument) << c.text;
    EXPECT_EQ(ReasonOf(program.status()), "PARSE_ERROR") << c.text;
    EXPECT_THAT(std::string(program.status().message()), StartsWith(std::string(c.message)))
        << c.text;
  }
}

TEST_F(ParseTextTest, BuildersErrorsKeepTheirReasonAndGainAPlace) {
  struct Cause {
    std::string_view text, reason, message;
  };
  constexpr Cause kCases[] = {
      {"1 + sinn(x)", "UNKNOWN_FUNCTION", "line 1, column 5: unknown function \"sinn\""},
      {"1 + sin(x, y)", "ARITY", "line 1, column 5: "},
      {"1 + Derivative(x, x + y)", "BAD_DERIVATIVE",
       "line 1, column 5: operand 2 of a derivative is neither an argument"},
      {"Derivative(x, 2)", "BAD_DERIVATIVE", "line 1, column 1: operand 2 of a derivative"},
      {"Derivative(x*y, x, y, 2, 3)", "BAD_DERIVATIVE", "line 1, column 1: operand 5 of a deriv"},
      {"Derivative(x, x, -1)", "BAD_DERIVATIVE",
       "line 1, column 1: operand 3 of a derivative is neither an argument nor an order"},
      {"diff(x*y, (x, 40), (y, 25))", "DERIVATIVE_ORDER",
       "line 1, column 1: a derivative of order 65; the limit max_derivative_order is 64"},
      {"diff(x, x, 123456789012345678901234567890)", "DERIVATIVE_ORDER",
       "line 1, column 1: a derivative of order 123456789012345678901234567890"},
      {"Derivative(x)", "ARITY", "line 1, column 1: "},
      {"sin()", "ARITY", "line 1, column 1: "},
      {"x +\n atan2(x)", "ARITY", "line 2, column 2: "},
      {"1 + 1e99999", "DECIMAL_TOO_LARGE", "line 1, column 5: "},
      {"1e99999999999999999999", "BAD_DECIMAL", "line 1, column 1: "},
      {"0.1e-9223372036854775808", "DECIMAL_TOO_LARGE", "line 1, column 1: "},
      {"Rational(1, 0)", "ZERO_DENOMINATOR", "line 1, column 1: "},
  };
  for (const Cause& c : kCases) {
    const absl::Status status = ProgramOf(c.text).status();
    EXPECT_EQ(ReasonOf(status), c.reason) << c.text << "\n" << status;
    EXPECT_THAT(std::string(status.message()), StartsWith(std::string(c.message))) << c.text;
  }
}

TEST_F(ParseTextTest, WhatIsKnownButNotComputedIsUnimplemented) {
  for (const std::string_view text : {"A @ B", "A.T", "A.I + B"}) {
    const absl::Status status = ProgramOf(text).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kUnimplemented) << text << "\n" << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr("line 1, column ")) << text;
  }
}

TEST_F(ParseTextTest, CaretStandsUnderThePlace) {
  constexpr Case kCases[] = {
      {"sin(x) + )",
       "line 1, column 10: expected an operand, found ')'\n"
       "sin(x) + )\n"
       "         ^"},
      {"a +\n(b + ]\n)",
       "line 2, column 6: square brackets are not part of the syntax; group with ( )\n"
       "(b + ]\n"
       "     ^"},
      {"äö\t+ ?",
       "line 1, column 6: expected an operand, found '?'\n"
       "äö + ?\n"
       "     ^"},
      {"a +",
       "line 1, column 4: expected an operand, found the end of the text\n"
       "a +\n"
       "   ^"},
      {"a\r\n  b\r\n",
       "line 2, column 3: expected an operator, found 'b' (a product is written with *)\n"
       "  b\n"
       "  ^"},
  };
  for (const Case& c : kCases)
    EXPECT_EQ(std::string(ProgramOf(c.text).status().message()), c.structure);
}

TEST_F(ParseTextTest, LongLinesAreCutAroundTheCaret) {
  std::string text = "x";
  for (int i = 0; i < 250; ++i) text += "+x";
  text += " ? ";
  for (int i = 0; i < 250; ++i) text += "+y";
  EXPECT_EQ(std::string(ProgramOf(text).status().message()),
            "line 1, column 503: expected an operator, found '?'\n"
            "...x+x+x+x+x+x+x+x+x+x+x+x+x+x+x+x ? +y+y+y+y+y+y+y+y+y+y+y+y+y...\n"
            "                                   ^");
}

TEST_F(ParseTextTest, LongTokensAreCut) {
  const std::string message(ProgramOf("x " + std::string(100000, 'y')).status().message());
  EXPECT_LT(message.size(), 250u);
  EXPECT_THAT(message, HasSubstr("found 'yyyyyyyyyyyyyyyyyyyyyyyy...'"));
}

TEST_F(ParseTextTest, UnprintableBytesAreEscaped) {
  using std::string_literals::operator""s;
  struct Bytes {
    std::string text, found, line;
  };
  const Bytes cases[] = {
      {"x\0y"s, "'\\x00'", "x\\x00y\n ^"},
      {"x\xff", "'\\xff'", "x\\xff\n ^"},
      {"x\x1b[31m", "'\\x1b'", "x\\x1b[31m\n ^"},
      {"x \xe2\x80\xae y", "'\\u{202e}'", "x \\u{202e} y\n  ^"},
      {"\xc2\xa0", "'\u00a0'", ""},
      {"x \xc3\x97 y", "'×'", "x × y\n  ^"},
      {"\xff\xfe x ?", "'\\xff'", "\\xff\\xfe x ?\n^"},
      {"x²", "'²'", "x²\n ^"},
  };
  for (const Bytes& c : cases) {
    const absl::Status status = ProgramOf(c.text).status();
    EXPECT_EQ(ReasonOf(status), "PARSE_ERROR");
    EXPECT_THAT(std::string(status.message()), HasSubstr("found " + c.found));
    EXPECT_THAT(std::string(status.message()), HasSubstr(c.line));
  }
}

TEST_F(ParseTextTest, MetadataHasLineAndColumn) {
  const auto detail = base::GetErrorDetail(ProgramOf("a +\n b c").status());
  ASSERT_TRUE(detail.has_value());
  const std::pair<std::string, std::string> line{"line", "2"}, column{"column", "4"};
  EXPECT_THAT(detail->metadata, ::testing::IsSupersetOf({line, column}));
}

TEST_F(ParseTextTest, NodeLimitHolds) {
  std::string text = "x";
  for (int i = 0; i < 100; ++i) text += " + " + std::to_string(i);
  const absl::Status status = ProgramOf(text, Numerics::kStable, {.max_nodes = 50}).status();
  EXPECT_EQ(ReasonOf(status), "NODE_LIMIT") << status;
}

}  // namespace
}  // namespace formulary::expr
