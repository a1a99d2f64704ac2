#include "server/expr/catalogue.h"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "absl/strings/ascii.h"
#include "server/expr/rows/arithmetic.h"
#include "server/expr/rows/bessel.h"
#include "server/expr/rows/calculus.h"
#include "server/expr/rows/complex.h"
#include "server/expr/rows/distribution.h"
#include "server/expr/rows/distribution_beta.h"
#include "server/expr/rows/distribution_circular.h"
#include "server/expr/rows/distribution_discrete.h"
#include "server/expr/rows/distribution_exponential.h"
#include "server/expr/rows/distribution_gamma.h"
#include "server/expr/rows/distribution_line.h"
#include "server/expr/rows/distribution_normal.h"
#include "server/expr/rows/distribution_pareto.h"
#include "server/expr/rows/elementary.h"
#include "server/expr/rows/elliptic.h"
#include "server/expr/rows/error.h"
#include "server/expr/rows/exponential.h"
#include "server/expr/rows/gamma.h"
#include "server/expr/rows/hypergeometric.h"
#include "server/expr/rows/incomplete.h"
#include "server/expr/rows/integral.h"
#include "server/expr/rows/logic.h"
#include "server/expr/rows/number.h"
#include "server/expr/rows/polynomial.h"
#include "server/expr/rows/slope.h"
#include "server/expr/rows/special.h"
#include "server/expr/rows/trigonometric.h"

namespace formulary::expr {
namespace {

// All row files in one constexpr table.
template <typename... Parts>
constexpr auto Concatenate(const Parts&... parts) {
  std::array<FunctionRow, (std::tuple_size_v<Parts> + ...)> all{};
  size_t next = 0;
  const auto append = [&](const auto& rows) {
    for (const FunctionRow& row : rows) all[next++] = row;
  };
  (append(parts), ...);
  return all;
}

constexpr auto kRows = Concatenate(
    rows::kArithmetic, rows::kExponential, rows::kTrigonometric, rows::kElementary, rows::kSpecial,
    rows::kGamma, rows::kError, rows::kIntegral, rows::kIncomplete, rows::kBessel, rows::kElliptic,
    rows::kPolynomial, rows::kHypergeometric, rows::kNumber, rows::kSlope, rows::kDistribution,
    rows::kDistributionNormal, rows::kDistributionLine, rows::kDistributionGamma,
    rows::kDistributionBeta, rows::kDistributionExponential, rows::kDistributionPareto,
    rows::kDistributionCircular, rows::kDistributionDiscrete, rows::kComplex, rows::kLogic,
    rows::kCalculus);

// --- What makes a row complete, checked by the compiler ---

// A row without a routine does not compile here, either: comparing its address with nullptr is no
// constant expression under -fsanitize=undefined. That a routine has all its forms and a reference
// is for catalogue_test.
constexpr bool HasRoutine(const FunctionRow& row) {
  return row.routine->operands == row.max_arity && row.min_arity == row.max_arity;
}

constexpr bool IsComputable(const FunctionRow& row) {
  switch (row.lowering) {
    case Lowering::kOperator:
      return row.opcode != Opcode::kNone;
    case Lowering::kVectorCall:
    case Lowering::kArrayCall:
      return HasRoutine(row);
    case Lowering::kExpansion:
      return !row.expansion.empty() && row.expansion.find(row.name) == std::string_view::npos;
    case Lowering::kStructural:
    case Lowering::kSymbolic:
      return true;
  }
  return false;
}

constexpr bool HasPartials(const FunctionRow& row) {
  const size_t count =
      row.max_arity == kVariadic ? std::max<size_t>(row.min_arity, 1) : row.max_arity;
  for (size_t i = 0; i < count; ++i) {
    if (row.partials[i].empty()) return false;
  }
  return true;
}

constexpr bool HasDocumentation(const FunctionRow& row) {
  return !row.name.empty() && !row.group.empty() &&
         row.doc.ends_with('.') | row.doc.ends_with("...") && !row.domain.empty() &&
         !row.latex.empty() && !row.example.empty();
}

constexpr bool IsComplete(const FunctionRow& row) {
  return HasDocumentation(row) && HasPartials(row) && IsComputable(row) &&
         (row.max_arity == kVariadic ||
          (row.min_arity <= row.max_arity && row.max_arity <= kMaxRowOperands)) &&
         (row.nanoseconds > 0 || row.lowering == Lowering::kStructural ||
          row.lowering == Lowering::kSymbolic);
}

// Index of the first incomplete row, or the number of rows: shows in the compiler's message.
constexpr size_t FirstIncompleteRow() {
  for (size_t i = 0; i < kRows.size(); ++i) {
    if (!IsComplete(kRows[i])) return i;
  }
  return kRows.size();
}
static_assert(FirstIncompleteRow() == kRows.size(), "a row of the catalogue is incomplete");

constexpr bool NamesAreUnique() {
  for (size_t i = 0; i < kRows.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      if (kRows[i].name == kRows[j].name) return false;
    }
  }
  return true;
}
static_assert(NamesAreUnique(), "two rows of the catalogue have the same name");

consteval FunctionId Find(std::string_view name) {
  for (size_t i = 0; i < kRows.size(); ++i) {
    if (kRows[i].name == name) return FunctionId{static_cast<uint16_t>(i)};
  }
  throw "no such row";  // not a constant expression: the build stops here
}

// --- Names ---

std::vector<std::string_view> SplitNames(std::string_view names) {
  std::vector<std::string_view> split;
  while (!names.empty()) {
    const size_t end = std::min(names.find(' '), names.size());
    if (end > 0) split.push_back(names.substr(0, end));
    names.remove_prefix(std::min(end + 1, names.size()));
  }
  return split;
}

// Dialects whose names are accepted on input. (FPCore's are read by its own reader; operators are
// no names.)
constexpr std::pair<std::string_view, std::string_view FunctionRow::*> kDialects[] = {
    {"sympy", &FunctionRow::sympy},
    {"numpy", &FunctionRow::numpy},
    {"c", &FunctionRow::c},
    {"fpcore", &FunctionRow::fpcore},
};

using NameIndex = std::unordered_map<std::string_view, std::vector<FunctionId>>;

// Every name and alias, each with its rows: more than one where they differ in arity.
const NameIndex& Names() {
  static const NameIndex* const kIndex = [] {
    auto* index = new NameIndex;
    const auto add = [index](std::string_view name, size_t row) {
      std::vector<FunctionId>& ids = (*index)[name];
      const FunctionId id{static_cast<uint16_t>(row)};
      if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
    };
    for (size_t i = 0; i < kRows.size(); ++i) add(kRows[i].name, i);
    for (size_t i = 0; i < kRows.size(); ++i) {
      for (const auto& [dialect, member] : kDialects) {
        for (const std::string_view name : SplitNames(kRows[i].*member)) add(name, i);
      }
    }
    return index;
  }();
  return *kIndex;
}

// Edits from one name to the other: a letter put in, left out or changed, or two neighbours
// exchanged. Case counts half as much as a letter, so distances are doubled.
int Distance(std::string_view a, std::string_view b) {
  std::vector<int> before(b.size() + 1), previous(b.size() + 1), current(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) previous[j] = static_cast<int>(2 * j);
  for (size_t i = 1; i <= a.size(); ++i) {
    current[0] = static_cast<int>(2 * i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const bool same = a[i - 1] == b[j - 1];
      const bool same_letter = absl::ascii_tolower(static_cast<unsigned char>(a[i - 1])) ==
                               absl::ascii_tolower(static_cast<unsigned char>(b[j - 1]));
      const int substitution = previous[j - 1] + (same ? 0 : same_letter ? 1 : 2);
      current[j] = std::min({previous[j] + 2, current[j - 1] + 2, substitution});
      const bool exchanged = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (exchanged) current[j] = std::min(current[j], before[j - 2] + 2);
    }
    std::swap(before, previous);
    std::swap(previous, current);
  }
  return previous[b.size()];
}

}  // namespace

absl::Span<const FunctionRow> Rows() { return kRows; }

Lookup FindFunction(std::string_view name, size_t operands) {
  Lookup result;
  const auto found = Names().find(name);
  if (found == Names().end()) return result;
  for (const FunctionId id : found->second) {
    const FunctionRow& row = Row(id);
    if (result.namesake == nullptr) result.namesake = &row;
    const bool admits = operands >= row.min_arity &&
                        (row.max_arity == kVariadic || operands <= row.max_arity) &&
                        (!row.odd_arity || operands % 2 == 1);
    if (admits && result.row == nullptr) {
      result.row = &row;
      result.id = id;
    }
  }
  return result;
}

FunctionId IdOf(std::string_view name) {
  for (size_t i = 0; i < kRows.size(); ++i) {
    if (kRows[i].name == name) return FunctionId{static_cast<uint16_t>(i)};
  }
  std::abort();
}

bool IsFunctionName(std::string_view name) { return Names().contains(name); }

std::vector<std::string> NearestNames(std::string_view name, size_t count) {
  const std::string_view shown = name.substr(0, 64);
  std::vector<std::pair<int, std::string_view>> ranked;
  for (const auto& [candidate, ids] : Names()) {
    if (!absl::ascii_isalpha(static_cast<unsigned char>(candidate[0]))) continue;
    const int distance = Distance(shown, candidate);
    // Beyond half of the letters it is another word.
    if (distance <= static_cast<int>(std::max<size_t>(2, shown.size()))) {
      ranked.emplace_back(distance, candidate);
    }
  }
  std::sort(ranked.begin(), ranked.end());
  std::vector<std::string> result;
  for (size_t i = 0; i < ranked.size() && i < count; ++i) result.emplace_back(ranked[i].second);
  return result;
}

std::vector<DialectNames> AliasesOf(const FunctionRow& row) {
  std::vector<DialectNames> result;
  for (const auto& [dialect, member] : kDialects) {
    std::vector<std::string_view> names = SplitNames(row.*member);
    if (!names.empty()) result.push_back({dialect, std::move(names)});
  }
  return result;
}

namespace fn {
#define FORMULARY_ROW_ID(constant, name) constinit const FunctionId constant = Find(name)
FORMULARY_ROW_ID(kAdd, "add");
FORMULARY_ROW_ID(kSub, "sub");
FORMULARY_ROW_ID(kMul, "mul");
FORMULARY_ROW_ID(kDiv, "div");
FORMULARY_ROW_ID(kNeg, "neg");
FORMULARY_ROW_ID(kPow, "pow");
FORMULARY_ROW_ID(kSqrt, "sqrt");
FORMULARY_ROW_ID(kExp, "exp");
FORMULARY_ROW_ID(kLog, "log");
FORMULARY_ROW_ID(kAbs, "abs");
FORMULARY_ROW_ID(kPiecewise, "piecewise");
FORMULARY_ROW_ID(kLess, "less");
FORMULARY_ROW_ID(kLessEqual, "less_equal");
FORMULARY_ROW_ID(kEqual, "equal");
FORMULARY_ROW_ID(kNotEqual, "not_equal");
FORMULARY_ROW_ID(kGreater, "greater");
FORMULARY_ROW_ID(kGreaterEqual, "greater_equal");
FORMULARY_ROW_ID(kAnd, "logical_and");
FORMULARY_ROW_ID(kOr, "logical_or");
FORMULARY_ROW_ID(kNot, "logical_not");
FORMULARY_ROW_ID(kXor, "logical_xor");
FORMULARY_ROW_ID(kToFloat, "to_float");
FORMULARY_ROW_ID(kToInteger, "to_integer");
FORMULARY_ROW_ID(kToBoolean, "to_boolean");
FORMULARY_ROW_ID(kBarrier, "barrier");
FORMULARY_ROW_ID(kMin, "min");
FORMULARY_ROW_ID(kMax, "max");
FORMULARY_ROW_ID(kCbrt, "cbrt");
FORMULARY_ROW_ID(kRe, "re");
FORMULARY_ROW_ID(kIm, "im");
FORMULARY_ROW_ID(kWhere, "where");
FORMULARY_ROW_ID(kDerivative, "derivative");
FORMULARY_ROW_ID(kWithPartials, "with_partials");
#undef FORMULARY_ROW_ID
}  // namespace fn

}  // namespace formulary::expr
