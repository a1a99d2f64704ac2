#include "server/expr/assumptions.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "server/base/error.h"
#include "server/base/strings.h"
#include "server/expr/catalogue.h"

namespace formulary::expr {
namespace {

constexpr std::pair<std::string_view, bool Facts::*> kFactNames[] = {
    {"positive", &Facts::positive}, {"nonnegative", &Facts::nonnegative},
    {"negative", &Facts::negative}, {"nonzero", &Facts::nonzero},
    {"integer", &Facts::integer},   {"finite", &Facts::finite},
};

// What one fact implies.
Facts Closed(Facts facts) {
  if (facts.positive) facts.nonnegative = facts.nonzero = true;
  if (facts.negative) facts.nonzero = true;
  if (facts.nonnegative && facts.nonzero) facts.positive = true;
  return facts;
}

Facts OfNumber(double value, bool integer) {
  return Closed({.positive = value > 0,
                 .nonnegative = value >= 0,
                 .negative = value < 0,
                 .nonzero = value != 0 && !std::isnan(value),
                 .integer = integer,
                 .finite = std::isfinite(value)});
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
bool StaysFinite(Range range, absl::Span<const Facts> operands) {
  if (!All<&Facts::finite>(operands) || range == Range::kUnknown) return false;
  if (range == Range::kQuotient) return operands[1].nonzero;
  if (range == Range::kSquareRoot) return operands[0].nonnegative;
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
  return facts;
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
  return Closed({.positive = a.positive.value_or(false) || lower > 0,
                 .nonnegative = a.nonnegative.value_or(false) || lower >= 0,
                 .negative = a.negative.value_or(false) || upper < 0,
                 .nonzero = a.nonzero.value_or(false),
                 .integer = a.integer.value_or(false) || IsInteger(argument.dtype),
                 .finite = a.finite.value_or(false) || IsInteger(argument.dtype) ||
                           (std::isfinite(lower) && std::isfinite(upper))});
}

Facts DeriveFacts(const Graph& graph, NodeId id, absl::Span<const Facts> facts,
                  absl::Span<const Argument> arguments) {
  const Node& node = graph[id];
  switch (node.kind) {
    case NodeKind::kNumber:
      return OfNumber(sgn(graph.number(id)), graph.number(id).get_den() == 1);
    case NodeKind::kReal:
      return OfNumber(graph.real(id), false);
    case NodeKind::kNamed:
      if (node.detail == static_cast<uint8_t>(NamedConstant::kImaginaryUnit)) return {};
      return OfNumber(1, false);  // positive, and irrational or not known to be rational
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
    return Closed(OfPower(graph, ids[1], facts[ids[0].value], facts[ids[1].value]));
  }
  std::vector<Facts> operands;
  operands.reserve(ids.size());
  for (const NodeId operand : ids) operands.push_back(facts[operand.value]);
  Facts derived = kDerivations[static_cast<size_t>(range)](operands);
  derived.finite = StaysFinite(range, operands);
  return Closed(derived);
}

bool HasFact(const Facts& facts, std::string_view name) {
  for (const auto& [fact, member] : kFactNames) {
    if (fact == name) return facts.*member;
  }
  return false;
}

}  // namespace formulary::expr
