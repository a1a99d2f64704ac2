// Formulas that lose digits, from R. W. Hamming's Numerical Methods for Scientists and Engineers,
// chapter 3, as the literature on floating-point repair takes them: how many bits of the result are
// wrong as written and as simplified (STABLE, rules alone), over points spread over the magnitudes
// of a range, against the same formula in 200 bits. Prints a table; most formulas must gain, none
// may lose.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "gtest/gtest.h"
#include "server/expr/infer.h"
#include "server/expr/interpret.h"
#include "server/passes/pipeline.h"
#include "tests/property/exact.h"
#include "tests/property/execute.h"
#include "tests/property/generate.h"
#include "tests/support/engine_harness.h"

namespace formulary::testing {
namespace {

constexpr uint64_t kSeed = 1973;
constexpr int kPoints = 256;
constexpr int kTimes = 15;
constexpr double kAllBits = 53;  // a result that is no number has none right
constexpr double kGain = 0.5, kLoss = 0.25;
constexpr int kLeastImproved = 20;
constexpr double kMostMilliseconds = 5;

struct Range {
  const char* name;
  double least, greatest;  // magnitudes, drawn with uniform logarithm
  bool both_signs;
};

struct Case {
  const char* id;
  const char* text;
  std::vector<Range> ranges;
};

// Magnitudes stay where 200 bits settle the difference.
const std::vector<Case>& Cases() {
  static const auto* const kCases = new std::vector<Case>{
      {"3.1 2sqrt", "sqrt(x + 1) - sqrt(x)", {{"x", 1, 1e15, false}}},
      {"3.3 2sin", "sin(x + h) - sin(x)", {{"x", 1e-3, 1e4, true}, {"h", 1e-12, 1e-3, true}}},
      {"3.4 tanhf", "(1 - cos(x))/sin(x)", {{"x", 1e-8, 1, true}}},
      {"3.5 2atan", "atan(n + 1) - atan(n)", {{"n", 1, 1e15, false}}},
      {"3.6 2isqrt", "1/sqrt(x) - 1/sqrt(x + 1)", {{"x", 1, 1e15, false}}},
      {"3.7 expm1", "exp(x) - 1", {{"x", 1e-12, 1, true}}},
      {"3.8 logs", "(n + 1)*log(n + 1) - n*log(n) - 1", {{"n", 1, 1e15, false}}},
      {"3.9 invcot", "1/x - cot(x)", {{"x", 1e-6, 1.5, true}}},
      {"3.10 qlog", "log(1 - x)/log(1 + x)", {{"x", 1e-12, 0.9, true}}},
      {"3.11 expq2", "exp(x)/(exp(x) - 1)", {{"x", 1e-12, 1, true}}},
      {"3.3.1 2frac", "1/(x + 1) - 1/x", {{"x", 1, 1e15, true}}},
      {"3.3.2 2tan", "tan(x + h) - tan(x)", {{"x", 1e-3, 1e4, true}, {"h", 1e-12, 1e-3, true}}},
      {"3.3.3 3frac", "1/(x + 1) - 2/x + 1/(x - 1)", {{"x", 2, 1e15, true}}},
      {"3.3.4 2cbrt", "cbrt(x + 1) - cbrt(x)", {{"x", 1, 1e15, true}}},
      {"3.3.5 2cos", "cos(x + h) - cos(x)", {{"x", 1e-3, 1e4, true}, {"h", 1e-12, 1e-3, true}}},
      {"3.3.6 2log", "log(n + 1) - log(n)", {{"n", 1, 1e15, false}}},
      {"3.3.7 exp2", "exp(x) - 2 + exp(-x)", {{"x", 1e-8, 10, true}}},
      {"3.4.1 cos2", "(1 - cos(x))/(x*x)", {{"x", 1e-8, 10, true}}},
      {"3.4.2 expq3",
       "h*(exp((a + b)*h) - 1)/((exp(a*h) - 1)*(exp(b*h) - 1))",
       {{"a", 1e-2, 10, false}, {"b", 1e-2, 10, false}, {"h", 1e-10, 1, true}}},
      {"3.4.3 logq", "log((1 - h)/(1 + h))", {{"h", 1e-12, 0.9, true}}},
      {"3.4.4 sqrtexp", "sqrt((exp(2*x) - 1)/(exp(x) - 1))", {{"x", 1e-12, 10, true}}},
      {"3.4.5 sintan", "(x - sin(x))/(x - tan(x))", {{"x", 1e-4, 1, true}}},
      {"3.4.6 2nthrt", "(x + 1)**(1/n) - x**(1/n)", {{"x", 1, 1e15, false}, {"n", 2, 100, false}}},
      {"section 3.5 expax", "exp(a*x) - 1", {{"a", 1e-6, 1, true}, {"x", 1e-6, 1, true}}},
      {"p42 quadp",
       "(-b + sqrt(b*b - 4*(a*c)))/(2*a)",
       {{"a", 1e-3, 1, false}, {"b", 10, 1e8, true}, {"c", 1e-3, 1, false}}},
      {"p42 quadm",
       "(-b - sqrt(b*b - 4*(a*c)))/(2*a)",
       {{"a", 1e-3, 1, false}, {"b", 10, 1e8, true}, {"c", 1e-3, 1, false}}},
      {"3.2.1 quad2p",
       "(-b + sqrt(b*b - a*c))/a",
       {{"a", 1e-3, 1, false}, {"b", 10, 1e8, true}, {"c", 1e-3, 1, false}}},
      {"3.2.1 quad2m",
       "(-b - sqrt(b*b - a*c))/a",
       {{"a", 1e-3, 1, false}, {"b", 10, 1e8, true}, {"c", 1e-3, 1, false}}},
  };
  return *kCases;
}

std::vector<double> Draw(const Case& one, Random* random) {
  std::vector<double> x;
  for (const Range& range : one.ranges) {
    const double size = std::exp(random->Between(std::log(range.least), std::log(range.greatest)));
    x.push_back(range.both_signs && random->OneIn(2) ? -size : size);
  }
  return x;
}

double WrongBits(const expr::Program& program, const std::vector<double>& x, const Real& want) {
  std::vector<expr::Scalar> arguments;
  for (const double value : x) arguments.push_back(expr::Scalar::Float64(value));
  const absl::StatusOr<std::vector<expr::Scalar>> got = Interpret(program, arguments);
  if (!got.ok()) return kAllBits;
  const double ulps = UlpsOff((*got)[0].ToDouble(), want);
  return std::isfinite(ulps) ? std::min(kAllBits, std::log2(1 + ulps)) : kAllBits;
}

struct Measured {
  double before = 0, after = 0;  // mean wrong bits
  double milliseconds = 0;
};

Measured Measure(const Case& one) {
  std::vector<expr::Argument> arguments;
  for (const Range& range : one.ranges) arguments.push_back({.name = range.name, .declared = true});
  absl::StatusOr<expr::Program> program =
      ParseProgram({one.text}, expr::Numerics::kStable, arguments);
  EXPECT_TRUE(program.ok()) << one.text;
  if (!program.ok()) return {};
  EXPECT_TRUE(MakeConversionsExplicit(&*program).ok());
  std::vector<double> times;
  expr::Program simplified;
  for (int t = 0; t < kTimes; ++t) {
    const auto start = std::chrono::steady_clock::now();
    simplified = passes::Optimize(*program, {}).program;
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    times.push_back(took.count());
  }
  std::nth_element(times.begin(), times.begin() + kTimes / 2, times.end());
  Measured measured{.milliseconds = times[kTimes / 2]};
  const expr::Program as_written = AsWritten(*program);
  Random random(kSeed);
  for (int t = 0; t < kPoints; ++t) {
    const std::vector<double> x = Draw(one, &random);
    const Real want = EvaluateExactly(as_written, x)[0].value;
    measured.before += WrongBits(as_written, x, want) / kPoints;
    measured.after += WrongBits(simplified, x, want) / kPoints;
  }
  return measured;
}

TEST(StabilityTest, RulesAloneGiveTheDigitsBack) {
  int improved = 0;
  for (const Case& one : Cases()) {
    const Measured measured = Measure(one);
    std::cout << absl::StrFormat("%-18s %5.1f bits wrong as written, %5.1f simplified, %6.3f ms\n",
                                 one.id, measured.before, measured.after, measured.milliseconds);
    if (measured.after < measured.before - kGain) ++improved;
    EXPECT_LE(measured.after, measured.before + kLoss) << one.id << ": " << one.text;
    EXPECT_LT(measured.milliseconds, kMostMilliseconds) << one.id;
  }
  std::cout << improved << " of " << Cases().size() << " improved\n";
  EXPECT_GE(improved, kLeastImproved);
}

}  // namespace
}  // namespace formulary::testing
