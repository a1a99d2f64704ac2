#ifndef FORMULARY_TESTS_CONFORMANCE_CORPORA_H_
#define FORMULARY_TESTS_CONFORMANCE_CORPORA_H_

// Formulas and reference values made by others, read in place from ../shared/corpora (README.md
// there says what a case is), for the conformance tests; no cases where that is not there.

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "server/expr/program.h"

namespace formulary::testing {

using Json = nlohmann::json;

Json LoadCases(const std::string& corpus);

double NumberOf(const Json& hex);

// The case's formula as SymPy writes it; "" where there is none, or where decimals were cut to a
// few digits (they are no longer the numbers that the reference values were made with), or where
// symbols such as a[0] and \alpha are no names here.
std::string TextOf(const Json& one);

// The case's arguments, in its order.
std::vector<expr::Argument> ArgumentsOf(const Json& one);

// The point's argument values.
std::vector<double> PlaceOf(const Json& point);

// Of the spherical functions at negative arguments the corpora have sqrt(pi/(2 z)) J(n + 1/2, z)
// with principal values, which is minus the entire function that jn is.
bool IsOtherBranch(const std::string& text, const Json& point);

}  // namespace formulary::testing

#endif  // FORMULARY_TESTS_CONFORMANCE_CORPORA_H_
