#ifndef FORMULARY_SERVER_SERVICE_FACTS_H_
#define FORMULARY_SERVER_SERVICE_FACTS_H_

// The facts of an argument that a request may state, in one list: decode_program.cc and
// encode_program.cc expand it, so that no fact is read and not written. Members of
// expr::Assumptions and fields of v1::Assumptions have the same names. Includes nothing.

#define FORMULARY_FACTS(FACT) \
  FACT(real)                  \
  FACT(positive)              \
  FACT(nonnegative)           \
  FACT(negative)              \
  FACT(nonzero)               \
  FACT(integer)               \
  FACT(finite)                \
  FACT(lower)                 \
  FACT(upper)                 \
  FACT(symmetric)             \
  FACT(positive_definite)     \
  FACT(positive_semidefinite) \
  FACT(orthogonal)            \
  FACT(diagonal)              \
  FACT(lower_triangular)      \
  FACT(upper_triangular)

#endif  // FORMULARY_SERVER_SERVICE_FACTS_H_
