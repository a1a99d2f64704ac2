#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_INTEGRAL_VECTOR_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_INTEGRAL_VECTOR_H_

// The integral functions on vectors. Included by level files only.

#include "server/runtime/registers.h"

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_INTEGRAL_VECTOR_H_
