#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_ELEMENTARY_LIST_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_ELEMENTARY_LIST_H_

// The elementary functions' part of the list of functions; see lists.h.

// clang-format off
#define FY_ELEMENTARY_SCALAR(X)  \
  X(log1pmx, 1, Each, 3, 0.51)
// clang-format on

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_ELEMENTARY_LIST_H_
