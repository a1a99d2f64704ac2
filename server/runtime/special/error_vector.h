#ifndef FORMULARY_SERVER_RUNTIME_SPECIAL_ERROR_VECTOR_H_
#define FORMULARY_SERVER_RUNTIME_SPECIAL_ERROR_VECTOR_H_

// The error functions on vectors. Included by level files only.

#include "server/runtime/registers.h"

#endif  // FORMULARY_SERVER_RUNTIME_SPECIAL_ERROR_VECTOR_H_
