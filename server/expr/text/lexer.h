#ifndef FORMULARY_SERVER_EXPR_TEXT_LEXER_H_
#define FORMULARY_SERVER_EXPR_TEXT_LEXER_H_

// Cuts text into numbers, names and symbols. Used by the infix parser. Never fails and never looks
// at more than the next token: what cannot begin a token is a token of its own, which the parser
// refuses.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace formulary::expr::text {

enum class TokenKind : uint8_t {
  kEnd,
  kInteger,  // digits
  kDecimal,  // with a point or an exponent
  kName,
  kSymbol,  // an operator, a parenthesis, a comma, or any other ASCII punctuation
  kStray,   // a control character, invalid UTF-8, or a code point no token begins with
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  size_t offset = 0;
  std::string_view text;
};

// One thread at a time. The text must outlive it and its tokens.
class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Token Next();
  // True when the next token is the symbol `c`.
  bool NextIs(char c);

 private:
  void SkipBlanks();
  size_t NumberEnd(TokenKind* kind) const;
  size_t NameEnd() const;
  size_t SymbolEnd() const;

  std::string_view text_;
  size_t offset_ = 0;
};

}  // namespace formulary::expr::text

#endif  // FORMULARY_SERVER_EXPR_TEXT_LEXER_H_
