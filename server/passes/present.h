#ifndef FORMULARY_SERVER_PASSES_PRESENT_H_
#define FORMULARY_SERVER_PASSES_PRESENT_H_

// A simplified program as people write it: square roots instead of powers of 1/2, the number of a
// sum last. Only for showing; simplifying it again gives the simplified program back.

#include "server/expr/program.h"

namespace formulary::passes {

expr::Program Present(const expr::Program& simplified);

}  // namespace formulary::passes

#endif  // FORMULARY_SERVER_PASSES_PRESENT_H_
