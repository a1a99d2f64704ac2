#include "server/expr/power_chain.h"

#include <algorithm>
#include <array>
#include <set>

// Source: D. E. Knuth, "The Art of Computer Programming", vol. 2, section 4.6.3: the power tree,
// whose paths are shortest addition chains for every exponent below 77.

namespace formulary::expr {
namespace {

// By exponent the one before it on its path from 1.
using PowerTree = std::array<uint8_t, kMaxShortestChain + 1>;

constexpr PowerTree MakePowerTree() {
  PowerTree parent = {};
  std::array<uint8_t, kMaxShortestChain> queue = {1};
  size_t queued = 1;
  parent[1] = 1;
  for (size_t next = 0; next < queued; ++next) {
    // The path from 1 to this exponent, then a child for every sum with a member of it.
    std::array<uint8_t, 16> path = {};
    size_t length = 0;
    for (uint8_t n = queue[next];; n = parent[n]) {
      path[length++] = n;
      if (n == 1) break;
    }
    while (length > 0) {
      const size_t child = static_cast<size_t>(queue[next]) + path[--length];
      if (child > kMaxShortestChain || parent[child] != 0) continue;
      parent[child] = queue[next];
      queue[queued++] = static_cast<uint8_t>(child);
    }
  }
  return parent;
}

constexpr PowerTree kPowerTree = MakePowerTree();

// What an exponent is made of when nothing is shared: up to the tree's size the one before it,
// whose path has the rest; above, squares and a product by the base where it is odd.
uint64_t PlainPart(uint64_t exponent) {
  if (exponent <= kMaxShortestChain) return kPowerTree[exponent];
  return exponent % 2 == 0 ? exponent / 2 : exponent - 1;
}

}  // namespace

uint64_t PowerChain::FirstPart(uint64_t exponent) const {
  const auto found = parts_.find(exponent);
  return found == parts_.end() ? PlainPart(exponent) : found->second;
}

// Multiplications that the exponent takes beyond those of the chain.
size_t PowerChain::Missing(uint64_t exponent) const {
  size_t missing = 0;
  std::vector<uint64_t> pending = {exponent};
  std::set<uint64_t> seen;
  while (!pending.empty()) {
    const uint64_t n = pending.back();
    pending.pop_back();
    if (n == 1 || parts_.contains(n) || !seen.insert(n).second) continue;
    ++missing;
    pending.push_back(PlainPart(n));
    pending.push_back(n - PlainPart(n));
  }
  return missing;
}

void PowerChain::Add(uint64_t exponent) {
  std::vector<uint64_t> pending = {exponent};
  while (!pending.empty()) {
    const uint64_t n = pending.back();
    pending.pop_back();
    if (n == 1 || parts_.contains(n)) continue;
    parts_[n] = PlainPart(n);
    pending.push_back(PlainPart(n));
    pending.push_back(n - PlainPart(n));
  }
}

// Upwards: each exponent is the sum of one that is there and what is cheapest to add.
PowerChain::PowerChain(std::vector<uint64_t> exponents) {
  std::sort(exponents.begin(), exponents.end());
  std::vector<uint64_t> made = {1};
  for (const uint64_t exponent : exponents) {
    if (exponent == 1 || parts_.contains(exponent)) continue;
    size_t least = Missing(exponent);
    uint64_t best = 0;
    for (const uint64_t part : made) {
      if (part >= exponent) continue;
      const size_t missing = 1 + Missing(exponent - part);
      if (missing >= least) continue;
      least = missing;
      best = part;
    }
    if (best != 0) {
      Add(exponent - best);
      parts_[exponent] = std::max(best, exponent - best);
    }
    Add(exponent);
    made.clear();
    made.push_back(1);
    for (const auto& [power, part] : parts_) made.push_back(power);
  }
}

}  // namespace formulary::expr
