#ifndef FORMULARY_SERVER_BASE_STRINGS_H_
#define FORMULARY_SERVER_BASE_STRINGS_H_

// Debian builds Abseil 20220623 with a string_view of its own, which does not convert to or from
// std::string_view. All code of ours uses std::string_view and meets Abseil through these few
// names: StrCat and StrAppend that take either, views both ways, and a hash for tables keyed by
// text.

#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace formulary::base {

inline absl::string_view ToAbsl(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view ToStd(absl::string_view text) { return {text.data(), text.size()}; }

namespace strings_internal {

// std::string_view becomes Abseil's; everything else passes through as it is.
template <typename T>
decltype(auto) Piece(const T& value) {
  if constexpr (std::is_same_v<T, std::string_view>) {
    return ToAbsl(value);
  } else {
    return (value);
  }
}

}  // namespace strings_internal

template <typename... Pieces>
[[nodiscard]] std::string StrCat(const Pieces&... pieces) {
  return absl::StrCat(strings_internal::Piece(pieces)...);
}

template <typename... Pieces>
void StrAppend(std::string* out, const Pieces&... pieces) {
  absl::StrAppend(out, strings_internal::Piece(pieces)...);
}

// Hash and equality of text in any form, so that a table of std::string is searched without a copy.
struct StringHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const {
    return absl::Hash<absl::string_view>()(ToAbsl(text));
  }
};
struct StringEqual {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const { return a == b; }
};

// Key: std::string (owned) or std::string_view (borrowed).
template <typename Value, typename Key = std::string>
using StringMap = absl::flat_hash_map<Key, Value, StringHash, StringEqual>;
template <typename Key = std::string>
using StringSet = absl::flat_hash_set<Key, StringHash, StringEqual>;

}  // namespace formulary::base

#endif  // FORMULARY_SERVER_BASE_STRINGS_H_
