#ifndef FORMULARY_SERVER_PASSES_HORNER_H_
#define FORMULARY_SERVER_PASSES_HORNER_H_

// Greedy multivariate Horner forms: the factor that serves best is taken out of the terms that have
// it, again and again, inside and outside. Nothing is multiplied out, so values change by rounding
// alone. Called by the pass on polynomial regions.

#include <cstdint>

#include "server/expr/graph.h"
#include "server/passes/polynomial.h"

namespace formulary::passes {

// A sum of more terms is left as it is: every factor taken out costs a look at all terms.
inline constexpr size_t kMaxHornerTerms = 256;

// Which factor serves best.
enum class HornerOrder : uint8_t {
  kMostTerms,  // the variable that most terms have
  kMostSaved,  // the one whose terms have most in common, counted in multiplications
};

// The polynomial as a node of `graph`.
expr::NodeId BuildHorner(Polynomial polynomial, HornerOrder order, const Variables& variables,
                         expr::Graph* graph, bool* orders_differ = nullptr);

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_HORNER_H_
