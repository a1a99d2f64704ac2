#ifndef FORMULARY_TESTS_PROPERTY_IDENTITY_SIDES_H_
#define FORMULARY_TESTS_PROPERTY_IDENTITY_SIDES_H_

// An identity as a program of two outputs, its left and its right side, for the tests that prove
// identities.

#include "server/expr/catalogue.h"
#include "server/expr/program.h"
#include "server/expr/types.h"

namespace formulary::testing {

// Outputs: left and right side, of arguments a, b, c of this type; as AsWritten makes it.
expr::Program Sides(const expr::Identity& identity, expr::DType dtype, expr::Numerics numerics);

// Of the function at the head of the left side.
expr::Typing TypingOf(const expr::Identity& identity);

}  // namespace formulary::testing

#endif  // FORMULARY_TESTS_PROPERTY_IDENTITY_SIDES_H_
