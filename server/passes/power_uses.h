#ifndef FORMULARY_SERVER_PASSES_POWER_USES_H_
#define FORMULARY_SERVER_PASSES_POWER_USES_H_

// What a program has of each base's powers, as lowering sees it (codegen/lower_arithmetic.cc): the
// chain that they share, and whether the base is inverted once for several quotients. Made and read
// by the cost model.

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "server/expr/graph.h"
#include "server/expr/power_chain.h"

namespace formulary::passes {

// One thread at a time.
class PowerUses {
 public:
  // base**exponent stands in the program and is made of products. REQUIRES: Finish comes later.
  void Note(expr::NodeId base, const mpq_class& exponent, uint32_t uses);
  void Finish();

  // As PowerChain's, for the powers that were noted. REQUIRES: Finish.
  uint64_t FirstPart(expr::NodeId base, uint64_t exponent) const;
  // Whether several quotients divide by the base.
  bool IsInverted(expr::NodeId base) const {
    const auto uses = divisor_uses_.find(base);
    return uses != divisor_uses_.end() && uses->second > 1;
  }

 private:
  std::vector<std::pair<expr::NodeId, uint64_t>> wanted_;
  absl::flat_hash_map<expr::NodeId, uint32_t> divisor_uses_;
  absl::flat_hash_map<expr::NodeId, expr::PowerChain> chains_;  // of bases with several powers
  expr::PowerChain plain_;
};

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_POWER_USES_H_
