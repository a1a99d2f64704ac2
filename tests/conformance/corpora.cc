#include "tests/conformance/corpora.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string_view>

#include "tests/support/test_files.h"

namespace formulary::testing {
namespace {

bool HasPlainNames(const Json& one) {
  return std::none_of(one["args"].begin(), one["args"].end(), [](const Json& name) {
    return name.get<std::string>().find_first_of("[]\\ {}") != std::string::npos;
  });
}

// Whether the text has every decimal in full.
bool HasAllDigits(const Json& one, const std::string& text) {
  if (!one.contains("srepr")) return true;
  constexpr std::string_view kFloat = "Float('";
  const std::string exact = one["srepr"];
  for (size_t at = exact.find(kFloat); at != std::string::npos; at = exact.find(kFloat, at + 1)) {
    const size_t first = at + kFloat.size();
    if (text.find(exact.substr(first, exact.find('\'', first) - first)) == std::string::npos)
      return false;
  }
  return true;
}

}  // namespace

Json LoadCases(const std::string& corpus) {
  std::ifstream file(SourceDir() + "/../shared/corpora/" + corpus + ".json");
  if (!file) return {};
  return Json::parse(file).at("cases");
}

double NumberOf(const Json& hex) { return std::strtod(hex.get<std::string>().c_str(), nullptr); }

std::string TextOf(const Json& one) {
  const char* key = one.contains("str") ? "str" : "sympy";
  if (!one.contains(key) || !one[key].is_string() || !HasPlainNames(one)) return "";
  std::string text = one[key];
  return HasAllDigits(one, text) ? text : "";
}

std::vector<expr::Argument> ArgumentsOf(const Json& one) {
  std::vector<expr::Argument> arguments;
  for (const Json& name : one["args"])
    arguments.push_back({.name = name.get<std::string>(), .declared = true});
  return arguments;
}

std::vector<double> PlaceOf(const Json& point) {
  std::vector<double> place;
  for (const Json& value : point["in"]) place.push_back(NumberOf(value));
  return place;
}

bool IsOtherBranch(const std::string& text, const Json& point) {
  if (text.find("jn(") == std::string::npos && text.find("yn(") == std::string::npos) return false;
  const std::vector<double> place = PlaceOf(point);
  return std::any_of(place.begin(), place.end(), [](double value) { return value < 0; });
}

}  // namespace formulary::testing
