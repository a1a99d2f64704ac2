#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_GAMMA_LIST_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_GAMMA_LIST_H_

// The gamma functions' part of the list of functions; see lists.h.

// clang-format off
#define FY_GAMMA_VECTOR(X)

#define FY_GAMMA_SCALAR(X)
// clang-format on

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_GAMMA_LIST_H_
