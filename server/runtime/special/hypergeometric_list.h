#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_HYPERGEOMETRIC_LIST_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_HYPERGEOMETRIC_LIST_H_

// clang-format off
#define FY_HYPERGEOMETRIC_SCALAR(X) \
  X(hyp0f1, 2, Block, 1.5, 0.51) \
  X(hyp1f1, 3, Block, 1.5, 0.51) \
  X(hyp2f1, 4, Block, 1.5, 0.51) \
  X(hyperu, 3, Block, 1.5, 0.51)
// clang-format on

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_HYPERGEOMETRIC_LIST_H_
