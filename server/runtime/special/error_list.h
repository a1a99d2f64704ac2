#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_ERROR_LIST_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_ERROR_LIST_H_

// clang-format off
#define FY_ERROR_VECTOR(X)                                              \
  X(erfcx, none, Own, Double, Own, Double, 3.0, 0.51, 3.0, 0.51)        \
  X(erfi, none, Own, Double, Own, Double, 4.5, 0.51, 4.5, 0.51)         \
  X(dawson, none, Own, Double, Own, Double, 2.5, 0.51, 2.5, 0.51)       \
  X(erfinv, none, Own, Double, Own, Double, 3.0, 0.51, 3.0, 0.51)       \
  X(erfcinv, none, Own, Double, Own, Double, 3.0, 0.51, 3.0, 0.51)      \
  X(ndtr, none, Own, Fast, Own, Double, 3.0, 2.5, 3.0, 0.51)            \
  X(log_ndtr, none, Own, Double, Own, Double, 4.0, 0.51, 4.0, 0.51)     \
  X(ndtri, none, Own, Double, Own, Double, 3.5, 0.51, 3.5, 0.51)

#define FY_ERROR_SCALAR(X)              \
  X(erf2, 2, Each, 5.0, 0.51)           \
  X(owens_t, 2, Block, 8.0, 0.51)       \
  X(fresnels, 1, Each, 3.0, 0.51)       \
  X(fresnelc, 1, Each, 2.5, 0.51)
// clang-format on

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_ERROR_LIST_H_
