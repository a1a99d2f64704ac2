#ifndef FORMULARY_CLIENT_CLI_RESULT_TEXT_H_
#define FORMULARY_CLIENT_CLI_RESULT_TEXT_H_

// The result of an evaluation as a table, as CSV, as JSON. Rows are the elements of the broadcast
// shape in C order; columns are the inputs that vary, then the outputs.

#include <ostream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/cpp/client.h"

namespace formulary::cli {

// Inputs and outputs of one evaluation, lined up. Immutable.
class ResultView {
 public:
  // INVALID_ARGUMENT when the outputs do not broadcast to one shape. Inputs that do not broadcast
  // to it (they have core dimensions) are left out.
  static absl::StatusOr<ResultView> Make(std::vector<client::NamedArray> inputs,
                                         client::Result result);

  const client::Shape& shape() const { return shape_; }
  int64_t rows() const { return rows_; }
  const client::Result& result() const { return result_; }

  struct Column {
    std::string name;
    client::Array array;
    std::vector<int64_t> strides;  // in elements, by dimension of shape(); 0 where it broadcasts
    bool is_output = false;
  };
  const std::vector<Column>& columns() const { return columns_; }

  // Position in column.array of the row's element.
  int64_t IndexOf(const Column& column, int64_t row) const;

  // "(1, 2)": the row's place in shape().
  std::string PlaceText(int64_t row) const;

 private:
  ResultView() = default;
  bool AddColumn(const client::NamedArray& array, bool is_output);

  client::Result result_;
  client::Shape shape_;
  int64_t rows_ = 1;
  std::vector<Column> columns_;
};

struct TableOptions {
  int digits = 10;                // significant
  bool full = false;              // else long results are abbreviated
  int64_t abbreviate_above = 25;  // rows
  int64_t head = 12, tail = 8;    // rows shown then
};

void PrintTable(const ResultView& view, const TableOptions& options, std::ostream& out);
void PrintCsv(const ResultView& view, std::ostream& out);
// {"outputs": [{"name", "dtype", "shape", "values"}], "report": {...} (when there is one)}
void PrintJson(const ResultView& view, std::ostream& out);
// The report in one line.
void PrintReport(const v1::EvaluationReport& report, std::ostream& out);

}  // namespace formulary::cli

#endif  // FORMULARY_CLIENT_CLI_RESULT_TEXT_H_
