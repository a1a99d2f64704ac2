#include "client/cpp/program.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "client/cpp/target.h"
#include "formulary/v1/expression.pb.h"

namespace formulary::client {
namespace {

using ::testing::ElementsAre;

v1::Program Encoded(const Expression& expression) {
  return *Program().AddOutput("", expression).ToProto();
}

// The graph as "name(operand, ...)" lines by node.
std::vector<std::string> Lines(const v1::Program& program) {
  std::vector<std::string> lines;
  for (const v1::Node& node : program.graph().nodes()) {
    if (node.has_call()) {
      std::string line = node.call().function() + "(";
      for (const uint32_t operand : node.call().operands()) line += std::to_string(operand) + ",";
      lines.push_back(line + ")");
    } else {
      lines.push_back(node.kind_case() == v1::Node::kSymbol ? node.symbol()
                                                            : node.constant().ShortDebugString());
    }
  }
  return lines;
}

TEST(ProgramTest, SharedNodesAreSentOnce) {
  const Expression x = Symbol("x");
  const Expression square = x * x;
  EXPECT_THAT(Lines(Encoded(square + sin(square))),
              ElementsAre("x", "mul(0,0,)", "sin(1,)", "add(1,2,)"));
}

TEST(ProgramTest, SharingHoldsAcrossOutputs) {
  const Expression t = exp(Symbol("x"));
  const v1::Program program = *Program().AddOutput("a", t).AddOutput("b", t + 1).ToProto();
  EXPECT_EQ(program.graph().nodes_size(), 4);
  EXPECT_EQ(program.outputs(0).node(), 1u);
  EXPECT_EQ(program.outputs(1).node(), 3u);
  EXPECT_EQ(program.outputs(1).name(), "b");
}

TEST(ProgramTest, OperatorsByName) {
  const Expression a = Symbol("a"), b = Symbol("b");
  const struct {
    Expression expression;
    std::string want;
  } cases[] = {
      {a + b, "add(0,1,)"},
      {a - b, "sub(0,1,)"},
      {a * b, "mul(0,1,)"},
      {a / b, "div(0,1,)"},
      {-a, "neg(0,)"},
      {a < b, "less(0,1,)"},
      {a <= b, "less_equal(0,1,)"},
      {a > b, "greater(0,1,)"},
      {a >= b, "greater_equal(0,1,)"},
      {Equal(a, b), "equal(0,1,)"},
      {NotEqual(a, b), "not_equal(0,1,)"},
      {And(a, b), "logical_and(0,1,)"},
      {Or(a, b), "logical_or(0,1,)"},
      {Xor(a, b), "logical_xor(0,1,)"},
      {!a, "logical_not(0,)"},
      {pow(a, b), "pow(0,1,)"},
      {Call("atan2", {a, b}), "atan2(0,1,)"},
      {Where(a, b, a), "piecewise(0,1,1,)"},
      {Piecewise({{a, b}}, b), "piecewise(0,1,1,)"},
  };
  for (const auto& test : cases) EXPECT_EQ(Lines(Encoded(test.expression)).back(), test.want);
}

TEST(ProgramTest, ConstantsKeepTheirKind) {
  const struct {
    Expression expression;
    std::string want;
  } cases[] = {
      {2, "integer: 2"},
      {-7L, "integer: -7"},
      {~uint64_t{0}, "big_integer: \"18446744073709551615\""},
      {Integer("123456789012345678901234567890"),
       "big_integer: \"123456789012345678901234567890\""},
      {0.5, "real: 0.5"},
      {0.1f, "real: 0.10000000149011612"},
      {true, "boolean: true"},
      {Rational(1, 3), "rational { numerator: \"1\" denominator: \"3\" }"},
      {Decimal("0.1"), "decimal: \"0.1\""},
      {Pi(), "named: \"pi\""},
      {Expression(), "integer: 0"},
  };
  for (const auto& test : cases) EXPECT_EQ(Lines(Encoded(test.expression)).back(), test.want);
}

TEST(ProgramTest, RealsKeepTheirBits) {
  const v1::Program program = Encoded(-0.0 + Expression(std::numeric_limits<double>::infinity()));
  EXPECT_TRUE(std::signbit(program.graph().nodes(0).constant().real()));
  EXPECT_TRUE(std::isinf(program.graph().nodes(1).constant().real()));
}

TEST(ProgramTest, DeepChainNeedsNoStack) {
  Expression x = Symbol("x");
  Expression y = x;
  for (int i = 0; i < 900'000; ++i) y = sin(y);
  const v1::Program program = Encoded(y);
  EXPECT_EQ(program.graph().nodes_size(), 900'001);
  EXPECT_EQ(program.graph().nodes(900'000).call().operands(0), 899'999u);
  y = x;  // destroys the chain
}

TEST(ProgramTest, DoublingDagStaysSmall) {
  Expression y = Symbol("x");
  for (int i = 0; i < 200; ++i) y = y + y;
  EXPECT_EQ(Encoded(y).graph().nodes_size(), 201);
}

TEST(ProgramTest, MovedFromExpressionIsAnError) {
  Expression x = Symbol("x");
  const Expression y = std::move(x);
  const Target target(Program().AddOutput("", x));  // NOLINT: the moved-from value is the point
  EXPECT_EQ(target.status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(ProgramTest, ArgumentsDefinitionsAndNumerics) {
  const Expression a = Symbol("a");
  const v1::Program program =
      *Program()
           .DeclareArgument("sigma", {.dtype = DType::kFloat32,
                                      .core_shape = {"n", "3"},
                                      .assumptions = {.positive = true, .lower = 0.5},
                                      .uniform = true})
           .Define("twice", {"a"}, 2 * a,
                   {.inlining = Inlining::kNever, .partials = {std::string("2")}})
           .AddOutput("y", Call("twice", {Symbol("sigma")}))
           .AddOutput("", "sigma + 1")
           .SetNumerics(Numerics::kStrict)
           .ToProto();
  EXPECT_EQ(program.arguments(0).dtype(), v1::DATA_TYPE_FLOAT32);
  EXPECT_THAT(program.arguments(0).core_shape(), ElementsAre("n", "3"));
  EXPECT_TRUE(program.arguments(0).uniform());
  EXPECT_TRUE(program.arguments(0).assumptions().positive());
  EXPECT_FALSE(program.arguments(0).assumptions().has_integer());
  EXPECT_EQ(program.arguments(0).assumptions().lower(), 0.5);
  EXPECT_EQ(program.definitions(0).inlining(), v1::INLINING_NEVER);
  EXPECT_EQ(program.definitions(0).partials(0).text(), "2");
  EXPECT_EQ(program.outputs(1).text(), "sigma + 1");
  EXPECT_EQ(program.numerics(), v1::NUMERICS_STRICT);
}

TEST(AssumptionsTest, FactsByName) {
  Assumptions assumptions;
  for (const std::string_view fact : AssumableFacts())
    EXPECT_TRUE(AssumeFact(fact, &assumptions)) << fact;
  EXPECT_EQ(assumptions.upper_triangular, true);
  EXPECT_FALSE(AssumeFact("prime", &assumptions));
}

}  // namespace
}  // namespace formulary::client
