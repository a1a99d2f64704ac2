// Partial derivatives of rows against central differences in 200 bits, at random points of the
// row's domain. Kinks are passed over: differences of two step sizes disagree there, or the sides
// do.

#include <chrono>
#include <cmath>
#include <iostream>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/expr/catalogue.h"
#include "server/expr/row_text.h"
#include "tests/property/exact.h"
#include "tests/property/execute.h"
#include "tests/property/generate.h"

namespace formulary::testing {
namespace {

using expr::FunctionRow;
using expr::NodeId;

constexpr uint64_t kSeed = 20240607;
constexpr int kTries = 2'000;
constexpr int kWanted = 40;
constexpr double kTolerance = 1e-9;
// Exact values of some functions take long: such a partial is compared at fewer points.
constexpr std::chrono::milliseconds kPartialTime{60};
// And of some, seconds: sums over the range of a distribution. distribution_test has those.
bool TakesSeconds(const expr::Program& program) {
  for (uint32_t i = 0; i < program.graph.size(); ++i) {
    const expr::Node& node = program.graph[NodeId{i}];
    if (node.kind != expr::NodeKind::kCall) continue;
    const FunctionRow& row = Row(node.function);
    if (row.routine != nullptr && (row.group == "distributions" || row.nanoseconds > 9'000))
      return true;
  }
  return false;
}

// Outputs: the function, the derivative by operand k, the domain.
expr::Program Derivative(const FunctionRow& row, size_t k, size_t arity) {
  const expr::FunctionId id = expr::IdOf(row.name);
  const expr::RowTexts& texts = expr::TextsOf(id);
  expr::Program program;
  std::vector<NodeId> operands;
  for (size_t i = 0; i < arity; ++i) {
    const expr::DType dtype = TakesTruth(row, i) ? expr::DType::kBool : expr::DType::kUnspecified;
    program.arguments.push_back(
        {.name = std::string(1, static_cast<char>('a' + i)), .dtype = dtype});
    operands.push_back(program.graph.Argument(static_cast<uint32_t>(i)));
  }
  const NodeId call = program.graph.Call(id, operands);
  const NodeId partial = expr::Instantiate(*texts.partials[k], operands, call, &program.graph);
  const NodeId domain = expr::Instantiate(texts.domain, operands, call, &program.graph);
  program.outputs = {{"f", call}, {"d", partial}, {"domain", domain}};
  return AsWritten(program);
}

Real Moved(const Real& x, double step) {
  Real moved = x;
  mpfr_add_d(moved.get(), moved.get(), step, MPFR_RNDN);
  return moved;
}

// (f(x + step) - f(x - back)) / (step + back); NaN outside the domain.
double Slope(const expr::Program& program, std::vector<Real> x, size_t k, double step,
             double back) {
  const Real at = x[k];
  x[k] = Moved(at, step);
  const std::vector<Exact> above = EvaluateExactly(program, x);
  x[k] = Moved(at, -back);
  const std::vector<Exact> below = EvaluateExactly(program, x);
  if (!above[2].truth || !below[2].truth) return std::nan("");
  Real difference;
  mpfr_sub(difference.get(), above[0].value.get(), below[0].value.get(), MPFR_RNDN);
  mpfr_div_d(difference.get(), difference.get(), step + back, MPFR_RNDN);
  return difference.ToDouble();
}

bool Near(double a, double b) {
  return std::abs(a - b) <= kTolerance * std::max({std::abs(a), std::abs(b), 1e-6});
}

// How many points were compared.
int CheckPartial(const FunctionRow& row, size_t k, size_t arity, bool* cut) {
  const expr::Program program = Derivative(row, k, arity);
  const bool known = IsAlwaysKnown(program);
  *cut = TakesSeconds(program);
  if (*cut) return 0;
  Random random(kSeed + k);
  const auto start = std::chrono::steady_clock::now();
  int compared = 0;
  for (int t = 0; t < kTries && compared < kWanted; ++t) {
    *cut = std::chrono::steady_clock::now() - start > kPartialTime;
    if (*cut) break;
    std::vector<Real> x;
    for (size_t i = 0; i < arity; ++i) {
      x.emplace_back(TakesTruth(row, i) ? static_cast<double>(random.Below(2)) : random.Moderate());
    }
    const std::vector<Exact> values = EvaluateExactly(program, x);
    const double h = 1e-12 * std::max(1e-3, std::abs(x[k].ToDouble()));
    const double slope = Slope(program, x, k, h, h);
    const bool smooth = Near(slope, Slope(program, x, k, h / 2, h / 2)) &&
                        Near(slope, Slope(program, x, k, h, 0)) &&
                        Near(slope, Slope(program, x, k, 0, h));
    if (!values[2].truth || !values[0].value.finite() || !smooth) continue;
    // Rows of ball arithmetic are not known everywhere: neither is what calls them.
    const bool ends = row.group == "distributions";  // whose ends 0*log(0) stand for
    if (!values[1].value.finite() && (!known || ends)) continue;
    ++compared;
    EXPECT_PRED2(Near, values[1].value.ToDouble(), slope)
        << row.name << " by operand " << k << ": " << row.partials[k] << " at " << x[0].ToDouble()
        << ", " << x.back().ToDouble() << ", seed " << kSeed;
  }
  return compared;
}

TEST(PartialsTest, AgreeWithCentralDifferences) {
  int partials = 0;
  for (const FunctionRow& row : expr::Rows()) {
    const size_t arity = row.max_arity == expr::kVariadic ? 2 : row.max_arity;
    for (size_t k = 0; k < arity; ++k) {
      if (row.partials[k] == "none" || row.partials[k].empty() || TakesTruth(row, k)) continue;
      bool cut = false;
      const auto start = std::chrono::steady_clock::now();
      const int compared = CheckPartial(row, k, arity, &cut);
      const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
      if (seconds.count() > 1)
        std::cout << row.name << ": " << seconds.count() << " s" << std::endl;
      // Domains of several parameters are hit by few random points.
      EXPECT_TRUE(cut || compared >= kWanted / 4 || !IsPlain(row))
          << row.name << " by operand " << k << ": too few smooth points in the domain \""
          << row.domain << '"';
      ++partials;
    }
  }
  EXPECT_GT(partials, 0);
  std::cout << partials << " partial derivatives\n";
}

// The first output, as the interpreter has it.
bool IsNumberToTheMachine(const expr::Program& as_written, const std::vector<double>& x) {
  std::vector<Column> columns;
  for (const double value : x) columns.push_back(Column::Of(expr::DType::kFloat64, {value}));
  const double value = RunNaively(as_written, columns)[0].at(0).ToDouble();
  return !std::isnan(value);
}

TEST(PartialsTest, DomainsHoldWhereTheFunctionIsDefined) {
  for (const FunctionRow& row : expr::Rows()) {
    if (!IsNumberRow(row)) continue;
    Random random(kSeed);
    const size_t arity = row.max_arity == expr::kVariadic ? 2 : row.max_arity;
    expr::Program program;
    std::vector<NodeId> operands;
    for (size_t i = 0; i < arity; ++i) {
      program.arguments.push_back({.name = std::string(1, static_cast<char>('a' + i))});
      operands.push_back(program.graph.Argument(static_cast<uint32_t>(i)));
    }
    const expr::FunctionId id = expr::IdOf(row.name);
    const NodeId call = program.graph.Call(id, operands);
    program.outputs = {
        {"f", call},
        {"domain", expr::Instantiate(expr::TextsOf(id).domain, operands, call, &program.graph)}};
    program = AsWritten(program);
    if (TakesSeconds(program)) continue;
    const bool known = IsAlwaysKnown(program);
    const auto start = std::chrono::steady_clock::now();
    for (int t = 0; t < 300 && std::chrono::steady_clock::now() - start < kPartialTime; ++t) {
      std::vector<double> x;
      for (size_t i = 0; i < arity; ++i) x.push_back(random.Moderate());
      const std::vector<Exact> values = EvaluateExactly(program, x);
      if (!values[1].truth || values[0].value.finite()) continue;
      // Of what lies beyond the exponents of the reference, such as ndtr(-4e8), the machine knows
      // more.
      const bool unknown = mpfr_nan_p(values[0].value.get()) != 0;
      if (!known || (unknown && IsNumberToTheMachine(program, x))) continue;
      // The logarithm of a probability that is 0 at the end of the domain.
      const bool nothing = mpfr_inf_p(values[0].value.get()) != 0 && values[0].value.ToDouble() < 0;
      EXPECT_TRUE(nothing && row.group == "distributions")
          << row.name << " is not finite in its domain \"" << row.domain << "\" at " << x[0] << ", "
          << x.back() << ", seed " << kSeed;
    }
  }
}

}  // namespace
}  // namespace formulary::testing
