#ifndef FORMULARY_SERVER_PASSES_EXPAND_DERIVATIVES_H_
#define FORMULARY_SERVER_PASSES_EXPAND_DERIVATIVES_H_

// Resolves what programs say of derivatives: calls of "derivative" become the derivative, in
// forward mode, with what they share computed once; calls of "with_partials" become their value
// once nothing is differentiated any more. The first pass on every program that is computed or
// simplified: those after it know neither row.

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "server/expr/program.h"
#include "server/expr/program_builder.h"
#include "server/passes/rewriter.h"

namespace formulary::passes {

enum class DerivativeForm : uint8_t {
  kAsDerived,  // what the rules of differentiation make
  kCollected,  // like terms collected after each order (differentiate_collect.h)
};

// Whether the roots need a call of "derivative".
bool HasDerivatives(const expr::Graph& graph, absl::Span<const expr::NodeId> roots);

// The program without calls of "derivative"; as it is when it has none. INVALID_ARGUMENT:
// BAD_DERIVATIVE, DERIVATIVE_ORDER, NOT_DIFFERENTIABLE (an argument of integers or truth values),
// NODE_LIMIT; UNIMPLEMENTED: NO_DERIVATIVE, COMPLEX_UNIMPLEMENTED.
absl::StatusOr<expr::Program> ExpandDerivatives(expr::Program program, const expr::Limits& limits,
                                                const Budget& budget,
                                                DerivativeForm form = DerivativeForm::kCollected);

// OK when the program can be differentiated by the argument at `position`.
absl::Status CheckDifferentiable(const expr::Program& program, uint32_t position);

// OK when it speaks of real numbers only; else UNIMPLEMENTED (COMPLEX_UNIMPLEMENTED).
absl::Status CheckReal(const expr::Program& program);

// "with_partials" goes: its value stays.
expr::Program DropGivenPartials(expr::Program program);

// Both: what is computed.
absl::StatusOr<expr::Program> ResolveDerivatives(expr::Program program, const expr::Limits& limits,
                                                 const Budget& budget,
                                                 DerivativeForm form = DerivativeForm::kCollected);

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_EXPAND_DERIVATIVES_H_
