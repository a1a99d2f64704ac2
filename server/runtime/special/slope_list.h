#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_SLOPE_LIST_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_SLOPE_LIST_H_

// Derivatives of special functions by their parameters; see lists.h.

// clang-format off
#define FY_SLOPE_SCALAR(X)               \
  X(gammainc_da, 2, Each, 40, 0.51)      \
  X(log_gammainc_da, 2, Each, 60, 0.51)  \
  X(betainc_da, 3, Each, 60, 0.51)       \
  X(betainc_db, 3, Each, 60, 0.51)       \
  X(log_betainc_da, 3, Each, 60, 0.51)   \
  X(log_betainc_db, 3, Each, 60, 0.51)   \
  X(expint_dn, 2, Each, 60, 0.51)        \
  X(besselj_dv, 2, Each, 100, 0.51)      \
  X(bessely_dv, 2, Each, 100, 0.51)      \
  X(besseli_dv, 2, Each, 40, 0.51)       \
  X(besselk_dv, 2, Each, 80, 0.51)       \
  X(log_besseli_dv, 2, Each, 40, 0.51)   \
  X(log_besselk_dv, 2, Each, 20, 0.51)   \
  X(zeta_ds, 1, Each, 20, 0.51)          \
  X(hurwitz_zeta_ds, 2, Each, 20, 0.51)
// clang-format on

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_SLOPE_LIST_H_
