// Names of arguments and outputs as LaTeX.

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "server/base/strings.h"
#include "server/expr/text/tree_writer.h"
#include "server/expr/text/utf8.h"

namespace formulary::expr::text {
namespace {

using base::StrAppend;
using base::StrCat;

// Letters that have a command of their own name; capitals that look Latin have none.
constexpr std::string_view kGreek[] = {
    "alpha",      "beta",     "gamma",   "delta",    "epsilon", "zeta",   "eta",
    "theta",      "iota",     "kappa",   "lambda",   "mu",      "nu",     "xi",
    "pi",         "rho",      "sigma",   "tau",      "upsilon", "phi",    "chi",
    "psi",        "omega",    "Gamma",   "Delta",    "Theta",   "Lambda", "Xi",
    "Pi",         "Sigma",    "Upsilon", "Phi",      "Psi",     "Omega",  "varphi",
    "varepsilon", "vartheta", "varrho",  "varsigma", "ell",     "hbar",
};

struct Escape {
  char character;
  std::string_view text;
};
constexpr Escape kEscapes[] = {
    {'\\', "\\backslash "}, {'{', "\\{"}, {'}', "\\}"}, {'$', "\\$"},    {'&', "\\&"},
    {'#', "\\#"},           {'%', "\\%"}, {'_', "\\_"}, {'~', "\\sim "}, {'^', "\\wedge "},
};

std::string Escaped(std::string_view text) {
  std::string result;
  for (size_t i = 0; i < text.size(); i += DecodeUtf8(text, i).length) {
    std::string_view replacement;
    for (const Escape& escape : kEscapes) {
      if (escape.character == text[i]) replacement = escape.text;
    }
    if (replacement.empty()) {
      AppendShown(text, i, &result);
    } else {
      result += replacement;
    }
  }
  return result;
}

bool IsDigits(std::string_view text) {
  return text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string Part(std::string_view text) {
  for (const std::string_view letter : kGreek) {
    if (text == letter) return StrCat("\\", letter);
  }
  if (text == "lamda") return "\\lambda";  // as SymPy spells it
  if (IsDigits(text)) return std::string(text);
  const bool one = DecodeUtf8(text, 0).length == text.size();
  return one ? Escaped(text) : StrCat("\\mathrm{", Escaped(text), "}");
}

}  // namespace

// x_1 and x1 are x_{1}, V_max is V_{\mathrm{max}}, theta_x_1 is \theta_{x,1}.
std::string LatexName(std::string_view name) {
  std::vector<std::string_view> parts;
  for (size_t begin = 0; begin <= name.size();) {
    const size_t end = std::min(name.find('_', begin), name.size());
    // Doubled underscores and those at an end are part of a word.
    if (end == begin) return StrCat("\\mathrm{", Escaped(name), "}");
    parts.push_back(name.substr(begin, end - begin));
    begin = end + 1;
  }
  const size_t stem = parts[0].find_last_not_of("0123456789") + 1;
  if (stem > 0 && stem < parts[0].size()) {
    parts.insert(parts.begin() + 1, parts[0].substr(stem));
    parts[0] = parts[0].substr(0, stem);
  }
  std::string result = Part(parts[0]);
  if (parts.size() == 1) return result;
  result += "_{";
  for (size_t i = 1; i < parts.size(); ++i) StrAppend(&result, i > 1 ? "," : "", Part(parts[i]));
  return result + "}";
}

}  // namespace formulary::expr::text
