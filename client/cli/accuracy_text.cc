#include "client/cli/accuracy_text.h"

#include <cstdio>
#include <string>
#include <string_view>

#include "client/cli/enum_text.h"
#include "client/cli/json.h"
#include "client/cli/number_text.h"
#include "client/cli/table.h"
#include "client/cpp/text.h"

namespace formulary::cli {
namespace {

using client::Cat;
using Summaries = google::protobuf::RepeatedPtrField<v1::ErrorSummary>;
using Doubles = google::protobuf::RepeatedField<double>;

std::string Bits(double bits) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", bits);
  return text;
}

// One row for each output.
void AddRows(std::string_view form, const Summaries& summaries, Table* table) {
  for (const v1::ErrorSummary& summary : summaries) {
    const std::string name =
        summaries.size() > 1 ? Cat(summary.output(), " ", form) : std::string(form);
    table->AddRow({name, Bits(summary.mean_bits()), Bits(summary.median_bits()),
                   Bits(summary.p90_bits()), Bits(summary.max_bits()), Cat(summary.nan_count()),
                   Cat(summary.infinity_count())});
  }
}

std::string InputText(const v1::AnalyzeResponse& response, const Doubles& input) {
  std::string text;
  for (int k = 0; k < input.size() && k < response.arguments_size(); ++k) {
    text += Cat(text.empty() ? "" : ", ", response.arguments(k), " = ", NumberText(input[k]));
  }
  return text;
}

void PrintWorst(const v1::AnalyzeResponse& response, std::string_view form,
                const Summaries& summaries, Io& io) {
  for (const v1::ErrorSummary& summary : summaries) {
    if (summary.max_bits() < 1) continue;
    io.out << "worst " << form << (summaries.size() > 1 ? Cat(" (", summary.output(), ")") : "")
           << ": " << InputText(response, summary.worst_inputs()) << " gives "
           << NumberText(summary.got()) << ", should be " << NumberText(summary.expected()) << '\n';
  }
}

void PrintOperations(const v1::AnalyzeResponse& response, Io& io) {
  if (response.operations_size() == 0) return;
  Table table({{"bits", Align::kRight}, {"max", Align::kRight}, {"lost by"}});
  for (const v1::OperationError& operation : response.operations())
    table.AddRow({Bits(operation.mean_bits()), Bits(operation.max_bits()), operation.text()});
  io.out << '\n';
  table.Print(io.out, io.terminal.out_is_terminal ? io.terminal.width : 0);
}

void PrintImproved(const v1::AnalyzeResponse& response, Io& io) {
  if (!response.has_improved()) return;
  const v1::ImprovedProgram& improved = response.improved();
  io.out << "\nimproved (best of " << improved.candidates() << "):\n";
  for (int i = 0; i < improved.texts_size(); ++i) {
    const bool named = improved.texts_size() > 1 && i < improved.program().outputs_size();
    io.out << "  " << (named ? Cat(improved.program().outputs(i).name(), " = ") : "")
           << improved.texts(i) << '\n';
  }
}

void WriteDoubles(std::string_view key, const Doubles& values, JsonWriter* json) {
  json->Key(key);
  json->BeginArray();
  for (const double value : values) json->Number(value);
  json->EndArray();
}

void WriteSummaries(std::string_view key, const Summaries& summaries, JsonWriter* json) {
  json->Key(key);
  json->BeginArray();
  for (const v1::ErrorSummary& summary : summaries) {
    json->BeginObject();
    json->Key("output");
    json->String(summary.output());
    const std::pair<std::string_view, double> numbers[] = {
        {"mean_bits", summary.mean_bits()}, {"median_bits", summary.median_bits()},
        {"p90_bits", summary.p90_bits()},   {"max_bits", summary.max_bits()},
        {"expected", summary.expected()},   {"got", summary.got()}};
    for (const auto& [name, value] : numbers) {
      json->Key(name);
      json->Number(value);
    }
    json->Key("nan_count");
    json->Integer(static_cast<int64_t>(summary.nan_count()));
    json->Key("infinity_count");
    json->Integer(static_cast<int64_t>(summary.infinity_count()));
    WriteDoubles("worst_inputs", summary.worst_inputs(), json);
    json->EndObject();
  }
  json->EndArray();
}

void WriteOperations(const v1::AnalyzeResponse& response, JsonWriter* json) {
  json->Key("operations");
  json->BeginArray();
  for (const v1::OperationError& operation : response.operations()) {
    json->BeginObject();
    json->Key("text");
    json->String(operation.text());
    json->Key("mean_bits");
    json->Number(operation.mean_bits());
    json->Key("max_bits");
    json->Number(operation.max_bits());
    json->EndObject();
  }
  json->EndArray();
}

void WritePoints(const v1::AnalyzeResponse& response, JsonWriter* json) {
  json->Key("points");
  json->BeginArray();
  for (const v1::PointErrors& point : response.points()) {
    json->BeginObject();
    WriteDoubles("arguments", point.arguments(), json);
    WriteDoubles("as_written", point.as_written(), json);
    WriteDoubles("simplified", point.simplified(), json);
    WriteDoubles("compiled", point.compiled(), json);
    if (point.improved_size() > 0) WriteDoubles("improved", point.improved(), json);
    json->EndObject();
  }
  json->EndArray();
}

}  // namespace

void PrintAccuracy(const v1::AnalyzeResponse& response, Io& io) {
  Table table({{"bits of error"},
               {"mean", Align::kRight},
               {"median", Align::kRight},
               {"p90", Align::kRight},
               {"max", Align::kRight},
               {"NaN", Align::kRight},
               {"inf", Align::kRight}});
  AddRows("as written", response.as_written(), &table);
  AddRows("simplified", response.simplified(), &table);
  const bool kernel = response.tier() == v1::TIER_COMPILED;
  AddRows(kernel ? "compiled" : "compiled (interpreted)", response.compiled(), &table);
  if (response.has_improved()) AddRows("improved", response.improved().errors(), &table);
  table.Print(io.out);
  io.out << response.samples() << " points";
  if (response.undefined() > 0)
    io.out << ", " << response.undefined() << " left out that have no real value or overflow";
  if (response.undecided() > 0) io.out << ", " << response.undecided() << " left out undecided";
  io.out << "\n\n";
  PrintWorst(response, "as written", response.as_written(), io);
  PrintWorst(response, "simplified", response.simplified(), io);
  PrintOperations(response, io);
  PrintImproved(response, io);
}

void PrintAccuracyJson(const v1::AnalyzeResponse& response, Io& io) {
  JsonWriter json;
  json.BeginObject();
  json.Key("arguments");
  json.BeginArray();
  for (const std::string& name : response.arguments()) json.String(name);
  json.EndArray();
  WriteSummaries("as_written", response.as_written(), &json);
  WriteSummaries("simplified", response.simplified(), &json);
  WriteSummaries("compiled", response.compiled(), &json);
  json.Key("tier");
  json.String(TierText(response.tier()));
  json.Key("samples");
  json.Integer(static_cast<int64_t>(response.samples()));
  json.Key("undefined");
  json.Integer(static_cast<int64_t>(response.undefined()));
  json.Key("undecided");
  json.Integer(static_cast<int64_t>(response.undecided()));
  WriteOperations(response, &json);
  WritePoints(response, &json);
  if (response.has_improved()) {
    json.Key("improved");
    json.BeginObject();
    json.Key("texts");
    json.BeginArray();
    for (const std::string& text : response.improved().texts()) json.String(text);
    json.EndArray();
    WriteSummaries("errors", response.improved().errors(), &json);
    json.Key("candidates");
    json.Integer(static_cast<int64_t>(response.improved().candidates()));
    json.EndObject();
  }
  json.EndObject();
  io.out << json.text() << '\n';
}

}  // namespace formulary::cli
