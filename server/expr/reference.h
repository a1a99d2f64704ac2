#ifndef FORMULARY_SERVER_EXPR_REFERENCE_H_
#define FORMULARY_SERVER_EXPR_REFERENCE_H_

// The function reference: the catalogue as a page for people (Markdown). client/functions.md is its
// text; a test fails when that is stale.

#include <string>

namespace formulary::expr {

std::string FunctionReference();

}  // namespace formulary::expr

#endif  // FORMULARY_SERVER_EXPR_REFERENCE_H_
