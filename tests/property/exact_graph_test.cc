// Whole graphs in ball arithmetic, held against values made by others (../shared/corpora, correctly
// rounded there) and against the tests' own evaluation in 200 bits.

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "server/analysis/analyze.h"
#include "server/analysis/exact.h"
#include "server/analysis/ordinal.h"
#include "server/expr/catalogue.h"
#include "server/expr/scalar.h"
#include "tests/property/exact.h"
#include "tests/property/execute.h"
#include "tests/property/generate.h"
#include "tests/support/engine_harness.h"
#include "tests/support/test_files.h"

namespace formulary::testing {
namespace {

using analysis::ExactEvaluator;
using analysis::ExactValue;
using analysis::Outcome;
using Json = nlohmann::json;

constexpr size_t kPointsOfACase = 8;

double NumberOf(const Json& hex) { return std::strtod(hex.get<std::string>().c_str(), nullptr); }

std::vector<Json> LoadCases(const std::string& corpus) {
  std::ifstream file(SourceDir() + "/../shared/corpora/" + corpus + ".json");
  if (!file) return {};
  return Json::parse(file).at("cases");
}

// Decimals are the numbers that they say here, and the nearest binary64 there.
bool HasOtherDecimals(const expr::Program& program) {
  for (uint32_t i = 0; i < program.graph.size(); ++i) {
    const expr::NodeId id{i};
    if (!program.graph.IsNumber(id) || program.graph[id].detail == 0) continue;
    if (mpq_class(expr::ToDouble(program.graph.number(id))) != program.graph.number(id))
      return true;
  }
  return false;
}

struct Tally {
  int exact = 0, undecided = 0, off = 0;
};

// The corpora's own points: values are theirs to the last bit.
void CheckCase(const Json& one, Tally* tally) {
  if (!one["sympy"].is_string()) return;
  std::vector<expr::Argument> arguments;
  for (const Json& name : one["args"])
    arguments.push_back({.name = name.get<std::string>(), .declared = true});
  const absl::StatusOr<expr::Program> parsed =
      ParseProgram({one["sympy"].get<std::string>()}, expr::Numerics::kStable, arguments);
  if (!parsed.ok()) return;
  const expr::Program program = AsWritten(*parsed);
  if (HasOtherDecimals(program)) return;
  const ExactEvaluator exact(program, analysis::ArgumentTypes(program));
  const Json& points = one["points"];
  for (size_t i = 0; i < std::min(points.size(), kPointsOfACase); ++i) {
    std::vector<double> in;
    for (const Json& value : points[i]["in"]) in.push_back(NumberOf(value));
    const double want = NumberOf(points[i]["out"]);
    const ExactValue value = exact.Outputs(in)[0];
    if (value.outcome != Outcome::kExact) {
      ++tally->undecided;
      EXPECT_NE(value.outcome, Outcome::kUndefined) << one["id"] << " point " << i;
      continue;
    }
    ++tally->exact;
    if (value.value == want) continue;
    ++tally->off;
    if (tally->off <= 12) {
      std::cout << one["id"] << " point " << i << ": " << value.value << ", corpus " << want
                << '\n';
    }
  }
}

TEST(ExactGraphTest, AgreesWithTheCorpora) {
  bool any = false;
  for (const char* corpus : {"fpbench", "herbie", "feynman", "sr"}) {
    Tally tally;
    for (const Json& one : LoadCases(corpus)) CheckCase(one, &tally);
    if (tally.exact == 0) continue;
    any = true;
    std::cout << corpus << ": " << tally.exact << " points exact, " << tally.off << " off, "
              << tally.undecided << " undecided\n";
    EXPECT_EQ(tally.off, 0) << corpus;
    EXPECT_LE(tally.undecided * 200, tally.exact) << corpus;
  }
  if (!any) GTEST_SKIP() << "no ../shared/corpora";
}

// Random formulas: within 200 bits both say the same, where the tests' evaluation knows its error.
TEST(ExactGraphTest, AgreesWithAnEvaluationIn200Bits) {
  int compared = 0;
  for (int seed = 0; seed < ProgramsToTry(150); ++seed) {
    const expr::Program program = AsWritten(RandomProgram(static_cast<uint64_t>(seed), {}));
    if (!IsAlwaysKnown(program)) continue;
    const ExactEvaluator exact(program, analysis::ArgumentTypes(program));
    Random random(static_cast<uint64_t>(seed));
    std::vector<double> in;
    for (size_t k = 0; k < program.arguments.size(); ++k) in.push_back(random.Moderate());
    const std::vector<ExactValue> values = exact.Outputs(in);
    const std::vector<Exact> others = EvaluateExactly(program, absl::MakeConstSpan(in));
    for (size_t k = 0; k < values.size(); ++k) {
      const bool known = others[k].sure && others[k].in_range && others[k].value.finite() &&
                         others[k].error < std::abs(others[k].value.ToDouble());
      if (!known || others[k].is_truth || !values[k].usable()) continue;
      ++compared;
      EXPECT_LE(
          analysis::BitsOfError(others[k].value.ToDouble(), values[k].value, expr::DType::kFloat64),
          0)
          << "seed " << seed << " output " << k;
    }
  }
  EXPECT_GT(compared, 50);
}

// Any arguments at all: an outcome, and soon.
TEST(ExactGraphTest, ArgumentsOfAnySizeHaveAnOutcome) {
  int exact = 0;
  for (int seed = 0; seed < ProgramsToTry(120); ++seed) {
    const expr::Program program =
        AsWritten(RandomProgram(static_cast<uint64_t>(seed), {.calls = 8, .outputs = 1}));
    const ExactEvaluator evaluator(program, analysis::ArgumentTypes(program));
    Random random(static_cast<uint64_t>(seed));
    for (int i = 0; i < 3; ++i) {
      std::vector<double> in;
      for (size_t k = 0; k < program.arguments.size(); ++k) in.push_back(random.Pattern());
      exact += evaluator.Outputs(in)[0].outcome == Outcome::kExact;
    }
  }
  EXPECT_GT(exact, 20);
}

// What has no value is told from what is not known.
TEST(ExactGraphTest, OutcomesAreSure) {
  struct Row {
    const char* text;
    double x;
    Outcome outcome;
    double value;
  };
  const Row rows[] = {
      {"1/x", 0, Outcome::kUndefined, 0},
      {"log(x)", -1, Outcome::kUndefined, 0},
      {"sqrt(x - 1)", 0.5, Outcome::kUndefined, 0},
      {"gamma(x)", -2, Outcome::kUndefined, 0},
      {"asin(x)", 1.5, Outcome::kUndefined, 0},
      {"exp(x)", 1e4, Outcome::kExact, HUGE_VAL},
      {"exp(x)", -1e4, Outcome::kExact, 0},
      {"1/(1 + exp(x))", 1e300, Outcome::kExact, 0},
      {"sin(x)", 1e300, Outcome::kExact, std::sin(1e300)},
      {"(1 - cos(x))/x**2", 1e-150, Outcome::kExact, 0.5},
      {"exp(log(x)) - x", 3, Outcome::kExact, 0},
      {"Piecewise((1/x, x > 0), (7, True))", 0, Outcome::kExact, 7},
      {"Piecewise((1, exp(log(x)) > 3), (2, True))", 3, Outcome::kUndecided, 0},
      {"floor(exp(log(x)))", 3, Outcome::kUndecided, 0},
      {"round(x)", 2.5, Outcome::kExact, 2},
      {"round(x)", -3.5, Outcome::kExact, -4},
      {"trunc(x)", -2.5, Outcome::kExact, -2},
      {"sign(x)", -2.5, Outcome::kExact, -1},
      {"x**(1/3)", -8, Outcome::kUndefined, 0},
      {"cbrt(x)", -8, Outcome::kExact, -2},
      {"Mod(x, 3)", -1, Outcome::kExact, 2},
      {"Max(x, -oo)", 4, Outcome::kExact, 4},
      {"log1p(x)", 1e-320, Outcome::kExact, 1e-320},
  };
  for (const Row& row : rows) {
    const absl::StatusOr<expr::Program> parsed = ParseProgram({row.text});
    ASSERT_TRUE(parsed.ok()) << row.text << ": " << parsed.status();
    const expr::Program program = AsWritten(*parsed);
    const ExactEvaluator exact(program, analysis::ArgumentTypes(program));
    const ExactValue value = exact.Outputs({row.x})[0];
    EXPECT_EQ(value.outcome, row.outcome) << row.text << " at " << row.x;
    if (row.outcome == Outcome::kExact && value.outcome == Outcome::kExact) {
      EXPECT_EQ(value.value, row.value) << row.text << " at " << row.x;
    }
  }
}

// Enclosures of rows hold the references of points inside them.
TEST(ExactGraphTest, SingleFunctionsAreTheirReferences) {
  Random random(1);
  for (const expr::FunctionRow& row : expr::Rows()) {
    if (row.enclosure == nullptr || row.reference == nullptr) continue;
    std::vector<Real> operands;
    std::vector<double> in;
    for (size_t k = 0; k < row.max_arity; ++k) {
      in.push_back(std::abs(random.Moderate()) / 4);
      operands.emplace_back(in.back());
    }
    expr::Program program;
    std::vector<expr::NodeId> ids;
    for (uint32_t k = 0; k < row.max_arity; ++k) {
      program.arguments.push_back({});
      ids.push_back(program.graph.Argument(k));
    }
    const auto id = static_cast<uint16_t>(&row - expr::Rows().data());
    program.outputs = {{"y", program.graph.Call({id}, ids)}};
    const ExactValue value =
        ExactEvaluator(program, analysis::ArgumentTypes(program)).Outputs(in)[0];
    std::vector<mpfr_ptr> pointers;
    for (const Real& operand : operands) pointers.push_back(operand.get());
    Real reference;
    row.reference(reference.get(), pointers.data());
    if (!reference.finite()) continue;
    EXPECT_EQ(value.outcome, Outcome::kExact) << row.name << "(" << in[0] << ")";
    EXPECT_EQ(value.value, reference.ToDouble()) << row.name << "(" << in[0] << ")";
  }
}

}  // namespace
}  // namespace formulary::testing
