#ifndef FORMULARY_CLIENT_CPP_TEXT_H_
#define FORMULARY_CLIENT_CPP_TEXT_H_

// Cat: messages put together from words and numbers. (Debian's absl::StrCat knows no
// std::string_view.) For the client's .cc files.

#include <charconv>
#include <concepts>
#include <string>
#include <string_view>

namespace formulary::client {

inline void AppendPiece(std::string* out, std::string_view text) { out->append(text); }

// Numbers as decimal digits; floating ones as the shortest text that reads back as the same value.
template <typename T>
requires(std::integral<T> || std::floating_point<T>) &&
    (!std::same_as<T, bool>)void AppendPiece(std::string* out, T value) {
  if constexpr (std::same_as<T, char>) {
    out->push_back(value);
  } else {
    char digits[64];
    out->append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
  }
}

template <typename... Pieces>
std::string Cat(const Pieces&... pieces) {
  std::string text;
  (AppendPiece(&text, pieces), ...);
  return text;
}

}  // namespace formulary::client

#endif  // FORMULARY_CLIENT_CPP_TEXT_H_
