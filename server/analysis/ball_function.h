#ifndef FORMULARY_SERVER_ANALYSIS_BALL_FUNCTION_H_
#define FORMULARY_SERVER_ANALYSIS_BALL_FUNCTION_H_

// A function of the catalogue over balls. A row with an enclosure gives a proven one. Of a row that
// has only a reference (correctly rounded values at points) the values at the ends of the operands
// are taken, which encloses a function that is monotone between them; the ends are closer together
// the higher the precision. Called by ball_operations.cc only.

#include "absl/types/span.h"
#include "server/analysis/ball_value.h"
#include "server/expr/catalogue.h"

namespace formulary::analysis {

// Sets kUndefined where the operands are surely outside the row's domain.
void CallFunction(const expr::FunctionRow& row, absl::Span<const BallValue* const> operands,
                  slong precision, BallValue* result);

}  // namespace formulary::analysis

#endif  // FORMULARY_SERVER_ANALYSIS_BALL_FUNCTION_H_
