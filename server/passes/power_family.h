#ifndef FORMULARY_SERVER_PASSES_POWER_FAMILY_H_
#define FORMULARY_SERVER_PASSES_POWER_FAMILY_H_

// Powers of one base whose exponents differ by a small integer, as a function and its derivative
// have them: x**2.7 is x*x**1.7, one product for a call of pow. For the pass that chooses between
// forms (choices.h); powers that lowering makes of products anyway are none of this.

#include <vector>

#include "absl/container/flat_hash_map.h"
#include "server/passes/rewriter.h"

namespace formulary::passes {

// By power, its form as a product with a lower power of the same base that is needed, too.
// Exponents are positive, so that the lower power neither overflows nor loses digits where the
// higher does not.
absl::flat_hash_map<expr::NodeId, expr::NodeId> PowerFamilies(const std::vector<bool>& needed,
                                                              Rewriter* rewriter);

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_POWER_FAMILY_H_
