#include "server/expr/text/utf8.h"

#include <cstdio>

namespace formulary::expr::text {
namespace {

struct Range {
  char32_t first, last;
};

// Outside ASCII everything is a letter but these: signs, punctuation, spaces, controls,
// superscripts (x² would read as a name where people mean a power), private use and pictures.
constexpr Range kNoLetters[] = {
    {0x80, 0xa9},       {0xab, 0xb4},        {0xb6, 0xb9},     {0xbb, 0xbf},     {0xd7, 0xd7},
    {0xf7, 0xf7},       {0x61c, 0x61c},      {0x1680, 0x1680}, {0x180e, 0x180e}, {0x2000, 0x207f},
    {0x20a0, 0x20cf},   {0x2150, 0x215f},    {0x2190, 0x2bff}, {0x2e00, 0x2e7f}, {0x3000, 0x3004},
    {0x3008, 0x3020},   {0x3030, 0x3030},    {0xd800, 0xf8ff}, {0xfdd0, 0xfdef}, {0xfe00, 0xfe6f},
    {0xfeff, 0xff0f},   {0xff1a, 0xff20},    {0xff3b, 0xff40}, {0xff5b, 0xff65}, {0xffe0, 0xffff},
    {0x1f000, 0x1faff}, {0xe0000, 0x10ffff},
};

// Valid, yet not to be shown: controls, invisible and direction-changing characters, private use.
constexpr Range kUnprintable[] = {
    {0x0, 0x1f},      {0x7f, 0x9f},     {0xad, 0xad},        {0x61c, 0x61c},   {0x180e, 0x180e},
    {0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f},    {0xe000, 0xf8ff}, {0xfdd0, 0xfdef},
    {0xfeff, 0xfeff}, {0xfff0, 0xffff}, {0xe0000, 0x10ffff},
};

template <size_t kCount>
bool Contains(const Range (&ranges)[kCount], char32_t value) {
  for (const Range& range : ranges) {
    if (value >= range.first && value <= range.last) return true;
  }
  return false;
}

bool IsAsciiLetter(char32_t value) {
  return (value >= 'a' && value <= 'z') || (value >= 'A' && value <= 'Z');
}

}  // namespace

CodePoint DecodeUtf8(std::string_view text, size_t offset) {
  const auto byte = [text](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(offset);
  if (first < 0x80) return {first, 1, true};
  const size_t length = (first >> 5) == 0x6    ? 2
                        : (first >> 4) == 0xe  ? 3
                        : (first >> 3) == 0x1e ? 4
                                               : 0;
  if (length == 0 || text.size() - offset < length) return {first, 1, false};
  char32_t value = first & (0x7fu >> length);
  for (size_t i = 1; i < length; ++i) {
    if ((byte(offset + i) >> 6) != 2) return {first, 1, false};
    value = value << 6 | (byte(offset + i) & 0x3fu);
  }
  constexpr char32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  if (value < kLeast[length] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) {
    return {first, 1, false};
  }
  return {value, length, true};
}

bool IsNameStart(char32_t value) {
  if (value < 0x80) return IsAsciiLetter(value) || value == '_';
  // Combining marks and subscripts only go on.
  if ((value >= 0x300 && value <= 0x36f) || (value >= 0x2080 && value <= 0x208e)) return false;
  return !Contains(kNoLetters, value);
}

bool IsNameContinue(char32_t value) {
  if (value < 0x80) return IsAsciiLetter(value) || value == '_' || (value >= '0' && value <= '9');
  return !Contains(kNoLetters, value);
}

size_t AppendShown(std::string_view text, size_t offset, std::string* out) {
  const CodePoint point = DecodeUtf8(text, offset);
  if (point.valid && !Contains(kUnprintable, point.value)) {
    out->append(text.substr(offset, point.length));
    return 1;
  }
  char shown[16];
  const int columns =
      point.valid && point.value > 0xff
          ? std::snprintf(shown, sizeof shown, "\\u{%x}", static_cast<unsigned>(point.value))
          : std::snprintf(shown, sizeof shown, "\\x%02x", static_cast<unsigned>(point.value));
  out->append(shown, static_cast<size_t>(columns));
  return static_cast<size_t>(columns);
}

bool IsPrintable(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const CodePoint point = DecodeUtf8(text, i);
    if (!point.valid || Contains(kUnprintable, point.value)) return false;
    i += point.length;
  }
  return true;
}

std::string Quoted(std::string_view text) {
  constexpr int kMost = 24;
  std::string result = "'";
  size_t offset = 0;
  for (int i = 0; i < kMost && offset < text.size(); ++i) {
    AppendShown(text, offset, &result);
    offset += DecodeUtf8(text, offset).length;
  }
  result += offset < text.size() ? "...'" : "'";
  return result;
}

}  // namespace formulary::expr::text
