// The identities of the reals that rewriting goes by: both sides are equal as reals, defined at the
// same points, and the right side keeps the promise of STABLE (error within max(2 bounds of the
// left side, 4 ulps)). Those of all modes: strict_bits_test.cc.

#include <algorithm>
#include <cmath>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/expr/assumptions.h"
#include "server/expr/catalogue.h"
#include "server/passes/choice_rules.h"
#include "server/passes/rules.h"
#include "tests/property/exact.h"
#include "tests/property/execute.h"
#include "tests/property/generate.h"
#include "tests/property/identity_sides.h"

namespace formulary::testing {
namespace {

using expr::DType;
using expr::Identity;
using expr::Numerics;

constexpr uint64_t kSeed = 4711;
constexpr size_t kPoints = 10'000;
// So many of them are held to exact values whatever both sides give; of functions whose routines
// take this long fewer, since so do their references (milliseconds a point).
constexpr size_t kExactPoints = 500;
constexpr double kSlowNanoseconds = 400;
constexpr size_t kSlowExactPoints = 100;
// So many are tried for each that meets the conditions.
constexpr size_t kTriesPerPoint = 7;
// With a side's error bound b, what is d ulps from it is off by b + d at most, which is within
// max(2 b, 4) for d up to 2.
constexpr double kSurelyKept = 2;

constexpr double kLeastUlps = 4;

// Whether the conditions hold of these very values.
bool Meets(const std::vector<passes::Condition>& conditions, const std::vector<double>& x) {
  return std::all_of(conditions.begin(), conditions.end(), [&](const passes::Condition& condition) {
    if (condition.name == "beyond") return true;  // where it pays, not where it holds
    const double value = x[condition.variable];
    const expr::Facts facts{.positive = value > 0,
                            .nonnegative = value >= 0,
                            .negative = value < 0,
                            .nonzero = value != 0,
                            .integer = value == std::floor(value),
                            .finite = true,
                            .number = true,
                            .range = {value, value}};
    return Holds(condition, facts);
  });
}

// How far the sides may differ: nearly all of the 200 bits.
constexpr double kTolerance = 0x1p-100;

// Equal as reals, but for what cancels on the way.
bool SameReal(const Exact& left, const Exact& right) {
  Real difference;
  mpfr_sub(difference.get(), left.value.get(), right.value.get(), MPFR_RNDN);
  const double magnitude = std::abs(left.value.ToDouble()) + left.error + right.error;
  return std::abs(difference.ToDouble()) <= magnitude * kTolerance;
}

bool IsNan(const Exact& exact) { return mpfr_nan_p(exact.value.get()) != 0; }

class Prover {
 public:
  explicit Prover(const Identity& identity)
      : identity_(identity),
        sides_(Sides(identity, DType::kFloat64, Numerics::kStable)),

        known_(IsAlwaysKnown(sides_)),
        // Errors of routines that have an amplitude are not relative to the result.
        accurate_(IsPlain(sides_) && Holds(identity.modes, Numerics::kStable)) {}

  // Of the points that meet the conditions, how many were held to exact values.
  size_t Run();

 private:
  bool IsSlow() const;
  // Arguments that meet the conditions, by argument.
  std::vector<std::vector<double>> Points() const;
  // Whether `right` keeps the promise because it is so near to `left`.
  bool SurelyKept(double left, double right) const;
  // "" when the identity holds at this point as far as `exact` knows.
  std::string Fault(const std::vector<Exact>& exact, const std::vector<double>& x,
                    double right) const;
  // False: a fault was shown.
  bool Check(const std::vector<double>& x, double right) const;

  const Identity& identity_;
  const expr::Program sides_;
  const bool known_;
  const bool accurate_;
};

bool Prover::IsSlow() const {
  for (uint32_t i = 0; i < sides_.graph.size(); ++i) {
    const expr::Node& node = sides_.graph[expr::NodeId{i}];
    if (node.kind == expr::NodeKind::kCall && Row(node.function).nanoseconds > kSlowNanoseconds)
      return true;
  }
  return false;
}

std::string Prover::Fault(const std::vector<Exact>& exact, const std::vector<double>& x,
                          double got) const {
  const Exact &left = exact[0], &right = exact[1];
  if (!known_ && (IsNan(left) || IsNan(right))) return "";
  if (left.is_truth || !left.in_range || !right.in_range || !left.sure) {
    // Where the left side has no value, the right side must have none either, and the other way
    // round: but a value beyond the format's range is a value. The reals know no -0.
    const bool minus_zero = std::any_of(
        x.begin(), x.end(), [](double value) { return value == 0 && std::signbit(value); });
    const bool alike = left.is_truth || minus_zero || IsNan(left) == IsNan(right);
    return alike ? "" : "one side is defined";
  }
  if (!SameReal(left, right)) {
    return std::to_string(left.value.ToDouble()) + " and " + std::to_string(right.value.ToDouble());
  }
  if (!accurate_) return "";
  const double off = UlpsOff(got, left.value);
  const double bound = left.error / UlpOf(left.value.ToDouble());
  if (off <= std::max(2 * bound, kLeastUlps)) return "";
  return "off by " + std::to_string(off) + " ulp, left side's bound " + std::to_string(bound);
}

std::vector<std::vector<double>> Prover::Points() const {
  const std::vector<passes::Condition> conditions = passes::ParseConditions(identity_.condition);
  std::vector<std::vector<double>> columns(3);
  Random random(kSeed);
  for (size_t t = 0; t < kTriesPerPoint * kPoints && columns[0].size() < kPoints; ++t) {
    std::vector<double> x;
    for (int k = 0; k < 3; ++k) {
      x.push_back(random.OneIn(3) ? random.Moderate() * random.Moderate() * 20 : random.Moderate());
      if (random.OneIn(4)) x.back() = std::floor(x.back());
    }
    if (!Meets(conditions, x)) continue;
    for (size_t k = 0; k < 3; ++k) columns[k].push_back(x[k]);
  }
  return columns;
}

bool Prover::SurelyKept(double left, double right) const {
  if (!accurate_) return true;
  if (!std::isfinite(left) || !std::isfinite(right)) return left == right;
  const double smaller = 0.99 * std::min(std::abs(left), std::abs(right));
  return std::abs(left - right) <= kSurelyKept * UlpOf(smaller);
}

bool Prover::Check(const std::vector<double>& x, double right) const {
  // The values alone settle nearly all of them; bounds take four times as long.
  if (Fault(EvaluateExactly(sides_, x, {.bounds = false}), x, right).empty()) return true;
  const std::string fault = Fault(EvaluateExactly(sides_, x), x, right);
  if (fault.empty()) return true;
  ADD_FAILURE() << identity_.id << ": " << identity_.left << " -> " << identity_.right
                << "\n  at a = " << x[0] << ", b = " << x[1] << ", c = " << x[2] << ": " << fault;
  return false;
}

size_t Prover::Run() {
  const std::vector<std::vector<double>> points = Points();
  EXPECT_GE(3 * points[0].size(), kPoints)
      << identity_.id << ": too few points meet \"" << identity_.condition << '"';
  std::vector<Column> columns;
  for (const std::vector<double>& values : points)
    columns.push_back(Column::Of(DType::kFloat64, values));
  const std::vector<Column> got = RunLowered(LowerFor(sides_, columns), columns);
  const size_t exact_points = IsSlow() ? kSlowExactPoints : kExactPoints;
  size_t checked = 0;
  for (size_t i = 0, faults = 0; i < points[0].size() && faults < 3; ++i) {
    const double left = got[0].at(i).ToDouble(), right = got[1].at(i).ToDouble();
    if (i >= exact_points && SurelyKept(left, right)) continue;
    ++checked;
    if (!Check({points[0][i], points[1][i], points[2][i]}, right)) ++faults;
  }
  return checked;
}

// Those that the rewriter applies and those among which it chooses.
std::vector<const Identity*> OfTheReals() {
  std::vector<const Identity*> all = passes::AllIdentities();
  for (const Identity* identity : passes::ChoiceIdentities()) all.push_back(identity);
  std::erase_if(all, [](const Identity* identity) { return identity->modes == expr::kAllModes; });
  return all;
}

TEST(IdentitiesTest, OfTheRealsAreEqualAndLoseNoAccuracy) {
  // exp(a**2) of any a is a number.
  mpfr_set_emax(mpfr_get_emax_max());
  mpfr_set_emin(mpfr_get_emin_min());
  int count = 0;
  size_t exact = 0;
  for (const Identity* identity : OfTheReals()) {
    ++count;
    ASSERT_NE(TypingOf(*identity), expr::Typing::kLogic)
        << identity->id << ": identities of truth values hold exactly";
    exact += Prover(*identity).Run();
  }
  std::cout << count << " identities of the reals at up to " << kPoints << " points each, of which "
            << exact << " were held to exact values\n";
}

}  // namespace
}  // namespace formulary::testing
