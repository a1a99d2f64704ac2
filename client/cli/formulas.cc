#include "client/cli/formulas.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <istream>
#include <utility>

#include "client/cli/number_parser.h"
#include "client/cli/value.h"
#include "client/cpp/status_macros.h"
#include "client/cpp/text.h"

namespace formulary::cli {
namespace {

using client::Cat;

struct NumericsRow {
  std::string_view name;
  client::Numerics numerics;
};
constexpr std::array<NumericsRow, 4> kNumerics = {{
    {"", client::Numerics::kUnspecified},
    {"strict", client::Numerics::kStrict},
    {"stable", client::Numerics::kStable},
    {"fast", client::Numerics::kFast},
}};

// Letters, digits, underscores and any character beyond ASCII, not starting with a digit.
bool IsName(std::string_view text) {
  if (text.empty() || std::isdigit(static_cast<unsigned char>(text[0])) != 0) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    const unsigned char byte = static_cast<unsigned char>(c);
    return byte >= 0x80 || std::isalnum(byte) != 0 || c == '_';
  });
}

std::string_view Trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

absl::Status AddValue(std::string_view name, std::string_view text, std::istream& in,
                      Formulas* result) {
  for (const client::NamedArray& input : result->inputs) {
    if (input.name == name) return absl::InvalidArgumentError(Cat(name, " has two values"));
    // The first one has read it to its end.
    if (text == "-" && in.eof()) {
      return absl::InvalidArgumentError(Cat(name, ": standard input can be read only once"));
    }
  }
  absl::StatusOr<client::Array> value = ParseValue(text, in);
  if (!value.ok()) {
    return absl::Status(value.status().code(),
                        Cat(name, ": ", std::string(value.status().message())));
  }
  result->inputs.push_back({std::string(name), *std::move(value)});
  return absl::OkStatus();
}

// "[LOWER,UPPER]": an end that is infinite says nothing.
absl::Status AssumeRange(std::string_view text, client::Assumptions* assumptions) {
  NumberParser parser(text);
  if (!parser.Take("[")) return parser.Expected("[LOWER,UPPER]");
  ASSIGN_OR_RETURN(const double lower, parser.Sum());
  if (!parser.Take(",")) return parser.Expected("',' and the upper end");
  ASSIGN_OR_RETURN(const double upper, parser.Sum());
  if (!parser.Take("]") || !parser.AtEnd()) return parser.Expected("']'");
  if (std::isfinite(lower)) assumptions->lower = lower;
  if (std::isfinite(upper)) assumptions->upper = upper;
  return absl::OkStatus();
}

// The part of `facts` up to its first comma outside brackets, which goes, too.
std::string_view TakeFact(std::string_view* facts) {
  const size_t bracket = facts->starts_with('[') ? facts->find(']') : 0;
  const size_t end = std::min(facts->find(',', std::min(bracket, facts->size())), facts->size());
  const std::string_view fact = Trimmed(facts->substr(0, end));
  facts->remove_prefix(std::min(facts->size(), end + 1));
  return fact;
}

absl::Status AddAssumption(std::string_view text, Formulas* result) {
  std::string_view name, facts;
  if (!SplitAssignment(text, &name, &facts)) {
    return absl::InvalidArgumentError(Cat("--assume ", text, ": write NAME=FACT[,FACT...]"));
  }
  client::ArgumentOptions argument;
  while (!facts.empty()) {
    const std::string_view fact = TakeFact(&facts);
    if (fact.starts_with('[')) {
      const absl::Status range = AssumeRange(fact, &argument.assumptions);
      if (!range.ok())
        return absl::InvalidArgumentError(
            Cat("--assume ", text, ": ", std::string(range.message())));
      continue;
    }
    if (client::AssumeFact(fact, &argument.assumptions)) continue;
    std::string known = "[LOWER,UPPER]";
    for (const std::string_view one : client::AssumableFacts()) known += Cat(", ", one);
    return absl::InvalidArgumentError(Cat("--assume ", text, ": '", fact, "' is none of ", known));
  }
  result->program.DeclareArgument(name, std::move(argument));
  return absl::OkStatus();
}

}  // namespace

bool SplitAssignment(std::string_view word, std::string_view* name, std::string_view* rest) {
  const size_t equals = word.find('=');
  if (equals == std::string_view::npos || word.substr(equals).starts_with("==")) return false;
  if (!IsName(Trimmed(word.substr(0, equals)))) return false;
  *name = Trimmed(word.substr(0, equals));
  *rest = Trimmed(word.substr(equals + 1));
  return true;
}

absl::StatusOr<Formulas> ReadFormulas(const FormulaOptions& options, std::istream& in) {
  Formulas result;
  std::string_view name, rest;
  for (const std::string& word : options.words) {
    if (!SplitAssignment(word, &name, &rest)) {
      result.formulas.push_back({"", std::string(Trimmed(word))});
    } else if (rest.empty()) {
      return absl::InvalidArgumentError(Cat(name, "= has no value"));
    } else if (LooksLikeValue(rest)) {
      RETURN_IF_ERROR(AddValue(name, rest, in, &result));
    } else {
      result.formulas.push_back({std::string(name), std::string(rest)});
    }
  }
  for (const std::string& output : options.outputs) {
    if (!SplitAssignment(output, &name, &rest)) {
      return absl::InvalidArgumentError(Cat("--output ", output, ": write NAME=EXPR"));
    }
    result.formulas.push_back({std::string(name), std::string(rest)});
  }
  if (result.formulas.empty()) return absl::InvalidArgumentError("there is no formula; try --help");
  for (const std::string& assumption : options.assumptions) {
    RETURN_IF_ERROR(AddAssumption(assumption, &result));
  }
  for (const Formula& formula : result.formulas)
    result.program.AddOutput(formula.name, formula.text);
  result.program.SetAccurate(options.accurate);
  for (const NumericsRow& row : kNumerics) {
    if (row.name == options.numerics) result.program.SetNumerics(row.numerics);
  }
  return result;
}

}  // namespace formulary::cli
