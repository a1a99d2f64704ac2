#include "server/service/arrays.h"

#include <utility>

#include "absl/algorithm/container.h"
#include "server/base/error.h"
#include "server/base/status_macros.h"
#include "server/base/strings.h"
#include "server/service/array_lists.h"
#include "server/service/field_path.h"

namespace formulary::service {
namespace {

using expr::DType;

// Field numbers of formulary.v1.Array and NamedArray.
constexpr uint32_t kDTypeField = 1;
constexpr uint32_t kShapeField = 2;
constexpr uint32_t kNameField = 1;
constexpr uint32_t kArrayField = 2;
// Of formulary.v1.SharedMemory.
constexpr uint32_t kRegionField = 1;
constexpr uint32_t kOffsetField = 2;
constexpr uint32_t kByteSizeField = 3;

void AddExtent(uint64_t extent, const RequestLimits& limits, ArrayField* array) {
  // One more than the limit is enough to know that it is exceeded; the rest is only counted.
  if (++array->rank <= limits.max_rank + 1) array->shape.push_back(static_cast<int64_t>(extent));
}

absl::Status ParseShape(WireType type, const RequestLimits& limits, WireReader* reader,
                        ArrayField* array) {
  uint64_t extent = 0;
  if (type == WireType::kVarint) {
    if (!reader->ReadVarint(&extent)) return MalformedMessage(*reader, "shape");
    AddExtent(extent, limits, array);
    return absl::OkStatus();
  }
  WireReader packed = *reader;
  if (!reader->ReadPart(&packed)) return MalformedMessage(*reader, "shape");
  while (packed.remaining() > 0) {
    if (!packed.ReadVarint(&extent)) return MalformedMessage(packed, "shape");
    AddExtent(extent, limits, array);
  }
  return absl::OkStatus();
}

// A member of the oneof: the last kind on the wire wins; list messages of one kind add up.
absl::Status ParseData(ArrayData data, WireReader* reader, ArrayField* array) {
  WireReader part = *reader;
  if (!reader->ReadPart(&part)) return MalformedMessage(*reader, FieldName(data));
  if (data != array->data || data == ArrayData::kRaw) array->parts.clear();
  array->data = data;
  array->parts.push_back(part);
  return absl::OkStatus();
}

bool IsData(uint32_t field) {
  return field >= static_cast<uint32_t>(ArrayData::kRaw) &&
         field <= static_cast<uint32_t>(ArrayData::kSharedMemory);
}

// The shape of a list: as stated, or one dimension, or a scalar for one value.
absl::StatusOr<eval::Shape> ListShape(const ArrayField& array, size_t count,
                                      const RequestLimits& limits) {
  const auto extent = static_cast<int64_t>(count);
  if (array.rank == 0) {
    eval::Shape shape;
    if (count != 1) shape.push_back(extent);
    RETURN_IF_ERROR(CheckShape(shape, shape.size(), limits));
    return shape;
  }
  RETURN_IF_ERROR(CheckShape(array.shape, array.rank, limits));
  const int64_t expected = eval::ElementCount(array.shape);
  if (expected != extent) {
    const std::string_view field = FieldName(array.data);
    return base::InvalidArgument(
        "SHAPE_MISMATCH", field,
        base::StrCat(field, ": ", count, " values do not fill shape ", eval::ShapeText(array.shape),
                     ", which takes ", expected));
  }
  return array.shape;
}

absl::StatusOr<eval::ArrayView> ResolveList(const ArrayField& array, DType stated,
                                            const RequestLimits& limits, ArrayMemory* memory) {
  eval::ArrayView view;
  view.dtype = stated == DType::kUnspecified ? DefaultDType(array.data) : stated;
  ASSIGN_OR_RETURN(std::vector<uint8_t> elements, ListElements(array, view.dtype));
  const size_t size = expr::ByteSize(view.dtype);
  if (elements.size() % size != 0) {
    return base::InvalidArgument(
        "ODD_VALUES", FieldName(array.data),
        base::StrCat(FieldName(array.data), ": complex elements are pairs, but there are ",
                     elements.size() / (size / 2), " values"));
  }
  ASSIGN_OR_RETURN(view.shape, ListShape(array, elements.size() / size, limits));
  if (!elements.empty()) view.bytes.Append(elements.data(), elements.size());
  memory->lists.push_back(std::move(elements));  // moving a vector keeps its bytes where they are
  return view;
}

// `size` bytes of `field` are to be the array's elements.
absl::Status CheckBytes(const ArrayField& array, DType dtype, std::string_view field, uint64_t size,
                        const RequestLimits& limits) {
  if (dtype == DType::kUnspecified) {
    return base::InvalidArgument("MISSING_FIELD", "dtype",
                                 base::StrCat("dtype: ", field, " elements need a dtype"));
  }
  RETURN_IF_ERROR(CheckShape(array.shape, array.rank, limits));
  const auto count = static_cast<uint64_t>(eval::ElementCount(array.shape));
  uint64_t bytes = 0;
  if (!__builtin_mul_overflow(count, uint64_t{expr::ByteSize(dtype)}, &bytes) && bytes == size)
    return absl::OkStatus();
  return base::MakeError(
      absl::StatusCode::kInvalidArgument,
      base::StrCat(field, ": ", size, " bytes do not fit shape ", eval::ShapeText(array.shape),
                   " of ", expr::Name(dtype), ", which takes ", bytes, " bytes"),
      {.reason = "BYTE_LENGTH",
       .field = std::string(field),
       .metadata = {{"expected", base::StrCat(bytes)}, {"actual", base::StrCat(size)}}});
}

absl::StatusOr<eval::ArrayView> ResolveRaw(const ArrayField& array, DType dtype,
                                           const RequestLimits& limits) {
  RETURN_IF_ERROR(CheckBytes(array, dtype, "raw", array.data_bytes(), limits));
  eval::ArrayView view{.dtype = dtype, .shape = array.shape};
  for (const WireReader& part : array.parts) part.AppendRemaining(&view.bytes);
  return view;
}

absl::StatusOr<eval::ArrayView> ResolveShared(const ArrayField& array, DType dtype,
                                              const RequestLimits& limits, Regions* maybe_regions,
                                              ArrayMemory* memory) {
  if (maybe_regions == nullptr) return NoRegions();
  SharedPlace place;
  for (const WireReader& part : array.parts) RETURN_IF_ERROR(ParseSharedPlace(part, &place));
  RETURN_IF_ERROR(CheckBytes(array, dtype, "shared_memory", place.byte_size, limits));
  absl::StatusOr<absl::Span<uint8_t>> bytes = ResolvePlace(place, maybe_regions, memory);
  if (!bytes.ok()) return AtField("shared_memory", bytes.status());
  eval::ArrayView view{.dtype = dtype, .shape = array.shape};
  view.bytes.Append(bytes->data(), bytes->size());
  return view;
}

}  // namespace

size_t ArrayField::data_bytes() const {
  size_t bytes = 0;
  for (const WireReader& part : parts) bytes += part.remaining();
  return bytes;
}

absl::Status ParseArray(WireReader reader, const RequestLimits& limits, ArrayField* array) {
  uint32_t field = 0;
  WireType type = WireType::kVarint;
  uint64_t value = 0;
  while (reader.remaining() > 0) {
    if (!reader.ReadTag(&field, &type)) return MalformedMessage(reader, "array");
    const bool integral = type == WireType::kVarint || type == WireType::kLength;
    if (field == kDTypeField && type == WireType::kVarint) {
      if (!reader.ReadVarint(&value)) return MalformedMessage(reader, "dtype");
      array->dtype = static_cast<uint32_t>(value);
    } else if (field == kShapeField && integral) {
      RETURN_IF_ERROR(ParseShape(type, limits, &reader, array));
    } else if (IsData(field) && type == WireType::kLength) {
      RETURN_IF_ERROR(ParseData(static_cast<ArrayData>(field), &reader, array));
    } else if (!reader.Skip(field, type)) {
      return MalformedMessage(reader, "array");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckShape(absl::Span<const int64_t> shape, size_t rank, const RequestLimits& limits) {
  if (rank > limits.max_rank)
    return base::OverLimit("RANK_LIMIT", "shape", "max_rank", limits.max_rank, rank);
  int64_t product = 1;  // of the extents that are not 0: strides are made of them
  bool empty = false;
  for (size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] < 0) {
      return base::InvalidArgument("NEGATIVE_EXTENT", base::StrCat("shape[", i, "]"),
                                   base::StrCat("shape[", i, "]: ", shape[i], " is negative"));
    }
    empty |= shape[i] == 0;
    if (shape[i] != 0 && __builtin_mul_overflow(product, shape[i], &product)) {
      return base::InvalidArgument(
          "SHAPE_OVERFLOW", "shape",
          base::StrCat("shape: the product of ", eval::ShapeText(shape), " is over 2^63 - 1"));
    }
  }
  if (empty) return absl::OkStatus();
  if (static_cast<uint64_t>(product) > limits.max_elements) {
    return base::OverLimit("ELEMENT_LIMIT", "shape", "max_elements", limits.max_elements,
                           static_cast<uint64_t>(product));
  }
  return absl::OkStatus();
}

absl::Status ParseSharedPlace(WireReader reader, SharedPlace* place) {
  uint32_t field = 0;
  WireType type = WireType::kVarint;
  while (reader.remaining() > 0) {
    if (!reader.ReadTag(&field, &type)) return MalformedMessage(reader, "shared_memory");
    bool ok = true;
    if (field == kRegionField && type == WireType::kLength) {
      ok = reader.ReadString(&place->region);
    } else if (field == kOffsetField && type == WireType::kVarint) {
      ok = reader.ReadVarint(&place->offset);
    } else if (field == kByteSizeField && type == WireType::kVarint) {
      ok = reader.ReadVarint(&place->byte_size);
    } else {
      ok = reader.Skip(field, type);
    }
    if (!ok) return MalformedMessage(reader, "shared_memory");
  }
  return absl::OkStatus();
}

absl::StatusOr<absl::Span<uint8_t>> ResolvePlace(const SharedPlace& place, Regions* maybe_regions,
                                                 ArrayMemory* memory) {
  if (maybe_regions == nullptr) return NoRegions();
  ASSIGN_OR_RETURN(std::shared_ptr<const Region> region, maybe_regions->Find(place.region));
  ASSIGN_OR_RETURN(uint8_t* const data, region->At(place.offset, place.byte_size));
  memory->regions.push_back(std::move(region));
  return absl::MakeSpan(data, place.byte_size);
}

absl::StatusOr<eval::ArrayView> ResolveArray(const ArrayField& array, const RequestLimits& limits,
                                             Regions* maybe_regions, ArrayMemory* memory) {
  if (array.dtype > static_cast<uint32_t>(DType::kBool)) {
    return base::InvalidArgument("UNKNOWN_ENUM_VALUE", "dtype",
                                 base::StrCat("dtype: ", array.dtype, " is no DataType"));
  }
  const auto dtype = static_cast<DType>(array.dtype);
  if (array.is_list()) return ResolveList(array, dtype, limits, memory);
  // No elements need no data.
  const bool empty = array.data == ArrayData::kNone && absl::c_linear_search(array.shape, 0);
  if (array.data == ArrayData::kRaw || empty) return ResolveRaw(array, dtype, limits);
  if (array.data == ArrayData::kSharedMemory) {
    return ResolveShared(array, dtype, limits, maybe_regions, memory);
  }
  return base::InvalidArgument(
      "MISSING_FIELD", "data",
      "data: the array has none of raw, reals, integers, booleans, shared_memory");
}

void PutNamedArray(int field, eval::OutputArray array, ArrayEncoding encoding,
                   const SharedPlace* maybe_place, Outgoing* out) {
  std::string head;  // of the Array, up to its elements
  PutVarintField(kDTypeField, static_cast<uint64_t>(array.dtype), &head);
  if (!array.shape.empty()) {
    std::string extents;
    for (const int64_t extent : array.shape) PutVarint(static_cast<uint64_t>(extent), &extents);
    PutBytes(kShapeField, extents, &head);
  }
  const bool raw = encoding == ArrayEncoding::kRaw && maybe_place == nullptr;
  if (maybe_place != nullptr) {
    std::string place;
    PutBytes(kRegionField, maybe_place->region, &place);
    PutVarintField(kOffsetField, maybe_place->offset, &place);
    PutVarintField(kByteSizeField, maybe_place->byte_size, &place);
    PutBytes(static_cast<int>(ArrayData::kSharedMemory), place, &head);
  } else if (raw) {
    PutLength(static_cast<int>(ArrayData::kRaw), array.bytes.size(), &head);
  } else {
    PutList(array.bytes.data(), static_cast<size_t>(eval::ElementCount(array.shape)), array.dtype,
            &head);
  }
  const size_t array_size = head.size() + (raw ? array.bytes.size() : 0);
  const size_t name_size = array.name.empty() ? 0 : LengthFieldSize(array.name.size());
  std::string* tail = out->tail();
  PutLength(field, name_size + LengthFieldSize(array_size), tail);
  if (!array.name.empty()) PutBytes(kNameField, array.name, tail);
  PutLength(kArrayField, array_size, tail);
  tail->append(head);
  if (raw && array.bytes.size() > 0) out->Append(std::move(array.bytes));
}

}  // namespace formulary::service
