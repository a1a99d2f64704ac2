// The cases of Hamming's chapter 3 among Herbie's and FPBench's benchmarks (../shared/corpora): how
// many are more accurate simplified than as written, by rules alone, and how many with the search
// for better forms. Judged at the corpora's own points and values, which no part of the server saw.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "gtest/gtest.h"
#include "server/analysis/analyze.h"
#include "server/analysis/improve.h"
#include "server/expr/infer.h"
#include "server/expr/text/print.h"
#include "server/passes/expand.h"
#include "server/passes/pipeline.h"
#include "tests/support/engine_harness.h"
#include "tests/support/test_files.h"

namespace formulary::analysis {
namespace {

using Json = nlohmann::json;

// An improvement in bits, mean over the points, that counts.
constexpr double kImprovedBits = 0.1;
// Where a plain evaluation is within this, nothing is to be improved.
constexpr double kAccurateBits = 0.5;

std::vector<Json> LoadCases() {
  std::vector<Json> cases;
  for (const char* corpus : {"herbie", "fpbench"}) {
    std::ifstream file(testing::SourceDir() + "/../shared/corpora/" + corpus + ".json");
    if (!file) continue;
    Json parsed = Json::parse(file);
    for (Json& one : parsed.at("cases")) {
      const std::string id = one["id"];
      if (id.find("hamming") != std::string::npos) cases.push_back(std::move(one));
    }
  }
  return cases;
}

double NumberOf(const Json& hex) { return std::strtod(hex.get<std::string>().c_str(), nullptr); }

expr::Program ProgramOf(const Json& one) {
  std::vector<expr::Argument> arguments;
  for (const Json& name : one["args"])
    arguments.push_back({.name = name.get<std::string>(), .declared = true});
  absl::StatusOr<expr::Program> program =
      testing::ParseProgram({one["sympy"].get<std::string>()}, expr::Numerics::kStable, arguments);
  EXPECT_TRUE(program.ok()) << program.status();
  EXPECT_TRUE(expr::MakeConversionsExplicit(&*program).ok());
  return *std::move(program);
}

Samples PointsOf(const Json& one) {
  Samples samples;
  for (const Json& point : one["points"]) {
    std::vector<double>& in = samples.points.emplace_back();
    for (const Json& value : point["in"]) in.push_back(NumberOf(value));
    samples.exact.push_back({NumberOf(point["out"])});
  }
  return samples;
}

std::vector<Range> RangesOf(const Json& one) {
  std::vector<Range> ranges;
  for (const auto& [name, ends] : one["ranges"].items()) {
    Range& range = ranges.emplace_back();
    range.argument = name;
    if (!ends[0].is_null()) range.lower = ends[0].get<double>();
    if (!ends[1].is_null()) range.upper = ends[1].get<double>();
  }
  return ranges;
}

double MeanBits(const expr::Program& program, const Samples& samples) {
  const auto results =
      NaiveRunner(program, ArgumentTypes(program)).Run(absl::MakeConstSpan(samples.points));
  EXPECT_TRUE(results.ok()) << results.status();
  return results.ok() ? Mean(ErrorBits(samples, *results, 0, expr::DType::kFloat64)) : 64;
}

double Milliseconds(std::chrono::steady_clock::duration time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

struct Row {
  double written = 0, simplified = 0, improved = 0;
  double simplify_ms = 0, improve_ms = 0;
  bool accurate() const { return written < kAccurateBits; }
  bool by_rules() const { return accurate() || simplified < written - kImprovedBits; }
  bool by_search() const {
    return accurate() || std::min(simplified, improved) < written - kImprovedBits;
  }
};

Row Measure(const Json& one) {
  const expr::Program program = ProgramOf(one);
  const Samples points = PointsOf(one);
  Row row;
  row.written = MeanBits(passes::Expand(program), points);
  auto start = std::chrono::steady_clock::now();
  const expr::Program simplified = passes::Optimize(program, {}).program;
  row.simplify_ms = Milliseconds(std::chrono::steady_clock::now() - start);
  row.simplified = MeanBits(passes::Expand(simplified), points);
  row.improved = row.simplified;
  AnalyzeOptions options;
  options.ranges = RangesOf(one);
  start = std::chrono::steady_clock::now();
  const auto no_stop = [] { return absl::OkStatus(); };
  const auto as_written = [&](absl::Span<const std::vector<double>> inputs) {
    return NaiveRunner(program, ArgumentTypes(program)).Run(inputs);
  };
  const auto analysis = Analyze(passes::Expand(program), options, as_written, no_stop);
  EXPECT_TRUE(analysis.ok()) << one["id"] << ": " << analysis.status();
  if (!analysis.ok()) return row;
  const auto improvement = Improve(program, options, *analysis, no_stop);
  EXPECT_TRUE(improvement.ok()) << one["id"] << ": " << improvement.status();
  row.improve_ms = Milliseconds(std::chrono::steady_clock::now() - start);
  if (!improvement.ok() || !improvement->has_value()) return row;
  row.improved =
      MeanBits(passes::Expand(passes::Optimize((*improvement)->program, {}).program), points);
  if (std::getenv("FORMULARY_SHOW_FORMS") != nullptr)
    std::cout << "  " << *expr::PrintProgram((*improvement)->program) << '\n';
  return row;
}

TEST(HammingTest, RulesAndSearchImproveTheCases) {
  const std::vector<Json> cases = LoadCases();
  if (cases.empty()) GTEST_SKIP() << "no ../shared/corpora";
  int by_rules = 0, by_search = 0, worse = 0;
  double slowest = 0;
  for (const Json& one : cases) {
    const Row row = Measure(one);
    by_rules += row.by_rules();
    by_search += row.by_search();
    worse += row.improved > row.written + 1;
    slowest = std::max(slowest, row.improve_ms);
    std::cout << absl::StrFormat("%-58s %5.1f %5.1f %5.1f bits %7.3f ms %7.0f ms %s%s\n",
                                 one["id"].get<std::string>(), row.written, row.simplified,
                                 row.improved, row.simplify_ms, row.improve_ms,
                                 row.by_rules() ? "rules " : "", row.by_search() ? "search" : "");
  }
  const int count = static_cast<int>(cases.size());
  std::cout << absl::StrFormat("of %d: %d by rules alone, %d with the search; slowest %.0f ms\n",
                               count, by_rules, by_search, slowest);
  // 26 of 28, and of as many as there are.
  EXPECT_GE(by_search * 28, count * 26);
  EXPECT_EQ(worse, 0);
}

}  // namespace
}  // namespace formulary::analysis
