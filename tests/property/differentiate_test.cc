// Differentiation of random programs out of all rows: the derivative is the slope, as central
// differences in 200 bits have it; forward and reverse mode agree; a Hessian is the Jacobian of the
// gradient.

#include "server/passes/differentiate.h"

#include <cmath>
#include <iostream>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "server/base/error.h"
#include "server/expr/infer.h"
#include "tests/property/differences.h"
#include "tests/property/exact.h"
#include "tests/property/execute.h"
#include "tests/property/generate.h"
#include "tests/support/status_matchers.h"

namespace formulary::testing {
namespace {

using passes::DerivativeForm;
using passes::DerivativeKind;

constexpr uint64_t kSeed = 90'210;

std::vector<double> Point(Random* random) {
  return {random->Moderate(), random->Moderate(), random->Moderate()};
}

expr::Program Typed(uint64_t seed, int outputs) {
  expr::Program program = RandomProgram(seed, {.calls = 4 + static_cast<int>(seed % 8),
                                               .outputs = outputs,
                                               .only_continuous = seed % 2 == 0});
  EXPECT_OK(MakeConversionsExplicit(&program));
  return program;
}

// nullopt: some function on the way has no derivative by some operand.
std::optional<passes::Differentiated> Derived(const expr::Program& program,
                                              const passes::DerivativeSpec& spec) {
  absl::StatusOr<passes::Differentiated> derived =
      passes::Differentiate(program, spec, {}, passes::Budget{});
  if (!derived.ok()) {
    EXPECT_EQ(base::GetErrorDetail(derived.status())->reason, "NO_DERIVATIVE") << derived.status();
    return std::nullopt;
  }
  EXPECT_OK(MakeConversionsExplicit(&derived->program));
  return *std::move(derived);
}

TEST(DifferentiateLawsTest, DerivativesAreTheSlopes) {
  DerivativeTally tally;
  int without = 0;
  const auto programs = static_cast<uint64_t>(ProgramsToTry(1'500));
  for (uint64_t seed = kSeed; seed < kSeed + programs; ++seed) {
    const expr::Program program = Typed(seed, 1);
    if (!Derived(program, {.wrt = {0, 1, 2}}).has_value()) {
      ++without;
      continue;
    }
    Random random(seed);
    CompareGradient(program, {0, 1, 2}, {Point(&random), Point(&random), Point(&random)},
                    "seed " + std::to_string(seed), &tally);
  }
  std::cout << programs << " programs, " << without << " without a derivative; " << tally.compared
            << " derivatives compared, " << tally.rough << " at kinks or undefined, "
            << tally.undefined << " not finite as derived; " << tally.machine
            << " well conditioned, worst relative error " << tally.worst << "; " << tally.failures
            << " failures\n";
  for (const std::string& text : tally.shown) std::cout << text << "\n";
  EXPECT_EQ(tally.failures, 0);
  EXPECT_GT(tally.machine, static_cast<int>(programs));
  EXPECT_LE(tally.undefined, tally.compared / 50);
}

// Values of two programs in 200 bits, where both are finite: within what 200 bits lose.
void ExpectSame(const std::vector<Exact>& a, const std::vector<Exact>& b, const std::string& what,
                int* compared) {
  ASSERT_EQ(a.size(), b.size()) << what;
  for (size_t k = 0; k < a.size(); ++k) {
    if (!a[k].value.finite() || !b[k].value.finite()) continue;
    const double x = a[k].value.ToDouble(), y = b[k].value.ToDouble();
    const double tolerance =
        1e-25 * std::max(std::abs(x), std::abs(y)) + std::ldexp(a[k].error + b[k].error, -140);
    // Finite in 200 bits, and beyond binary64.
    if (x == y && ++*compared > 0) continue;
    EXPECT_LE(std::abs(x - y), tolerance) << what << ", output " << k << ": " << x << ", " << y;
    ++*compared;
  }
}

TEST(DifferentiateLawsTest, ForwardAndReverseAgree) {
  int compared = 0;
  const auto programs = static_cast<uint64_t>(ProgramsToTry(500));
  for (uint64_t seed = kSeed; seed < kSeed + programs; ++seed) {
    const expr::Program program = Typed(seed, 2);
    for (const DerivativeForm form : {DerivativeForm::kAsDerived, DerivativeForm::kCollected}) {
      const auto jacobian =
          Derived(program, {.kind = DerivativeKind::kJacobian, .wrt = {0, 1, 2}, .form = form});
      const auto forward = Derived(
          program, {.kind = DerivativeKind::kJacobianVector, .wrt = {0, 1, 2}, .form = form});
      const auto reverse = Derived(
          program, {.kind = DerivativeKind::kVectorJacobian, .wrt = {0, 1, 2}, .form = form});
      if (!jacobian.has_value()) continue;
      ASSERT_TRUE(forward.has_value() && reverse.has_value()) << seed;
      Random random(seed);
      std::vector<double> x = Point(&random);
      const std::vector<Exact> matrix = EvaluateExactly(AsWritten(jacobian->program), x);
      // By unit vectors: columns and rows.
      for (size_t column = 0; column < 3; ++column) {
        std::vector<double> at = x;
        for (size_t k = 0; k < 3; ++k) at.push_back(k == column ? 1 : 0);
        ExpectSame(EvaluateExactly(AsWritten(forward->program), at),
                   {matrix[column], matrix[3 + column]}, "seed " + std::to_string(seed), &compared);
      }
      for (size_t row = 0; row < 2; ++row) {
        std::vector<double> at = x;
        for (size_t k = 0; k < 2; ++k) at.push_back(k == row ? 1 : 0);
        ExpectSame(EvaluateExactly(AsWritten(reverse->program), at),
                   {matrix[3 * row], matrix[3 * row + 1], matrix[3 * row + 2]},
                   "seed " + std::to_string(seed), &compared);
      }
    }
  }
  std::cout << compared << " elements compared\n";
  EXPECT_GT(compared, static_cast<int>(programs) * 3);
}

TEST(DifferentiateLawsTest, AHessianIsTheJacobianOfTheGradient) {
  int compared = 0;
  const auto programs = static_cast<uint64_t>(ProgramsToTry(300));
  for (uint64_t seed = kSeed; seed < kSeed + programs; ++seed) {
    const expr::Program program = Typed(seed, 1);
    const auto gradient = Derived(program, {.wrt = {0, 1, 2}, .form = DerivativeForm::kAsDerived});
    const auto hessian = Derived(program, {.kind = DerivativeKind::kHessian, .wrt = {0, 1, 2}});
    if (!gradient.has_value() || !hessian.has_value()) continue;
    const auto jacobian =
        Derived(gradient->program, {.kind = DerivativeKind::kJacobian, .wrt = {0, 1, 2}});
    if (!jacobian.has_value()) continue;
    Random random(seed);
    const std::vector<double> x = Point(&random);
    // Where there is no value, branches are chosen by comparisons with NaN.
    if (!EvaluateExactly(AsWritten(program), x)[0].value.finite()) continue;
    // Mixed derivatives in either order, where they are continuous: away from kinks.
    ExpectSame(EvaluateExactly(AsWritten(hessian->program), x),
               EvaluateExactly(AsWritten(jacobian->program), x), "seed " + std::to_string(seed),
               &compared);
  }
  std::cout << compared << " elements compared\n";
  EXPECT_GT(compared, static_cast<int>(programs));
}

}  // namespace
}  // namespace formulary::testing
