#ifndef FORMULARY_SERVER_PASSES_ALGEBRA_H_
#define FORMULARY_SERVER_PASSES_ALGEBRA_H_

// The algebra table: identities between functions that belong to no single row of the catalogue,
// most of them forms that keep the digits which the form as people write it loses. Read by rules.cc
// and by the tests that prove them.

#include "absl/types/span.h"
#include "server/expr/catalogue.h"

namespace formulary::passes {

absl::Span<const expr::Identity> Algebra();

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_ALGEBRA_H_
