// Derivatives of programs: what they are, which are computed, in which mode, under which names.

#include "server/passes/differentiate.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/base/error.h"
#include "server/expr/interpret.h"
#include "server/passes/expand.h"
#include "server/passes/expand_derivatives.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/passes/passes_helpers.h"

namespace formulary::passes {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Kind = DerivativeKind;

absl::StatusOr<Differentiated> Derive(const std::vector<std::string>& texts, DerivativeSpec spec,
                                      const expr::Limits& limits = {},
                                      const Arguments& arguments = {}) {
  const expr::Program program = ProgramOf(texts, expr::Numerics::kStable, arguments);
  if (spec.wrt.empty()) spec.wrt = DifferentiableArguments(program);
  return Differentiate(program, spec, limits, Budget{});
}

std::string Shown(const absl::StatusOr<Differentiated>& derived) {
  if (!derived.ok()) return derived.status().ToString();
  expr::Program program = derived->program;
  EXPECT_OK(MakeConversionsExplicit(&program));
  return TextOf(Present(Optimize(program, {}).program));
}

std::string ReasonOf(const absl::Status& status) {
  const auto detail = base::GetErrorDetail(status);
  return detail.has_value() ? detail->reason : "";
}

// "name = text" lines of the first derivatives.
std::string Gradient(const std::vector<std::string>& texts) { return Shown(Derive(texts, {})); }

std::string Expanded(const std::string& text) {
  const auto expanded = ResolveDerivatives(ProgramOf({text}), {}, Budget{});
  if (!expanded.ok()) return ReasonOf(expanded.status());
  expr::Program program = *expanded;
  EXPECT_OK(MakeConversionsExplicit(&program));
  return TextOf(Present(Optimize(program, {}).program));
}

TEST(DifferentiateTest, FirstDerivatives) {
  const BeforeAfter table[] = {
      {"3", "dy0_dx = 0"},
      {"x", "dy0_dx = 1"},
      {"x**3", "dy0_dx = 3*x**2"},
      {"sin(x)", "dy0_dx = cos(x)"},
      {"exp(-x**2)", "dy0_dx = -2*x*exp(-x**2)"},
      {"x*x*x", "dy0_dx = 3*x**2"},
      {"floor(x)", "dy0_dx = 0"},
      {"x > 2", "dy0_dx = 0"},
      {"Abs(x)", "dy0_dx = sign(x)"},
      {"x**x", "dy0_dx = x*x**(x - 1) + x**x*log(x)"},
      {"max(x, 3)", "dy0_dx = Piecewise((1, x > 3), (0, True))"},
      {"where(x > 0, sin(x), x**2)", "dy0_dx = Piecewise((cos(x), x > 0), (2*x, True))"},
      {"Piecewise((x, x < 0), (3, x < 1), (x**2, True))",
       "dy0_dx = Piecewise((1, x < 0), (0, x < 1), (2*x, True))"},
  };
  const Arguments x = {{.name = "x", .declared = true}};
  for (const BeforeAfter& row : table)
    EXPECT_EQ(Shown(Derive({row.before}, {}, {}, x)), row.after) << row.before;
}

TEST(DifferentiateTest, NamesSayWhatIsDifferentiated) {
  EXPECT_EQ(Gradient({"x*y"}), "dy0_dx = y\ndy0_dy = x");
  EXPECT_EQ(Shown(Derive({"x**2*y"}, {.kind = Kind::kHessian})),
            "d2y0_dx2 = 2*y\nd2y0_dxdy = 2*x\nd2y0_dydx = 2*x\nd2y0_dy2 = 0");
  EXPECT_EQ(Shown(Derive({"x**2*y"}, {.kind = Kind::kOrder, .order = 3})),
            "d3y0_dx3 = 0\nd3y0_dx2dy = 2\nd3y0_dxdy2 = 0\nd3y0_dy3 = 0");
}

TEST(DifferentiateTest, NamesDoNotCollide) {
  // d2y0_dxdydz for x, ydz and for xdy, z.
  const auto derived = Derive({"x*ydz*xdy*z"}, {.kind = Kind::kHessian});
  ASSERT_OK(derived);
  std::set<std::string> names;
  for (const expr::Output& output : derived->program.outputs)
    EXPECT_TRUE(names.insert(output.name).second) << output.name;
  EXPECT_TRUE(names.contains("d2y0_dxdydz"));
  EXPECT_TRUE(names.contains("d2y0_dxdydz_"));
  const std::string longest(128, 'x');
  const auto long_name = Derive({longest + "**2"}, {});
  ASSERT_OK(long_name);
  EXPECT_EQ(long_name->program.outputs[0].name, "derivative0");
}

TEST(DifferentiateTest, ValuesComeFirst) {
  EXPECT_EQ(Shown(Derive({"exp(x)"}, {.include_values = true})), "y0 = exp(x)\ndy0_dx = exp(x)");
}

TEST(DifferentiateTest, TheCheaperModeIsTaken) {
  // One output of many arguments, and many outputs of one argument.
  const auto reverse = Derive({"sin(a*b*c*d*x*y)*exp(a + b + c + d + x + y)"}, {});
  ASSERT_OK(reverse);
  EXPECT_EQ(reverse->mode, DerivativeMode::kReverse);
  EXPECT_EQ(reverse->sweeps, 1u);
  const auto forward = Derive({"sin(exp(x)*x)", "cos(exp(x)*x)", "tan(exp(x)*x)"}, {});
  ASSERT_OK(forward);
  EXPECT_EQ(forward->mode, DerivativeMode::kForward);
  EXPECT_EQ(forward->sweeps, 1u);
}

TEST(DifferentiateTest, ASparseJacobianTakesAsManySweepsAsColours) {
  // Tridiagonal: three columns that share no row at a time.
  std::vector<std::string> texts;
  for (int i = 1; i <= 30; ++i) {
    const auto x = [i](int d) { return "x" + std::to_string(i + d); };
    texts.push_back("sin(" + x(-1) + "*" + x(0) + ")*" + x(1));
  }
  const auto sparse = Derive(texts, {.kind = Kind::kJacobian, .sparse = true});
  ASSERT_OK(sparse);
  EXPECT_EQ(sparse->sweeps, 3u);
  EXPECT_EQ(sparse->program.outputs.size(), 90u);
  EXPECT_EQ(sparse->rows[5], 1u);
  EXPECT_EQ(sparse->columns[5], 3u);
  EXPECT_EQ(sparse->program.outputs[5].name, "dy1_dx3");
  const auto dense = Derive(texts, {.kind = Kind::kJacobian});
  ASSERT_OK(dense);
  EXPECT_EQ(dense->program.outputs.size(), 30u * 32u);
}

TEST(DifferentiateTest, OfASparseHessianTheUpperHalf) {
  const auto hessian = Derive({"x*y + z**3"}, {.kind = Kind::kHessian, .sparse = true});
  EXPECT_EQ(Shown(hessian), "d2y0_dxdy = 1\nd2y0_dz2 = 6*z");
  EXPECT_THAT(hessian->rows, ElementsAre(0, 2));
  EXPECT_THAT(hessian->columns, ElementsAre(1, 2));
}

TEST(DifferentiateTest, ProductsWithAVector) {
  const auto forward = Derive({"x*y", "sin(x)"}, {.kind = Kind::kJacobianVector});
  EXPECT_EQ(Shown(forward), "y0_dot = y*x_dot + x*y_dot\ny1_dot = x_dot*cos(x)");
  EXPECT_THAT(forward->seeds, ElementsAre("x_dot", "y_dot"));
  EXPECT_THAT(forward->rows, IsEmpty());
  const auto reverse = Derive({"x*y", "sin(x)"}, {.kind = Kind::kVectorJacobian});
  EXPECT_EQ(Shown(reverse), "x_bar = y1_bar*cos(x) + y*y0_bar\ny_bar = x*y0_bar");
  EXPECT_THAT(reverse->seeds, ElementsAre("y0_bar", "y1_bar"));
  // A name that is taken.
  EXPECT_THAT(Derive({"x*x_dot"}, {.kind = Kind::kJacobianVector, .wrt = {0}})->seeds,
              ElementsAre("x_dot_"));
}

TEST(DifferentiateTest, OrdersAreSimplifiedOnTheWay) {
  const auto derived = Derive({"exp(x**2)*sin(x)"}, {.kind = Kind::kOrder, .order = 8});
  ASSERT_OK(derived);
  EXPECT_LT(derived->program.graph.size(), 5'000u);
  EXPECT_EQ(Shown(Derive({"x**10"}, {.kind = Kind::kOrder, .order = 9})), "d9y0_dx9 = 3628800*x");
}

TEST(DifferentiateTest, LikeTermsAreCollected) {
  EXPECT_EQ(Shown(Derive({"sin(x)*exp(-x)"}, {.kind = Kind::kOrder, .order = 2})),
            "d2y0_dx2 = -2*exp(-x)*cos(x)");
  EXPECT_EQ(Gradient({"x*log(x) - x"}), "dy0_dx = log(x)");
  // The values keep what they have: an infinity less itself is NaN.
  EXPECT_EQ(Shown(Derive({"x - x"}, {.include_values = true})), "y0 = x - x\ndy0_dx = 0");
  EXPECT_EQ(Expanded("Derivative(sin(x)*exp(-x), x, 2) + y - y"), "-2*cos(x)*exp(-x) + y - y");
}

// Reverse mode: what a branch that is not taken leaves undefined must not meet a 0 from above.
TEST(DifferentiateTest, BranchesThatAreNotTakenDoNotLeak) {
  for (const Kind kind : {Kind::kGradient, Kind::kVectorJacobian}) {
    const auto derived =
        Derive({"where(x > 0, sqrt(x)*log(x*y), x*y) + max(log(x), y)"}, {.kind = kind});
    ASSERT_OK(derived);
    expr::Program program = derived->program;
    ASSERT_OK(MakeConversionsExplicit(&program));
    program = Expand(Optimize(program, {}).program);
    const std::vector<expr::Scalar> at = {expr::Scalar::Float64(0), expr::Scalar::Float64(-3),
                                          expr::Scalar::Float64(1)};
    const auto values =
        expr::Interpret(program, absl::MakeConstSpan(at).first(program.arguments.size()));
    ASSERT_OK(values);
    EXPECT_EQ((*values)[0].f64, -3);  // of x*y
    EXPECT_EQ((*values)[1].f64, 1);   // of max(-oo, y)
  }
}

TEST(DifferentiateTest, ADerivativeThatIsNotThereIsNeededToBeAnError) {
  const auto order = Derive({"hermite(n, x)"}, {});
  EXPECT_EQ(order.status().code(), absl::StatusCode::kUnimplemented);
  EXPECT_THAT(order.status().ToString(),
              HasSubstr("\"hermite\" has no derivative by its operand 1"));
  EXPECT_EQ(ReasonOf(order.status()), "NO_DERIVATIVE");
  EXPECT_OK(Derive({"hermite(n, x)"}, {.wrt = {1}}));
  EXPECT_OK(Derive({"hermite(floor(n), x)"}, {}));
}

TEST(DifferentiateTest, WrongRequests) {
  const Arguments integer = {{.name = "n", .dtype = expr::DType::kInt64, .declared = true}};
  EXPECT_EQ(ReasonOf(Derive({"n**2*x"}, {.wrt = {0}}, {}, integer).status()), "NOT_DIFFERENTIABLE");
  EXPECT_EQ(Shown(Derive({"n**2*x"}, {}, {}, integer)), "dy0_dx = to_float(n**2)");
  EXPECT_EQ(ReasonOf(Derive({"3"}, {}).status()), "NOTHING_TO_DIFFERENTIATE_BY");
  EXPECT_EQ(ReasonOf(Derive({"x"}, {.order = 2}).status()), "DERIVATIVE_ORDER");
  EXPECT_EQ(ReasonOf(Derive({"x"}, {.kind = Kind::kOrder, .order = 65}).status()),
            "DERIVATIVE_ORDER");
  EXPECT_EQ(ReasonOf(Derive({"x*y*z"}, {.kind = Kind::kHessian}, {.max_outputs = 8}).status()),
            "OUTPUT_LIMIT");
  EXPECT_OK(Derive({"x*y*z"}, {.kind = Kind::kHessian}, {.max_outputs = 9}));
  EXPECT_EQ(ReasonOf(Derive({"sin(cos(tan(x)))"}, {}, {.max_nodes = 8}).status()), "NODE_LIMIT");
  EXPECT_EQ(ReasonOf(Derive({"exp(I*x)"}, {}).status()), "COMPLEX_UNIMPLEMENTED");
  EXPECT_EQ(ReasonOf(Derive({"x"}, {.kind = Kind::kJacobianVector}, {.max_arguments = 1}).status()),
            "ARGUMENT_LIMIT");
}

TEST(DifferentiateTest, DeepGraphsAreNoTrouble) {
  expr::Program program;
  program.arguments = {{.name = "x"}, {.name = "y"}};
  expr::NodeId node = program.graph.Argument(0);
  const expr::NodeId y = program.graph.Argument(1);
  for (int i = 0; i < 20'000; ++i)
    node = program.graph.Call(expr::fn::kMul, {y, program.graph.Call(expr::fn::kSqrt, {node})});
  program.outputs = {{"f", node}};
  for (const Kind kind : {Kind::kJacobianVector, Kind::kVectorJacobian}) {
    const auto derived =
        Differentiate(program, {.kind = kind, .wrt = {0, 1}}, {.max_nodes = 10'000'000}, Budget{});
    ASSERT_OK(derived);
    EXPECT_GT(derived->program.graph.size(), 60'000u);
  }
}

// --- Derivative(...) in programs ---

TEST(ExpandDerivativesTest, AnywhereInAText) {
  const BeforeAfter table[] = {
      {"Derivative(x**3, x)", "3*x**2"},
      {"Derivative(x**3, x, 2)", "6*x"},
      {"Derivative(x**3, (x, 2))", "6*x"},
      {"diff(x**3, x, 3)", "6"},
      {"Derivative(x**3, x, 0)", "x**3"},
      {"Derivative(x**2*y, x, y)", "2*x"},
      {"Derivative(x**2*y**3, (x, 2), (y, 1))", "6*y**2"},
      {"Derivative(x**2*y**3, x, 2, y, 2)", "12*y"},
      {"1 + x*derivative(sin(x), x)", "x*cos(x) + 1"},
      {"Derivative(x*Derivative(sin(x), x), x)", "cos(x) - x*sin(x)"},
      {"Derivative(Derivative(x**4, x)**2, x)", "96*x**5"},
      {"Derivative(y, x)", "0"},
      {"Derivative(max(x, y, 2*z), z)", "Piecewise((0, max(x, y) > 2*z), (2, True))"},
  };
  for (const BeforeAfter& row : table) EXPECT_EQ(Expanded(row.before), row.after) << row.before;
}

TEST(ExpandDerivativesTest, ProgramsWithoutStayAsTheyAre) {
  const expr::Program program = ProgramOf({"sin(x)*2 + 3"});
  EXPECT_EQ(TextOf(*ExpandDerivatives(program, {}, Budget{})), TextOf(program));
}

TEST(ExpandDerivativesTest, GivenPartialsAreTaken) {
  // The value as it is, the derivative as given.
  EXPECT_EQ(Expanded("Derivative(with_partials(Abs(x), 17*y, x)**2, x)"), "34*abs(x)*y");
  const expr::Program program = ProgramOf({"with_partials(x + 1, 5, x)*2"});
  EXPECT_EQ(TextOf(DropGivenPartials(program)), "(x + 1)*2");
}

}  // namespace
}  // namespace formulary::passes
