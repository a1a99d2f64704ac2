// Derivatives of high order: the same values as derivatives of derivatives have, in a form that
// does not grow out of bounds.

#include "server/passes/differentiate_leibniz.h"

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "server/base/error.h"
#include "server/base/strings.h"
#include "server/expr/interpret.h"
#include "server/passes/differentiate.h"
#include "server/passes/expand.h"
#include "server/passes/expand_derivatives.h"
#include "server/passes/operations.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/passes/passes_helpers.h"

namespace formulary::passes {
namespace {

using base::StrCat;

const Arguments kVariables = {{.name = "x", .declared = true}, {.name = "y", .declared = true}};

expr::Program Resolved(const std::string& text) {
  expr::Program program =
      ProgramOf({text}, expr::Numerics::kStable, {kVariables[0], kVariables[1]});
  absl::StatusOr<expr::Program> resolved = ResolveDerivatives(program, {}, Budget{});
  EXPECT_OK(resolved) << text;
  if (!resolved.ok()) return program;
  EXPECT_OK(MakeConversionsExplicit(&*resolved));
  return *std::move(resolved);
}

double ValueOf(const expr::Program& program, double x, double y) {
  const auto values =
      expr::Interpret(Expand(program), {expr::Scalar::Float64(x), expr::Scalar::Float64(y)});
  EXPECT_OK(values);
  return values.ok() ? (*values)[0].ToDouble() : NAN;
}

TEST(LeibnizModeTest, AgreesWithDerivativesOfDerivatives) {
  constexpr const char* kTexts[] = {
      "exp(sin(x)*y)",
      "sin(x)/(1 + x**2)",
      "x**9*y - 3*x**2 + 1",
      "(1 + x*y)**(7/2)",
      "tanh(x) + atan(x*y)",
      "log(1 + x**2)*cos(x)*y",
      "x**x",
      "gamma(x + 1)*besselj(0, x)",
      "Piecewise((sin(x*y), x > y), (exp(x), True))",
      "Max(x**6, y)*x",
      "Abs(x)**5*erf(x)",
  };
  for (const std::string text : kTexts) {
    for (const uint32_t order : {kLeastLeibnizOrder, kLeastLeibnizOrder + 2}) {
      const expr::Program at_once = Resolved(StrCat("Derivative(", text, ", x, ", order, ")"));
      std::string nested = text;
      for (uint32_t k = 0; k < order; ++k) nested = StrCat("Derivative(", nested, ", x)");
      const expr::Program one_by_one = Resolved(nested);
      for (const auto& [x, y] : {std::pair(0.75, 0.5), std::pair(1.25, 1.5)}) {
        const double want = ValueOf(one_by_one, x, y);
        EXPECT_NEAR(ValueOf(at_once, x, y), want, 1e-8 * (1 + std::abs(want)))
            << text << " order " << order << " at " << x << ", " << y;
      }
    }
  }
}

// In STRICT nothing cancels afterwards.
TEST(LeibnizModeTest, PolynomialsHaveDerivativesAtZeroInStrict) {
  for (const uint32_t order : {3u, 4u, 5u, 6u}) {
    const std::string text = StrCat("Derivative(x**2 + x**6*y, x, ", order, ")");
    const auto resolved =
        ResolveDerivatives(ProgramOf({text}, expr::Numerics::kStrict, kVariables), {}, Budget{});
    ASSERT_OK(resolved);
    EXPECT_EQ(ValueOf(*resolved, 0, 1), order == 6 ? 720 : 0) << text;
  }
}

// Each order more than doubles what derivatives of derivatives have.
TEST(LeibnizModeTest, GrowsWithTheSquareOfTheOrder) {
  for (const std::string text : {"exp(sin(x)*x)", "exp(-x**2)*log(1 + x)", "sin(x)/(1 + x**2)"}) {
    const expr::Program derived = Resolved(StrCat("Derivative(", text, ", x, 12)"));
    const expr::Program simplified = Optimize(derived, {}).program;
    EXPECT_LE(CountOperations(simplified.graph, simplified.roots()), 5u * 12 * 12) << text;
  }
}

TEST(LeibnizModeTest, OfSeveralOutputsByOneArgument) {
  const expr::Program program =
      ProgramOf({"sin(x)", "x**5", "y"}, expr::Numerics::kStable, kVariables);
  DerivativeSpec spec{.kind = DerivativeKind::kOrder, .order = kLeastLeibnizOrder};
  spec.wrt = {0};
  const auto derived = Differentiate(program, spec, {}, Budget{});
  ASSERT_OK(derived);
  EXPECT_EQ(TextOf(Present(Optimize(derived->program, {}).program)),
            "d5y0_dx5 = cos(x)\nd5y1_dx5 = 120\nd5y2_dx5 = 0");
}

TEST(LeibnizModeTest, KeepsToTheLimitOfNodes) {
  const expr::Program program =
      ProgramOf({"Derivative(exp(sin(x)*x), x, 60)"}, expr::Numerics::kStable, {kVariables[0]});
  expr::Limits limits;
  limits.max_nodes = 500;
  const auto resolved = ResolveDerivatives(program, limits, Budget{});
  ASSERT_FALSE(resolved.ok());
  EXPECT_EQ(base::GetErrorDetail(resolved.status())->reason, "NODE_LIMIT");
}

}  // namespace
}  // namespace formulary::passes
