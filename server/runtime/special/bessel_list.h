#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_BESSEL_LIST_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_BESSEL_LIST_H_

// The bessel functions' part of the list of functions; see lists.h.

// clang-format off
#define FY_BESSEL_VECTOR(X)

#define FY_BESSEL_SCALAR(X)
// clang-format on

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_BESSEL_LIST_H_
