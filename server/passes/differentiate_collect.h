#ifndef FORMULARY_SERVER_PASSES_DIFFERENTIATE_COLLECT_H_
#define FORMULARY_SERVER_PASSES_DIFFERENTIATE_COLLECT_H_

// Derivatives in collected form: the product and chain rules make many like terms, of which most
// cancel. They go wherever they are (Cancelling::kFreely): a derivative's terms are ours, and
// finite wherever it exists. Without it derivatives of higher orders grow out of bounds. In STRICT
// only what is exact is done. For differentiate.cc and expand_derivatives.cc.

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "server/expr/program.h"
#include "server/passes/rewriter.h"

namespace formulary::passes {

// Sums apart, no call of a variadic row has more than two operands: f(f(a, b), c), which is how
// they are computed. What Slopes asks for.
expr::Program FoldVariadic(const expr::Program& program);

// Replaces the program's graph by one of `derivatives`, collected, and of `others`, as they are,
// and both by their nodes there. Outputs are left alone.
absl::Status CollectTerms(const Budget& budget, expr::Program* program,
                          absl::Span<expr::NodeId> derivatives, absl::Span<expr::NodeId> others);

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_DIFFERENTIATE_COLLECT_H_
