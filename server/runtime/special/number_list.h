#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_NUMBER_LIST_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_NUMBER_LIST_H_

// clang-format off
#define FY_NUMBER_SCALAR(X)  \
  X(factorial2, 1, Each, 1.5, 0.51)  \
  X(subfactorial, 1, Each, 0.51, 0.51)  \
  X(fibonacci, 1, Each, 0.51, 0.51)  \
  X(lucas, 1, Each, 0.51, 0.51)  \
  X(catalan, 1, Each, 1.1, 0.51)  \
  X(bernoulli, 1, Each, 0.51, 0.51)  \
  X(euler_number, 1, Each, 0.51, 0.51)  \
  X(harmonic, 1, Each, 7.0, 0.51)  \
  X(harmonic2, 2, Each, 4.0, 0.51)  \
  X(gcd, 2, Each, 0.5, 0.51)  \
  X(lcm, 2, Each, 0.5, 0.51)
// clang-format on

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_NUMBER_LIST_H_
