#include "client/cli/result_text.h"

#include <utility>

#include "client/cli/csv.h"
#include "client/cli/enum_text.h"
#include "client/cli/json.h"
#include "client/cli/number_text.h"
#include "client/cli/table.h"
#include "client/cpp/status_macros.h"
#include "client/cpp/text.h"

namespace formulary::cli {
namespace {

using client::Cat;

}  // namespace

absl::StatusOr<ResultView> ResultView::Make(std::vector<client::NamedArray> inputs,
                                            client::Result result) {
  ResultView view;
  for (const client::NamedArray& output : result.outputs) {
    ASSIGN_OR_RETURN(view.shape_, client::BroadcastShapes(view.shape_, output.array.shape()));
  }
  ASSIGN_OR_RETURN(view.rows_, client::ElementCount(view.shape_));
  for (const client::NamedArray& input : inputs) {
    if (input.array.size() > 1) view.AddColumn(input, false);
  }
  for (const client::NamedArray& output : result.outputs) view.AddColumn(output, true);
  view.result_ = std::move(result);
  return view;
}

bool ResultView::AddColumn(const client::NamedArray& array, bool is_output) {
  const client::Shape& from = array.array.shape();
  if (from.size() > shape_.size()) return false;
  Column column{array.name, array.array, std::vector<int64_t>(shape_.size(), 0), is_output};
  int64_t stride = 1;
  for (size_t from_end = 1; from_end <= from.size(); ++from_end) {
    const int64_t extent = from[from.size() - from_end];
    if (extent != 1 && extent != shape_[shape_.size() - from_end]) return false;
    if (extent != 1) column.strides[shape_.size() - from_end] = stride;
    stride *= extent;
  }
  columns_.push_back(std::move(column));
  return true;
}

int64_t ResultView::IndexOf(const Column& column, int64_t row) const {
  int64_t index = 0;
  for (size_t d = shape_.size(); d-- > 0;) {
    index += row % shape_[d] * column.strides[d];
    row /= shape_[d];
  }
  return index;
}

std::string ResultView::PlaceText(int64_t row) const {
  std::vector<int64_t> place(shape_.size());
  for (size_t d = shape_.size(); d-- > 0;) {
    place[d] = row % shape_[d];
    row /= shape_[d];
  }
  return client::ShapeText(place);
}

namespace {

std::vector<std::string> RowCells(const ResultView& view, int64_t row, int digits) {
  std::vector<std::string> cells;
  if (view.shape().size() > 1) cells.push_back(view.PlaceText(row));
  for (const ResultView::Column& column : view.columns()) {
    cells.push_back(ElementText(column.array, view.IndexOf(column, row), digits));
  }
  return cells;
}

// One value each: the bare value, or lines of "name  value".
void PrintScalars(const ResultView& view, const TableOptions& options, std::ostream& out) {
  Table table({{"", Align::kLeft}, {"", Align::kLeft}});
  for (const ResultView::Column& column : view.columns()) {
    const std::string value = ElementText(column.array, 0, options.digits);
    if (view.columns().size() == 1) {
      out << value << '\n';
      return;
    }
    table.AddRow({column.name, value});
  }
  table.Print(out);
}

}  // namespace

void PrintTable(const ResultView& view, const TableOptions& options, std::ostream& out) {
  if (view.shape().empty()) return PrintScalars(view, options, out);
  std::vector<Table::Column> columns;
  if (view.shape().size() > 1) columns.push_back({"", Align::kLeft});
  for (const ResultView::Column& column : view.columns())
    columns.push_back({column.name, Align::kRight});
  const bool cut = !options.full && view.rows() > options.abbreviate_above;
  Table table(columns);
  for (int64_t row = 0; row < view.rows(); ++row) {
    if (cut && row == options.head) {
      table.AddRow(std::vector<std::string>(columns.size(), "..."));
      row = view.rows() - options.tail;
    }
    table.AddRow(RowCells(view, row, options.digits));
  }
  table.Print(out);
  if (cut) {
    out << "(" << GroupedDigits(static_cast<uint64_t>(view.rows())) << " rows; --full shows all)\n";
  } else if (view.rows() == 0) {
    out << "(no rows: shape " << client::ShapeText(view.shape()) << ")\n";
  }
}

void PrintCsv(const ResultView& view, std::ostream& out) {
  std::string text;
  for (const ResultView::Column& column : view.columns()) {
    text += Cat(text.empty() ? "" : ",", CsvField(column.name));
  }
  text += '\n';
  for (int64_t row = 0; row < view.rows(); ++row) {
    bool first = true;
    for (const ResultView::Column& column : view.columns()) {
      if (!std::exchange(first, false)) text += ',';
      text += ElementText(column.array, view.IndexOf(column, row));
    }
    text += '\n';
    if (text.size() > 64 * 1024) {
      out << text;
      text.clear();
    }
  }
  out << text;
}

void PrintJson(const ResultView& view, std::ostream& out) {
  JsonWriter json;
  json.BeginObject();
  json.Key("outputs");
  json.BeginArray();
  for (const client::NamedArray& output : view.result().outputs) {
    json.BeginObject();
    json.Key("name");
    json.String(output.name);
    json.Key("dtype");
    json.String(client::Name(output.array.dtype()));
    json.Key("shape");
    json.BeginArray();
    for (const int64_t extent : output.array.shape()) json.Integer(extent);
    json.EndArray();
    json.Key("values");
    json.Elements(output.array);
    json.EndObject();
  }
  json.EndArray();
  const v1::EvaluationReport& report = view.result().report;
  if (report.ByteSizeLong() != 0) {
    json.Key("report");
    json.BeginObject();
    json.Key("kernel");
    json.String(report.kernel());
    json.Key("tier");
    json.String(TierText(report.tier()));
    json.Key("cache");
    json.String(CacheText(report.cache()));
    json.Key("simplify_seconds");
    json.Number(report.simplify_seconds());
    json.Key("compile_seconds");
    json.Number(report.compile_seconds());
    json.Key("evaluate_seconds");
    json.Number(report.evaluate_seconds());
    json.Key("elements");
    json.Integer(static_cast<int64_t>(report.elements()));
    json.EndObject();
  }
  json.EndObject();
  out << json.text() << '\n';
}

void PrintReport(const v1::EvaluationReport& report, std::ostream& out) {
  out << report.kernel() << ": " << TierText(report.tier()) << ", artefact from "
      << CacheText(report.cache()) << "; simplify " << DurationText(report.simplify_seconds())
      << ", compile " << DurationText(report.compile_seconds()) << ", evaluate "
      << DurationText(report.evaluate_seconds()) << " for " << GroupedDigits(report.elements())
      << " elements\n";
}

}  // namespace formulary::cli
