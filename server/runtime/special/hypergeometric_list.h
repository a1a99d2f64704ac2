#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_HYPERGEOMETRIC_LIST_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_HYPERGEOMETRIC_LIST_H_

// The hypergeometric functions' part of the list of functions; see lists.h.

// clang-format off
#define FY_HYPERGEOMETRIC_SCALAR(X)
// clang-format on

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_HYPERGEOMETRIC_LIST_H_
