// Addition chains: the shortest for one exponent, parts shared among several.

#include "server/expr/power_chain.h"

#include <set>
#include <vector>

#include "gtest/gtest.h"

namespace formulary::expr {
namespace {

// Whether some chain that goes on from `chain` reaches `target` with `steps` more sums.
bool Reaches(std::vector<uint64_t>* chain, uint64_t target, int steps) {
  if (chain->back() == target) return true;
  if (steps == 0 || chain->back() << steps < target) return false;
  for (size_t i = chain->size(); i-- > 0;) {
    for (size_t j = i + 1; j-- > 0;) {
      const uint64_t sum = (*chain)[i] + (*chain)[j];
      if (sum <= chain->back() || sum > target) continue;
      chain->push_back(sum);
      const bool found = Reaches(chain, target, steps - 1);
      chain->pop_back();
      if (found) return true;
    }
  }
  return false;
}

size_t ShortestChain(uint64_t target) {
  for (int steps = 0;; ++steps) {
    std::vector<uint64_t> chain = {1};
    if (Reaches(&chain, target, steps)) return static_cast<size_t>(steps);
  }
}

// Every exponent the chain needs for these, by its own parts; the test fails when one is no sum of
// smaller ones.
std::set<uint64_t> Needed(const PowerChain& chain, const std::vector<uint64_t>& exponents) {
  std::set<uint64_t> needed;
  std::vector<uint64_t> pending = exponents;
  while (!pending.empty()) {
    const uint64_t n = pending.back();
    pending.pop_back();
    if (n == 1 || !needed.insert(n).second) continue;
    const uint64_t part = chain.FirstPart(n);
    EXPECT_TRUE(part > 0 && part < n) << n;
    if (part == 0 || part >= n) return needed;
    pending.push_back(part);
    pending.push_back(n - part);
  }
  return needed;
}

TEST(PowerChainTest, OneExponentHasTheShortestChain) {
  for (uint64_t n = 1; n <= kMaxShortestChain; ++n) {
    const PowerChain chain({n});
    EXPECT_EQ(Needed(chain, {n}).size(), ShortestChain(n)) << n;
    EXPECT_EQ(chain.size(), ShortestChain(n)) << n;
  }
}

TEST(PowerChainTest, SeveralExponentsShare) {
  const struct {
    std::vector<uint64_t> exponents;
    size_t multiplications;
  } table[] = {
      {{2, 3, 5}, 3},  {{5, 3, 2}, 3}, {{2, 3, 4, 5, 6, 7, 8}, 7},
      {{7, 14}, 5},    {{3, 15}, 5},   {{15, 16}, 6},
      {{6, 9, 12}, 5}, {{1}, 0},       {{10, 20, 40, 60}, 7},
      {{63, 64}, 9},
  };
  for (const auto& row : table) {
    const PowerChain chain(row.exponents);
    EXPECT_LE(Needed(chain, row.exponents).size(), row.multiplications) << row.exponents.back();
    EXPECT_EQ(Needed(chain, row.exponents).size(), chain.size()) << row.exponents.back();
  }
}

TEST(PowerChainTest, LargeExponentsAreHalved) {
  for (const uint64_t n :
       {uint64_t{65}, uint64_t{1'000}, uint64_t{12'345'678'901}, ~uint64_t{0}, uint64_t{1} << 63}) {
    EXPECT_LE(Needed(PowerChain(), {n}).size(), 128u) << n;
  }
}

}  // namespace
}  // namespace formulary::expr
