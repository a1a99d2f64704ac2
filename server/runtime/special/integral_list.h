#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_INTEGRAL_LIST_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_INTEGRAL_LIST_H_

// clang-format off
#define FY_INTEGRAL_VECTOR(X)                                             \
  X(e1, none, Own, Double, Own, Double, 4.0, 0.51, 4.0, 0.51)             \
  X(lambertw, none, Own, Double, Own, Double, 2.5, 0.51, 2.5, 0.51)       \
  X(lambertw_m1, none, Own, Double, Own, Double, 2.5, 0.51, 2.5, 0.51)

#define FY_INTEGRAL_SCALAR(X)       \
  X(expi, 1, Each, 3.5, 0.51)       \
  X(expint, 2, Block, 6.0, 0.51)     \
  X(li, 1, Each, 3.5, 0.51)         \
  X(li2, 1, Each, 3.0, 0.51)        \
  X(sinint, 1, Each, 2.5, 0.51)     \
  X(cosint, 1, Each, 4.0, 0.51)     \
  X(sinhint, 1, Each, 3.5, 0.51)    \
  X(coshint, 1, Each, 4.0, 0.51)
// clang-format on

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_INTEGRAL_LIST_H_
