// Texts that others wrote: SymPy's own test expressions, physics, FPCore benchmarks. Read in place
// from
// ../shared/corpora; skipped where that is not there. What parses is also evaluated, one element at
// a time, against the corpus's values: precedence mistakes show as numbers.

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "server/expr/infer.h"
#include "server/expr/interpret.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_files.h"
#include "tests/unit/expr/text_helpers.h"

namespace formulary::expr {
namespace {

using Json = nlohmann::json;

constexpr size_t kPointsPerText = 3;

Json LoadCases(const std::string& corpus) {
  std::ifstream file(testing::SourceDir() + "/../shared/corpora/" + corpus + ".json");
  if (!file) return {};
  return Json::parse(file).at("cases");
}

struct Tally {
  int texts = 0, parsed = 0, unknown = 0, points = 0, far = 0;
  int outside = 0;
};

double UlpOf(double value) {
  const double magnitude = std::max(std::abs(value), std::numeric_limits<double>::min());
  return std::nextafter(magnitude, std::numeric_limits<double>::infinity()) - magnitude;
}

// The corpus calls argument N "N_"; an FPCore keeps its own names, in the same order.
std::vector<size_t> PositionsOf(const Program& program, const Json& names, bool by_position) {
  std::vector<size_t> positions;
  for (size_t i = 0; i < program.arguments.size(); ++i) {
    size_t position = i;
    for (size_t k = 0; k < names.size() && !by_position; ++k) {
      if (names[k] == program.arguments[i].name) position = k;
    }
    positions.push_back(position);
  }
  return positions;
}

// Evaluates at some points where the value is well determined; rows that compute by expansion are
// left to others. SymPy prints literals in 15 digits or fewer, so its own text is held to 1 in 100
// only.
void CompareValues(Program program, const Json& one, const std::string& key,
                   const std::string& text, Tally* tally) {
  if (!MakeConversionsExplicit(&program).ok()) return;
  const std::vector<size_t> positions = PositionsOf(program, one.at("args"), key == "sexpr");
  const Json& points = one.at("points");
  for (size_t i = 0; i < std::min(kPointsPerText, points.size()); ++i) {
    std::vector<Scalar> arguments;
    for (const size_t position : positions) {
      if (position >= points[i]["in"].size()) return;  // a symbol that the corpus does without
      arguments.push_back(Scalar::Float64(
          std::strtod(points[i]["in"][position].get<std::string>().c_str(), nullptr)));
    }
    const absl::StatusOr<std::vector<Scalar>> values = Interpret(program, arguments);
    if (!values.ok() || points[i].contains("flow")) return;
    const double want = std::strtod(points[i]["out"].get<std::string>().c_str(), nullptr);
    double bound = (4 * points[i]["eb"].get<double>() + 1) * UlpOf(want);
    if (bound > 1e-3 * std::abs(want)) continue;
    // The corpus has another branch of the spherical functions at negative arguments.
    const bool spherical = text.find("jn(") != text.npos || text.find("yn(") != text.npos;
    const bool negative = std::any_of(arguments.begin(), arguments.end(),
                                      [](const Scalar& value) { return value.ToDouble() < 0; });
    if (spherical && negative) continue;
    if (key == "str") bound = 1e-2 * std::abs(want);
    ++tally->points;
    if (std::abs((*values)[0].ToDouble() - want) <= bound) continue;
    // Special functions are not computed for all operands that they are defined for.
    if (std::isnan((*values)[0].ToDouble()) && ++tally->outside < 40) continue;
    ++tally->far;
    ADD_FAILURE() << text << "\n gives " << (*values)[0].ToDouble() << ", want " << want
                  << " within " << bound;
  }
}

// Parses `key` of every case. Syntax errors fail; functions that the catalogue does not have are
// counted.
void ParseCorpus(const std::string& corpus, const std::string& key) {
  const Json cases = LoadCases(corpus);
  if (cases.empty())
    GTEST_SKIP() << "no ../shared/corpora/" << corpus << ".json beside the source tree";
  Tally tally;
  std::map<std::string, std::vector<std::string>> reasons;
  for (const Json& one : cases) {
    if (!one.contains(key) || !one[key].is_string()) continue;
    // Symbols such as a[0] and \alpha are no names here.
    const bool plain = std::all_of(one["args"].begin(), one["args"].end(), [](const Json& name) {
      return name.get<std::string>().find_first_of("[]\\ {}") == std::string::npos;
    });
    if (!plain) continue;
    ++tally.texts;
    const std::string text = one[key];
    ProgramBuilder builder{Limits{}};
    for (const Json& name : one["args"]) builder.AddInputName(name.get<std::string>());
    const absl::StatusOr<NodeId> node = ParseText(text, &builder);
    if (!node.ok()) {
      EXPECT_NE(ReasonOf(node.status()), "PARSE_ERROR") << one["id"] << "\n"
                                                        << node.status().message();
      reasons[ReasonOf(node.status())].push_back(one["id"]);
      continue;
    }
    ++tally.parsed;
    ASSERT_OK(builder.AddOutput("", *node));
    const absl::StatusOr<Program> program = builder.Build();
    CompareValues(*program, one, key, text, &tally);
  }
  std::cout << corpus << ": " << tally.parsed << " of " << tally.texts << " texts parse, "
            << tally.points << " values compared, " << tally.far << " too far\n";
  for (const auto& [reason, ids] : reasons) {
    std::cout << "  " << reason << ": " << ids.size() << ", the first is " << ids.front() << "\n";
  }
  EXPECT_GT(tally.parsed, 0);
}

TEST(CorpusTextTest, Feynman) { ParseCorpus("feynman", "sympy"); }
TEST(CorpusTextTest, FpBench) { ParseCorpus("fpbench", "sympy"); }
TEST(CorpusTextTest, Herbie) { ParseCorpus("herbie", "sympy"); }
TEST(CorpusTextTest, MoreGarbowHillstrom) { ParseCorpus("mgh", "sympy"); }
TEST(CorpusTextTest, SymbolicRegression) { ParseCorpus("sr", "sympy"); }
TEST(CorpusTextTest, Statistics) { ParseCorpus("stats", "sympy"); }
TEST(CorpusTextTest, SymPyAsPrinted) { ParseCorpus("sympy", "str"); }
TEST(CorpusTextTest, SymbolicRegressionAsPublished) { ParseCorpus("sr", "formula"); }
TEST(CorpusTextTest, FpBenchCores) { ParseCorpus("fpbench", "sexpr"); }
TEST(CorpusTextTest, HerbieCores) { ParseCorpus("herbie", "sexpr"); }

}  // namespace
}  // namespace formulary::expr
