#ifndef FORMULARY_SERVER_ANALYSIS_BALL_OPERATIONS_H_
#define FORMULARY_SERVER_ANALYSIS_BALL_OPERATIONS_H_

// One call in ball arithmetic: operators by Arb, functions by their rows' enclosures or references.
// Called by ball_graph.cc, a node at a time.

#include "absl/types/span.h"
#include "server/analysis/ball_value.h"
#include "server/expr/catalogue.h"

namespace formulary::analysis {

// The value of a call of numbers, given those of its operands. Sets kUndefined only where that is
// sure. REQUIRES: the row is no structure and no expansion; every operand is kNumber.
void CallOnBalls(const expr::FunctionRow& row, absl::Span<const BallValue* const> operands,
                 slong precision, BallValue* result);

// A comparison of two numbers; kUnknown while their enclosures overlap.
Truth CompareBalls(const expr::FunctionRow& row, const Ball& a, const Ball& b);

// A connective of truth values, from the left; known as soon as the known ones decide.
Truth Connect(expr::Opcode opcode, absl::Span<const Truth> operands);

}  // namespace formulary::analysis

#endif  // FORMULARY_SERVER_ANALYSIS_BALL_OPERATIONS_H_
