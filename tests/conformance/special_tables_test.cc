// Tables of special functions made by others (Boost.Math, SciPy, mpmath), through the whole engine
// (special_tables.h); skipped where these are not there. Errors in ulp of the correctly rounded
// value. Two bars on the same rows: the 99th percentile is at most twice that of Boost.Math, not
// promoted to long double, and at most SciPy's, 4 ulp being good enough for both.
// FORMULARY_UPDATE_GOLDENS=1 writes the table to client/conformance.md.

#include "tests/conformance/special_tables.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/property/exact.h"
#include "tests/support/engine_harness.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_files.h"

namespace formulary::testing {
namespace {

struct Errors {
  double worst = 0, p99 = 0;
  size_t at = 0;  // the worst row
};

Errors ErrorsOf(const Rows& rows, const std::function<double(size_t)>& value) {
  Errors errors;
  std::vector<double> ulps;
  for (size_t i = 0; i < rows.expected.size(); ++i) {
    double off = UlpsOff(value(i), rows.expected[i]);
    if (std::isnan(off)) off = HUGE_VAL;
    ulps.push_back(off);
    if (off > errors.worst) errors.at = i;
    errors.worst = std::max(errors.worst, off);
  }
  std::sort(ulps.begin(), ulps.end());
  if (!ulps.empty()) errors.p99 = ulps[(ulps.size() - 1) * 99 / 100];
  return errors;
}

std::string Shown(const Arguments& x) {
  std::string text;
  for (const double value : x) absl::StrAppendFormat(&text, " %.17g", value);
  return text;
}

constexpr const char* kPage =
    "# Conformance of the special functions\n\n"
    "Tables made by others, evaluated through the engine by "
    "`tests/conformance/special_tables_test.cc`. Errors in\nunits in the last place; Boost is "
    "Boost.Math 1.74 in double, not promoted, on the same rows, SciPy is 1.10.1\n(figures of "
    "`tests/conformance/data/make_scipy_bars.py`). Do not edit: run "
    "`property.special_tables_test` with\n`FORMULARY_UPDATE_GOLDENS=1`.\n\n"
    "| table | formula | rows | worst | 99 % | Boost: worst | 99 % | SciPy: worst | 99 % |\n"
    "|---|---|---:|---:|---:|---:|---:|---:|---:|\n";

// What is good enough whatever others reach, in ulp.
constexpr double kGood = 4;

class SpecialTablesTest : public ::testing::Test {
 protected:
  SpecialTablesTest() {
    absl::StatusOr<std::unique_ptr<engine::Engine>> made =
        engine::Engine::Create(engine::Options());
    EXPECT_OK(made);
    engine_ = *std::move(made);
  }

  void Check(const Table& table, const Rows& rows) {
    const std::vector<double> values = Evaluate(table, rows);
    if (values.empty()) return;
    total_ += rows.arguments.size();
    const Errors ours = ErrorsOf(rows, [&](size_t i) { return values[i]; });
    const std::string where = absl::StrFormat(
        "%s, worst %g at%s: got %.17g, want %.17g", table.file, ours.worst,
        Shown(rows.arguments[ours.at]), values[ours.at], rows.expected[ours.at].ToDouble());
    absl::StrAppendFormat(&page_, "| %s | `%s` | %d | %.3g | %.3g | %s | %s |\n", table.file,
                          table.formula, rows.arguments.size(), ours.worst, ours.p99,
                          CheckAgainstBoost(table, rows, ours, where),
                          CheckAgainstScipy(table, rows, ours, where));
  }

  // Both return their cells of the page's row.
  static std::string CheckAgainstBoost(const Table& table, const Rows& rows, const Errors& ours,
                                       const std::string& where) {
    if (table.boost == nullptr) {
      EXPECT_LE(ours.p99, kGood) << where;
      return " |";
    }
    const Errors boost = ErrorsOf(rows, [&](size_t i) { return table.boost(rows.arguments[i]); });
    EXPECT_LE(ours.p99, std::max(kGood, 2 * boost.p99)) << where << ", against Boost";
    return absl::StrFormat("%.3g | %.3g", boost.worst, boost.p99);
  }

  std::string CheckAgainstScipy(const Table& table, const Rows& rows, const Errors& ours,
                                const std::string& where) const {
    const auto found = scipy_.find(table.file);
    if (found == scipy_.end()) return " |";
    const ScipyBar& scipy = found->second;
    EXPECT_EQ(rows.arguments.size(), scipy.rows)
        << table.file << ": SciPy was measured on other rows, run make_scipy_bars.py";
    EXPECT_LE(ours.p99, std::max(kGood, scipy.p99)) << where << ", against SciPy";
    return absl::StrFormat("%.3g | %.3g", scipy.worst, scipy.p99);
  }

  std::vector<double> Evaluate(const Table& table, const Rows& rows) {
    TestCall call{.outputs = {table.formula}};
    for (size_t k = 0; k < rows.arguments[0].size(); ++k) {
      std::vector<double> column;
      for (const Arguments& x : rows.arguments) column.push_back(x[k]);
      call.inputs.emplace_back(std::string(1, static_cast<char>('a' + k)), column);
    }
    const absl::StatusOr<TestAnswer> answer = Call(engine_.get(), call);
    EXPECT_OK(answer) << table.file << ": " << table.formula;
    return answer.ok() ? answer->outputs[0] : std::vector<double>();
  }

  std::unique_ptr<engine::Engine> engine_;
  const std::map<std::string, ScipyBar> scipy_ = ScipyBars();
  std::string page_ = kPage;
  size_t total_ = 0;
};

TEST_F(SpecialTablesTest, AreWithinTheBars) {
  ASSERT_GT(scipy_.size(), 100u) << "scipy_bars.txt is not what it was";
  ForEachTable([this](const Table& table, const Rows& rows) { Check(table, rows); });
  if (total_ == 0) GTEST_SKIP() << "no ../shared/corpora beside the source tree";
  std::cout << page_ << total_ << " rows\n";
  if (UpdateGoldens()) WriteFile(SourceDir() + "/client/conformance.md", page_);
}

}  // namespace
}  // namespace formulary::testing
