#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_ELLIPTIC_LIST_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_ELLIPTIC_LIST_H_

// clang-format off
#define FY_ELLIPTIC_VECTOR(X)                                            \
  X(elliptic_k, none, Own, Double, Own, Double, 3.5, 0.51, 3.5, 0.51)    \
  X(elliptic_km1, none, Own, Double, Own, Double, 3.0, 0.51, 3.0, 0.51)  \
  X(elliptic_e, none, Own, Double, Own, Double, 3.0, 0.51, 3.0, 0.51)

#define FY_ELLIPTIC_SCALAR(X)               \
  X(elliptic_d, 1, Each, 5.5, 0.51)         \
  X(elliptic_f, 2, Each, 4.5, 0.51)         \
  X(elliptic_e_inc, 2, Each, 6.0, 0.51)     \
  X(elliptic_d_inc, 2, Each, 6.5, 0.51)     \
  X(elliptic_pi, 2, Each, 6.0, 0.51)        \
  X(elliptic_pi_inc, 3, Each, 8.5, 0.51)    \
  X(carlson_rc, 2, Each, 3.5, 0.51)         \
  X(carlson_rf, 3, Each, 4.5, 0.51)         \
  X(carlson_rd, 3, Each, 5.5, 0.51)         \
  X(carlson_rg, 3, Each, 7.0, 0.51)         \
  X(carlson_rj, 4, Each, 9.0, 0.51)         \
  X(jacobi_sn, 2, Block, 3.0, 0.51)         \
  X(jacobi_cn, 2, Block, 3.5, 0.51)         \
  X(jacobi_dn, 2, Block, 7.5, 0.51)         \
  X(jacobi_am, 2, Block, 20, 0.51)
// clang-format on

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_ELLIPTIC_LIST_H_
