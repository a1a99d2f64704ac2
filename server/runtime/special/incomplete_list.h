#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_INCOMPLETE_LIST_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_INCOMPLETE_LIST_H_

// clang-format off
#define FY_INCOMPLETE_SCALAR(X)         \
  X(gammainc, 2, Block, 15, 0.51)       \
  X(gammaincc, 2, Block, 20, 0.51)      \
  X(gammaincinv, 2, Each, 60, 0.51)     \
  X(gammainccinv, 2, Each, 60, 0.51)    \
  X(lowergamma, 2, Block, 20, 0.51)     \
  X(uppergamma, 2, Block, 25, 0.51)     \
  X(log_gammainc, 2, Block, 30, 0.51)   \
  X(log_gammaincc, 2, Block, 30, 0.51)  \
  X(betainc, 3, Block, 50, 0.51)        \
  X(betaincc, 3, Block, 50, 0.51)       \
  X(betaincinv, 3, Each, 200, 0.51)     \
  X(betainccinv, 3, Each, 100, 0.51)    \
  X(betainc_lower, 3, Block, 40, 0.51)  \
  X(log_betainc, 3, Block, 50, 0.51)    \
  X(log_betaincc, 3, Block, 50, 0.51)   \
  X(gammainc_dx, 2, Block, 8, 0.51)     \
  X(log_gammainc_dx, 2, Each, 20, 0.51) \
  X(betainc_dx, 3, Block, 10, 0.51)     \
  X(log_betainc_dx, 3, Each, 15, 0.51)  \
  X(betainc_between, 4, Each, 60, 0.51)
// clang-format on

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_INCOMPLETE_LIST_H_
