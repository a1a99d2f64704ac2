#ifndef FORMULARY_CLIENT_CPP_ARRAY_H_
#define FORMULARY_CLIENT_CPP_ARRAY_H_

// Arrays as the client sends and receives them: element type, shape, and bytes in C order. An Array
// shares its bytes with its copies and with the requests that carry it, so passing one around,
// slicing it and sending it copies nothing. Inputs of Client::Evaluate and its outputs are Arrays.
// An Array never converts elements silently.

#include <complex>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace formulary::client {

// Element types; the numbers of formulary.v1.DataType.
enum class DType : uint8_t {
  kUnspecified =
      0,  // for an argument: the input's float type; for an output: the expression's type
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

// The element type of that name; nullopt for any other word.
std::optional<DType> DTypeByName(std::string_view name);

// The element type that holds C++ type T; kUnspecified for a type that is none.
template <typename T>
inline constexpr DType kDTypeOf = DType::kUnspecified;
template <>
inline constexpr DType kDTypeOf<double> = DType::kFloat64;
template <>
inline constexpr DType kDTypeOf<float> = DType::kFloat32;
template <>
inline constexpr DType kDTypeOf<std::complex<double>> = DType::kComplex128;
template <>
inline constexpr DType kDTypeOf<std::complex<float>> = DType::kComplex64;
template <>
inline constexpr DType kDTypeOf<int64_t> = DType::kInt64;
template <>
inline constexpr DType kDTypeOf<int32_t> = DType::kInt32;
template <>
inline constexpr DType kDTypeOf<bool> = DType::kBool;

template <typename T>
concept ArrayElement = kDTypeOf<T>
!= DType::kUnspecified;

using Shape = std::vector<int64_t>;

struct SharedMapping;  // region.h

// Number of elements: the product of the extents, 1 for (). INVALID_ARGUMENT when an extent is
// negative or the array would have more than 2^62 bytes at 16 bytes an element.
absl::StatusOr<int64_t> ElementCount(absl::Span<const int64_t> shape);

// "(3, 4)", "(9,)", "()": as NumPy writes shapes.
std::string ShapeText(absl::Span<const int64_t> shape);

// The shape that `a` and `b` broadcast to by NumPy's rules; INVALID_ARGUMENT when they do not fit.
absl::StatusOr<Shape> BroadcastShapes(absl::Span<const int64_t> a, absl::Span<const int64_t> b);

// A value: copies share the bytes. Different Arrays may be used from different threads at once,
// whether or not they share bytes; mutable_data() needs the one Array to itself.
class Array {
 public:
  // No elements: float64 of shape (0,).
  Array();

  // A scalar, shape (). Integers of any width become int64.
  template <typename T>
  requires(std::integral<T> && !std::same_as<T, bool>) Array(T value)
      : Array(ScalarOf(static_cast<int64_t>(value))) {}  // NOLINT: implicit by intent
  template <typename T>
  requires(ArrayElement<T> && (!std::integral<T> || std::same_as<T, bool>)) Array(T value)
      : Array(ScalarOf(value)) {}  // NOLINT: implicit by intent

  // One dimension. Takes the vector over: nothing is copied (of vector<bool> the bits are spread to
  // bytes).
  template <typename T>
  requires(ArrayElement<T> && !std::same_as<T, bool>)
      Array(std::vector<T> values) {  // NOLINT: implicit by intent
    auto owner = std::make_shared<const std::vector<T>>(std::move(values));
    Adopt(owner->data(), owner->size() * sizeof(T), kDTypeOf<T>,
          {static_cast<int64_t>(owner->size())}, owner);
  }
  Array(const std::vector<bool>& values);  // NOLINT: implicit by intent

  // One dimension, a copy of the elements.
  template <typename T>
  requires ArrayElement<T>
  explicit Array(absl::Span<const T> values) {
    CopyFrom(values.data(), values.size() * sizeof(T), kDTypeOf<T>,
             {static_cast<int64_t>(values.size())});
  }

  // Elements that have not been written yet; fill them through mutable_data(). INVALID_ARGUMENT for
  // a shape that ElementCount refuses or dtype kUnspecified, RESOURCE_EXHAUSTED when there is no
  // memory.
  static absl::StatusOr<Array> Uninitialized(DType dtype, Shape shape);

  // The caller's own memory, not copied: `data` must hold the array in C order, unchanged, for as
  // long as `owner` (null: the caller sees to it, also after a call that failed or timed out) is
  // held.
  static absl::StatusOr<Array> Wrap(const void* data, DType dtype, Shape shape,
                                    std::shared_ptr<const void> owner);

  DType dtype() const { return dtype_; }
  const Shape& shape() const { return shape_; }
  size_t rank() const { return shape_.size(); }
  int64_t size() const { return size_; }  // elements
  size_t byte_size() const { return static_cast<size_t>(size_) * ByteSize(dtype_); }
  const std::byte* data() const { return data_; }
  // Keeps data() alive.
  const std::shared_ptr<const void>& owner() const { return owner_; }

  // The elements in C order. REQUIRES: dtype() is kDTypeOf<T>; anything else aborts the program.
  template <typename T>
  requires ArrayElement<T> absl::Span<const T> As()
  const {
    CheckDType(kDTypeOf<T>);
    return absl::MakeConstSpan(reinterpret_cast<const T*>(data_), static_cast<size_t>(size_));
  }

  // One element as a double: booleans are 0 or 1, complex numbers their real part.
  // REQUIRES: 0 <= index < size().
  double AsDouble(int64_t index) const;

  // The elements for writing; first copies them when they are shared with another Array or with a
  // request that is still under way, or are not this class's own memory.
  std::byte* mutable_data();

  // The same bytes in another shape; INVALID_ARGUMENT unless it has as many elements.
  absl::StatusOr<Array> Reshaped(Shape shape) const;

  // Elements [begin, end) along the first axis, sharing the bytes.
  // REQUIRES: rank() >= 1, 0 <= begin <= end <= shape()[0].
  Array Slice(int64_t begin, int64_t end) const;

  // Where a SharedRegion (region.h) has the elements; null for other memory.
  const SharedMapping* region() const { return region_; }

  // Every element converted: to bool (not zero), integers (towards zero; INVALID_ARGUMENT where the
  // value is NaN or does not fit), floats (rounded to nearest). Complex arrays convert to complex
  // only: INVALID_ARGUMENT otherwise. An array of that type already is returned as it is.
  absl::StatusOr<Array> ConvertedTo(DType dtype) const;

 private:
  friend class SharedRegion;

  template <typename T>
  static Array ScalarOf(T value) {
    Array array;
    array.CopyFrom(&value, sizeof value, kDTypeOf<T>, {});
    return array;
  }
  void Adopt(const void* data, size_t bytes, DType dtype, Shape shape,
             std::shared_ptr<const void> owner);
  void CopyFrom(const void* data, size_t bytes, DType dtype, Shape shape);
  void CheckDType(DType wanted) const;

  DType dtype_ = DType::kFloat64;
  bool writable_ = false;  // the bytes were allocated here
  Shape shape_ = {0};
  int64_t size_ = 0;
  const std::byte* data_ = nullptr;
  std::shared_ptr<const void> owner_;
  const SharedMapping* region_ = nullptr;  // kept by owner_
};

// An array under a name. An empty name is an input by position.
struct NamedArray {
  std::string name;
  Array array;
};

}  // namespace formulary::client

#endif  // FORMULARY_CLIENT_CPP_ARRAY_H_
