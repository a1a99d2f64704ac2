#ifndef FORMULARY_SERVER_PASSES_DIFFERENTIATE_H_
#define FORMULARY_SERVER_PASSES_DIFFERENTIATE_H_

// Differentiation of whole programs: gradients, Jacobians, Hessians, derivatives of any order,
// products of the Jacobian with a vector from either side. Partial derivatives are those of the
// catalogue's rows. Elements that are 0 everywhere are never computed. What it returns has like
// terms collected and is to be simplified together with the values.
//
// Names of outputs: df_dx for output f and argument x, d2f_dx2, d2f_dxdy, d3f_dx2dy. A product with
// a vector has an argument x_dot for every x (what x changes by) and outputs f_dot; or, from the
// left, an argument f_bar for every output f and outputs x_bar. A name that is taken, or longer
// than a name may be, gets another: underscores after it, or derivative0, derivative1, ...

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/expr/program.h"
#include "server/expr/program_builder.h"
#include "server/passes/differentiate_jacobian.h"
#include "server/passes/expand_derivatives.h"
#include "server/passes/rewriter.h"

namespace formulary::passes {

// The same numbers as formulary.v1.DerivativeKind.
enum class DerivativeKind : uint8_t {
  kGradient = 1,        // of every output, by every argument
  kJacobian = 2,        // the same
  kHessian = 3,         // of every output: all pairs of arguments, the symmetric half computed once
  kOrder = 4,           // of every output: all derivatives of the order, each mixed one once
  kJacobianVector = 5,  // what outputs change by when arguments do
  kVectorJacobian = 6,  // the sum of output adjoints times the Jacobian
};

struct DerivativeSpec {
  DerivativeKind kind = DerivativeKind::kGradient;
  std::vector<uint32_t> wrt;    // positions of arguments
  uint32_t order = 0;           // of kOrder; 0: the kind's own, which for kOrder is 1
  bool include_values = false;  // the program's outputs first, then the derivatives
  bool sparse = false;          // no outputs for elements that are 0 everywhere; of a Hessian only
                                // those on and above the diagonal
  DerivativeForm form = DerivativeForm::kCollected;  // of the last order
};

struct Differentiated {
  expr::Program program;
  // Names of the arguments that were added, for x_dot and f_bar.
  std::vector<std::string> seeds;
  // By derivative among the outputs, in their order: where it stands in the matrix. Output number f
  // has row f, and in a Hessian by n arguments rows f*n to f*n + n - 1. Empty for kOrder and for
  // products with a vector.
  std::vector<uint32_t> rows, columns;
  DerivativeMode mode = DerivativeMode::kForward;  // of the first order
  uint32_t sweeps = 0;                             // of all orders
};

// REQUIRES: MakeConversionsExplicit was applied to the program; it has no calls of "derivative"
// (ExpandDerivatives). The budget is that of the simplifications between orders. INVALID_ARGUMENT:
// NOT_DIFFERENTIABLE, NOTHING_TO_DIFFERENTIATE_BY, DERIVATIVE_ORDER, OUTPUT_LIMIT, ARGUMENT_LIMIT,
// NODE_LIMIT; UNIMPLEMENTED: NO_DERIVATIVE, COMPLEX_UNIMPLEMENTED.
absl::StatusOr<Differentiated> Differentiate(const expr::Program& program,
                                             const DerivativeSpec& spec, const expr::Limits& limits,
                                             const Budget& budget);

// The arguments that are differentiated by when none are named: all whose values are neither
// integers nor truth values.
std::vector<uint32_t> DifferentiableArguments(const expr::Program& program);

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_DIFFERENTIATE_H_
