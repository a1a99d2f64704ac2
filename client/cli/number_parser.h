#ifndef FORMULARY_CLIENT_CLI_NUMBER_PARSER_H_
#define FORMULARY_CLIENT_CLI_NUMBER_PARSER_H_

// Reads the numbers of value texts: constant arithmetic such as 2*pi/3. Used by value.cc, which
// reads the text around them with the same cursor.
//
//   sum    = term {("+" | "-") term}
//   term   = factor {("*" | "/") factor}
//   factor = ("+" | "-") factor | power
//   power  = atom [("**" | "^") factor]
//   atom   = NUMBER | "pi" | "e" | "E" | "inf" | "oo" | "nan" | "sqrt" "(" sum ")" | "(" sum ")"

#include <cstddef>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace formulary::cli {

// One thread at a time; the text must live.
class NumberParser {
 public:
  explicit NumberParser(std::string_view text) : text_(text) {}

  // The number that starts at the cursor, which moves behind it and the blanks after it.
  absl::StatusOr<double> Sum();

  // Moves over `token` and the blanks after it; false (and nothing moves) when it is not there.
  bool Take(std::string_view token);

  // Moves over a name (letters, digits, _) followed by "("; false when there is none of that name.
  bool TakeCall(std::string_view name);

  bool AtEnd() const { return offset_ == text_.size(); }
  size_t offset() const { return offset_; }

  // "expected ..., column N" with a caret at the cursor.
  absl::Status Expected(std::string_view what) const;

 private:
  absl::StatusOr<double> Term();
  absl::StatusOr<double> Factor();
  absl::StatusOr<double> Atom();
  absl::StatusOr<double> Literal();
  void SkipBlanks();

  std::string_view text_;
  size_t offset_ = 0;
  int depth_ = 0;  // of Factor; bounded
};

}  // namespace formulary::cli

#endif  // FORMULARY_CLIENT_CLI_NUMBER_PARSER_H_
