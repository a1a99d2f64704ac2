#ifndef FORMULARY_SERVER_PASSES_REGION_FORMS_H_
#define FORMULARY_SERVER_PASSES_REGION_FORMS_H_

// Other forms of an arithmetic region: sums in Horner form as they stand, and whole outputs
// multiplied out, collected and brought to Horner form. They say nothing of cost or accuracy: the
// pass that calls them compares both.

#include <optional>

#include "server/expr/program.h"
#include "server/passes/horner.h"

namespace formulary::passes {

// Every sum in Horner form; sums inside products stay factors.
expr::Program WithHornerForms(const expr::Program& region, HornerOrder order);

// What is multiplied out at most. Differences of inputs are never (they are exact where they
// cancel), nor what grows beyond these.
inline constexpr size_t kMaxExpandedTerms = 64;
inline constexpr size_t kMaxPartialProducts = 1024;
inline constexpr uint32_t kMaxExpandedDegree = 48;
inline constexpr size_t kMaxExpandedBits = 512;  // of a coefficient

// Whether the number that all coefficients have in common goes before the sum.
enum class Content : uint8_t { kInside, kApart };

// Every output multiplied out and brought to Horner form; nullopt when there is nothing to multiply
// out, or when terms would cancel that may be infinite.
std::optional<expr::Program> Expanded(const expr::Program& region, HornerOrder order,
                                      Content content);

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_REGION_FORMS_H_
