#include "server/expr/assumptions.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "server/base/error.h"
#include "server/base/strings.h"
#include "server/expr/catalogue.h"

namespace formulary::expr {
namespace {

constexpr std::pair<std::string_view, bool Facts::*> kFactNames[] = {
    {"positive", &Facts::positive}, {"nonnegative", &Facts::nonnegative},
    {"negative", &Facts::negative}, {"nonzero", &Facts::nonzero},
    {"integer", &Facts::integer},   {"finite", &Facts::finite},
    {"number", &Facts::number},
};

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kLeastPositive = std::numeric_limits<double>::denorm_min();

// What one fact implies.
Facts Closed(Facts facts) {
  if (facts.range.lower > 0) facts.positive = true;
  if (facts.range.lower >= 0) facts.nonnegative = true;
  if (facts.range.upper < 0) facts.negative = true;
  if (facts.positive) facts.nonnegative = facts.nonzero = true;
  if (facts.negative) facts.nonzero = true;
  if (facts.nonnegative && facts.nonzero) facts.positive = true;
  if (facts.finite && !facts.presumed) facts.number = true;
  if (facts.nonnegative) facts.range.lower = std::max(facts.range.lower, 0.0);
  if (facts.positive) facts.range.lower = std::max(facts.range.lower, kLeastPositive);
  if (facts.negative) facts.range.upper = std::min(facts.range.upper, -kLeastPositive);
  return facts;
}

Facts OfNumber(double value, bool integer, const Interval& range) {
  return Closed({.positive = value > 0,
                 .nonnegative = value >= 0,
                 .negative = value < 0,
                 .nonzero = value != 0 && !std::isnan(value),
                 .integer = integer,
                 .finite = std::isfinite(value),
                 .number = !std::isnan(value),
                 .range = range});
}

// How the facts of a call follow from its operands'.
using Derivation = Facts (*)(absl::Span<const Facts> operands);

template <bool Facts::*kFact>
bool All(absl::Span<const Facts> operands) {
  return std::all_of(operands.begin(), operands.end(), [](const Facts& f) { return f.*kFact; });
}

Facts Sum(absl::Span<const Facts> operands) {
  const bool none_negative = All<&Facts::nonnegative>(operands);
  const bool one_positive =
      std::any_of(operands.begin(), operands.end(), [](const Facts& f) { return f.positive; });
  return {.positive = none_negative && one_positive,
          .nonnegative = none_negative,
          .negative = All<&Facts::negative>(operands),
          .integer = All<&Facts::integer>(operands)};
}

Facts Product(absl::Span<const Facts> operands) {
  const bool signed_all = std::all_of(operands.begin(), operands.end(),
                                      [](const Facts& f) { return f.positive || f.negative; });
  const auto negatives =
      std::count_if(operands.begin(), operands.end(), [](const Facts& f) { return f.negative; });
  // Underflow may turn a product of positive factors into 0: only the real value is positive.
  return {.positive = signed_all && negatives % 2 == 0,
          .nonnegative = All<&Facts::nonnegative>(operands),
          .negative = signed_all && negatives % 2 == 1,
          .integer = All<&Facts::integer>(operands)};
}

Facts Quotient(absl::Span<const Facts> operands) {
  Facts facts = Product(operands);
  facts.integer = false;
  return facts;
}

Facts Negation(absl::Span<const Facts> operands) {
  return {.positive = operands[0].negative,
          .negative = operands[0].positive,
          .nonzero = operands[0].nonzero,
          .integer = operands[0].integer};
}

Facts Positive(absl::Span<const Facts>) { return {.positive = true}; }
Facts Nonnegative(absl::Span<const Facts>) { return {.nonnegative = true}; }

Facts SquareRoot(absl::Span<const Facts> operands) {
  return {.positive = operands[0].positive, .nonnegative = true};
}

Facts Absolute(absl::Span<const Facts> operands) {
  return {.nonnegative = true, .nonzero = operands[0].nonzero, .integer = operands[0].integer};
}

Facts Least(absl::Span<const Facts> operands) {
  return {.positive = All<&Facts::positive>(operands),
          .nonnegative = All<&Facts::nonnegative>(operands),
          .integer = All<&Facts::integer>(operands)};
}

Facts Greatest(absl::Span<const Facts> operands) {
  const auto any = [&](bool Facts::*fact) {
    return std::any_of(operands.begin(), operands.end(),
                       [fact](const Facts& f) { return f.*fact; });
  };
  return {.positive = any(&Facts::positive),
          .nonnegative = any(&Facts::nonnegative),
          .integer = All<&Facts::integer>(operands)};
}

Facts Integral(absl::Span<const Facts> operands) {
  return {.nonnegative = operands[0].nonnegative, .integer = true};
}

Facts Same(absl::Span<const Facts> operands) { return operands[0]; }

// The operand's sign, but not its integrality.
Facts SameSign(absl::Span<const Facts> operands) {
  Facts facts = operands[0];
  facts.integer = false;
  return facts;
}

Facts Nothing(absl::Span<const Facts>) { return {}; }

// By Range, in its order. kPower looks at the exponent's value and is handled apart.
constexpr Derivation kDerivations[] = {
    &Nothing,  &Positive, &Nonnegative, &SameSign, &Same,    &Integral, &Absolute, &SquareRoot,
    &Negation, &Sum,      &Product,     &Quotient, &Nothing, &Least,    &Greatest,
};
static_assert(std::size(kDerivations) == static_cast<size_t>(Range::kGreatest) + 1);

// Finite operands give a finite result, as far as the reals are concerned.
bool StaysFinite(const FunctionRow& row, absl::Span<const Facts> operands) {
  if (!All<&Facts::finite>(operands)) return false;
  if (row.range == Range::kUnknown) return row.domain == "True";
  if (row.range == Range::kQuotient) return operands[1].nonzero;
  if (row.range == Range::kSquareRoot) return operands[0].nonnegative;
  return true;
}

Facts OfPower(const Graph& graph, NodeId exponent, const Facts& base, const Facts& exponent_facts) {
  Facts facts{.positive = base.positive};
  if (!graph.IsNumber(exponent)) return facts;
  const mpq_class& power = graph.number(exponent);
  const bool integral = power.get_den() == 1;
  const bool even = integral && mpz_even_p(power.get_num_mpz_t());
  if (even && power != 0) facts.nonnegative = true;
  if (even && base.nonzero) facts.positive = true;
  if (!integral || base.nonnegative) facts.nonnegative = true;
  if (integral && !even && base.negative) facts.negative = true;
  facts.integer = base.integer && exponent_facts.integer && power >= 0;
  facts.finite = base.finite && (integral || base.nonnegative) && (power >= 0 || base.nonzero);
  facts.presumed = base.presumed;
  return facts;
}

// The ends of a function that only rises or falls, by its exact reference at a few bits more than
// binary64 has.
constexpr mpfr_prec_t kEndPrecision = 64;

Interval MonotoneRange(const FunctionRow& row, const Interval& operand) {
  const bool rising = row.monotone == Monotone::kRising;
  Interval range{row.least, row.greatest};
  mpfr_t x, y;
  mpfr_init2(x, kEndPrecision);
  mpfr_init2(y, kEndPrecision);
  const mpfr_ptr operands[] = {x};
  for (const double end : {operand.lower, operand.upper}) {
    if (!std::isfinite(end)) continue;
    mpfr_set_d(x, end, MPFR_RNDN);
    row.reference(y, operands);
    if (mpfr_nan_p(y) != 0) continue;  // outside of the domain: says nothing
    const bool lower = (end == operand.lower) == rising;
    if (lower || operand.lower == operand.upper)
      range.lower = std::max(range.lower, Widened(mpfr_get_d(y, MPFR_RNDD), 0).lower);
    if (!lower || operand.lower == operand.upper)
      range.upper = std::min(range.upper, Widened(0, mpfr_get_d(y, MPFR_RNDU)).upper);
  }
  mpfr_clear(x);
  mpfr_clear(y);
  return range;
}

Interval RangeOf(const FunctionRow& row, absl::Span<const Facts> operands) {
  const Interval own{row.least, row.greatest};
  if (operands.empty()) return own;
  Interval range = operands[0].range;
  switch (row.range) {
    case Range::kSame:
      return range;
    case Range::kNegation:
      return Negated(range);
    case Range::kAbsolute:
      return Absolute(range);
    case Range::kSquareRoot:
      return RootPower(range, 0.5);
    case Range::kQuotient:
      return range * Inverse(operands[1].range);
    case Range::kIntegral:
      // Rounding in whatever direction moves by less than 1.
      return Intersection(own, Widened(range.lower - 1, range.upper + 1));
    case Range::kSum:
      for (const Facts& next : operands.subspan(1)) {
        range = range + (row.opcode == Opcode::kSub ? Negated(next.range) : next.range);
      }
      return range;
    case Range::kProduct:
      for (const Facts& next : operands.subspan(1)) range = range * next.range;
      return range;
    case Range::kLeast:
      for (const Facts& next : operands.subspan(1)) range = Least(range, next.range);
      return range;
    case Range::kGreatest:
      for (const Facts& next : operands.subspan(1)) range = Greatest(range, next.range);
      return range;
    default:
      break;
  }
  const bool bounded = std::isfinite(range.lower) || std::isfinite(range.upper);
  if (row.monotone != Monotone::kNo && row.reference != nullptr && bounded)
    return MonotoneRange(row, range);
  return own;
}

Interval PowerRange(const Graph& graph, NodeId exponent, const Facts& base,
                    const Facts& exponent_facts) {
  if (!graph.IsNumber(exponent)) {
    // exp(e*log(b)) with b above 1: rises with both.
    return base.nonnegative ? Interval{0, kInfinity} : Interval{};
  }
  const mpq_class& power = graph.number(exponent);
  if (power.get_den() == 1 && power.get_num().fits_slong_p())
    return IntegerPower(base.range, power.get_num().get_si());
  const Interval value = exponent_facts.range;
  return RootPower(base.range, value.lower);
}

// Operands that are numbers give a number.
bool StaysNumber(const FunctionRow& row, absl::Span<const Facts> operands) {
  if (operands.empty() || !All<&Facts::number>(operands)) return false;
  switch (row.range) {
    case Range::kSame:
    case Range::kNegation:
    case Range::kAbsolute:
    case Range::kLeast:
    case Range::kGreatest:
      return true;
    case Range::kSquareRoot:
      return operands[0].nonnegative;
    case Range::kSum:
      return row.opcode != Opcode::kSub && All<&Facts::nonnegative>(operands);
    default:
      return row.monotone != Monotone::kNo && row.domain == "True";
  }
}

// What holds of every value.
Facts OfBranches(absl::Span<const NodeId> ids, absl::Span<const Facts> facts) {
  Facts all = facts[ids.back().value];
  for (size_t i = 0; i + 1 < ids.size(); i += 2) {
    const Facts& next = facts[ids[i].value];
    for (const auto& [name, member] : kFactNames) all.*member = all.*member && next.*member;
    all.presumed = all.presumed || next.presumed;
    all.range = Hull(all.range, next.range);
  }
  return all;
}

absl::Status Contradiction(const Argument& argument, std::string_view what) {
  return base::InvalidArgument("CONTRADICTION", "assumptions",
                               base::StrCat("argument \"", argument.name, "\": ", what));
}

}  // namespace

absl::Status CheckAssumptions(const Argument& argument) {
  const Assumptions& a = argument.assumptions;
  const auto is = [](const std::optional<bool>& fact) { return fact.value_or(false); };
  const auto is_not = [](const std::optional<bool>& fact) { return fact.has_value() && !*fact; };
  if (is(a.positive) && is(a.negative)) return Contradiction(argument, "positive and negative");
  if (is(a.nonnegative) && is(a.negative))
    return Contradiction(argument, "nonnegative and negative");
  if (is(a.positive) && is_not(a.nonnegative))
    return Contradiction(argument, "positive, not nonnegative");
  if ((is(a.positive) || is(a.negative)) && is_not(a.nonzero)) {
    return Contradiction(argument, "positive or negative, and not nonzero");
  }
  if (a.lower.has_value() && std::isnan(*a.lower)) return Contradiction(argument, "lower is NaN");
  if (a.upper.has_value() && std::isnan(*a.upper)) return Contradiction(argument, "upper is NaN");
  if (a.lower.has_value() && a.upper.has_value() && *a.lower > *a.upper) {
    return Contradiction(argument, base::StrCat("lower ", *a.lower, " is above upper ", *a.upper));
  }
  if (is(a.positive) && a.upper.has_value() && *a.upper <= 0) {
    return Contradiction(argument, base::StrCat("positive, but upper is ", *a.upper));
  }
  if (is(a.negative) && a.lower.has_value() && *a.lower >= 0) {
    return Contradiction(argument, base::StrCat("negative, but lower is ", *a.lower));
  }
  return absl::OkStatus();
}

Facts FactsOf(const Argument& argument) {
  const Assumptions& a = argument.assumptions;
  const double lower = a.lower.value_or(-INFINITY);
  const double upper = a.upper.value_or(INFINITY);
  const bool positive = a.positive.value_or(false), nonnegative = a.nonnegative.value_or(false);
  const bool negative = a.negative.value_or(false);
  const bool finite = a.finite.value_or(false) || IsInteger(argument.dtype) ||
                      (std::isfinite(lower) && std::isfinite(upper));
  // A declared sign or bound says that the argument is a number.
  const bool number = positive || nonnegative || negative || a.lower.has_value() ||
                      a.upper.has_value() || argument.dtype == DType::kInt64;
  return Closed({.positive = positive || lower > 0,
                 .nonnegative = nonnegative || lower >= 0,
                 .negative = negative || upper < 0,
                 .nonzero = a.nonzero.value_or(false),
                 .integer = a.integer.value_or(false) || IsInteger(argument.dtype),
                 .finite = finite || argument.presumed_finite,
                 .number = number,
                 .presumed = argument.presumed_finite && !finite,
                 .range = {lower, upper}});
}

Facts DeriveFacts(const Graph& graph, NodeId id, absl::Span<const Facts> facts,
                  absl::Span<const Argument> arguments) {
  const Node& node = graph[id];
  switch (node.kind) {
    case NodeKind::kNumber:
      return OfNumber(sgn(graph.number(id)), graph.number(id).get_den() == 1,
                      Interval::Of(graph.number(id)));
    case NodeKind::kReal: {
      const double value = graph.real(id);
      return OfNumber(value, false, std::isnan(value) ? Interval{} : Interval{value, value});
    }
    case NodeKind::kNamed:
      if (node.detail == static_cast<uint8_t>(NamedConstant::kImaginaryUnit)) return {};
      // Positive, and irrational or not known to be rational; all lie between 0.5 and 3.2.
      return OfNumber(1, false, {0.5, 3.2});
    case NodeKind::kBoolean:
      return {};
    case NodeKind::kArgument:
      return node.payload < arguments.size() ? FactsOf(arguments[node.payload]) : Facts{};
    case NodeKind::kCall:
      break;
  }
  const absl::Span<const NodeId> ids = graph.operands(id);
  const Range range = Row(node.function).range;
  if (range == Range::kPower) {
    Facts power = OfPower(graph, ids[1], facts[ids[0].value], facts[ids[1].value]);
    power.range = PowerRange(graph, ids[1], facts[ids[0].value], facts[ids[1].value]);
    return Closed(power);
  }
  if (node.function == fn::kPiecewise) return Closed(OfBranches(ids, facts));
  absl::InlinedVector<Facts, 4> operands;
  operands.reserve(ids.size());
  for (const NodeId operand : ids) operands.push_back(facts[operand.value]);
  Facts derived = kDerivations[static_cast<size_t>(range)](operands);
  derived.finite = StaysFinite(Row(node.function), operands);
  derived.presumed =
      std::any_of(operands.begin(), operands.end(), [](const Facts& f) { return f.presumed; });
  derived.number = StaysNumber(Row(node.function), operands);
  derived.range = RangeOf(Row(node.function), operands);
  return Closed(derived);
}

bool HasFact(const Facts& facts, std::string_view name) {
  for (const auto& [fact, member] : kFactNames) {
    if (fact == name) return facts.*member;
  }
  return false;
}

}  // namespace formulary::expr
