#ifndef FORMULARY_CLIENT_CLI_TABLE_H_
#define FORMULARY_CLIENT_CLI_TABLE_H_

// Aligned text tables: what eval, functions, kernels, bench and info print for people.

#include <ostream>
#include <string>
#include <vector>

namespace formulary::cli {

enum class Align { kLeft, kRight };

// One thread at a time.
class Table {
 public:
  struct Column {
    std::string header;
    Align align = Align::kLeft;
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // REQUIRES: as many cells as columns.
  void AddRow(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }

  // Header (unless every column's is empty) and rows, two blanks between columns, none at a line's
  // end. A last column that is left-aligned is cut (with "...") where it passes `width` columns; 0:
  // never.
  void Print(std::ostream& out, int width = 0) const;

 private:
  void PrintRow(const std::vector<std::string>& cells, const std::vector<size_t>& widths,
                size_t last_width, std::ostream& out) const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

// The text, at most `width` columns of it: cut and "..." put behind.
std::string Shortened(std::string_view text, size_t width);

}  // namespace formulary::cli

#endif  // FORMULARY_CLIENT_CLI_TABLE_H_
