#include "server/expr/text/lexer.h"

#include "server/expr/text/operators.h"
#include "server/expr/text/utf8.h"

namespace formulary::expr::text {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool IsPunctuation(char c) {
  return c > ' ' && c < 0x7f && !IsNameContinue(static_cast<char32_t>(c));
}

}  // namespace

void Lexer::SkipBlanks() {
  while (offset_ < text_.size() && IsBlank(text_[offset_])) ++offset_;
}

bool Lexer::NextIs(char c) {
  SkipBlanks();
  return offset_ < text_.size() && text_[offset_] == c;
}

// Digits with at most one point, then an exponent if it is a whole one: in "2e" the e is a name.
size_t Lexer::NumberEnd(TokenKind* kind) const {
  size_t end = offset_;
  const auto digits = [&] {
    while (end < text_.size() && IsDigit(text_[end])) ++end;
  };
  *kind = TokenKind::kInteger;
  digits();
  if (end < text_.size() && text_[end] == '.') {
    *kind = TokenKind::kDecimal;
    ++end;
    digits();
  }
  if (end < text_.size() && (text_[end] == 'e' || text_[end] == 'E')) {
    size_t exponent = end + 1;
    if (exponent < text_.size() && (text_[exponent] == '+' || text_[exponent] == '-')) ++exponent;
    if (exponent < text_.size() && IsDigit(text_[exponent])) {
      *kind = TokenKind::kDecimal;
      end = exponent;
      digits();
    }
  }
  return end;
}

size_t Lexer::NameEnd() const {
  size_t end = offset_;
  while (end < text_.size()) {
    const CodePoint point = DecodeUtf8(text_, end);
    if (!point.valid || !IsNameContinue(point.value)) break;
    end += point.length;
  }
  return end;
}

// The longest symbol that means something here.
size_t Lexer::SymbolEnd() const {
  const std::string_view two = text_.substr(offset_, 2);
  constexpr std::string_view kSecond = "*=/&|<>TI";
  if (two.size() == 2 && kSecond.find(two[1]) != std::string_view::npos &&
      (FindInfix(two) != nullptr || FindRefusal(two) != nullptr)) {
    const size_t end = offset_ + 2;
    // ".T" and ".I" are whole words: x.Total is a stray point.
    if (two[0] != '.' || end == text_.size()) return end;
    const CodePoint next = DecodeUtf8(text_, end);
    if (!next.valid || !IsNameContinue(next.value)) return end;
  }
  return offset_ + 1;
}

Token Lexer::Next() {
  SkipBlanks();
  Token token{TokenKind::kEnd, offset_, {}};
  if (offset_ == text_.size()) return token;
  const char c = text_[offset_];
  const CodePoint point = DecodeUtf8(text_, offset_);
  size_t end = offset_ + point.length;
  if (IsDigit(c) || (c == '.' && offset_ + 1 < text_.size() && IsDigit(text_[offset_ + 1]))) {
    end = NumberEnd(&token.kind);
  } else if (point.valid && IsNameStart(point.value)) {
    token.kind = TokenKind::kName;
    end = NameEnd();
  } else if (IsPunctuation(c)) {
    token.kind = TokenKind::kSymbol;
    end = SymbolEnd();
  } else {
    token.kind = TokenKind::kStray;
  }
  token.text = text_.substr(offset_, end - offset_);
  offset_ = end;
  return token;
}

}  // namespace formulary::expr::text
