#ifndef FORMULARY_SERVER_PASSES_PAIR_COUNTING_H_
#define FORMULARY_SERVER_PASSES_PAIR_COUNTING_H_

// The search behind WithCommonParts, on plain numbers: lists of items (the operands of sums or of
// products), and the pairs of items that become parts of their own.

#include <compare>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"

namespace formulary::passes {

// How lists combine: factors with exponents, or terms with signs.
enum class Combining : uint8_t { kProduct, kSum };

struct Entry {
  uint32_t item = 0;
  int32_t weight = 1;  // the exponent of a factor, the sign of a term

  auto operator<=>(const Entry&) const = default;
};

// A part stands for its two entries; its item number is the number of first items plus its index.
struct CommonPart {
  Entry a, b;
};

using EntryList = absl::InlinedVector<Entry, 6>;

struct PairCounting {
  Combining combining = Combining::kProduct;
  std::vector<EntryList> lists;  // each item once
  uint32_t items = 0;
  // By item: only items of one kind make a pair.
  std::vector<uint8_t> kinds;
  // Powers (item, exponent) that stand elsewhere as well: these cost nothing here.
  absl::flat_hash_map<std::pair<uint32_t, int32_t>, uint32_t> power_uses;
};

// What is found: at most this many parts, and this many pairs looked at.
inline constexpr size_t kMaxCommonParts = 1 << 16;
inline constexpr size_t kMaxPairSteps = 4'000'000;

// Takes parts out of the lists, the most frequent pair first (of equals the first by item), as long
// as one saves an operation.
std::vector<CommonPart> TakeCommonParts(PairCounting* counting);

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_PAIR_COUNTING_H_
