// The cores on vectors of lanes.h for x86-64-v4; CMakeLists.txt sets -march for this file alone.
#define FY_LEVEL 4
#include "server/runtime/special/lanes_forms.h"
