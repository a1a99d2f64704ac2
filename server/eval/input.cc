#include "server/eval/input.h"

#include <algorithm>
#include <cstring>

#include "server/eval/broadcast.h"

namespace formulary::eval {
namespace {

using expr::DType;
using expr::Part;

template <typename From, typename To>
void ConvertElements(const uint8_t* from, int64_t count, uint8_t* to) {
  for (int64_t i = 0; i < count; ++i) {
    From value;
    std::memcpy(&value, from + i * static_cast<int64_t>(sizeof(From)), sizeof value);
    const To converted = static_cast<To>(value);
    std::memcpy(to + i * static_cast<int64_t>(sizeof(To)), &converted, sizeof converted);
  }
}

// A truth value is any byte but 0.
template <typename To>
void ConvertBools(const uint8_t* from, int64_t count, uint8_t* to) {
  for (int64_t i = 0; i < count; ++i) {
    const To converted = static_cast<To>(from[i] != 0 ? 1 : 0);
    std::memcpy(to + i * static_cast<int64_t>(sizeof(To)), &converted, sizeof converted);
  }
}

// One part of complex numbers.
template <typename From, typename To, int kPart>
void TakePart(const uint8_t* from, int64_t count, uint8_t* to) {
  for (int64_t i = 0; i < count; ++i) {
    From value;
    std::memcpy(&value, from + (2 * i + kPart) * static_cast<int64_t>(sizeof(From)), sizeof value);
    const To converted = static_cast<To>(value);
    std::memcpy(to + i * static_cast<int64_t>(sizeof(To)), &converted, sizeof converted);
  }
}

// The imaginary part of real numbers.
template <typename To>
void PutZeros(const uint8_t*, int64_t count, uint8_t* to) {
  std::memset(to, 0, static_cast<size_t>(count) * sizeof(To));
}

using Conversion = void (*)(const uint8_t* from, int64_t count, uint8_t* to);
struct ConversionRow {
  DType from, to;
  Conversion convert;
};
// Every safe cast between unequal types.
constexpr ConversionRow kConversions[] = {
    {DType::kFloat32, DType::kFloat64, &ConvertElements<float, double>},
    {DType::kInt64, DType::kFloat64, &ConvertElements<int64_t, double>},
    {DType::kInt32, DType::kFloat64, &ConvertElements<int32_t, double>},
    {DType::kInt32, DType::kInt64, &ConvertElements<int32_t, int64_t>},
    {DType::kBool, DType::kFloat64, &ConvertBools<double>},
    {DType::kBool, DType::kFloat32, &ConvertBools<float>},
    {DType::kBool, DType::kInt64, &ConvertBools<int64_t>},
};

struct PartRow {
  DType from, to;
  Conversion real, imaginary;
};
constexpr PartRow kParts[] = {
    {DType::kComplex128, DType::kFloat64, &TakePart<double, double, 0>,
     &TakePart<double, double, 1>},
    {DType::kComplex64, DType::kFloat64, &TakePart<float, double, 0>, &TakePart<float, double, 1>},
    {DType::kComplex64, DType::kFloat32, &TakePart<float, float, 0>, &TakePart<float, float, 1>},
};

Conversion FindConversion(DType from, DType to) {
  for (const ConversionRow& row : kConversions) {
    if (row.from == from && row.to == to) return row.convert;
  }
  return nullptr;
}

// Null when the elements are right as they are.
Conversion FindConversion(DType from, Part part, DType to) {
  if (IsComplex(from)) {
    for (const PartRow& row : kParts) {
      if (row.from == from && row.to == to) return part == Part::kReal ? row.real : row.imaginary;
    }
  }
  if (part == Part::kImaginary) return to == DType::kFloat32 ? &PutZeros<float> : &PutZeros<double>;
  return FindConversion(from, to);
}

}  // namespace

bool CastsSafely(DType from, DType to) {
  if (from == to) return true;
  if (IsComplex(to)) return CastsSafely(ComponentType(from), ComponentType(to));
  return FindConversion(from, to) != nullptr;
}

Input::Input(const ArrayView& array, Part part, DType dtype, absl::Span<const int64_t> batch)
    : array_(array),
      part_(part),
      dtype_(dtype),
      batch_(batch.begin(), batch.end()),
      strides_(BroadcastStrides(array.shape, batch)) {
  dense_ = ElementCount(array.shape) == ElementCount(batch);
  in_place_ = dense_ && FindConversion(array.dtype, part, dtype) == nullptr;
}

int64_t Input::RunAt(int64_t start, const uint8_t** data) const {
  if (!in_place_) return 0;
  const size_t size = ByteSize(dtype_);
  const absl::Span<const uint8_t> run = array_.bytes.RunAt(static_cast<size_t>(start) * size);
  *data = run.data();
  return static_cast<int64_t>(run.size() / size);
}

// Elements [element, element + count) of the array itself.
void Input::CopyConverted(int64_t element, int64_t count, uint8_t* target) const {
  const size_t from_size = ByteSize(array_.dtype);
  const size_t offset = static_cast<size_t>(element) * from_size;
  const Conversion convert = FindConversion(array_.dtype, part_, dtype_);
  if (convert == nullptr) {
    array_.bytes.CopyTo(offset, static_cast<size_t>(count) * from_size, target);
    return;
  }
  constexpr int64_t kChunk = 256;
  uint8_t piece[kChunk * 16];
  for (int64_t done = 0; done < count; done += kChunk) {
    const int64_t part = std::min(kChunk, count - done);
    array_.bytes.CopyTo(offset + static_cast<size_t>(done) * from_size,
                        static_cast<size_t>(part) * from_size, piece);
    convert(piece, part, target + static_cast<size_t>(done) * ByteSize(dtype_));
  }
}

void Input::Gather(int64_t start, int64_t count, void* target) const {
  auto* out = static_cast<uint8_t*>(target);
  if (dense_) {
    CopyConverted(start, count, out);
  } else {
    GatherStrided(start, count, out);
  }
}

// Row by row of the innermost dimension: a row is either copied or one element repeated.
void Input::GatherStrided(int64_t start, int64_t count, uint8_t* target) const {
  const size_t size = ByteSize(dtype_);
  const size_t rank = batch_.size();
  Shape index(rank, 0);
  int64_t rest = start, element = 0;
  for (size_t d = rank; d-- > 0;) {
    index[d] = rest % batch_[d];
    rest /= batch_[d];
    element += index[d] * strides_[d];
  }
  while (count > 0) {
    const size_t inner = rank - 1;
    const int64_t row = std::min(count, batch_[inner] - index[inner]);
    if (strides_[inner] != 0) {
      CopyConverted(element, row, target);
    } else {
      CopyConverted(element, 1, target);
      for (int64_t i = 1; i < row; ++i)
        std::memcpy(target + static_cast<size_t>(i) * size, target, size);
    }
    target += static_cast<size_t>(row) * size;
    count -= row;
    index[inner] += row;
    element += row * strides_[inner];
    for (size_t d = inner; d > 0 && index[d] == batch_[d]; --d) {
      element -= index[d] * strides_[d];
      index[d] = 0;
      ++index[d - 1];
      element += strides_[d - 1];
    }
  }
}

uint64_t FirstElement(const ArrayView& array, Part part, DType dtype) {
  uint64_t bits = 0;
  uint8_t element[16] = {};
  array.bytes.CopyTo(0, ByteSize(array.dtype), element);
  const Conversion convert = FindConversion(array.dtype, part, dtype);
  if (convert == nullptr) {
    if (dtype == DType::kBool) return element[0] != 0 ? 1 : 0;
    std::memcpy(&bits, element, ByteSize(dtype));
    return bits;
  }
  uint8_t converted[8] = {};
  convert(element, 1, converted);
  std::memcpy(&bits, converted, ByteSize(dtype));
  return bits;
}

}  // namespace formulary::eval
