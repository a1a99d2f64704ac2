#include "server/passes/power_uses.h"

#include <algorithm>

namespace formulary::passes {

using expr::NodeId;

void PowerUses::Note(NodeId base, const mpq_class& exponent, uint32_t uses) {
  if (exponent < 0 && exponent.get_den() == 1) divisor_uses_[base] += uses;
  const mpz_class whole = abs(exponent.get_num()) / exponent.get_den();
  if (whole > 1) wanted_.emplace_back(base, whole.get_ui());
}

// A base that has one power has the plain chain.
void PowerUses::Finish() {
  std::sort(wanted_.begin(), wanted_.end());
  wanted_.erase(std::unique(wanted_.begin(), wanted_.end()), wanted_.end());
  for (size_t first = 0, last = 0; first < wanted_.size(); first = last) {
    std::vector<uint64_t> exponents;
    for (; last < wanted_.size() && wanted_[last].first == wanted_[first].first; ++last)
      exponents.push_back(wanted_[last].second);
    if (exponents.size() > 1)
      chains_.emplace(wanted_[first].first, expr::PowerChain(std::move(exponents)));
  }
}

uint64_t PowerUses::FirstPart(NodeId base, uint64_t exponent) const {
  const auto found = chains_.find(base);
  return (found == chains_.end() ? plain_ : found->second).FirstPart(exponent);
}

}  // namespace formulary::passes
