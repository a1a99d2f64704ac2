// 125 expressions as people write them in SymPy (data/forms.txt, made by data/make_forms.py)
// through the whole engine, against values in 40 digits: each within 4 ulp.
// FORMULARY_UPDATE_GOLDENS=1 writes the tables to client/coverage.md, besides one of the
// distributions in the catalogue.

#include <mpfr.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/expr/catalogue.h"
#include "tests/property/exact.h"
#include "tests/support/engine_harness.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_files.h"

namespace formulary::testing {
namespace {

constexpr double kMostUlps = 4;

struct Point {
  std::string text;  // "x=0.5 y=2.0"
  std::vector<TestInput> inputs;
  Real want;
};

struct Form {
  std::string text;
  bool sympy_prints = false;
  std::vector<Point> points;
};

std::string Stripped(absl::string_view text) {
  return std::string(absl::StripAsciiWhitespace(text));
}

std::vector<Form> ReadForms() {
  std::ifstream file(SourceDir() + "/tests/conformance/data/forms.txt");
  std::vector<Form> forms;
  for (std::string line; std::getline(file, line);) {
    const std::vector<std::string> parts = absl::StrSplit(line, " | ");
    if (parts.size() != 4) continue;
    const std::string text = Stripped(parts[0]);
    if (forms.empty() || forms.back().text != text)
      forms.push_back({.text = text, .sympy_prints = parts[1] == "prints"});
    Point point{.text = Stripped(parts[2])};
    for (const absl::string_view assignment : absl::StrSplit(point.text, ' ')) {
      const std::vector<std::string> sides = absl::StrSplit(assignment, '=');
      point.inputs.emplace_back(sides[0], std::stod(sides[1]));
    }
    mpfr_set_str(point.want.get(), parts[3].c_str(), 10, MPFR_RNDN);
    forms.back().points.push_back(std::move(point));
  }
  return forms;
}

// Cells of a table end at a bar, which code spans do not protect.
std::string Cell(std::string_view text) {
  return absl::StrReplaceAll(absl::string_view(text.data(), text.size()), {{"|", "\\|"}});
}

// Name of a distribution, and which of its functions are rows.
std::map<std::string, std::set<std::string>> Distributions() {
  std::map<std::string, std::set<std::string>> found;
  for (const expr::FunctionRow& row : expr::Rows()) {
    if (row.group != "distributions") continue;
    const size_t last = row.name.rfind('_');
    if (last == std::string_view::npos) continue;
    const std::string function(row.name.substr(last + 1));
    static const std::set<std::string>* const kFunctions = new std::set<std::string>{
        "pdf", "logpdf", "pmf", "logpmf", "cdf", "logcdf", "sf", "logsf", "quantile"};
    if (kFunctions->count(function) != 0)
      found[std::string(row.name.substr(0, last))].insert(function);
  }
  return found;
}

std::string Document(const std::vector<Form>& forms, const std::vector<double>& worst) {
  std::ostringstream out;
  const auto prints =
      std::count_if(forms.begin(), forms.end(), [](const Form& form) { return form.sympy_prints; });
  out << "# Coverage\n\nMade by `tests/conformance/forms_test.cc`. Do not edit: run "
         "`property.forms_test` with `FORMULARY_UPDATE_GOLDENS=1`.\n\n## "
      << forms.size()
      << " expressions\n\nAs SymPy writes them, evaluated by the server; errors in units in the "
         "last place against values in 40 digits\n(mpmath). SymPy's column says what its own C99 "
         "printer (SymPy 1.11.1) makes of the expression: it prints "
      << prints << " of\nthem, whatever the printed text is worth; Formulary computes all.\n\n"
      << "| expression | points | worst error | SymPy's printer |\n|---|---|---:|---|\n";
  for (size_t i = 0; i < forms.size(); ++i) {
    std::vector<std::string> points;
    for (const Point& point : forms[i].points) points.push_back("`" + point.text + "`");
    out << "| `" << Cell(forms[i].text) << "` | " << absl::StrJoin(points, ", ") << " | "
        << absl::StrFormat("%.2f", worst[i]) << " | "
        << (forms[i].sympy_prints ? "prints" : "raises") << " |\n";
  }
  const auto distributions = Distributions();
  out << "\n## " << distributions.size()
      << " distributions\n\nFunctions are called `<name>_<function>(x, parameters...)`; "
         "[functions.md](functions.md) has each, with its parameters.\n\n"
      << "| distribution | density | its logarithm | cdf | its logarithm | sf | its logarithm | "
         "quantile |\n|---|---|---|---|---|---|---|---|\n";
  for (const auto& [name, functions] : distributions) {
    out << "| " << name;
    for (const auto& [one, other] :
         {std::pair("pdf", "pmf"), std::pair("logpdf", "logpmf"), std::pair("cdf", ""),
          std::pair("logcdf", ""), std::pair("sf", ""), std::pair("logsf", ""),
          std::pair("quantile", "")}) {
      out << " | " << (functions.count(one) != 0 ? one : functions.count(other) != 0 ? other : "-");
    }
    out << " |\n";
  }
  return out.str();
}

TEST(FormsTest, AllAreWithinFourUlps) {
  const std::vector<Form> forms = ReadForms();
  ASSERT_EQ(forms.size(), 125u);
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<engine::Engine> engine,
                       engine::Engine::Create(engine::Options()));
  std::vector<double> worst;
  for (const Form& form : forms) {
    worst.push_back(0);
    for (const Point& point : form.points) {
      const absl::StatusOr<TestAnswer> answer =
          Call(engine.get(), {.outputs = {form.text}, .inputs = point.inputs});
      ASSERT_OK(answer) << form.text;
      const double got = answer->outputs[0][0];
      const double off = UlpsOff(got, point.want);
      EXPECT_LE(off, kMostUlps) << form.text << " at " << point.text << ": " << got << ", want "
                                << point.want.ToDouble();
      worst.back() = std::max(worst.back(), off);
    }
  }
  for (const auto& [name, functions] : Distributions())
    EXPECT_EQ(functions.size(), 7u) << name << ": " << ::testing::PrintToString(functions);
  EXPECT_GE(Distributions().size(), 42u);
  if (UpdateGoldens()) std::ofstream(SourceDir() + "/client/coverage.md") << Document(forms, worst);
}

}  // namespace
}  // namespace formulary::testing
