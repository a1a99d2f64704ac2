#ifndef FORMULARY_SERVER_SERVICE_ENCODE_PROGRAM_H_
#define FORMULARY_SERVER_SERVICE_ENCODE_PROGRAM_H_

// expr values back to formulary.v1 messages: what Simplify answers with. Exact: decoding the
// message gives the same program.

#include "formulary/v1/expression.pb.h"
#include "server/expr/program.h"

namespace formulary::service {

// The nodes that the outputs need, as a graph. Arguments that were declared, or are needed, are
// declared.
v1::Program EncodeProgram(const expr::Program& program);

v1::Argument EncodeArgument(const expr::Argument& argument);

}  // namespace formulary::service

#endif  // FORMULARY_SERVER_SERVICE_ENCODE_PROGRAM_H_
