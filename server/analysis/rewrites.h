#ifndef FORMULARY_SERVER_ANALYSIS_REWRITES_H_
#define FORMULARY_SERVER_ANALYSIS_REWRITES_H_

// Other forms of a formula: identities of the reals that may keep digits where the form at hand
// loses them, applied at one node. They need not hold everywhere in floating arithmetic, nor be
// better: whoever asks measures them. Used by improve.cc.

#include <vector>

#include "absl/types/span.h"
#include "server/expr/catalogue.h"
#include "server/expr/program.h"

namespace formulary::analysis {

// The identities, besides those of simplification: for the test that proves them.
absl::Span<const expr::Identity> AccuracyIdentities();

// Programs with the first output rewritten at `node`, by each identity in each way that it fits.
// Arguments are taken for finite numbers. REQUIRES: one output; `program` is canonical
// (CanonicalForm).
std::vector<expr::Program> RewritesAt(const expr::Program& program, expr::NodeId node);

// The program in the form that identities are matched against: sums and products n-ary and
// collected, quotients as powers. The same real function where arguments are finite.
expr::Program CanonicalForm(const expr::Program& program);

}  // namespace formulary::analysis

#endif  // FORMULARY_SERVER_ANALYSIS_REWRITES_H_
