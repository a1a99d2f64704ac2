// Every routine of the catalogue against its exact value (MPFR or ball arithmetic): at random,
// integral, half-integral and extreme operands within the row's domain and region, its error must
// be within the bound that the row publishes, in float64 and float32. With
// FORMULARY_UPDATE_GOLDENS=1 the figures seen are written to client/accuracy.md;
// FORMULARY_LAWS_TIMES=n tries n times as many points.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/expr/catalogue.h"
#include "server/expr/row_text.h"
#include "tests/property/exact.h"
#include "tests/property/execute.h"
#include "tests/property/generate.h"
#include "tests/support/test_files.h"

namespace formulary::testing {
namespace {

using expr::DType;
using expr::FunctionRow;
using expr::NodeId;

constexpr uint64_t kSeed = 31415926;
constexpr int kCandidates = 4'000;  // points thrown, of which those in the region count
constexpr int kMostThrows = 16;     // times that, where few are in the region
constexpr int kWanted = 300;        // points compared, at most
// Exact values of some functions, quantiles above all, take a tenth of a second: such a row gets
// fewer points.
constexpr std::chrono::milliseconds kRowTime{120};
constexpr size_t kLeast = 10;

// Operands of one row: of a mixture that finds small integers, poles, tails and extremes.
constexpr int kStyles = 6;
double Operand(Random* random, int style) {
  const double sign = random->OneIn(3) ? -1 : 1;
  switch (style) {
    case 0:
      return sign * static_cast<double>(random->Below(40));
    case 1:
      return sign * std::pow(10, random->Between(-3, 3));
    case 2:
      return sign * 20 * random->Unit();
    case 3:
      return random->Unit();
    case 4:
      return random->Moderate();
    default:
      return sign * std::pow(10, random->Between(-20, 20));
  }
}

// Of those operands of which the domain asks that they are integral.
double Count(Random* random) {
  if (random->OneIn(2)) return static_cast<double>(random->Below(40));
  return std::floor(std::pow(10, random->Between(0, 4)));
}

std::vector<bool> IntegralOperands(const FunctionRow& row) {
  std::vector<bool> integral;
  for (int k = 0; k < row.routine->operands; ++k) {
    const std::string name(1, static_cast<char>('a' + k));
    integral.push_back(row.domain.find("Eq(" + name + ", floor(" + name + "))") !=
                       std::string_view::npos);
  }
  return integral;
}

// Where domain and region hold.
struct Points {
  std::vector<Column> operands;
  std::vector<double> amplitude;  // 0: the result itself
};

Column NaiveValues(const FunctionRow& row, const expr::RowText& text,
                   const std::vector<Column>& operands) {
  const expr::FunctionId id = expr::IdOf(row.name);
  expr::Program program;
  std::vector<NodeId> nodes;
  for (size_t k = 0; k < operands.size(); ++k) {
    program.arguments.push_back({.name = std::string(1, static_cast<char>('a' + k))});
    nodes.push_back(program.graph.Argument(static_cast<uint32_t>(k)));
  }
  const NodeId call = program.graph.Call(id, nodes);
  program.outputs = {{"y", expr::Instantiate(text, nodes, call, &program.graph)}};
  return RunNaively(AsWritten(program), operands)[0];
}

// Adds `candidates` points.
void Throw(const FunctionRow& row, bool single, int candidates, Random* random, Points* points) {
  std::vector<Column> thrown(points->operands.size(), Column{DType::kFloat64, {}});
  const std::vector<bool> integral = IntegralOperands(row);
  for (int i = 0; i < candidates; ++i) {
    const bool same_style = random->OneIn(2);
    const int style = static_cast<int>(random->Below(kStyles));
    for (size_t k = 0; k < thrown.size(); ++k) {
      const int own = same_style ? style : static_cast<int>(random->Below(kStyles));
      double x = integral[k] ? Count(random) : Operand(random, own);
      if (single) x = static_cast<float>(x);
      thrown[k].bits.push_back(BitsOf(expr::Scalar::Float64(x)));
    }
  }
  const expr::RowTexts& texts = expr::TextsOf(expr::IdOf(row.name));
  const auto count = static_cast<size_t>(candidates);
  std::vector<bool> inside(count, true);
  const auto require = [&](const expr::RowText& condition) {
    const Column values = NaiveValues(row, condition, thrown);
    for (size_t i = 0; i < count; ++i) inside[i] = inside[i] && values.at(i).ToDouble() != 0;
  };
  require(texts.domain);
  if (texts.region.has_value()) require(*texts.region);
  Column amplitudes;
  if (texts.amplitude.has_value()) amplitudes = NaiveValues(row, *texts.amplitude, thrown);
  for (size_t i = 0; i < count; ++i) {
    if (!inside[i]) continue;
    for (size_t k = 0; k < thrown.size(); ++k)
      points->operands[k].bits.push_back(thrown[k].bits[i]);
    points->amplitude.push_back(texts.amplitude.has_value() ? amplitudes.at(i).ToDouble() : 0);
  }
}

Points PointsFor(const FunctionRow& row, bool single, int times) {
  Random random(kSeed);
  Points points;
  points.operands.assign(static_cast<size_t>(row.routine->operands), Column{DType::kFloat64, {}});
  const size_t wanted = static_cast<size_t>(kWanted) * static_cast<size_t>(times);
  for (int i = 0; i < kMostThrows && points.amplitude.size() < wanted; ++i)
    Throw(row, single, kCandidates * times, &random, &points);
  return points;
}

struct Seen {
  std::vector<double> ulps;
  double worst = 0;
  std::string where;
};

double RoutineAt(const FunctionRow& row, const std::vector<double>& x, bool single) {
  if (!single) return row.routine->f64.value(x.data());
  const std::vector<float> narrow(x.begin(), x.end());
  return row.routine->f32.value(narrow.data());
}

Seen Measure(const FunctionRow& row, bool single, int times) {
  const int bits = single ? 24 : 53;
  const Points points = PointsFor(row, single, times);
  Seen seen;
  const auto start = std::chrono::steady_clock::now();
  for (size_t i = 0; i < points.amplitude.size(); ++i) {
    if (seen.ulps.size() >= static_cast<size_t>(kWanted * times)) break;
    const bool late = std::chrono::steady_clock::now() - start > times * kRowTime;
    if (late && seen.ulps.size() >= kLeast) break;
    std::vector<double> x;
    for (const Column& column : points.operands) x.push_back(column.at(i).ToDouble());
    std::vector<Real> exact(x.begin(), x.end());
    std::vector<mpfr_ptr> pointers;
    for (Real& operand : exact) pointers.push_back(operand.get());
    Real want;
    row.reference(want.get(), pointers.data());
    if (!want.finite()) continue;  // not known, or beyond what ball arithmetic is asked for
    const double largest = single ? 0x1.fffffep127 : 0x1.fffffffffffffp1023;
    if (std::abs(want.ToDouble()) > largest) continue;
    const double got = RoutineAt(row, x, single);
    double ulps = UlpsOff(got, want, bits);
    const double size = std::abs(want.ToDouble());
    if (std::isfinite(points.amplitude[i]) && points.amplitude[i] > size)
      ulps *= UlpOf(size, bits) / UlpOf(points.amplitude[i], bits);
    if (std::isnan(ulps)) ulps = HUGE_VAL;
    seen.ulps.push_back(ulps);
    if (ulps <= seen.worst) continue;
    seen.worst = ulps;
    seen.where.clear();
    for (const double value : x) absl::StrAppendFormat(&seen.where, " %.17g", value);
    absl::StrAppendFormat(&seen.where, ": got %.17g, want %.17g", got, want.ToDouble());
  }
  std::sort(seen.ulps.begin(), seen.ulps.end());
  return seen;
}

double Percentile99(const Seen& seen) {
  return seen.ulps.empty() ? 0 : seen.ulps[(seen.ulps.size() - 1) * 99 / 100];
}

constexpr const char* kPage =
    "# Accuracy of the functions\n\n"
    "Measured by `tests/property/accuracy_test.cc`, which holds every routine to the bound it "
    "publishes. Errors\nare in units in the last place of the exact value, or of the amplitude "
    "where a row names one (near zeros),\nat random, integral and extreme operands within the "
    "domain and the region. Do not edit: run\n`property.accuracy_test` with "
    "`FORMULARY_UPDATE_GOLDENS=1`.\n\n"
    "| function | region | amplitude | points | float64: worst | 99 % | bound | float32: worst | "
    "bound |\n|---|---|---|---:|---:|---:|---:|---:|---:|\n";

TEST(AccuracyTest, RoutinesAreWithinTheirPublishedErrors) {
  const int times = ProgramsToTry(1);
  std::string page = kPage;
  for (const FunctionRow& row : expr::Rows()) {
    if (row.routine == nullptr || row.reference == nullptr) continue;
    const auto start = std::chrono::steady_clock::now();
    const Seen wide = Measure(row, false, times);
    const Seen single = Measure(row, true, times);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    if (seconds.count() > 3 * times) std::cout << row.name << ": " << seconds.count() << " s\n";
    const runtime::Accuracy& bound = row.routine->accuracy;
    EXPECT_LE(wide.worst, bound.ulp_f64) << row.name << " at" << wide.where;
    EXPECT_LE(single.worst, bound.ulp_f32) << row.name << " in float32 at" << single.where;
    EXPECT_GE(wide.ulps.size(), kLeast) << row.name << ": too few points in the domain and region";
    absl::StrAppendFormat(&page, "| %s | %s | %s | %d | %.3g | %.3g | %g | %.3g | %g |\n", row.name,
                          row.region.empty() ? "" : "`" + std::string(row.region) + "`",
                          row.amplitude.empty() ? "" : "`" + std::string(row.amplitude) + "`",
                          wide.ulps.size(), wide.worst, Percentile99(wide), bound.ulp_f64,
                          single.worst, bound.ulp_f32);
  }
  if (UpdateGoldens()) std::ofstream(SourceDir() + "/client/accuracy.md") << page;
}

}  // namespace
}  // namespace formulary::testing
