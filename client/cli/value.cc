#include "client/cli/value.h"

#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "client/cli/caret.h"
#include "client/cli/csv.h"
#include "client/cli/file.h"
#include "client/cli/npy.h"
#include "client/cli/number_parser.h"
#include "client/cli/number_text.h"
#include "client/cpp/status_macros.h"
#include "client/cpp/text.h"

namespace formulary::cli {
namespace {

using client::Array;
using client::Cat;
using client::Shape;

constexpr double kMaxElements = 2147483648.0;  // the server's max_elements

absl::StatusOr<std::vector<double>> Linspace(const std::vector<double>& arguments) {
  const double first = arguments[0], last = arguments[1], count = arguments[2];
  if (!(count >= 0 && count <= kMaxElements) || count != std::floor(count)) {
    return absl::InvalidArgumentError(Cat("linspace: the count ", NumberText(count),
                                          " is no whole number from 0 to ", kMaxElements));
  }
  const size_t n = static_cast<size_t>(count);
  std::vector<double> values(n);
  for (size_t i = 0; i < n; ++i) {
    // Exact at both ends, and symmetric for a symmetric range.
    const double left = static_cast<double>(n - 1 - i), right = static_cast<double>(i),
                 all = left + right;
    values[i] = i == 0 ? first : i + 1 == n ? last : (first * left + last * right) / all;
    if (!std::isfinite(values[i])) values[i] = first * (left / all) + last * (right / all);
  }
  return values;
}

absl::StatusOr<std::vector<double>> Arange(const std::vector<double>& arguments) {
  const double first = arguments.size() == 1 ? 0 : arguments[0];
  const double end = arguments.size() == 1 ? arguments[0] : arguments[1];
  const double step = arguments.size() == 3 ? arguments[2] : 1;
  const double count = std::ceil((end - first) / step);
  if (step == 0 || std::isnan(count) || count > kMaxElements) {
    return absl::InvalidArgumentError(Cat("arange: from ", NumberText(first), " to ",
                                          NumberText(end), " by steps of ", NumberText(step),
                                          " has no bounded length"));
  }
  std::vector<double> values(count > 0 ? static_cast<size_t>(count) : 0);
  for (size_t i = 0; i < values.size(); ++i) values[i] = first + static_cast<double>(i) * step;
  return values;
}

struct Range {
  std::string_view name;
  size_t min_arguments;
  size_t max_arguments;
  std::string_view usage;
  absl::StatusOr<std::vector<double>> (*make)(const std::vector<double>& arguments);
};
constexpr std::array<Range, 2> kRanges = {{
    {"linspace", 3, 3, "linspace(first, last, count)", Linspace},
    {"arange", 1, 3, "arange(first, end, step)", Arange},
}};

absl::StatusOr<Array> ParseRange(const Range& range, NumberParser* parser) {
  std::vector<double> arguments;
  while (!parser->Take(")")) {
    if (!arguments.empty() && !parser->Take(",")) return parser->Expected("',' or ')'");
    ASSIGN_OR_RETURN(const double argument, parser->Sum());
    arguments.push_back(argument);
  }
  if (arguments.size() < range.min_arguments || arguments.size() > range.max_arguments) {
    return absl::InvalidArgumentError(
        Cat(range.name, " has ", arguments.size(), " arguments; write ", range.usage));
  }
  ASSIGN_OR_RETURN(std::vector<double> values, range.make(arguments));
  return Array(std::move(values));
}

// Nested lists, read with a stack of how many items each open level has so far. `shape` grows by
// the first list of each level; all others must be as long.
absl::StatusOr<Array> ParseList(NumberParser* parser) {
  std::vector<double> values;
  Shape shape;
  std::vector<int64_t> items;  // per open level
  bool bottom_known = false;
  do {
    if (!items.empty() && items.back() > 0 && !parser->Take(","))
      return parser->Expected("',' or ']'");
    const NumberParser before = *parser;
    if (parser->Take("[")) {
      if (items.size() == shape.size() && bottom_known) return before.Expected("a number");
      if (items.size() == 8) return before.Expected("a list of at most 8 dimensions");
      if (!items.empty()) ++items.back();
      items.push_back(0);
      if (items.size() > shape.size()) shape.push_back(-1);
    } else {
      if (bottom_known && items.size() != shape.size()) return parser->Expected("'['");
      bottom_known = true;
      ASSIGN_OR_RETURN(const double value, parser->Sum());
      values.push_back(value);
      ++items.back();
    }
    while (!items.empty() && parser->Take("]")) {
      const int64_t count = items.back();
      int64_t& extent = shape[items.size() - 1];
      bottom_known = bottom_known || items.size() == shape.size();
      if (extent >= 0 && extent != count) {
        return parser->Expected(Cat("lists of equal length (", extent, "); this one has ", count));
      }
      extent = count;
      items.pop_back();
    }
  } while (!items.empty());
  return Array(std::move(values)).Reshaped(std::move(shape));
}

absl::StatusOr<Array> ParseNumbers(std::string_view text, std::string_view source) {
  constexpr std::string_view kBetween = " \t\r\n,;";
  std::vector<double> values;
  size_t at = 0;
  while ((at = text.find_first_not_of(kBetween, at)) != std::string_view::npos) {
    const size_t end = std::min(text.size(), text.find_first_of(kBetween, at));
    const std::string_view word = text.substr(at, end - at);
    const std::optional<double> value = ParseNumber(word);
    if (!value.has_value()) {
      const size_t line =
          1 + static_cast<size_t>(
                  std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
      return absl::InvalidArgumentError(
          Cat(source, ", line ", line, ": '", word.substr(0, 40), "' is not a number"));
    }
    values.push_back(*value);
    at = end;
  }
  return Array(std::move(values));
}

// The status with the file's name in front.
absl::Status InFile(std::string_view path, const absl::Status& status) {
  return absl::Status(status.code(), Cat(path, ": ", std::string(status.message())));
}

absl::StatusOr<Array> ReadArrayFile(std::string_view place) {
  const size_t colon = place.rfind(':');
  const bool has_column = colon != std::string_view::npos && !place.ends_with(".npy");
  const std::string path(has_column ? place.substr(0, colon) : place);
  const std::string_view column = has_column ? place.substr(colon + 1) : std::string_view();
  ASSIGN_OR_RETURN(const std::string bytes, ReadFile(path));
  if (IsNpy(bytes) || path.ends_with(".npy")) {
    absl::StatusOr<Array> array = ReadNpy(bytes);
    return array.ok() ? array : InFile(path, array.status());
  }
  if (has_column || path.ends_with(".csv") || path.ends_with(".tsv")) {
    absl::StatusOr<std::vector<double>> values = ReadCsvColumn(bytes, column);
    if (!values.ok()) return InFile(path, values.status());
    return Array(*std::move(values));
  }
  return ParseNumbers(bytes, path);
}

absl::StatusOr<Array> ReadArrayStream(std::istream& in) {
  const std::string bytes = ReadAll(in);
  if (!IsNpy(bytes)) return ParseNumbers(bytes, "standard input");
  absl::StatusOr<Array> array = ReadNpy(bytes);
  return array.ok() ? array : InFile("standard input", array.status());
}

absl::StatusOr<Array> ParseTyped(NumberParser* parser) {
  for (const Range& range : kRanges) {
    if (parser->TakeCall(range.name)) return ParseRange(range, parser);
  }
  const NumberParser before = *parser;
  if (parser->Take("[")) {
    *parser = before;
    return ParseList(parser);
  }
  ASSIGN_OR_RETURN(const double value, parser->Sum());
  return Array(value);
}

}  // namespace

absl::StatusOr<Array> ParseValue(std::string_view text, std::istream& in) {
  if (text == "-") return ReadArrayStream(in);
  if (text.starts_with('@')) return ReadArrayFile(text.substr(1));
  if (text == "True" || text == "true") return Array(true);
  if (text == "False" || text == "false") return Array(false);
  NumberParser parser(text);
  ASSIGN_OR_RETURN(Array array, ParseTyped(&parser));
  if (!parser.AtEnd()) return parser.Expected("the end of the value");
  return array;
}

bool LooksLikeValue(std::string_view text) {
  if (text == "-" || text.starts_with('@') || text.starts_with('[')) return true;
  NumberParser parser(text);
  for (const Range& range : kRanges) {
    if (parser.TakeCall(range.name)) return true;
  }
  for (const std::string_view truth : {"True", "true", "False", "false"}) {
    if (text == truth) return true;
  }
  return parser.Sum().ok() && parser.AtEnd();
}

}  // namespace formulary::cli
