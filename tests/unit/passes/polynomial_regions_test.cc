// Forms of polynomial regions: Horner, common parts, multiplied out where that is cheaper and as
// accurate.

#include "server/passes/polynomial_regions.h"

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "server/passes/operations.h"
#include "tests/unit/passes/passes_helpers.h"

namespace formulary::passes {
namespace {

// SymPy 1.11: R_nl(6, 2, x, 6) and its derivative by x, as printed.
constexpr const char* kRadial = "sqrt(70)*x**2*(-4*x**3/3 + 16*x**2 - 56*x + 56)*exp(-x)/210";
constexpr const char* kRadialDerivative =
    "sqrt(70)*x**2*(-4*x**2 + 32*x - 56)*exp(-x)/210 - sqrt(70)*x**2*(-4*x**3/3 + 16*x**2 - 56*x + "
    "56)*exp(-x)/210 + sqrt(70)*x*(-4*x**3/3 + 16*x**2 - 56*x + 56)*exp(-x)/105";
// The same after SymPy's simplify.
constexpr const char* kShortRadial = "2*sqrt(70)*x**2*(-x**3 + 12*x**2 - 42*x + 42)*exp(-x)/315";
constexpr const char* kShortRadialDerivative =
    "2*sqrt(70)*x*(x**4 - 17*x**3 + 90*x**2 - 168*x + 84)*exp(-x)/315";

uint32_t OperationsAfter(const std::vector<std::string>& texts) {
  const expr::Program program = Optimize(ProgramOf(texts), {}).program;
  return CountOperations(program.graph, program.roots());
}

TEST(PolynomialRegionsTest, RadialFunctionWithItsDerivative) {
  EXPECT_LE(OperationsAfter({kRadial, kRadialDerivative}), 19u);
  EXPECT_LE(OperationsAfter({kShortRadial, kShortRadialDerivative}), 19u);
  EXPECT_EQ(Simple({kShortRadial, kShortRadialDerivative}),
            "y0 = x*(x*(x*(-x + 12) - 42) + 42)*(2*sqrt(70)*x*exp(-x)/315)\n"
            "y1 = 2*sqrt(70)*x*exp(-x)/315*(x*(x*(x*(x - 17) + 90) - 168) + 84)");
}

TEST(PolynomialRegionsTest, HornerForms) {
  ExpectSimplified({
      {"a*x**3 + b*x**2 + c*x + d", "d + x*(c + x*(b + a*x))"},
      {"a*k*i + b*f*g + c*d*h - c*k*g - b*d*i - a*f*h",
       "a*(k*i - f*h) + b*(f*g - i*d) + c*(d*h - k*g)"},
      {"x*y + x*z", "x*(y + z)"},
      {"x/z + y/z", "(x + y)/z"},
      {"-x*y - x*z", "-x*(y + z)"},
      {"0.3*x + 0.3*y + 0.3*z", "0.3*(x + y + z)"},
      {"(-b - sqrt(c))/(2*a)", "-(b + sqrt(c))/(2*a)"},
  });
}

TEST(PolynomialRegionsTest, PowersOfProducts) {
  ExpectSimplified({
      {"sqrt(1 - v**2/c**2)", "sqrt(-(v/c)**2 + 1)"},
      {"x**3*y**3*z", "z*(x*y)**3"},
      {"1/(x**2*y**2)", "1/(x**2*y**2)"},
      {"pi**2*x**2", "pi**2*x**2"},  // the constant's power costs nothing
  });
}

TEST(PolynomialRegionsTest, Factors) {
  ExpectSimplified({
      {"x**2 + 2*x*y + y**2", "(x + y)**2"},
      {"x + x**2 + x**3 + x**4", "x*(x + 1)*(x**2 + 1)"},
      {"x**2 + y**2 + z**2", "x**2 + y**2 + z**2"},
  });
}

TEST(PolynomialRegionsTest, QuotientsCancelWhereTheirDivisorIsNotZero) {
  const char* const text = "(x**2 + 3*x + 2)/(x**2 + 4*x + 3)";
  EXPECT_EQ(Simple({text}), "(x*(x + 3) + 2)/(x*(x + 4) + 3)");
  EXPECT_EQ(Simple({text}, expr::Numerics::kFast), "(x + 2)/(x + 3)");
  EXPECT_EQ(Simple({text}, expr::Numerics::kStable, {Known("x", {.positive = true})}),
            "(x + 2)/(x + 3)");
}

TEST(PolynomialRegionsTest, CommonParts) {
  ExpectSimplified({
      {"sin(z*x*y)*cos(x*w*y)", "sin(z*(x*y))*cos(w*(x*y))"},
      {"sin(x + y + z)*cos(w - x - y)", "sin(z + (x + y))*cos(w - (x + y))"},
  });
  EXPECT_EQ(OperationsAfter({"sin(x*y*z)*cos(x*y*w)"}), 6u);
}

// Each would lose digits: near 1, near x = y, for flat triangles.
TEST(PolynomialRegionsTest, WhatWouldRoundWorseStays) {
  for (const char* text : {"(x - 1)**7", "(x - y)**2", "(x*y - 1)**2*(x + y)",
                           "(z - (x - y))*(z + (x - y))", "x - (y - z) + exp(y - z)"}) {
    const expr::Program program = ProgramOf({text});
    EXPECT_EQ(TextOf(Optimize(program, {}).program), TextOf(Simplify(program, {}).program)) << text;
  }
}

// Infinity less infinity is NaN, and infinity times 0.
TEST(PolynomialRegionsTest, TermsThatMayBeInfiniteDoNotCancel) {
  const char* const text = "x*(y + z) - x*y";
  EXPECT_EQ(Simple({text}), "x*(y + z - y)");
  EXPECT_EQ(Simple({text}, expr::Numerics::kFast), "x*z");
  EXPECT_EQ(Simple({text}, expr::Numerics::kStable,
                   {Known("x", {.finite = true}), Known("y", {.finite = true})}),
            "x*z");
}

TEST(PolynomialRegionsTest, StrictIsLeftAlone) {
  for (const char* text : {"x*y + x*z", "x**2 + 2*x*y + y**2", "x*y*z - x*y*w"})
    EXPECT_EQ(Simple({text}, expr::Numerics::kStrict),
              TextOf(Simplify(ProgramOf({text}, expr::Numerics::kStrict), {}).program));
}

TEST(PolynomialRegionsTest, IntegersAreNoRegion) {
  const expr::Argument n{.name = "n", .dtype = expr::DType::kInt64};
  const expr::Argument m{.name = "m", .dtype = expr::DType::kInt64};
  EXPECT_EQ(Simple({"n*m + n*3"}, expr::Numerics::kStable, {n, m}), "n*m + 3*n");
}

std::string Joined(size_t count, const std::function<std::string(size_t)>& part,
                   const char* separator) {
  std::string text = part(0);
  for (size_t i = 1; i < count; ++i) text += separator + part(i);
  return text;
}

// Nothing here may take long: each limit turns one of these away.
TEST(PolynomialRegionsTest, LargeInputsAreBounded) {
  const auto name = [](size_t i) { return "x" + std::to_string(i); };
  const std::string sums = Joined(
      40, [&](size_t i) { return "(" + name(i) + "*y + " + name(i + 1) + "*z)"; }, "*");
  const std::string texts[] = {
      "(x*y + z*w)**1000",
      "(x*y + z*w + 1)**40 + x*(x*y + z*w + 1)**39",
      sums + " + x*" + sums,
      Joined(
          400, [&](size_t i) { return "x**" + std::to_string(i + 2); }, " + "),
      Joined(
          20'000, [&](size_t i) { return name(i % 100) + "*" + name(i % 97); }, " + "),
      Joined(
          300, [&](size_t i) { return name(i % 60) + "*" + name(i % 59); }, "*"),
      Joined(
          50, [&](size_t i) { return "1e-" + std::to_string(i) + "*x**" + std::to_string(i + 1); },
          " + "),
  };
  for (const std::string& text : texts) {
    const expr::Program program = ProgramOf({text});
    const auto start = std::chrono::steady_clock::now();
    const expr::Program form = Optimize(program, {}).program;
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    EXPECT_LT(seconds.count(), 20) << text.substr(0, 60);
    EXPECT_LE(CountOperations(form.graph, form.roots()),
              CountOperations(program.graph, program.roots()))
        << text.substr(0, 60);
  }
}

}  // namespace
}  // namespace formulary::passes
