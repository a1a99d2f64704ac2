#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_ELEMENTARY_LIST_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_ELEMENTARY_LIST_H_

// The elementary functions' part of the list of functions; see lists.h.

// clang-format off
#define FY_ELEMENTARY_VECTOR(X)                                     \
  X(cosm1, none, Own, Double, Own, Double, 3.5, 0.51, 3.5, 0.51)    \
  X(sinmx, none, Own, Double, Own, Double, 2.5, 0.51, 2.5, 0.51)    \
  X(tanmx, none, Own, Double, Own, Double, 4.0, 0.51, 4.0, 0.51)    \
  X(sinhmx, none, Own, Double, Own, Double, 3.0, 0.51, 3.0, 0.51)   \
  X(tanhmx, none, Own, Double, Own, Double, 3.0, 0.51, 3.0, 0.51)

// Of two operands.
#define FY_ELEMENTARY_VECTOR2(X)                                      \
  X(compoundm1, none, Own, Double, Own, Double, 3.0, 0.51, 3.0, 0.51) \
  X(powm1, none, Own, Double, Own, Double, 3.0, 0.51, 3.0, 0.51)

#define FY_ELEMENTARY_SCALAR(X)  \
  X(log1pmx, 1, Each, 3, 0.51)
// clang-format on

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_ELEMENTARY_LIST_H_
