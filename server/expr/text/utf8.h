#ifndef FORMULARY_SERVER_EXPR_TEXT_UTF8_H_
#define FORMULARY_SERVER_EXPR_TEXT_UTF8_H_

// Code points of client text: decoding that survives any bytes, which of them may stand in a name,
// and how to show them in a message without control characters. Used by the lexer and by error
// messages; must never trust that text is valid.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace formulary::expr::text {

// One code point, or one byte that begins none.
struct CodePoint {
  char32_t value = 0;
  size_t length = 1;  // bytes
  bool valid = false;
};

// REQUIRES: offset < text.size().
CodePoint DecodeUtf8(std::string_view text, size_t offset);

// True for what may begin, or go on, a name: letters of any script, underscore, then also digits.
bool IsNameStart(char32_t value);
bool IsNameContinue(char32_t value);

// Appends the code point at `offset` as it may be shown: as it is when printable, else \xff or
// \u{200e}. Returns the columns taken.
size_t AppendShown(std::string_view text, size_t offset, std::string* out);

// True when all of it may be shown as it is.
bool IsPrintable(std::string_view text);

// Text in single quotes, shown, at most 24 code points of it.
std::string Quoted(std::string_view text);

}  // namespace formulary::expr::text

#endif  // FORMULARY_SERVER_EXPR_TEXT_UTF8_H_
