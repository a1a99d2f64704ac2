// formulary simplify, formulary diff, formulary render

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

// One formula bare; several under their names.
template <typename Response>
void PrintTexts(const Response& response, Io& io) {
  for (int i = 0; i < response.texts_size(); ++i) {
    const bool named = response.texts_size() > 1 && i < response.program().outputs_size();
    io.out << (named ? Cat(response.program().outputs(i).name(), " = ") : "") << response.texts(i)
           << '\n';
  }
}

template <typename Strings>
void WriteStrings(std::string_view key, const Strings& strings, JsonWriter* json) {
  json->Key(key);
  json->BeginArray();
  for (const std::string& text : strings) json->String(text);
  json->EndArray();
}

template <typename Integers>
void WriteIntegers(std::string_view key, const Integers& integers, JsonWriter* json) {
  json->Key(key);
  json->BeginArray();
  for (const auto value : integers) json->Integer(value);
  json->EndArray();
}

void PrintSimplifyJson(const v1::SimplifyResponse& response, Io& io) {
  JsonWriter json;
  json.BeginObject();
  WriteStrings("texts", response.texts(), &json);
  json.Key("operations_before");
  json.Integer(response.operations_before());
  json.Key("operations_after");
  json.Integer(response.operations_after());
  json.Key("stop_reason");
  json.String(StopReasonText(response.stop_reason()));
  json.Key("guard_points");
  json.Integer(response.guard_points());
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

void PrintDiffJson(const v1::DifferentiateResponse& response, Io& io) {
  std::vector<std::string> names;
  for (const v1::Output& output : response.program().outputs()) names.push_back(output.name());
  JsonWriter json;
  json.BeginObject();
  WriteStrings("names", names, &json);
  WriteStrings("texts", response.texts(), &json);
  WriteStrings("seeds", response.seeds(), &json);
  WriteIntegers("rows", response.rows(), &json);
  WriteIntegers("columns", response.columns(), &json);
  json.Key("mode");
  json.String(DerivativeModeText(response.mode()));
  json.Key("operations_before");
  json.Integer(response.operations_before());
  json.Key("operations_after");
  json.Integer(response.operations_after());
  json.Key("stop_reason");
  json.String(StopReasonText(response.stop_reason()));
  json.EndObject();
  io.out << json.text() << '\n';
}

std::string GuardText(const v1::SimplifyResponse& response) {
  if (response.stop_reason() == v1::STOP_REASON_GUARD)
    return "guard: differs at a sample point, kept as sent";
  if (response.guard_points() == 0) return "guard: not compared";
  return Cat("guard: agrees at ", response.guard_points(), " sample points");
}

// Rules in the order in which they were first applied.
void PrintExplanation(const v1::SimplifyResponse& response, Io& io) {
  io.out << response.operations_before() << " operations before, " << response.operations_after()
         << " after; " << StopReasonText(response.stop_reason()) << "; " << GuardText(response)
         << '\n';
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
  PrintTexts(response, io);
  if (options.explain) PrintExplanation(response, io);
  return absl::OkStatus();
}

std::vector<std::string> DerivativeKinds() {
  std::vector<std::string> names;
  for (int kind = v1::DERIVATIVE_KIND_GRADIENT; kind <= v1::DerivativeKind_MAX; ++kind)
    names.push_back(DerivativeKindText(static_cast<v1::DerivativeKind>(kind)));
  return names;
}

absl::Status Diff(const client::Client& client, const DiffOptions& options, absl::Duration timeout,
                  Io& io) {
  ASSIGN_OR_RETURN(const Formulas formulas, ReadFormulas(options.formulas, io.in));
  client::DifferentiateOptions wanted{.wrt = options.wrt,
                                      .order = options.order,
                                      .include_values = options.values,
                                      .sparse = options.sparse,
                                      .unsimplified = options.unsimplified,
                                      .timeout = timeout};
  for (int kind = v1::DERIVATIVE_KIND_GRADIENT; kind <= v1::DerivativeKind_MAX; ++kind) {
    const auto value = static_cast<v1::DerivativeKind>(kind);
    if (DerivativeKindText(value) == options.kind) wanted.kind = value;
  }
  ASSIGN_OR_RETURN(const v1::DifferentiateResponse response,
                   client.Differentiate(formulas.program, wanted));
  if (options.json) {
    PrintDiffJson(response, io);
    return absl::OkStatus();
  }
  PrintTexts(response, io);
  if (options.report) {
    io.out << DerivativeModeText(response.mode()) << " mode; " << response.operations_before()
           << " operations as derived, " << response.operations_after() << " after; "
           << StopReasonText(response.stop_reason()) << '\n';
  }
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
