#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_NUMBER_LIST_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_NUMBER_LIST_H_

// The number functions' part of the list of functions; see lists.h.

// clang-format off
#define FY_NUMBER_SCALAR(X)
// clang-format on

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_NUMBER_LIST_H_
