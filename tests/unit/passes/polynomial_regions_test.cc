// Forms of polynomial regions: Horner, common parts, multiplied out where that is cheaper and as
// accurate.

#include "server/passes/polynomial_regions.h"

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
}

}  // namespace
}  // namespace formulary::passes
