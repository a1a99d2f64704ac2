#include "server/expr/reference.h"

#include <vector>

#include "absl/strings/str_format.h"
#include "server/base/strings.h"
#include "server/expr/catalogue.h"

namespace formulary::expr {
namespace {

using base::StrAppend;
using base::StrCat;

constexpr std::string_view kOperands[] = {"a", "b", "c", "d", "e"};

// atan2(a, b), add(a, ...)
std::string Signature(const FunctionRow& row) {
  std::string text = StrCat(row.name, "(");
  const size_t shown = row.max_arity == kVariadic ? 1 : row.max_arity;
  for (size_t i = 0; i < shown; ++i) StrAppend(&text, i == 0 ? "" : ", ", kOperands[i]);
  return text + (row.max_arity == kVariadic ? ", ...)" : ")");
}

std::string Modes(ModeSet modes) {
  if (modes == kAllModes) return "every mode";
  return modes == kRealModes ? "STABLE, FAST" : "FAST";
}

std::string Computation(const FunctionRow& row) {
  switch (row.lowering) {
    case Lowering::kOperator:
      return "by an instruction, rounded once";
    case Lowering::kVectorCall:
      return StrCat("by a vector routine, `fy_v1_", row.routine->name, "`");
    case Lowering::kArrayCall:
      return StrCat("by a routine on blocks, `fy_v1_", row.routine->name, "`");
    case Lowering::kExpansion:
      return StrCat("as `", row.expansion, "`");
    case Lowering::kStructural:
      return "by code generation itself";
    case Lowering::kSymbolic:
      return "before anything else: it is resolved symbolically";
  }
  return "";
}

void AppendAliases(const FunctionRow& row, std::string* page) {
  for (const DialectNames& alias : AliasesOf(row)) {
    StrAppend(page, "- ", alias.dialect, ":");
    for (const std::string_view name : alias.names) StrAppend(page, " `", name, "`");
    StrAppend(page, "\n");
  }
}

void AppendDerivatives(const FunctionRow& row, std::string* page) {
  if (row.lowering == Lowering::kSymbolic) return;
  for (size_t i = 0; i < row.partials.size() && !row.partials[i].empty(); ++i) {
    StrAppend(page, "- derivative by ", kOperands[i], ": ",
              row.partials[i] == "none" ? std::string("none") : StrCat("`", row.partials[i], "`"),
              "\n");
  }
}

void AppendAccuracy(const FunctionRow& row, std::string* page) {
  if (row.routine == nullptr) return;
  const runtime::Accuracy& bound = row.routine->accuracy;
  const runtime::Accuracy& strict = row.routine->strict_accuracy;
  absl::StrAppendFormat(
      page, "- error at most %g ulp (float64) and %g ulp (float32); STRICT: %g and %g ulp\n",
      bound.ulp_f64, bound.ulp_f32, strict.ulp_f64, strict.ulp_f32);
  if (!row.region.empty()) StrAppend(page, "- that error where `", row.region, "`\n");
  if (!row.amplitude.empty()) {
    StrAppend(page, "- that error relative to `", row.amplitude,
              "` where the result is smaller than that\n");
  }
}

void AppendRow(const FunctionRow& row, std::string* page) {
  StrAppend(page, "\n### ", Signature(row), "\n\n", row.doc, "\n\n");
  AppendAliases(row, page);
  if (row.domain != "True") StrAppend(page, "- domain: `", row.domain, "`\n");
  AppendDerivatives(row, page);
  StrAppend(page, "- computed ", Computation(row), "\n");
  AppendAccuracy(row, page);
  for (const Identity& identity : row.identities) {
    if (identity.id.empty()) continue;
    StrAppend(page, "- identity ", identity.id, ": `", identity.left, "` is `", identity.right, "`",
              identity.condition.empty() ? std::string() : StrCat(" where ", identity.condition),
              " (", Modes(identity.modes), ")\n");
  }
  if (row.lowering == Lowering::kSymbolic) {
    StrAppend(page, "- example: `", row.example, "`\n");
    return;
  }
  absl::StrAppendFormat(page, "- example: `%s` = %.17g\n", std::string(row.example),
                        row.example_value);
}

}  // namespace

std::string FunctionReference() {
  std::string page =
      "# Functions\n\n"
      "Made from the function catalogue; do not edit. Operands are called a, b, c and the result "
      "r. NaN goes\n"
      "through every function unless said otherwise. Errors are in units in the last place over "
      "the whole\n"
      "domain or the region named, as the tests enforce them; what they saw: "
      "[accuracy.md](accuracy.md).\n";
  std::vector<std::string_view> groups;
  for (const FunctionRow& row : Rows()) {
    bool seen = false;
    for (const std::string_view group : groups) seen = seen || group == row.group;
    if (!seen) groups.push_back(row.group);
  }
  for (const std::string_view group : groups) {
    StrAppend(&page, "\n## ", group, "\n");
    for (const FunctionRow& row : Rows()) {
      if (row.group == group) AppendRow(row, &page);
    }
  }
  return page;
}

}  // namespace formulary::expr
