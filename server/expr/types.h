#ifndef FORMULARY_SERVER_EXPR_TYPES_H_
#define FORMULARY_SERVER_EXPR_TYPES_H_

// Element types, core shapes and numerics modes: the vocabulary that every room shares. Plain
// values.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace formulary::expr {

// The same numbers as formulary.v1.DataType.
enum class DType : uint8_t {
  kUnspecified = 0,
  kFloat64 = 1,
  kFloat32 = 2,
  kComplex128 = 3,
  kComplex64 = 4,
  kInt64 = 5,
  kInt32 = 6,
  kBool = 7,
};

// Bytes of one element; 0 for kUnspecified.
size_t ByteSize(DType dtype);

// float64, float32, complex128, complex64, int64, int32, bool, unspecified.
std::string_view Name(DType dtype);

constexpr bool IsComplex(DType dtype) {
  return dtype == DType::kComplex128 || dtype == DType::kComplex64;
}
constexpr bool IsFloat(DType dtype) { return dtype == DType::kFloat64 || dtype == DType::kFloat32; }
constexpr bool IsInteger(DType dtype) { return dtype == DType::kInt64 || dtype == DType::kInt32; }

// float64 of complex128, float32 of complex64; others as they are.
constexpr DType ComponentType(DType dtype) {
  if (dtype == DType::kComplex128) return DType::kFloat64;
  return dtype == DType::kComplex64 ? DType::kFloat32 : dtype;
}

// What of each number of an array is meant: an imaginary part of real numbers is 0.
enum class Part : uint8_t { kWhole, kReal, kImaginary };

// One dimension of a core shape: a number, or a name that stands for the same length everywhere.
struct Dimension {
  int64_t size = -1;  // -1: named
  std::string name;

  bool operator==(const Dimension&) const = default;
};
using CoreShape = std::vector<Dimension>;  // empty: scalar

// What a node yields for one element of the batch.
struct Type {
  DType dtype = DType::kUnspecified;
  CoreShape core_shape;

  bool operator==(const Type&) const = default;
};

// The same numbers as formulary.v1.Numerics.
enum class Numerics : uint8_t { kStrict = 1, kStable = 2, kFast = 3 };

// A set of numerics modes: where a rewrite holds.
using ModeSet = uint8_t;
inline constexpr ModeSet kAllModes = 0b111;   // bit-exact under IEEE-754
inline constexpr ModeSet kRealModes = 0b110;  // an identity of the reals that keeps accuracy
inline constexpr ModeSet kFastOnly = 0b100;   // within FAST's declared budget only
constexpr bool Holds(ModeSet modes, Numerics mode) {
  return (modes >> (static_cast<int>(mode) - 1) & 1) != 0;
}

}  // namespace formulary::expr

#endif  // FORMULARY_SERVER_EXPR_TYPES_H_
