#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_ELLIPTIC_LIST_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_ELLIPTIC_LIST_H_

// The elliptic functions' part of the list of functions; see lists.h.

// clang-format off
#define FY_ELLIPTIC_VECTOR(X)

#define FY_ELLIPTIC_SCALAR(X)
// clang-format on

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_ELLIPTIC_LIST_H_
