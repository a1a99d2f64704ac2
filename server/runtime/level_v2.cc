// The routines for x86-64-v2; CMakeLists.txt sets -march for this file alone.
#define FY_LEVEL 2
#include "server/runtime/forms.h"
