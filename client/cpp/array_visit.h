#ifndef FORMULARY_CLIENT_CPP_ARRAY_VISIT_H_
#define FORMULARY_CLIENT_CPP_ARRAY_VISIT_H_

// From an array's element type at run time to a C++ type. For array.cc and array_convert.cc.

#include <complex>
#include <cstdint>

#include "absl/types/span.h"
#include "client/cpp/array.h"

namespace formulary::client {

// Calls visit(span of elements) with the array's own element type; booleans are bytes, of which any
// but 0 is true.
template <typename Visitor>
void VisitElements(const Array& array, Visitor visit) {
  switch (array.dtype()) {
    case DType::kFloat64:
      return visit(array.As<double>());
    case DType::kFloat32:
      return visit(array.As<float>());
    case DType::kComplex128:
      return visit(array.As<std::complex<double>>());
    case DType::kComplex64:
      return visit(array.As<std::complex<float>>());
    case DType::kInt64:
      return visit(array.As<int64_t>());
    case DType::kInt32:
      return visit(array.As<int32_t>());
    case DType::kBool:
      return visit(absl::MakeConstSpan(reinterpret_cast<const uint8_t*>(array.data()),
                                       static_cast<size_t>(array.size())));
    case DType::kUnspecified:
      break;
  }
}

}  // namespace formulary::client

#endif  // FORMULARY_CLIENT_CPP_ARRAY_VISIT_H_
