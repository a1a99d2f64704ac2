// formulary simplify, formulary render

#include <array>

#include "client/cli/commands.h"
#include "client/cli/enum_text.h"
#include "client/cli/json.h"
#include "client/cli/table.h"
#include "client/cpp/status_macros.h"
#include "client/cpp/text.h"

namespace formulary::cli {
namespace {

using client::Cat;

struct FormatRow {
  std::string_view name;
  v1::Format format;
};
constexpr std::array<FormatRow, 7> kFormats = {{
    {"text", v1::FORMAT_TEXT},
    {"c", v1::FORMAT_C},
    {"latex", v1::FORMAT_LATEX},
    {"sympy", v1::FORMAT_SYMPY},
    {"fpcore", v1::FORMAT_FPCORE},
    {"dot", v1::FORMAT_DOT},
    {"mathml", v1::FORMAT_MATHML},
}};

void PrintSimplifyJson(const v1::SimplifyResponse& response, Io& io) {
  JsonWriter json;
  json.BeginObject();
  json.Key("texts");
  json.BeginArray();
  for (const std::string& text : response.texts()) json.String(text);
  json.EndArray();
  json.Key("operations_before");
  json.Integer(response.operations_before());
  json.Key("operations_after");
  json.Integer(response.operations_after());
  json.Key("stop_reason");
  json.String(StopReasonText(response.stop_reason()));
  json.Key("applied_rules");
  json.BeginArray();
  for (const v1::AppliedRule& rule : response.applied_rules()) {
    json.BeginObject();
    json.Key("rule");
    json.String(rule.rule());
    json.Key("count");
    json.Integer(rule.count());
    json.Key("before");
    json.String(rule.before());
    json.Key("after");
    json.String(rule.after());
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
  io.out << json.text() << '\n';
}

void PrintSimplifyReport(const v1::SimplifyResponse& response, Io& io) {
  io.out << response.operations_before() << " operations before, " << response.operations_after()
         << " after; " << StopReasonText(response.stop_reason()) << '\n';
  Table table({{"rule"}, {"count", Align::kRight}, {"first application"}});
  for (const v1::AppliedRule& rule : response.applied_rules()) {
    table.AddRow({rule.rule(), Cat(rule.count()), Cat(rule.before(), " -> ", rule.after())});
  }
  if (response.applied_rules_size() > 0) {
    table.Print(io.out, io.terminal.out_is_terminal ? io.terminal.width : 0);
  }
}

}  // namespace

absl::Status Simplify(const client::Client& client, const SimplifyOptions& options,
                      absl::Duration timeout, Io& io) {
  ASSIGN_OR_RETURN(const Formulas formulas, ReadFormulas(options.formulas, io.in));
  ASSIGN_OR_RETURN(const v1::SimplifyResponse response,
                   client.Simplify(formulas.program, {}, {.timeout = timeout}));
  if (options.json) {
    PrintSimplifyJson(response, io);
    return absl::OkStatus();
  }
  // One formula bare; several under their names.
  for (int i = 0; i < response.texts_size(); ++i) {
    const bool named = response.texts_size() > 1 && i < response.program().outputs_size();
    io.out << (named ? Cat(response.program().outputs(i).name(), " = ") : "") << response.texts(i)
           << '\n';
  }
  if (options.report) PrintSimplifyReport(response, io);
  return absl::OkStatus();
}

std::vector<std::string> RenderFormats() {
  std::vector<std::string> names;
  for (const FormatRow& row : kFormats) names.emplace_back(row.name);
  return names;
}

absl::Status Render(const client::Client& client, const RenderOptions& options,
                    absl::Duration timeout, Io& io) {
  ASSIGN_OR_RETURN(const Formulas formulas, ReadFormulas(options.formulas, io.in));
  v1::Format format = v1::FORMAT_UNSPECIFIED;
  for (const FormatRow& row : kFormats) {
    if (row.name == options.format) format = row.format;
  }
  ASSIGN_OR_RETURN(const std::string text,
                   client.Render(formulas.program, format,
                                 options.simplified ? client::Client::RenderOf::kSimplified
                                                    : client::Client::RenderOf::kAsSent,
                                 {.timeout = timeout}));
  io.out << text << (text.ends_with('\n') ? "" : "\n");
  return absl::OkStatus();
}

}  // namespace formulary::cli
