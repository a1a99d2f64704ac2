#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_GAMMA_LIST_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_GAMMA_LIST_H_

// clang-format off
#define FY_GAMMA_VECTOR(X)                                            \
  X(digamma, none, Own, Double, Own, Double, 4.5, 0.51, 4.5, 0.51)    \
  X(trigamma, none, Own, Double, Own, Double, 5.0, 0.51, 5.0, 0.51)   \
  X(rgamma, none, Fast, FastDouble, Own, Double, 4.0, 0.51, 1.1, 0.51) \
  X(zeta, none, Fast, FastDouble, Own, Double, 4.0, 0.51, 4.0, 0.51)

// Of two operands.
#define FY_GAMMA_VECTOR2(X)                                                      \
  X(beta, none, Fast, FastDouble, Own, Double, 5.0, 0.51, 1.1, 0.51)             \
  X(lbeta, none, Fast, FastDouble, Own, Double, 8.0, 0.51, 0.6, 0.51)            \
  X(gamma_ratio, none, Fast, FastDouble, Own, Double, 4.0, 0.51, 1.1, 0.51)      \
  X(lgamma_ratio, none, Fast, FastDouble, Own, Double, 8.0, 0.51, 0.7, 0.51)     \
  X(binomial, none, Fast, FastDouble, Own, Double, 5.0, 0.51, 1.1, 0.51)         \
  X(lbinomial, none, Fast, FastDouble, Own, Double, 8.0, 0.51, 0.6, 0.51)        \
  X(rf, none, Fast, FastDouble, Own, Double, 4.0, 0.51, 1.1, 0.51)               \
  X(ff, none, Fast, FastDouble, Own, Double, 4.0, 0.51, 1.1, 0.51)               \
  X(hurwitz_zeta, none, Fast, FastDouble, Own, Double, 6.5, 0.51, 4.0, 0.51)

#define FY_GAMMA_SCALAR(X)           \
  X(polygamma, 2, Each, 4.0, 0.51)   \
  X(dirichlet_eta, 1, Each, 4.0, 0.51)
// clang-format on

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_GAMMA_LIST_H_
