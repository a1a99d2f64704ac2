#ifndef FORMULARY_SERVER_EXPR_TEXT_DATUM_LEXER_H_
#define FORMULARY_SERVER_EXPR_TEXT_DATUM_LEXER_H_

// Cuts s-expressions into brackets, strings and atoms. Used by the FPCore reader. Never fails; an
// unended string is an atom that ends with the text.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace formulary::expr::text {

enum class DatumKind : uint8_t { kEnd, kOpen, kClose, kString, kAtom };

struct DatumToken {
  DatumKind kind = DatumKind::kEnd;
  size_t offset = 0;
  std::string_view text;
};

// One thread at a time. The text must outlive it and its tokens.
class DatumLexer {
 public:
  explicit DatumLexer(std::string_view text) : text_(text) {}

  DatumToken Next() {
    const DatumToken token = Peek();
    offset_ = token.offset + token.text.size();
    return token;
  }
  DatumToken Peek();

  // Passes over the next datum, however deep; false when the text ends first or a bracket closes.
  bool SkipDatum();

 private:
  void SkipBlanks();

  std::string_view text_;
  size_t offset_ = 0;
};

}  // namespace formulary::expr::text

#endif  // FORMULARY_SERVER_EXPR_TEXT_DATUM_LEXER_H_
