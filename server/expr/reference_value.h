#ifndef FORMULARY_SERVER_EXPR_REFERENCE_VALUE_H_
#define FORMULARY_SERVER_EXPR_REFERENCE_VALUE_H_

// What accurate programs take in place of routines that are not within 1 ulp everywhere: the rows'
// references, which are ball arithmetic or MPFR, rounded once.

#include "server/expr/catalogue.h"

namespace formulary::expr {

// Whether the strict form of the row's routine may be off by more than an ulp somewhere.
bool NeedsReference(const FunctionRow& row, DType dtype);

// The row's value at row.max_arity operands, within 0.51 ulp. Where the reference knows none
// (poles, infinities, operands beyond kMaxBallOperand) the routine answers. Takes 1 to 1,000
// microseconds. REQUIRES: NeedsReference(row, the type's).
double ReferenceValue(const FunctionRow& row, const double* operands);
float ReferenceValue(const FunctionRow& row, const float* operands);

}  // namespace formulary::expr

#endif  // FORMULARY_SERVER_EXPR_REFERENCE_VALUE_H_
