#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_POLYNOMIAL_LIST_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_POLYNOMIAL_LIST_H_

// clang-format off
#define FY_POLYNOMIAL_SCALAR(X)            \
  X(legendre, 2, Block, 1.0, 0.51)         \
  X(assoc_legendre, 3, Block, 1.0, 0.51)   \
  X(chebyshevt, 2, Block, 1.0, 0.51)       \
  X(chebyshevu, 2, Block, 1.0, 0.51)       \
  X(hermite, 2, Block, 1.0, 0.51)          \
  X(hermite_prob, 2, Block, 1.0, 0.51)     \
  X(laguerre, 2, Block, 2.0, 0.51)         \
  X(assoc_laguerre, 3, Block, 4.0, 0.51)   \
  X(gegenbauer, 3, Block, 2.0, 0.51)       \
  X(jacobi, 4, Block, 10.0, 0.51)
// clang-format on

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_POLYNOMIAL_LIST_H_
