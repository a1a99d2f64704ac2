#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_ERROR_LIST_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_ERROR_LIST_H_

// The error functions' part of the list of functions; see lists.h.

// clang-format off
#define FY_ERROR_VECTOR(X)

#define FY_ERROR_SCALAR(X)
// clang-format on

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_ERROR_LIST_H_
