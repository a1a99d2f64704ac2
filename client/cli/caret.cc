#include "client/cli/caret.h"

#include <algorithm>

#include "client/cpp/text.h"

namespace formulary::cli {

size_t DisplayWidth(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

absl::Status CaretError(std::string_view message, std::string_view text, size_t offset) {
  std::string line(text);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  const size_t column = DisplayWidth(text.substr(0, std::min(offset, text.size())));
  return absl::InvalidArgumentError(
      client::Cat(message, "\n  ", line, "\n  ", std::string(column, ' '), "^"));
}

}  // namespace formulary::cli
