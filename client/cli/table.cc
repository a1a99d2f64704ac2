#include "client/cli/table.h"

#include <algorithm>
#include <limits>

#include "client/cli/caret.h"

namespace formulary::cli {

std::string Shortened(std::string_view text, size_t width) {
  if (DisplayWidth(text) <= width) return std::string(text);
  const size_t keep = width > 3 ? width - 3 : 0;
  size_t bytes = 0;
  for (size_t shown = 0; bytes < text.size(); ++bytes) {
    const bool starts = (static_cast<unsigned char>(text[bytes]) & 0xC0) != 0x80;
    if (starts && shown++ == keep) break;
  }
  return std::string(text.substr(0, bytes)) + "...";
}

void Table::Print(std::ostream& out, int width) const {
  std::vector<std::string> headers;
  std::vector<size_t> widths;
  bool any_header = false;
  for (size_t c = 0; c < columns_.size(); ++c) {
    headers.push_back(columns_[c].header);
    any_header = any_header || !columns_[c].header.empty();
    widths.push_back(DisplayWidth(columns_[c].header));
    for (const auto& row : rows_) widths[c] = std::max(widths[c], DisplayWidth(row[c]));
  }
  size_t before_last = 0;
  for (size_t c = 0; c + 1 < widths.size(); ++c) before_last += widths[c] + 2;
  const size_t limit = static_cast<size_t>(std::max(width, 0));
  // Less than 20 columns for the last one would say nothing: then let the terminal wrap it.
  const size_t last_width = width > 0 && limit >= before_last + 20
                                ? limit - before_last
                                : std::numeric_limits<size_t>::max();
  if (any_header) PrintRow(headers, widths, last_width, out);
  for (const auto& row : rows_) PrintRow(row, widths, last_width, out);
}

void Table::PrintRow(const std::vector<std::string>& cells, const std::vector<size_t>& widths,
                     size_t last_width, std::ostream& out) const {
  std::string line;
  for (size_t c = 0; c < columns_.size(); ++c) {
    const bool last = c + 1 == columns_.size();
    const std::string pad(widths[c] - DisplayWidth(cells[c]), ' ');
    if (columns_[c].align == Align::kRight) {
      line += pad + cells[c];
    } else {
      line += last ? Shortened(cells[c], last_width) : cells[c] + pad;
    }
    if (!last) line += "  ";
  }
  line.erase(line.find_last_not_of(' ') + 1);
  out << line << '\n';
}

}  // namespace formulary::cli
