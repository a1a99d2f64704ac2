#ifndef FORMULARY_SERVER_ENGINE_SNIPPET_H_
#define FORMULARY_SERVER_ENGINE_SNIPPET_H_

// A part of a formula as short text, for reports.

#include <string>

#include "server/expr/program.h"

namespace formulary::engine {

// "..." when it is long.
std::string Snippet(const expr::Program& program, expr::NodeId node);

}  // namespace formulary::engine

#endif  // FORMULARY_SERVER_ENGINE_SNIPPET_H_
