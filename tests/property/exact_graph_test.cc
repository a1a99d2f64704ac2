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

struct Tally {
  int exact = 0, undecided = 0, off = 0, undefined = 0;
};

// The corpora's own points: values are theirs to the last bit, but where constants of the formula
// are rounded here (pi/2 of the source is exact there and here).
void CheckCase(const Json& one, Tally* tally) {
  std::vector<expr::Argument> arguments;
  for (const Json& name : one["args"])
    arguments.push_back({.name = name.get<std::string>(), .declared = true});
  const absl::StatusOr<expr::Program> parsed = ParseProgram(
      {one["sympy"].get<std::string>()}, expr::Numerics::kStable, arguments);
  if (!parsed.ok()) return;
  const expr::Program program = AsWritten(*parsed);
  const ExactEvaluator exact(program, analysis::ArgumentTypes(program));
  const Json& points = one["points"];
  for (size_t i = 0; i < std::min(points.size(), kPointsOfACase); ++i) {
    std::vector<double> in;
    for (const Json& value : points[i]["in"]) in.push_back(NumberOf(value));
    const double want = NumberOf(points[i]["out"]);
    const ExactValue value = exact.Outputs(in)[0];
    if (value.outcome != Outcome::kExact) {
      ++(value.outcome == Outcome::kUndefined ? tally->undefined : tally->undecided);
      EXPECT_NE(value.outcome, Outcome::kUndefined) << one["id"] << " point " << i;
      continue;
    }
    ++tally->exact;
    if (value.value == want) continue;
    ++tally->off;
    if (tally->off <= 12) {
      std::cout << one["id"] << " point " << i << ": " << value.value << ", corpus " << want << '\n';
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

}  // namespace
}  // namespace formulary::testing
