#include "client/cpp/array.h"

#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>

#include "client/cpp/array_visit.h"
#include "client/cpp/status_macros.h"
#include "client/cpp/text.h"

namespace formulary::client {
namespace {

struct DTypeRow {
  DType dtype;
  std::string_view name;
  size_t bytes;
};

constexpr std::array<DTypeRow, 8> kDTypes = {{
    {DType::kUnspecified, "unspecified", 0},
    {DType::kFloat64, "float64", 8},
    {DType::kFloat32, "float32", 4},
    {DType::kComplex128, "complex128", 16},
    {DType::kComplex64, "complex64", 8},
    {DType::kInt64, "int64", 8},
    {DType::kInt32, "int32", 4},
    {DType::kBool, "bool", 1},
}};

const DTypeRow& RowOf(DType dtype) {
  const size_t index = static_cast<size_t>(dtype);
  return kDTypes[index < kDTypes.size() ? index : 0];
}

// So that element counts times 16 bytes never overflow.
constexpr int64_t kMaxElements = int64_t{1} << 58;

// Arrays from here on are mapped anew by the allocator each time: in pages of 4 kB their faults take
// longer than receiving them. In huge ones, where the system has them, they do not count.
constexpr size_t kMappedBytes = size_t{32} << 20;
constexpr size_t kHugePage = size_t{2} << 20;

std::shared_ptr<std::byte> Allocate(size_t bytes) {
  if (bytes >= kMappedBytes) {
    const size_t whole = (bytes + kHugePage - 1) / kHugePage * kHugePage;
    void* const data = std::aligned_alloc(kHugePage, whole);
    if (data != nullptr) madvise(data, whole, MADV_HUGEPAGE);  // advice: it may fail
    return {static_cast<std::byte*>(data), std::free};
  }
  return {static_cast<std::byte*>(std::malloc(std::max<size_t>(bytes, 1))), std::free};
}

}  // namespace

size_t ByteSize(DType dtype) { return RowOf(dtype).bytes; }

std::string_view Name(DType dtype) { return RowOf(dtype).name; }

std::optional<DType> DTypeByName(std::string_view name) {
  for (const DTypeRow& row : kDTypes) {
    if (row.bytes != 0 && row.name == name) return row.dtype;
  }
  return std::nullopt;
}

absl::StatusOr<int64_t> ElementCount(absl::Span<const int64_t> shape) {
  int64_t count = 1;
  bool empty = false;
  for (const int64_t extent : shape) {
    if (extent < 0) {
      return absl::InvalidArgumentError(Cat("shape ", ShapeText(shape), " has a negative extent"));
    }
    if (extent == 0) {
      empty = true;
    } else if (count > kMaxElements / extent) {
      return absl::InvalidArgumentError(Cat("shape ", ShapeText(shape), " has too many elements"));
    } else {
      count *= extent;
    }
  }
  return empty ? 0 : count;
}

std::string ShapeText(absl::Span<const int64_t> shape) {
  std::string text = "(";
  for (size_t i = 0; i < shape.size(); ++i) text += Cat(i == 0 ? "" : ", ", shape[i]);
  return text + (shape.size() == 1 ? ",)" : ")");
}

absl::StatusOr<Shape> BroadcastShapes(absl::Span<const int64_t> a, absl::Span<const int64_t> b) {
  Shape result(std::max(a.size(), b.size()), 1);
  for (size_t from_end = 1; from_end <= result.size(); ++from_end) {
    const int64_t extent_a = from_end <= a.size() ? a[a.size() - from_end] : 1;
    const int64_t extent_b = from_end <= b.size() ? b[b.size() - from_end] : 1;
    if (extent_a != extent_b && extent_a != 1 && extent_b != 1) {
      return absl::InvalidArgumentError(
          Cat("shapes ", ShapeText(a), " and ", ShapeText(b), " do not broadcast"));
    }
    result[result.size() - from_end] = extent_a == 1 ? extent_b : extent_a;
  }
  return result;
}

Array::Array() = default;

Array::Array(const std::vector<bool>& values) {
  auto bytes = Allocate(values.size());
  for (size_t i = 0; i < values.size(); ++i) bytes.get()[i] = std::byte{values[i]};
  Adopt(bytes.get(), values.size(), DType::kBool, {static_cast<int64_t>(values.size())}, bytes);
}

void Array::Adopt(const void* data, size_t bytes, DType dtype, Shape shape,
                  std::shared_ptr<const void> owner) {
  dtype_ = dtype;
  shape_ = std::move(shape);
  size_ = static_cast<int64_t>(bytes / ByteSize(dtype));
  data_ = static_cast<const std::byte*>(data);
  owner_ = std::move(owner);
  writable_ = false;
  region_ = nullptr;
}

void Array::CopyFrom(const void* data, size_t bytes, DType dtype, Shape shape) {
  auto copy = Allocate(bytes);
  if (bytes != 0) std::memcpy(copy.get(), data, bytes);
  Adopt(copy.get(), bytes, dtype, std::move(shape), copy);
  writable_ = true;
}

void Array::CheckDType(DType wanted) const {
  if (dtype_ == wanted) return;
  std::fprintf(stderr, "formulary::client::Array: elements are %s, not %s\n",
               std::string(Name(dtype_)).c_str(), std::string(Name(wanted)).c_str());
  std::abort();
}

absl::StatusOr<Array> Array::Uninitialized(DType dtype, Shape shape) {
  if (ByteSize(dtype) == 0) return absl::InvalidArgumentError("an array needs an element type");
  ASSIGN_OR_RETURN(const int64_t count, ElementCount(shape));
  const size_t bytes = static_cast<size_t>(count) * ByteSize(dtype);
  auto memory = Allocate(bytes);
  if (memory == nullptr) {
    return absl::ResourceExhaustedError(Cat("no memory for an array of ", bytes, " bytes"));
  }
  Array array;
  array.Adopt(memory.get(), bytes, dtype, std::move(shape), memory);
  array.writable_ = true;
  return array;
}

absl::StatusOr<Array> Array::Wrap(const void* data, DType dtype, Shape shape,
                                  std::shared_ptr<const void> owner) {
  if (ByteSize(dtype) == 0) return absl::InvalidArgumentError("an array needs an element type");
  ASSIGN_OR_RETURN(const int64_t count, ElementCount(shape));
  Array array;
  array.Adopt(data, static_cast<size_t>(count) * ByteSize(dtype), dtype, std::move(shape),
              std::move(owner));
  return array;
}

double Array::AsDouble(int64_t index) const {
  double result = std::numeric_limits<double>::quiet_NaN();
  VisitElements(*this, [&](auto span) {
    using T = std::remove_cv_t<typename decltype(span)::value_type>;
    const T value = span[static_cast<size_t>(index)];
    if constexpr (std::is_same_v<T, uint8_t>) {
      result = value != 0 ? 1 : 0;
    } else if constexpr (std::is_arithmetic_v<T>) {
      result = static_cast<double>(value);
    } else {
      result = static_cast<double>(value.real());
    }
  });
  return result;
}

std::byte* Array::mutable_data() {
  if (!writable_ || owner_.use_count() != 1) {
    const std::shared_ptr<const void> keep = owner_;
    CopyFrom(data_, byte_size(), dtype_, shape_);
  } else {
    // use_count() reads relaxed: what the last other holder did comes before what we write now.
    std::atomic_thread_fence(std::memory_order_acquire);
  }
  return const_cast<std::byte*>(data_);
}

absl::StatusOr<Array> Array::Reshaped(Shape shape) const {
  ASSIGN_OR_RETURN(const int64_t count, ElementCount(shape));
  if (count != size_) {
    return absl::InvalidArgumentError(
        Cat("an array of shape ", ShapeText(shape_), " cannot take shape ", ShapeText(shape)));
  }
  Array result = *this;
  result.shape_ = std::move(shape);
  return result;
}

Array Array::Slice(int64_t begin, int64_t end) const {
  const int64_t rows = shape_[0];
  const int64_t row_elements = rows == 0 ? 0 : size_ / rows;
  Array result = *this;
  result.shape_[0] = end - begin;
  result.size_ = row_elements * (end - begin);
  result.data_ += static_cast<size_t>(begin * row_elements) * ByteSize(dtype_);
  return result;
}

}  // namespace formulary::client
