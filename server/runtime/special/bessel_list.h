#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_BESSEL_LIST_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_BESSEL_LIST_H_

// clang-format off
#define FY_BESSEL_VECTOR(X)                                                 \
  X(j0, none, Own, Double, Own, Double, 4.0, 0.51, 4.0, 0.51)               \
  X(j1, none, Own, Double, Own, Double, 4.0, 0.51, 4.0, 0.51)               \
  X(y0, none, Own, Double, Own, Double, 4.5, 0.51, 4.5, 0.51)               \
  X(y1, none, Own, Double, Own, Double, 4.5, 0.51, 4.5, 0.51)               \
  X(i0, none, Own, Double, Own, Double, 4.0, 0.51, 4.0, 0.51)               \
  X(i1, none, Own, Double, Own, Double, 4.0, 0.51, 4.0, 0.51)               \
  X(k0, none, Own, Double, Own, Double, 4.0, 0.51, 4.0, 0.51)               \
  X(k1, none, Own, Double, Own, Double, 4.0, 0.51, 4.0, 0.51)               \
  X(i0e, none, Own, Double, Own, Double, 3.0, 0.51, 3.0, 0.51)              \
  X(i1e, none, Own, Double, Own, Double, 3.0, 0.51, 3.0, 0.51)              \
  X(k0e, none, Own, Double, Own, Double, 4.0, 0.51, 4.0, 0.51)              \
  X(k1e, none, Own, Double, Own, Double, 4.0, 0.51, 4.0, 0.51)

#define FY_BESSEL_SCALAR(X)                                                 \
  X(besselj, 2, Block, 40.0, 0.51)                                          \
  X(bessely, 2, Block, 40.0, 0.51)                                          \
  X(besseli, 2, Each, 6.0, 0.51)                                            \
  X(besselk, 2, Block, 64.0, 0.51)                                          \
  X(besseli_scaled, 2, Each, 9.0, 0.51)                                     \
  X(besselk_scaled, 2, Block, 64.0, 0.51)                                   \
  X(log_besseli, 2, Each, 20.0, 0.51)                                       \
  X(log_besselk, 2, Each, 40.0, 0.51)                                       \
  X(hankel_modulus, 2, Each, 32.0, 0.51)                                    \
  X(spherical_jn, 2, Block, 4.0, 0.51)                                      \
  X(spherical_yn, 2, Block, 4.0, 0.51)                                      \
  X(spherical_in, 2, Block, 8.0, 0.51)                                      \
  X(spherical_kn, 2, Each, 4.0, 0.51)                                       \
  X(airyai, 1, Each, 8.0, 0.51)                                             \
  X(airybi, 1, Each, 8.0, 0.51)                                             \
  X(airyaiprime, 1, Each, 8.0, 0.51)                                        \
  X(airybiprime, 1, Each, 8.0, 0.51)                                        \
  X(airyai_scaled, 1, Each, 4.0, 0.51)                                      \
  X(airybi_scaled, 1, Each, 4.0, 0.51)                                      \
  X(struveh, 2, Each, 16.0, 0.51)                                           \
  X(struvel, 2, Each, 16.0, 0.51)
// clang-format on

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_BESSEL_LIST_H_
