#ifndef FORMULARY_SERVER_EXPR_POWER_CHAIN_H_
#define FORMULARY_SERVER_EXPR_POWER_CHAIN_H_

// Addition chains: how integer powers of one base are made of each other with few multiplications.
// Lowering asks for the chain of all powers that a program has of a base, and so does the cost
// model, which must price what lowering emits. Whatever the chain, the n-th power takes n - 1
// roundings at most.

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace formulary::expr {

// Chains of single exponents up to this are the shortest there are.
inline constexpr uint64_t kMaxShortestChain = 64;

// Immutable once made.
class PowerChain {
 public:
  PowerChain() = default;
  // For all these powers together. REQUIRES: exponents are positive.
  explicit PowerChain(std::vector<uint64_t> exponents);

  // n > 1 as the sum of FirstPart(n) and n - FirstPart(n), both smaller and in the chain. Exponents
  // beyond those asked for are halved.
  uint64_t FirstPart(uint64_t exponent) const;

  // Multiplications of the chain.
  size_t size() const { return parts_.size(); }

 private:
  size_t Missing(uint64_t exponent) const;
  void Add(uint64_t exponent);

  std::map<uint64_t, uint64_t> parts_;  // by exponent, its first part
};

}  // namespace formulary::expr

#endif  // FORMULARY_SERVER_EXPR_POWER_CHAIN_H_
