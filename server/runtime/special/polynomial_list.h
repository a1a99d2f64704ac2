#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_POLYNOMIAL_LIST_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_POLYNOMIAL_LIST_H_

// The polynomial functions' part of the list of functions; see lists.h.

// clang-format off
#define FY_POLYNOMIAL_SCALAR(X)
// clang-format on

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_POLYNOMIAL_LIST_H_
