#include "server/expr/text/datum_lexer.h"

#include <algorithm>

namespace formulary::expr::text {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::string_view kDelimiters = " \t\r\n()[]\";";

size_t StringEnd(std::string_view text, size_t begin) {
  for (size_t i = begin + 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      return i + 1;
    }
  }
  return text.size();
}

}  // namespace

// Blanks, and comments from a semicolon to the end of the line.
void DatumLexer::SkipBlanks() {
  while (offset_ < text_.size()) {
    offset_ = std::min(text_.find_first_not_of(kBlanks, offset_), text_.size());
    if (offset_ == text_.size() || text_[offset_] != ';') return;
    offset_ = std::min(text_.find('\n', offset_), text_.size());
  }
}

DatumToken DatumLexer::Peek() {
  SkipBlanks();
  DatumToken token{DatumKind::kEnd, offset_, {}};
  if (offset_ == text_.size()) return token;
  size_t end = offset_ + 1;
  switch (text_[offset_]) {
    case '(':
    case '[':
      token.kind = DatumKind::kOpen;
      break;
    case ')':
    case ']':
      token.kind = DatumKind::kClose;
      break;
    case '"':
      token.kind = DatumKind::kString;
      end = StringEnd(text_, offset_);
      break;
    default:
      token.kind = DatumKind::kAtom;
      end = std::min(text_.find_first_of(kDelimiters, offset_), text_.size());
  }
  token.text = text_.substr(offset_, end - offset_);
  return token;
}

bool DatumLexer::SkipDatum() {
  size_t depth = 0;
  do {
    const DatumToken token = Next();
    if (token.kind == DatumKind::kEnd) return false;
    if (token.kind == DatumKind::kClose && depth == 0) return false;
    if (token.kind == DatumKind::kOpen) ++depth;
    if (token.kind == DatumKind::kClose) --depth;
  } while (depth > 0);
  return true;
}

}  // namespace formulary::expr::text
