// The identities that rewriting goes by. Those of all modes are equal bit for bit, whatever the
// operands; those of the reals are equal as reals, defined at the same points, and lose no
// accuracy.

#include <cmath>
#include <iostream>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/expr/assumptions.h"
#include "server/expr/catalogue.h"
#include "server/expr/row_text.h"
#include "server/passes/algebra.h"
#include "server/passes/choice_rules.h"
#include "server/passes/rules.h"
#include "tests/property/exact.h"
#include "tests/property/execute.h"
#include "tests/property/generate.h"

namespace formulary::testing {
namespace {

using expr::DType;
using expr::Identity;
using expr::NodeId;
using expr::Numerics;

constexpr uint64_t kSeed = 4711;

// Outputs: left and right side, of arguments a, b, c of this type.
expr::Program Sides(const Identity& identity, DType dtype, Numerics numerics) {
  expr::Program program;
  program.numerics = numerics;
  std::vector<NodeId> operands;
  for (uint32_t i = 0; i < 3; ++i) {
    program.arguments.push_back(
        {.name = std::string(1, static_cast<char>('a' + i)), .dtype = dtype});
    operands.push_back(program.graph.Argument(i));
  }
  for (const std::string_view side : {identity.left, identity.right}) {
    const expr::RowText text = expr::ParseRowText(side);
    program.outputs.push_back(
        {std::string(side), expr::Instantiate(text, operands, operands[0], &program.graph)});
  }
  return AsWritten(program);
}

expr::Typing TypingOf(const Identity& identity) {
  const expr::RowText left = expr::ParseRowText(identity.left);
  return Row(left.graph[left.root].function).typing;
}

// The types in which the identity has to hold.
std::vector<DType> TypesOf(const Identity& identity) {
  if (TypingOf(identity) == expr::Typing::kLogic) return {DType::kBool};
  if (TypingOf(identity) == expr::Typing::kArithmetic)
    return {DType::kFloat64, DType::kFloat32, DType::kInt64};
  return {DType::kFloat64, DType::kFloat32};
}

std::vector<Column> Grid(DType dtype) {
  std::vector<double> values = SpecialValues();
  Random random(kSeed);
  for (int i = 0; i < 600; ++i) values.push_back(random.Moderate());
  for (int i = 0; i < 600; ++i) values.push_back(random.Pattern());
  Column a{dtype, {}};
  for (const double value : values) {
    if (dtype == DType::kInt64) {
      a.bits.push_back(std::abs(value) < 1e18 ? static_cast<uint64_t>(static_cast<int64_t>(value))
                                              : random.Next());
    } else {
      a.bits.push_back(BitsOf(Convert(expr::Scalar::Float64(value), dtype)));
    }
  }
  if (dtype == DType::kFloat32) {
    for (int i = 0; i < 600; ++i) a.bits.push_back(random.Next() & 0xffffffffu);
  }
  // b and c: the same values in other orders.
  Column b = a, c = a;
  for (size_t i = 0; i < a.bits.size(); ++i) {
    b.bits[i] = a.bits[random.Below(a.bits.size())];
    c.bits[i] = a.bits[random.Below(a.bits.size())];
  }
  return {a, b, c};
}

void ExpectSame(const std::vector<Column>& outputs, const std::vector<Column>& arguments,
                const Identity& identity, const char* how) {
  int shown = 0;
  for (size_t i = 0; i < outputs[0].bits.size() && shown < 5; ++i) {
    if (SameBits(outputs[0].at(i), outputs[1].at(i))) continue;
    ++shown;
    ADD_FAILURE() << identity.id << ": " << identity.left << " -> " << identity.right
                  << " at a = " << Shown(arguments[0].at(i)) << " " << how << "\n  left  "
                  << Shown(outputs[0].at(i)) << "\n  right " << Shown(outputs[1].at(i))
                  << "\n  seed " << kSeed;
  }
}

TEST(IdentitiesTest, OfAllModesAreEqualBitForBit) {
  int count = 0;
  for (const Identity* identity : passes::AllIdentities()) {
    if (identity->modes != expr::kAllModes) continue;
    ++count;
    EXPECT_EQ(identity->condition, "")
        << identity->id << ": exact identities hold without conditions";
    for (const DType dtype : TypesOf(*identity)) {
      const std::vector<Column> arguments = Grid(dtype);
      for (const Numerics numerics : {Numerics::kStrict, Numerics::kStable}) {
        const bool strict = numerics == Numerics::kStrict;
        const expr::Program sides = Sides(*identity, dtype, numerics);
        ExpectSame(RunNaively(sides, arguments), arguments, *identity,
                   strict ? "naive, strict" : "naive, plain");
        ExpectSame(RunLowered(LowerFor(sides, arguments), arguments), arguments, *identity,
                   strict ? "blocks, strict" : "blocks, plain");
      }
    }
  }
  EXPECT_GT(count, 0);
  std::cout << count << " exact identities\n";
}

// Whether the conditions hold of these very values.
bool Meets(const Identity& identity, const std::vector<double>& x) {
  for (const passes::Condition& condition : passes::ParseConditions(identity.condition)) {
    const double value = x[condition.variable];
    const expr::Facts facts{.positive = value > 0,
                            .nonnegative = value >= 0,
                            .negative = value < 0,
                            .nonzero = value != 0,
                            .integer = value == std::floor(value),
                            .finite = true,
                            .number = true,
                            .range = {value, value}};
    if (!Holds(condition, facts)) return false;
  }
  return true;
}

// How far the sides may differ: nearly all of the 200 bits, or what a series is cut at.
double ToleranceOf(const Identity& identity) {
  for (const Identity& series : passes::TruncatedSeries()) {
    if (&series == &identity) return 0x1p-54;
  }
  return 0x1p-100;
}

// Equal as reals, but for what cancels on the way.
bool SameReal(const Exact& left, const Exact& right, double tolerance) {
  Real difference;
  mpfr_sub(difference.get(), left.value.get(), right.value.get(), MPFR_RNDN);
  const double magnitude = std::abs(left.value.ToDouble()) + left.error + right.error;
  return std::abs(difference.ToDouble()) <= magnitude * tolerance;
}

void CheckPoint(const Identity& identity, const expr::Program& sides, bool known, bool accurate,
                const std::vector<double>& x) {
  const std::vector<Exact> exact = EvaluateExactly(sides, x);
  const bool both = mpfr_nan_p(exact[0].value.get()) == 0 && mpfr_nan_p(exact[1].value.get()) == 0;
  if (!known && !both) return;
  if (exact[0].is_truth || !exact[0].in_range || !exact[1].in_range || !exact[0].sure) {
    // Where the left side has no value, the right side must have none either, and the other way
    // round: but a value beyond the format's range is a value. The reals know no -0.
    const bool minus_zero = std::any_of(
        x.begin(), x.end(), [](double value) { return value == 0 && std::signbit(value); });
    if (!exact[0].is_truth && !minus_zero) {
      EXPECT_EQ(mpfr_nan_p(exact[0].value.get()) != 0, mpfr_nan_p(exact[1].value.get()) != 0)
          << identity.id << ": " << identity.left << " -> " << identity.right << " at a = " << x[0];
    }
    return;
  }
  EXPECT_TRUE(SameReal(exact[0], exact[1], ToleranceOf(identity)))
      << identity.id << ": " << identity.left << " -> " << identity.right << " at a = " << x[0]
      << ": " << exact[0].value.ToDouble() << " and " << exact[1].value.ToDouble();
  if (!accurate) return;
  std::vector<expr::Scalar> arguments;
  for (const double value : x) arguments.push_back(expr::Scalar::Float64(value));
  const absl::StatusOr<std::vector<expr::Scalar>> got = Interpret(sides, arguments);
  ASSERT_TRUE(got.ok());
  const double ulp = UlpOf(exact[0].value.ToDouble());
  const double bound = 4 * ulp + 2 * exact[0].error;
  Real difference;
  mpfr_d_sub(difference.get(), (*got)[1].ToDouble(), exact[0].value.get(), MPFR_RNDN);
  EXPECT_LE(std::abs(difference.ToDouble()), bound)
      << identity.id << ": " << identity.left << " -> " << identity.right << " at a = " << x[0]
      << ": off by " << std::abs(difference.ToDouble()) / ulp << " ulp, left side's bound "
      << exact[0].error / ulp << " ulp";
}

// Those that the rewriter applies and those among which it chooses.
std::vector<const Identity*> OfTheReals() {
  std::vector<const Identity*> all = passes::AllIdentities();
  for (const Identity* identity : passes::ChoiceIdentities()) all.push_back(identity);
  std::erase_if(all, [](const Identity* identity) { return identity->modes == expr::kAllModes; });
  return all;
}

TEST(IdentitiesTest, OfTheRealsAreEqualAndLoseNoAccuracy) {
  int count = 0;
  for (const Identity* identity : OfTheReals()) {
    ++count;
    const bool logic = TypingOf(*identity) == expr::Typing::kLogic;
    ASSERT_FALSE(logic) << identity->id << ": identities of truth values hold exactly";
    const expr::Program sides = Sides(*identity, DType::kUnspecified, Numerics::kStable);
    const bool known = IsAlwaysKnown(sides);
    // Errors of routines that have an amplitude are not relative to the result.
    const bool accurate = IsPlain(sides) && Holds(identity->modes, Numerics::kStable);
    Random random(kSeed);
    int points = 0;
    for (int t = 0; t < 2'000 && points < 300; ++t) {
      std::vector<double> x;
      for (int k = 0; k < 3; ++k) {
        x.push_back(random.OneIn(3) ? random.Moderate() * random.Moderate() * 20
                                    : random.Moderate());
        if (random.OneIn(4)) x.back() = std::floor(x.back());
      }
      if (!Meets(*identity, x)) continue;
      ++points;
      CheckPoint(*identity, sides, known, accurate, x);
    }
    EXPECT_GE(points, 100) << identity->id << ": too few points meet \"" << identity->condition
                           << '"';
  }
  std::cout << count << " identities of the reals\n";
}

}  // namespace
}  // namespace formulary::testing
