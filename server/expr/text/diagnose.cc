#include "server/expr/text/diagnose.h"

#include <algorithm>
#include <utility>

#include "server/base/error.h"
#include "server/base/strings.h"
#include "server/expr/text/utf8.h"

namespace formulary::expr::text {
namespace {

using base::StrCat;

constexpr size_t kShownBefore = 32;  // code points of the line on either side of the place
constexpr size_t kShownAfter = 28;

struct Place {
  size_t line = 1;        // from 1
  size_t column = 1;      // from 1, in code points
  size_t line_begin = 0;  // offset
  size_t window = 0;  // offset of the code point kShownBefore columns before, or the line's begin
};

// A place within a code point's continuation bytes counts as the code point after it; none is asked
// for.
Place Locate(std::string_view text, size_t offset) {
  Place place;
  offset = std::min(offset, text.size());
  for (size_t i = 0; i < offset; ++i) {
    if (text[i] != '\n') continue;
    ++place.line;
    place.line_begin = i + 1;
  }
  for (size_t i = place.line_begin; i < offset; i += DecodeUtf8(text, i).length) ++place.column;
  place.window = place.line_begin;
  for (size_t column = 1; column + kShownBefore < place.column; ++column) {
    place.window += DecodeUtf8(text, place.window).length;
  }
  return place;
}

// The line around the place and the caret line under it.
std::string Excerpt(std::string_view text, size_t offset, const Place& place) {
  std::string line = place.window > place.line_begin ? "..." : "";
  size_t caret = line.size();
  size_t at = place.window;
  size_t after = 0;
  for (; at < text.size() && text[at] != '\n' && after < kShownAfter;
       at += DecodeUtf8(text, at).length) {
    if (text[at] == '\r' && (at + 1 == text.size() || text[at + 1] == '\n')) break;
    // A tab is as wide as the reader's terminal likes: one blank keeps the caret in its place.
    size_t columns = 1;
    if (text[at] == '\t') {
      line.push_back(' ');
    } else {
      columns = AppendShown(text, at, &line);
    }
    if (at < offset) {
      caret += columns;
    } else {
      ++after;
    }
  }
  if (after == kShownAfter && at < text.size() && text[at] != '\n') line += "...";
  return StrCat(line, "\n", std::string(caret, ' '), "^");
}

absl::Status Build(std::string_view text, size_t offset, absl::StatusCode code,
                   std::string_view message, base::ErrorDetail detail) {
  const Place place = Locate(text, offset);
  detail.metadata.emplace_back("line", StrCat(place.line));
  detail.metadata.emplace_back("column", StrCat(place.column));
  return base::MakeError(code,
                         StrCat("line ", place.line, ", column ", place.column, ": ", message, "\n",
                                Excerpt(text, offset, place)),
                         std::move(detail));
}

}  // namespace

std::string PlaceOf(std::string_view text, size_t offset) {
  const Place place = Locate(text, offset);
  return StrCat("line ", place.line, ", column ", place.column);
}

absl::Status SyntaxError(std::string_view text, size_t offset, std::string_view message) {
  return Build(text, offset, absl::StatusCode::kInvalidArgument, message,
               {.reason = "PARSE_ERROR"});
}

absl::Status UnsupportedSyntax(std::string_view text, size_t offset, std::string_view message) {
  return Build(text, offset, absl::StatusCode::kUnimplemented, message,
               {.reason = "SYNTAX_UNIMPLEMENTED"});
}

absl::Status WithPlace(std::string_view text, size_t offset, const absl::Status& cause) {
  if (cause.ok()) return cause;
  return Build(
      text, offset, cause.code(), base::ToStd(cause.message()),
      base::GetErrorDetail(cause).value_or(base::ErrorDetail{.reason = "INVALID_EXPRESSION"}));
}

}  // namespace formulary::expr::text
