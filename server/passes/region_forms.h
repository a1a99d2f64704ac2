#ifndef FORMULARY_SERVER_PASSES_REGION_FORMS_H_
#define FORMULARY_SERVER_PASSES_REGION_FORMS_H_

// Other forms of an arithmetic region: sums in Horner form as they stand, and whole outputs
// multiplied out, collected and brought to Horner form. They say nothing of cost or accuracy: the
// pass that calls them compares both.

#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "server/expr/program.h"
#include "server/passes/horner.h"

namespace formulary::passes {

// The region with another graph.
expr::Program InFormOf(const expr::Program& region, expr::Graph graph,
                       absl::Span<const expr::NodeId> outputs);

// Every sum in Horner form; sums inside products stay factors.
expr::Program WithHornerForms(const expr::Program& region, HornerOrder order);

// Sums of three terms or more as products of their factors, these in Horner form; nullopt when no
// sum has factors.
std::optional<expr::Program> WithFactoredSums(const expr::Program& region);

// What is multiplied out at most. Differences of inputs are never (they are exact where they
// cancel), nor what grows beyond these.
inline constexpr size_t kMaxExpandedTerms = 64;
inline constexpr size_t kMaxPartialProducts = 1024;
inline constexpr uint32_t kMaxExpandedDegree = 48;
inline constexpr size_t kMaxExpandedBits = 512;  // of a coefficient

// Every output multiplied out and brought to Horner form, in several ways; empty when no sum has a
// sum times something among its terms, or when terms would cancel that may be infinite.
std::vector<expr::Program> ExpandedForms(const expr::Program& region);

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_REGION_FORMS_H_
