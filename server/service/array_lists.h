#ifndef FORMULARY_SERVER_SERVICE_ARRAY_LISTS_H_
#define FORMULARY_SERVER_SERVICE_ARRAY_LISTS_H_

// Typed lists (Reals, Integers, Booleans) to elements of a dtype and back: the readable, slower way
// for arrays to travel. Only for arrays.cc.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/expr/types.h"
#include "server/service/arrays.h"

namespace formulary::service {

// The dtype of a list whose array states none.
expr::DType DefaultDType(ArrayData data);

// The list's values as little-endian elements of `dtype`. INVALID_ARGUMENT: MALFORMED_MESSAGE;
// DTYPE_MISMATCH when such a list cannot hold that dtype; OUT_OF_RANGE for a value that does not
// fit.
absl::StatusOr<std::vector<uint8_t>> ListElements(const ArrayField& array, expr::DType dtype);

// Values in an element: 2 for complex, else 1.
int ValuesPerElement(expr::DType dtype);

// Field name in Array: raw, reals, ...
std::string_view FieldName(ArrayData data);

// Appends the Array field and list message that hold `elements` of `dtype`.
void PutList(const uint8_t* elements, size_t count, expr::DType dtype, std::string* out);

}  // namespace formulary::service

#endif  // FORMULARY_SERVER_SERVICE_ARRAY_LISTS_H_
