#include "client/cli/csv.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <utility>

#include "client/cli/number_text.h"
#include "client/cpp/status_macros.h"
#include "client/cpp/text.h"

namespace formulary::cli {
namespace {

using client::Cat;

absl::Status Bad(size_t line, std::string_view what) {
  return absl::InvalidArgumentError(Cat("line ", line, ": ", what));
}

char SeparatorOf(std::string_view text) {
  size_t start = 0;
  while (start < text.size() && text[start] == '#')
    start = std::min(text.find('\n', start), text.size() - 1) + 1;
  const std::string_view first = text.substr(start, text.find('\n', start) - start);
  for (const char separator : {',', ';', '\t'}) {
    if (first.find(separator) != std::string_view::npos) return separator;
  }
  return ',';
}

// Reads record after record. One thread at a time; the text must live.
class RecordReader {
 public:
  explicit RecordReader(std::string_view text)
      : text_(text), separator_(SeparatorOf(text)), ends_{separator_, '\n'} {}

  // The next record's fields; false at the end.
  absl::StatusOr<bool> Next(std::vector<std::string>* fields) {
    while (at_ < text_.size() &&
           (text_[at_] == '#' || text_[at_] == '\n' || text_.substr(at_).starts_with("\r\n"))) {
      at_ = std::min(text_.find('\n', at_), text_.size() - 1) + 1;
      ++next_line_;
    }
    fields->clear();
    if (at_ >= text_.size()) return false;
    line_ = next_line_;
    while (true) {
      fields->emplace_back();
      RETURN_IF_ERROR(Field(&fields->back()));
      if (at_ >= text_.size()) return true;
      const char end = text_[at_++];
      if (end == separator_) continue;
      ++next_line_;
      return true;
    }
  }

  size_t line() const { return line_; }

 private:
  absl::Status Field(std::string* field) {
    if (at_ >= text_.size() || text_[at_] != '"') {
      const std::string_view rest = text_.substr(at_);
      size_t end = std::min(rest.size(), rest.find_first_of(ends_));
      at_ += end;
      if (end > 0 && rest[end - 1] == '\r') --end;
      *field = rest.substr(0, end);
      return absl::OkStatus();
    }
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\n') ++next_line_;
      if (text_[at_] != '"') {
        field->push_back(text_[at_]);
      } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
        field->push_back(text_[at_++]);
      } else {
        return EndOfQuoted();
      }
    }
    return Bad(line_, "a quoted field is not closed");
  }

  absl::Status EndOfQuoted() {
    ++at_;
    if (text_.substr(at_).starts_with("\r\n")) ++at_;
    if (at_ < text_.size() && text_[at_] != separator_ && text_[at_] != '\n') {
      return Bad(line_, "text stands behind a quoted field");
    }
    return absl::OkStatus();
  }

  std::string_view text_;
  char separator_;
  std::string ends_;  // of a field without quotes
  size_t at_ = 0;
  size_t line_ = 0;
  size_t next_line_ = 1;
};

bool IsHeader(const std::vector<std::string>& fields) {
  return std::any_of(fields.begin(), fields.end(), [](const std::string& field) {
    return !field.empty() && !ParseNumber(field).has_value();
  });
}

std::string ColumnList(const std::vector<std::string>& header) {
  std::string list;
  for (size_t i = 0; i < header.size() && i < 20; ++i) list += Cat(i == 0 ? "" : ", ", header[i]);
  return list + (header.size() > 20 ? ", ..." : "");
}

// Position of the wanted column; `header` is empty when the file has none.
absl::StatusOr<size_t> FindColumn(const std::vector<std::string>& header, size_t columns,
                                  std::string_view column) {
  const auto named = std::find(header.begin(), header.end(), column);
  if (!column.empty() && named != header.end()) return static_cast<size_t>(named - header.begin());
  const std::string choices = header.empty() ? Cat("1 to ", columns) : ColumnList(header);
  if (column.empty()) {
    if (columns == 1) return size_t{0};
    return absl::InvalidArgumentError(Cat("say which column: @FILE:COLUMN with one of ", choices));
  }
  size_t number = 0;
  const auto result = std::from_chars(column.data(), column.data() + column.size(), number);
  if (result.ptr == column.data() + column.size() && result.ec == std::errc() && number >= 1 &&
      number <= columns) {
    return number - 1;
  }
  return absl::InvalidArgumentError(Cat("there is no column '", column, "'; there are ", choices));
}

}  // namespace

absl::StatusOr<std::vector<double>> ReadCsvColumn(std::string_view text, std::string_view column) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // a byte order mark
  RecordReader reader(text);
  std::vector<std::string> fields;
  ASSIGN_OR_RETURN(bool more, reader.Next(&fields));
  if (!more) return absl::InvalidArgumentError("the file has no rows");
  const bool has_header = IsHeader(fields);
  ASSIGN_OR_RETURN(
      const size_t position,
      FindColumn(has_header ? fields : std::vector<std::string>(), fields.size(), column));
  if (has_header) {
    ASSIGN_OR_RETURN(more, reader.Next(&fields));
  }
  std::vector<double> values;
  while (more) {
    if (position >= fields.size()) {
      return Bad(reader.line(),
                 Cat("there are ", fields.size(), " fields, column ", position + 1, " is wanted"));
    }
    const std::string& field = fields[position];
    const std::optional<double> value = field.find_first_not_of(" \t") == std::string::npos
                                            ? std::numeric_limits<double>::quiet_NaN()
                                            : ParseNumber(field);
    if (!value.has_value()) return Bad(reader.line(), Cat("'", field, "' is not a number"));
    values.push_back(*value);
    ASSIGN_OR_RETURN(more, reader.Next(&fields));
  }
  return values;
}

std::string CsvField(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string field = "\"";
  for (const char c : text) field += c == '"' ? "\"\"" : std::string(1, c);
  return field + "\"";
}

}  // namespace formulary::cli
