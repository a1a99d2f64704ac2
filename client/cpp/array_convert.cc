// Array::ConvertedTo.

#include <cmath>
#include <complex>
#include <limits>
#include <type_traits>

#include "client/cpp/array.h"
#include "client/cpp/array_visit.h"
#include "client/cpp/status_macros.h"
#include "client/cpp/text.h"

namespace formulary::client {
namespace {

bool IsComplex(DType dtype) { return dtype == DType::kComplex128 || dtype == DType::kComplex64; }

// One element; false where `to` cannot hold the value.
template <typename To, typename From>
bool Convert(From from, To* to) {
  if constexpr (std::is_same_v<To, bool>) {
    *to = from != From{};
  } else if constexpr (std::is_integral_v<To> && std::is_floating_point_v<From>) {
    const double value = std::trunc(static_cast<double>(from));
    const double limit = std::ldexp(1.0, std::numeric_limits<To>::digits);
    if (!(value >= -limit && value < limit)) return false;
    *to = static_cast<To>(value);
  } else if constexpr (std::is_integral_v<To> && std::is_integral_v<From>) {
    *to = static_cast<To>(from);
    if (static_cast<From>(*to) != from) return false;
  } else {
    *to = static_cast<To>(from);
  }
  return true;
}

// Converts all elements to To; the index of the first one that does not fit, or -1.
template <typename To>
int64_t ConvertAll(const Array& from, std::byte* to_bytes) {
  To* to = reinterpret_cast<To*>(to_bytes);
  int64_t misfit = -1;
  VisitElements(from, [&](auto span) {
    using From = std::remove_cv_t<typename decltype(span)::value_type>;
    for (size_t i = 0; i < span.size(); ++i) {
      if constexpr (ArrayElement<From> || std::is_same_v<From, uint8_t>) {
        bool fits = true;
        if constexpr (std::is_arithmetic_v<From>) {
          fits = Convert<To>(span[i], &to[i]);
        } else if constexpr (!std::is_arithmetic_v<To>) {
          to[i] = To(static_cast<typename To::value_type>(span[i].real()),
                     static_cast<typename To::value_type>(span[i].imag()));
        } else {
          fits = false;  // complex to real: refused before
        }
        if (!fits && misfit < 0) misfit = static_cast<int64_t>(i);
      }
    }
  });
  return misfit;
}

}  // namespace

absl::StatusOr<Array> Array::ConvertedTo(DType dtype) const {
  if (dtype == dtype_) return *this;
  if (IsComplex(dtype_) && !IsComplex(dtype)) {
    return absl::InvalidArgumentError(
        Cat("a ", Name(dtype_), " array does not convert to ", Name(dtype)));
  }
  ASSIGN_OR_RETURN(Array result, Uninitialized(dtype, shape_));
  std::byte* to = result.mutable_data();
  int64_t misfit = -1;
  switch (dtype) {
    case DType::kFloat64:
      misfit = ConvertAll<double>(*this, to);
      break;
    case DType::kFloat32:
      misfit = ConvertAll<float>(*this, to);
      break;
    case DType::kComplex128:
      misfit = ConvertAll<std::complex<double>>(*this, to);
      break;
    case DType::kComplex64:
      misfit = ConvertAll<std::complex<float>>(*this, to);
      break;
    case DType::kInt64:
      misfit = ConvertAll<int64_t>(*this, to);
      break;
    case DType::kInt32:
      misfit = ConvertAll<int32_t>(*this, to);
      break;
    case DType::kBool:
      misfit = ConvertAll<bool>(*this, to);
      break;
    case DType::kUnspecified:
      break;
  }
  if (misfit >= 0) {
    return absl::InvalidArgumentError(
        Cat("element ", misfit, " (", AsDouble(misfit), ") does not fit ", Name(dtype)));
  }
  return result;
}

}  // namespace formulary::client
