#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_GAMMA_LIST_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_GAMMA_LIST_H_

// clang-format off
#define FY_GAMMA_VECTOR(X)                                          \
  X(digamma, none, Own, Double, Own, Double, 4.5, 0.51, 4.5, 0.51)  \
  X(trigamma, none, Own, Double, Own, Double, 5.0, 0.51, 5.0, 0.51)

#define FY_GAMMA_SCALAR(X)            \
  X(polygamma, 2, Each, 4.0, 0.51)    \
  X(beta, 2, Each, 1.1, 0.51)         \
  X(lbeta, 2, Each, 0.6, 0.51)        \
  X(rgamma, 1, Each, 1.1, 0.51)       \
  X(gamma_ratio, 2, Each, 1.1, 0.51)  \
  X(lgamma_ratio, 2, Each, 0.7, 0.51) \
  X(binomial, 2, Each, 1.1, 0.51)     \
  X(lbinomial, 2, Each, 0.6, 0.51)    \
  X(rf, 2, Each, 1.1, 0.51)           \
  X(ff, 2, Each, 1.1, 0.51)           \
  X(zeta, 1, Each, 4.0, 0.51)         \
  X(hurwitz_zeta, 2, Each, 4.0, 0.51) \
  X(dirichlet_eta, 1, Each, 4.0, 0.51)
// clang-format on

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_GAMMA_LIST_H_
