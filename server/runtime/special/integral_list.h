#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_INTEGRAL_LIST_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_INTEGRAL_LIST_H_

// The integral functions' part of the list of functions; see lists.h.

// clang-format off
#define FY_INTEGRAL_VECTOR(X)

#define FY_INTEGRAL_SCALAR(X)
// clang-format on

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_INTEGRAL_LIST_H_
