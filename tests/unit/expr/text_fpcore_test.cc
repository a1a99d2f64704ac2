#include <string>
#include <string_view>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/expr/text_helpers.h"

namespace formulary::expr {
namespace {

using ::testing::StartsWith;

struct Case {
  std::string_view text;
  std::string_view expected;
};

// The core's body in the text syntax, as it is computed.
std::string TextOf(std::string_view core) {
  return Printed(core, Notation::kText, Numerics::kStrict);
}

TEST(FpCoreTest, BodiesBecomeExpressions) {
  constexpr Case kCases[] = {
      {"(FPCore (x) (+ x 1))", "x + 1"},
      {" ; a comment\n (FPCore name (x y) (* x y))", "x*y"},
      {"(FPCore (x) :name \"a ) string\" :pre (and (< 0 x 1) (> x 0)) :spec (sin x) (- x))", "-x"},
      {"(FPCore (x (! :precision binary32 y)) (- x y))", "x - y"},
      {"(FPCore (a b c d) (+ a b c d))", "a + b + c + d"},
      {"(FPCore (a b c) (- a b c))", "a - b - c"},
      {"(FPCore (a) (/ a))", "1/a"},
      {"(FPCore (x) (pow x 1/2))", "x**(1/2)"},
      {"(FPCore (x) (sqrt (fabs (* -2.50 x))))", "sqrt(abs(-2.5*x))"},
      {"(FPCore (x) (* 0x1.8p1 x))", "3.0*x"},
      {"(FPCore () -0x.8p-2)", "-0.125"},
      {"(FPCore () 1e-3)", "0.001"},
      {"(FPCore () -2/6)", "-1/3"},
      {"(FPCore (x) (if (< x 0) (- x) x))", "Piecewise((-x, x < 0), (x, True))"},
      {"(FPCore (a b c) (if (< a b c) 1 2))", "Piecewise((1, (a < b) & (b < c)), (2, True))"},
      {"(FPCore (a b c) (if (!= a b c) 1 2))",
       "Piecewise((1, (a != b) & (a != c) & (b != c)), (2, True))"},
      {"(FPCore (a b) (if (and (< a b) (not (== a 0)) TRUE) 1 2))",
       "Piecewise((1, (a < b) & ~(a == 0) & True), (2, True))"},
      {"(FPCore (x) (let ([a (+ x 1)] [b 2]) (* a b)))", "(x + 1)*2"},
      {"(FPCore (x) (let ([x 1] [y x]) (+ x y)))", "1 + x"},   // bindings do not see one another
      {"(FPCore (x) (let* ([x 1] [y x]) (+ x y)))", "1 + 1"},  // these do
      {"(FPCore (x) (+ (let ([x 2]) x) x))", "2 + x"},         // a scope ends
      {"(FPCore (x) (let ((y (let ((y 3)) y))) (* y y)))", "3*3"},
      {"(FPCore (x) (! :precision binary32 :round toZero (cast (+ x 1))))", "x + 1"},
      {"(FPCore (x) (* PI x))", "pi*x"},
      {"(FPCore (x) (+ PI_2 (* LN2 SQRT2)))", "pi/2 + log(2)*sqrt(2)"},
      {"(FPCore (E) (* E 2))", "E*2"},  // an argument, not the constant
      {"(FPCore (x) (- INFINITY))", "-(oo)"},
      {"(FPCore (θ x*) (sin (* θ x*)))", "sin(θ*x*)"},
  };
  for (const Case& c : kCases) EXPECT_EQ(TextOf(c.text), c.expected) << c.text;
}

TEST(FpCoreTest, ArgumentsKeepTheirOrder) {
  ASSERT_OK_AND_ASSIGN(const Program program, ProgramOf("(FPCore (b a unused) (+ a b))"));
  ASSERT_EQ(program.arguments.size(), 3u);
  EXPECT_EQ(program.arguments[0].name, "b");
  EXPECT_EQ(program.arguments[1].name, "a");
  EXPECT_EQ(program.arguments[2].name, "unused");
}

TEST(FpCoreTest, ErrorsSayWhereAndWhat) {
  constexpr Case kCases[] = {
      {"(FPCore", "line 1, column 8: expected '(' before the arguments, found the end of the text"},
      {"(FPCore x)", "line 1, column 10: expected '(' before the arguments, found ')'"},
      {"(FPCore (x))", "line 1, column 12: expected an expression, found ')'"},
      {"(FPCore (x) x", "line 1, column 14: expected ')' after the body of the FPCore"},
      {"(FPCore (x) x x)",
       "line 1, column 15: expected ')' after the body of the FPCore, found 'x'"},
      {"(FPCore (x) x) x", "line 1, column 16: expected the end of the text"},
      {"(FPCore (x x) x)", "line 1, column 12: the argument 'x' stands twice"},
      {"(FPCore (x) y)",
       "line 1, column 13: 'y' is neither an argument, nor bound, nor a constant"},
      {"(FPCore (x) (+ x (sin x)",
       "line 1, column 25: expected ')' to close the '(' of line 1, column 13"},
      {"(FPCore (x) :pre)", "line 1, column 13: the property ':pre' has no value"},
      {"(FPCore (x) (let (y 1) y))", "line 1, column 19: expected [name expression], found 'y'"},
      {"(FPCore (x) (let y 1))", "line 1, column 18: expected '(' before the bindings, found 'y'"},
      {"(FPCore (x) (let ((y 1 2)) y))",
       "line 1, column 19: one expression is expected here, there are 2"},
      {"(FPCore (x) (let ((y 1)) y y))",
       "line 1, column 13: one expression is expected here, there are 2"},
      {"(FPCore (x) ())", "line 1, column 14: expected an operation, found ')'"},
      {"(FPCore (x) ((f) x))", "line 1, column 14: expected an operation, found '('"},
      {"(FPCore (x) \"x\")", "line 1, column 13: expected an expression"},
      {"(FPCore (x) (\x1b x))", "line 1, column 14: expected an operation, found '\\x1b'"},
  };
  for (const Case& c : kCases) {
    const absl::Status status = ProgramOf(c.text).status();
    EXPECT_EQ(ReasonOf(status), "PARSE_ERROR") << c.text;
    EXPECT_THAT(std::string(status.message()), StartsWith(std::string(c.expected))) << c.text;
  }
}

TEST(FpCoreTest, BuildersErrorsKeepTheirReason) {
  constexpr Case kCases[] = {
      {"(FPCore (x) (foo x))", "UNKNOWN_FUNCTION"},
      {"(FPCore (x) (sin x x))", "ARITY"},
      {"(FPCore (x) (if x 1))", "ARITY"},
      {"(FPCore (x) (cast x 1))", "ARITY"},
      {"(FPCore () 1/0)", "ZERO_DENOMINATOR"},
      {"(FPCore () 0x1p99999)", "NUMBER_TOO_LARGE"},
      {"(FPCore () 0x1p-99999)", "NUMBER_TOO_LARGE"},
  };
  for (const Case& c : kCases)
    EXPECT_EQ(ReasonOf(ProgramOf(c.text).status()), c.expected) << c.text;
}

TEST(FpCoreTest, LoopsTensorsAndOtherRoundingsAreUnimplemented) {
  for (const std::string_view text :
       {"(FPCore (x) (while (< x 1) ((x 0 (+ x 1))) x))", "(FPCore ((v 3)) v)",
        "(FPCore (x) (tensor ([i 3]) x))", "(FPCore (x) (round x))"}) {
    EXPECT_EQ(ProgramOf(text).status().code(), absl::StatusCode::kUnimplemented) << text;
  }
}

}  // namespace
}  // namespace formulary::expr
